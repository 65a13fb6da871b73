"""What is on its way to people: a code to be typed in, or a question that is answered on the phone."""

from collections.abc import Iterator
from typing import Literal

from attrs import define, field, frozen

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.world.authenticators import DEVICE, Authenticator
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint

Decision = Literal["approve", "deny"]


@define(eq=False)
class Sending:
    """One message and what became of it."""

    authenticator: Authenticator
    until: float
    message: str | None = None  # its id in the inbox
    code: str | None = field(default=None, repr=False)
    decision: Decision | None = None
    used: bool = False

    def proves(self, binding_code: str) -> bool:
        """Whether the code is right. A right one is used up."""
        if self.used or not self._is_right(binding_code):
            return False
        self.used = True
        return True

    def _is_right(self, binding_code: str) -> bool:
        confirm = self.authenticator.factor.confirm
        return self.code == binding_code if confirm is None else confirm(self.authenticator, binding_code)


@frozen
class Push:
    """A question on somebody's phone. One that comes from associating stands for the picture that is to be scanned."""

    _sending: Sending
    _clock: Clock

    @property
    def decision(self) -> Decision | None:
        """What was answered."""
        return self._sending.decision

    def approve(self) -> None:
        """Yes, it is me."""
        self.decide("approve")

    def deny(self) -> None:
        """No."""
        self.decide("deny")

    def decide(self, decision: Decision) -> None:
        """Either. A question is answered once, and in time."""
        if self._sending.decision is not None:
            raise ValueError(f"this push was answered already: {self._sending.decision}")
        if self._clock.now() >= self._sending.until:
            raise ValueError("it is too late to answer this push: ask for another")
        self._sending.decision = decision


@define(eq=False)
class Sendings:
    """Those of a tenant. Earlier ones stay good until they end."""

    name: str
    clock: Clock
    knobs: Knobs
    mint: Mint
    inbox: Inbox
    _by_name: dict[str, Sending] = field(factory=dict, init=False, repr=False)

    def begin(self, authenticator: Authenticator) -> str:
        """Send a message, or await an answer to what a factor sends by itself; the result names it."""
        taught = authenticator.factor.challenge is not None
        return self._add(authenticator)[0] if taught else self.send(authenticator)

    def send(self, authenticator: Authenticator) -> str:
        """A fresh message; the result names it."""
        name, sending = self._add(authenticator)
        factor, now = authenticator.factor, self.clock.now()
        sending.code = self.mint.code() if factor.prompt else None
        text = factor.text.format(code=sending.code, tenant=self.name, device=DEVICE)
        to = authenticator.address or ""
        sending.message = self.inbox.deliver(factor.name, to, sending.code, text, now).id
        return name

    def find(self, name: str) -> Sending | None:
        """The sending of that name, unless it is long over."""
        return self._by_name.get(name)

    def push(self, which: str) -> Push:
        """The question with that message's id, or the newest one to that address."""
        ids = {each.id for each in self.inbox.messages() if each.code is None and which in (each.id, each.to)}
        found = [each for each in self._by_name.values() if each.message in ids]
        if not found:
            raise LookupError(f"there is no push {which}, or it is long over")
        return Push(found[-1], self.clock)

    def __iter__(self) -> Iterator[Sending]:
        """Those that are not long over."""
        return iter(self._by_name.values())

    def _add(self, authenticator: Authenticator) -> tuple[str, Sending]:
        now, name = self.clock.now(), self.mint.opaque()
        self._by_name = {name: each for name, each in self._by_name.items() if self._is_kept(each, authenticator, now)}
        sending = self._by_name[name] = Sending(authenticator, now + self.knobs.oob_ttl)
        return name, sending

    def _is_kept(self, sending: Sending, authenticator: Authenticator, now: float) -> bool:
        replaced = self.knobs.invalidate_previous and sending.authenticator is authenticator
        return now < sending.until and not replaced
