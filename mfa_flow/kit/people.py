"""People in a tenant: they read their messages, look at their apps, type codes and answer pushes."""

from contextlib import suppress
from typing import Any

from attrs import field, frozen

from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Notice, Pause, Prompt, Scan, Wait
from mfa_flow.running import Answer
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.world.inbox import Message
from mfa_flow.testing.world.people import User
from mfa_flow.wire.values import Authenticator

_HALF_A_MINUTE = 30
_WRONG = [str(digit) * 6 for digit in range(10)]
_NUMBERED = ("sms", "voice")


@frozen
class Person:
    """Somebody of a tenant, with phone and apps in hand. ``await mfa.run(..., answer=person)`` is a whole login, by the
    factor that the person ``prefers`` where it is offered, else by the first."""

    tenant: Tenant = field(repr=False)
    email: str
    password: str = field(repr=False)
    prefers: str | None = field(default=None, eq=False, repr=False)

    def of(self, email: str) -> "Person":
        """Somebody else of the same tenant."""
        return Person(self.tenant, email, self.tenant.users[email].password)

    @property
    def user(self) -> User:
        """What the tenant remembers of them."""
        return self.tenant.users[self.email]

    @property
    def number(self) -> str:
        """Their phone number. Raises LookupError for somebody who has none."""
        if self.user.phone is None:
            raise LookupError(f"{self.email} has no phone: give them one")
        return self.user.phone

    def code(self, prompt: Prompt) -> str:
        """The right answer to ``AskCode`` and ``Scan``: from the newest message, the app, the slip of paper.

        An app shows each code once: who used up those of these minutes waits for the next (which moves the clock).
        Raises LookupError where nothing came, or for a prompt that asks for no code.
        """
        match prompt:
            case Pause():
                return self.code(prompt.then)
            case Scan(length=int()) | AskCode(channel="otp"):
                return self._app()
            case AskCode(channel="recovery") if self.user.recovery_code:
                return self.user.recovery_code
            case AskCode(channel=channel) if found := self._messages(channel):
                return found[0].code or ""
            case AskCode(channel=channel):
                raise LookupError(f"no code reached {self.email} by {channel} yet")
        raise _codeless(prompt)

    def wrong_code(self, prompt: Prompt) -> str:
        """A code of the right shape that is not right now. Raises LookupError for a prompt that asks for no code."""
        asked = prompt.then if isinstance(prompt, Pause) else prompt
        if isinstance(asked, AskCode) and asked.channel == "recovery":
            return "A" * 24 if self.user.recovery_code != "A" * 24 else "B" * 24
        if not isinstance(asked, AskCode) and not (isinstance(asked, Scan) and asked.length):
            raise _codeless(asked)
        right = self._shown() | {each.code for each in self._messages(getattr(asked, "channel", "otp"))}
        return next(code for code in _WRONG if code not in right)

    def approve(self) -> None:
        """Press Yes on the newest push, or scan its picture. Raises LookupError where there is none, ValueError where
        it was answered already or is too old."""
        self.tenant.push(self.email).approve()

    def deny(self) -> None:
        """Press No on the newest push. Raises as ``approve`` does."""
        self.tenant.push(self.email).deny()

    async def __call__(self, prompt: Prompt) -> Answer | Authenticator | str | None:
        """What they do at a prompt, as ``MfaClient.run`` wants it: prove what they have, else set up what they can."""
        match prompt:
            case AskPassword():
                return self.password
            case Choose(challenge=[known, *_], error=Notice(key="further_factor")):
                return known  # what was proved stands last
            case Choose(challenge=[known, *_]):
                return next((one for one in prompt.challenge if one.factor == self.prefers), known)
            case Choose(enroll=[factor, *_]):
                return Answer("enroll", factor, **self.details(factor))
            case AskCode() | Scan(length=int()):
                return self.code(prompt)
            case Wait() | Scan():
                with suppress(ValueError):  # it was answered, or is too old
                    self.approve()
        return None

    def details(self, factor: str) -> dict[str, str]:
        """What setting that factor up takes of them."""
        return {"phone_number": self.number} if factor in _NUMBERED else {}

    def _app(self) -> str:
        try:
            return self.tenant.otp(self.email)
        except LookupError:
            if not self.user.apps:
                raise
        self.tenant.clock.advance(_HALF_A_MINUTE)
        return self.tenant.otp(self.email)

    def _shown(self) -> set[str | None]:
        """What their apps show now, a minute before and a minute after."""
        step = int(self.tenant.clock.now() // _HALF_A_MINUTE)
        return {app.shows(step + near) for app in self.user.apps for near in range(-2, 3)}

    def _messages(self, channel: str) -> list[Message]:
        """Those to any address of theirs, newest first. A phone is read, whether or not it is enrolled still."""
        addresses = {self.email, self.user.phone, *(each.address for each in self.user.of_kind(channel))} - {None}
        found = [each for to in addresses for each in self.tenant.inbox.messages(to, channel) if each.code]
        return sorted(found, key=lambda each: int(each.id.rpartition("_")[2]), reverse=True)


def _codeless(prompt: Prompt) -> LookupError:
    return LookupError(f"{getattr(prompt, 'kind', prompt)} asks for no code")


@frozen
class Accounts:
    """Makes people: ``mfa_account("otp", "sms")`` is somebody new, with both factors proved and a phone, who
    logs in by the first of them."""

    tenant: Tenant = field(repr=False)

    def __call__(self, *factors: str, email: str | None = None, password: str = "correct-horse", **more: Any) -> Person:
        """Add one. ``more`` is what ``Tenant.users.add`` takes: ``phone``, ``verified``, ``factors`` (how many a login
        takes), ``requirements``, ... Raises ValueError for what cannot be, TypeError for a list of factors."""
        for factor in factors:
            if not isinstance(factor, str):
                raise TypeError(f"{factor!r} is no factor's name: mfa_account('otp', 'sms'), one after the other")
        number = self._free()
        email = email or f"person-{number}@example.com"
        given = {"phone": f"+1555{1_230_000 + number}", **more}
        self.tenant.users.add(email, password, authenticators=factors, **given)
        return Person(self.tenant, email.lower(), password, next(iter(factors), None))

    def _free(self) -> int:
        number = 1
        while f"person-{number}@example.com" in self.tenant.users:
            number += 1
        return number
