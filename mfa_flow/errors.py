"""What can be raised. An exception means that the flow did not move; what a person gets wrong is no exception.

::

    MfaFlowError            .code .flow_id .state .verb: which flow, where it rests, what was tried
      MisuseError           you: nothing was sent
        WrongState          .allowed: the verbs that are possible now
          UnknownFlow       nothing is known of this id: it was never begun, or ended long ago
        UnknownFactor       no such factor is installed
        BadInput            a code, number, address or setting that cannot be right
        MissingExtra        an optional package is not installed
      TenantError           Auth0 answered, and the flow cannot go on from it
        UnexpectedReply     not what the contract promises
        Misconfigured       unknown client, wrong secret, grant not enabled, wrong audience, realm or scope
        TenantBroken        5xx, or a tenant-wide rate limit
      TransportError        no answer; .may_have_arrived tells whether Auth0 may have acted on it
      StoreError            the flow could not be kept; .prompt is what would have been returned
        Busy                another message of this flow is being worked on
        Conflict            another one was quicker; its result stands
        Unreadable          what is stored cannot be read
      FlowStopped           ``run`` only: the flow ended without tokens; .reason says why

No message and no attribute ever holds a secret, except ``StoreError.prompt``: it is there so that no token is lost.
Messages are for those who run a service; ``error.text(locale)`` is for the person at the other end.
"""

from typing import Any, ClassVar, Self

from mfa_flow.texts import find, text_for, when


class MfaFlowError(Exception):
    """The base of all: catch it to catch every error of this library."""

    code: ClassVar[str] = "mfa_flow"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.flow_id: str | None = None
        self.state: str | None = None
        self.verb: str | None = None

    def during(self, flow_id: str, state: str, verb: str) -> Self:
        """Note which flow this happened to, where it rests, and what was tried."""
        self.flow_id, self.state, self.verb = flow_id, state, verb
        return self

    def text(self, locale: str | None = "en") -> str:
        """What the person may be told: what happened and what to do now, in a language. Never a secret."""
        case, values = self._case(locale)
        kinds = (kind for kind in type(self).__mro__ if issubclass(kind, MfaFlowError))
        keys = [f"error.{self.code}.{case}", *(f"error.{kind.code}" for kind in kinds)]
        return next(told for key in keys if (told := find(key, locale, **values)))

    def _case(self, locale: str | None) -> tuple[str, dict[str, object]]:
        """Which of the texts of its code fits, if there are several, and what is put in."""
        return "", {}

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} [flow {self.flow_id!r}, {self.state}, {self.verb}]" if self.verb else message


class MisuseError(MfaFlowError):
    """The call cannot be right. Nothing was sent; no attempt and no message was spent."""

    code = "misuse"


class WrongState(MisuseError):
    """The table has no row for this verb in this state; ``allowed`` names the verbs that have one."""

    code = "wrong_state"

    def __init__(self, message: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.allowed = allowed


class UnknownFlow(WrongState):
    """Nothing is known of this flow's id: log in first, or again."""

    code = "unknown_flow"


class UnknownFactor(MisuseError):
    """No such factor is installed, or this verb does not fit it."""

    code = "unknown_factor"


class BadInput(MisuseError):
    """An answer, a number, an address or a setting that cannot be right.

    ``case`` names what a person got wrong, if it was a person: the text ``error.bad_input.<case>`` tells them, with
    these values.
    """

    code = "bad_input"

    def __init__(self, message: str, case: str = "", **values: object) -> None:
        super().__init__(message)
        self.case = case
        self._values = values

    def _case(self, locale: str | None) -> tuple[str, dict[str, object]]:
        return self.case, self._values


class MissingExtra(MisuseError, ImportError):
    """An optional package is not installed; the message is the command that installs it."""

    code = "missing_extra"


class TenantError(MfaFlowError):
    """Auth0 answered, and the flow cannot go on from its answer.

    ``operation`` is the method and path, ``status`` the HTTP status, ``error`` Auth0's error code if it gave one,
    ``retry_after`` the seconds to wait and ``resets_at`` the unix time to wait for, if it gave any, ``request_id`` what
    to quote to Auth0's support.
    """

    code = "tenant"

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        status: int = 0,
        error: str | None = None,
        retry_after: float | None = None,
        resets_at: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status
        self.error = error
        self.retry_after = retry_after
        self.resets_at = resets_at
        self.request_id = request_id


class UnexpectedReply(TenantError):
    """The reply is not what the contract promises: not JSON, a field missing or of the wrong type, an unknown error."""

    code = "unexpected_reply"


class Misconfigured(TenantError):
    """Auth0 knows the call and refuses the application: see the message for what to set up."""

    code = "misconfigured"


class TenantBroken(TenantError):
    """Auth0 is down or limits the whole tenant. Nothing is wrong with the flow: try again later."""

    code = "tenant_broken"

    def _case(self, locale: str | None) -> tuple[str, dict[str, object]]:
        return ("", {}) if self.retry_after is None else ("when", {"when": when(self.retry_after, locale)})


class TransportError(MfaFlowError):
    """No answer came. ``may_have_arrived`` is False if nothing was sent (refused, DNS, TLS), True if Auth0 may have
    acted (a timeout or a reset after sending). Nothing that spends a code or a message is repeated by itself."""

    code = "transport"

    def __init__(self, message: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived

    def _case(self, locale: str | None) -> tuple[str, dict[str, object]]:
        return "" if self.may_have_arrived else "unsent", {}


class StoreError(MfaFlowError):
    """The flow could not be kept. ``prompt`` is what the verb would have returned, tokens and recovery codes included:
    use it, nothing else has it. It is None if the verb had not got that far."""

    code = "store"

    def __init__(self, message: str, prompt: Any = None) -> None:
        super().__init__(message)
        self.prompt = prompt


class Busy(StoreError):
    """Another message of this flow is being worked on, and it took too long."""

    code = "busy"


class Conflict(StoreError):
    """Another process finished first; its result stands."""

    code = "conflict"


class Unreadable(StoreError):
    """What is stored cannot be read: tampered with, sealed with another key, or written by a newer version."""

    code = "unreadable"


class FlowStopped(MfaFlowError):
    """``MfaClient.run`` ended without tokens; ``reason`` is that of the ``Stopped`` prompt."""

    code = "stopped"

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason

    def text(self, locale: str | None = "en") -> str:
        """That it has ended, and why."""
        return f"{super().text(locale)} {text_for(self.reason, locale)}".strip()
