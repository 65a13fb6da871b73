"""The handle on one flow: one verb per thing a person can do."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import field, frozen

from mfa_flow.errors import BadInput
from mfa_flow.headers import ByPath
from mfa_flow.intent import Intent
from mfa_flow.machine.prompts import Prompt
from mfa_flow.ways_in import required
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

# A message id of the platform: a text, or a number as some chats have.
Once = str | int | None
Ask = Callable[[], Awaitable[Prompt]]


@frozen
class FlowHandle:
    """The flow with this ``id``, wherever it was begun. Holding a handle costs nothing and keeps nothing.

    Every verb returns the next prompt. What a person gets wrong comes back as a prompt with ``error``; an exception
    means that the flow did not move. All verbs but ``look`` take ``once=``, the id of the message that caused them: a
    redelivered message gets the prompt that stands now and sends nothing. All raise ``MisuseError`` (nothing was
    sent), ``TenantError``, ``TransportError`` or ``StoreError``; see ``mfa_flow.errors``.
    """

    id: str
    _do: Callable[[str, str | None, Intent, ByPath], Awaitable[Prompt]] = field(repr=False)
    _look: Callable[[str], Awaitable[Prompt]] = field(repr=False)
    _wait: Callable[[Ask, Ask, float | None], Awaitable[Prompt]] = field(repr=False)
    _headers: ByPath = field(factory=dict, repr=False)

    async def login(
        self,
        username: str,
        password: str,
        realm: str | None = None,
        *,
        audience: str | None = None,
        scope: str | None = None,
        once: Once = None,
    ) -> Prompt:
        """Log in with a password (``realm`` names a connection other than the default directory).

        Gives ``Done``, or ``Choose`` with the authenticators already listed, or ``AskPassword`` with an error. Two
        requests at the most. ``audience`` and ``scope`` go before those of the App.
        """
        password = _secret(password)
        given = {"username": username, "password": password, "realm": realm, "audience": audience, "scope": scope}
        return await self._verb("login", once, **given)

    async def begin(
        self, mfa_token: str, requirements: Mapping[str, Any] | None = None, *, once: Once = None
    ) -> Prompt:
        """Go on from an ``mfa_required`` answer that was met elsewhere: its ``mfa_token`` and, if it had any, its
        ``mfa_requirements`` as they are: ``{"challenge": [{"type": "otp"}]}`` or ``{"enroll": [...]}``, with the types
        ``otp``, ``phone``, ``email``, ``push-notification``, ``recovery-code``. One request: the list."""
        mfa_token = _secret(mfa_token)
        asked = None if requirements is None else required(requirements)
        return await self._verb("begin", once, mfa_token=mfa_token, requirements=asked)

    async def refresh(
        self, refresh_token: str, *, audience: str | None = None, scope: str | None = None, once: Once = None
    ) -> Prompt:
        """Go on from a refresh token: gives ``Done``, or ``Choose`` where a second factor is asked for, or
        ``AskPassword`` where the token is no longer good. Two requests at the most."""
        given = {"refresh_token": _secret(refresh_token), "audience": audience, "scope": scope}
        return await self._verb("refresh", once, **given)

    async def manage(self, access_token: str, *, once: Once = None) -> Prompt:
        """Manage the factors of somebody who is signed in, with an access token for the MFA API (audience
        ``https://{domain}/mfa/``; scopes ``enroll``, ``read:authenticators``, ``remove:authenticators``).

        Gives ``Choose``: ``authenticators`` may be removed, the factors of ``enroll`` set up. One request: the list.
        """
        return await self._verb("manage", once, access_token=_secret(access_token))

    async def authenticators(self, *, once: Once = None) -> tuple[Authenticator, ...]:
        """The person's authenticators, read anew, pending ones included. One request."""
        prompt = await self._verb("authenticators", once)
        return getattr(prompt, "authenticators", ())

    async def remove(self, authenticator: Authenticator | str, *, once: Once = None) -> Prompt:
        """Remove an authenticator of somebody who is signed in (see ``manage``). Two requests: it, and the list."""
        chosen = authenticator.id if isinstance(authenticator, Authenticator) else authenticator
        return await self._verb("remove", once, authenticator=chosen)

    async def challenge(self, authenticator: Authenticator | str, *, once: Once = None) -> Prompt:
        """Be challenged by one of the authenticators of ``Choose`` (or its id). While challenged: once more, or by
        another. No request for factors that send nothing."""
        chosen = authenticator.id if isinstance(authenticator, Authenticator) else authenticator
        return await self._verb("challenge", once, authenticator=chosen)

    async def enroll(self, factor: str, /, *, once: Once = None, **details: str) -> Prompt:
        """Set up a new factor, by its name, with the details it takes: ``phone_number`` for ``sms``. One request."""
        return await self._verb("enroll", once, factor=factor, details=tuple(sorted(details.items())))

    async def confirm(self, answer: str | None = None, *, once: Once = None) -> Prompt:
        """Give the proof: the code, as it was typed. Blanks and dashes are forgiven; what cannot be a code is
        refused with BadInput and spends no attempt. One request, never repeated by itself."""
        answer = _secret(answer)
        return await self._verb("confirm", once, answer=answer)

    async def wait(self, *, timeout: float | None = None, once: Once = None) -> Prompt:
        """Wait until a push is answered: poll at the server's pace (every 5 seconds, or slower if it asks for that).

        Gives the next prompt: ``Done``, ``Choose`` after a No or when time ran out, or the ``Wait`` (``Scan``) that
        still stands after ``timeout`` seconds. ``timeout=0`` polls once, at once: then the pace (``Wait.seconds``) is
        the caller's to keep. Between two polls the flow is free for other verbs, and another process may take the
        waiting over.
        """
        if timeout is not None and not (type(timeout) in (int, float) and timeout >= 0):
            raise BadInput("wait(timeout=...) takes seconds, 0 or more; nothing was sent")
        first = [once]  # the polls after the first are of no message's making
        return await self._wait(lambda: self._verb("wait", first.pop() if first else None), self.look, timeout)

    async def resend(self, *, once: Once = None) -> Prompt:
        """Send the code once more, to the same place. One request, one message."""
        return await self._verb("resend", once)

    async def go_back(self, *, once: Once = None) -> Prompt:
        """Choose another way. No request."""
        return await self._verb("go_back", once)

    async def cancel(self, *, once: Once = None) -> Prompt:
        """Give up. No request: Auth0 knows no such call, the mfa_token just runs out."""
        return await self._verb("cancel", once)

    async def look(self) -> Prompt:
        """The prompt that stands now. No request, nothing changes."""
        return await self._look(self.id)

    async def _verb(self, verb: str, once: Once, **given: Any) -> Prompt:
        intent = Intent.of(verb, **given)
        try:
            hash(intent)
        except TypeError:
            raise BadInput(f"{verb} takes texts; nothing was sent") from None
        if once is not None and type(once) not in (str, int):
            raise BadInput(f"once= takes the id of a message, a text or a number, no {type(once).__name__}")
        return await self._do(self.id, None if once is None else str(once), intent, self._headers)


def _secret(value: Any) -> Any:
    """Hide a text before it becomes a local variable of ours; what is no text is refused later, by name."""
    return Secret(value) if type(value) is str else value
