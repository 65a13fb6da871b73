"""What is on its way to people: a code to be typed in, or a question that is answered on the phone."""

from collections.abc import Iterator
from typing import Literal

from attrs import define, field, frozen

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.world.authenticators import DEVICE, Authenticator
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.magic import Magic
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.pins import Pins
from mfa_flow.testing.world.recent import Recent

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
    _inbox: Inbox

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
        self._inbox.answered(self._sending.message or "")


@define(eq=False)
class Sendings:
    """Those of a tenant. Earlier ones stay good until they end, the newest ten thousand of them."""

    name: str
    clock: Clock
    knobs: Knobs
    mint: Mint
    inbox: Inbox
    pins: Pins = field(factory=Pins, init=False, repr=False)
    _by_name: Recent[str, Sending] = field(factory=Recent, init=False, repr=False)

    def begin(self, authenticator: Authenticator) -> str:
        """Send a message, or await an answer to what a factor sends by itself; the result names it."""
        taught = authenticator.factor.challenge is not None
        return self._add(authenticator)[0] if taught else self.send(authenticator)

    def send(self, authenticator: Authenticator) -> str:
        """A fresh message, if its address lets it arrive; the result names it."""
        name, sending = self._add(authenticator)
        factor, to = authenticator.factor, authenticator.address or ""
        sending.code = self.pins.code(to, self.mint.code()) if factor.prompt else None
        magic = Magic.of(to) if factor.prompt else Magic()
        if magic.trick != "never":
            text = factor.text.format(code=sending.code, tenant=self.name, device=DEVICE)
            at = self.clock.now() + magic.late
            sending.message = self.inbox.deliver(factor.name, to, sending.code, text, at).id
        return name

    def find(self, name: str) -> Sending | None:
        """The sending of that name, unless it is long over."""
        return self._by_name.get(name)

    def push(self, which: str) -> Push:
        """The question with that message's id, or the newest one to that address."""
        message = self.inbox.question(which)
        if message is not None:
            for sending in reversed(tuple(self._by_name.values())):
                if sending.message == message.id:
                    return Push(sending, self.clock, self.inbox)
        raise LookupError(f"there is no push {which}, or it is long over")

    def __iter__(self) -> Iterator[Sending]:
        """Those that are not long over."""
        return iter(tuple(self._by_name.values()))

    def _add(self, authenticator: Authenticator) -> tuple[str, Sending]:
        if self.knobs.invalidate_previous:
            for name in [name for name, each in self._by_name.items() if each.authenticator is authenticator]:
                del self._by_name[name]
        now, name = self.clock.now(), self.mint.opaque()
        while self._by_name and next(iter(self._by_name.values())).until <= now:
            self._by_name.popitem(last=False)
        sending = self._by_name[name] = Sending(authenticator, now + self.knobs.oob_ttl)
        return name, sending
