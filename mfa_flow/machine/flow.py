"""A flow is a frozen value: one person's way through MFA, as far as it got."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from mfa_flow.machine.table import ENDS, WAITING, State
from mfa_flow.wire.changing import changed
from mfa_flow.wire.secret import Sealed, Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens
from mfa_flow.wire.vocabulary import MFA_TOKEN_LIFETIME

NOTHING: Mapping[str, Any] = MappingProxyType({})
# How many of the platform's message ids a flow remembers; a redelivery comes within a few messages.
SEEN = 16


@frozen(kw_only=True, weakref_slot=False)
class Flow(Sealed):
    """Everything needed to go on, or to ask the same question again. A move makes a new one.

    Times are unix seconds. Its ``repr`` shows where it is and nothing of what it holds.
    """

    id: str
    state: State = State.STARTED
    version: int = 0
    # Auth0's: what it asked for and gave us.
    mfa_token: Secret | None = field(default=None, repr=False)
    requirements: Requirements | None = field(default=None, repr=False)
    # None: not listed yet.
    authenticators: tuple[Authenticator, ...] | None = field(default=None, repr=False)
    # Instead of an mfa_token: an access token for the MFA API, of somebody who manages factors.
    access_token: Secret | None = field(default=None, repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    # What replaced the recovery code that was used.
    recovery_code: Secret | None = field(default=None, repr=False)
    recovery_codes: tuple[Secret, ...] = field(default=(), repr=False)
    # The ids of those that were proved on the way, where one proof was not enough.
    proved: tuple[str, ...] = ()
    # Whether Auth0 said that there is an active factor: no other can be set up then.
    enrolled: bool = False
    # The factor in use; ``memory`` is the factor's own, ``details`` and ``authenticator`` are what it was started with.
    factor: str | None = None
    authenticator: Authenticator | None = field(default=None, repr=False)
    details: Mapping[str, str] = field(default=NOTHING, repr=False)
    memory: Mapping[str, Any] = field(default=NOTHING, repr=False)
    # Time: when the question was asked, until when the mfa_token lives, until when an empty
    # bucket refills (of messages, or of wrong codes).
    asked_at: float = 0.0
    expires_at: float | None = None
    paused_until: float | None = None
    locked_until: float | None = None
    # A verb that a process died with, as long as what came of it is not known.
    cut_off: str | None = None
    # Why the last answer was refused, or why the flow ended: a key of the texts.
    error: str | None = None
    # So that a duplicate is known again: what was accepted last and what was done last (digests), the message ids seen.
    accepted: str | None = field(default=None, repr=False)
    last: str | None = field(default=None, repr=False)
    last_at: float = 0.0
    seen: tuple[str, ...] = field(default=(), repr=False)

    @property
    def bearer(self) -> str:
        """The token that speaks for this flow: the mfa_token, or the access token of one who manages factors."""
        return self.mfa_token or self.access_token or ""

    @property
    def ended(self) -> bool:
        """Whether the flow rests in one of the ends."""
        return self.state in ENDS

    def overdue(self, now: float) -> bool:
        """Whether its mfa_token must have run out by now."""
        return not self.ended and self.expires_at is not None and now >= self.expires_at


def entered(flow: Flow, state: State, now: float, changes: Mapping[str, Any]) -> Flow:
    """The flow, resting in ``state``. What belongs only to the state it leaves is erased."""
    left = _NOTHING_LEFT if state in WAITING else _ALL_LEFT if state in ENDS else _FACTOR_LEFT
    until = {}
    if state not in ENDS and (changes.get("mfa_token") or changes.get("access_token")):
        until["expires_at"] = now + MFA_TOKEN_LIFETIME
    return changed(flow, **{**changes, **left, **until, "state": state})


def remembered(flow: Flow, ids: Collection[str]) -> Flow:
    """The flow, knowing these message ids too; the oldest are forgotten."""
    return changed(flow, seen=(*flow.seen, *ids)[-SEEN:]) if ids else flow


_FACTOR_LEFT: dict[str, Any] = {
    "factor": None,
    "authenticator": None,
    "details": NOTHING,
    "memory": NOTHING,
}
_NOTHING_LEFT: Mapping[str, Any] = {}
_ALL_LEFT: Mapping[str, Any] = _FACTOR_LEFT | {
    "mfa_token": None,
    "access_token": None,
    "requirements": None,
    "authenticators": None,
    "recovery_codes": (),
    "proved": (),
    "enrolled": False,
    "expires_at": None,
    "paused_until": None,
    "locked_until": None,
}
