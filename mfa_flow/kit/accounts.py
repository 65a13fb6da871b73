"""The person of a walk: reads the inbox and the app, types codes, right ones and wrong ones, and presses Yes or No."""

from collections.abc import Callable, Mapping

from attrs import frozen

from mfa_flow.kit.deeds import EMAIL, PASSWORD, PHONE, Deed
from mfa_flow.kit.stage import Stage

# Seconds after which somebody looks at the phone, at the latest polls but one or two.
A_WHILE = 12


@frozen
class Person:
    """Somebody on a stage, with a phone, a mailbox and an authenticator app."""

    stage: Stage

    def given(self, deed: Deed) -> tuple[tuple[str, ...], dict[str, str]]:
        """What a deed is done with, looked up now."""
        return tuple(map(self._value, deed.given)), {name: self._value(text) for name, text in deed.details.items()}

    def meanwhile(self, what: str | None) -> None:
        """Let that happen."""
        if what is not None:
            _HAPPENINGS[what](self)

    def code(self) -> str:
        """The right code, of the factor the scene is about."""
        tenant, factor = self.stage.tenant, self.stage.scene.factor
        if factor == "otp":
            return tenant.otp(EMAIL)
        if factor == "recovery":
            return self.stage.user.recovery_code or ""
        return tenant.inbox.code(EMAIL if factor == "email" else PHONE)

    def wrong_code(self) -> str:
        """One that is not right, and could be."""
        if self.stage.scene.factor == "recovery":
            return "A" * 24
        return "000000" if self.code() != "000000" else "111111"

    def _value(self, text: str) -> str:
        return _WORDS[text](self) if text in _WORDS else text

    def owned(self, factor: str) -> str:
        """The id of the newest authenticator of that factor."""
        kinds = {"otp": "totp", "push": "push", "recovery": "recovery-code"}
        return next(one.id for one in self.stage.user.of_kind(kinds.get(factor, factor)))

    def spend(self, purse: str) -> None:
        """Empty a bucket: of ``codes``, or of messages."""
        user, now = self.stage.user, self.stage.clock.now()
        bucket = user.failures if purse == "codes" else user.purses()["phone"]
        while bucket.take(now):
            pass

    def decide(self, *, yes: bool) -> None:
        """Answer the push in a while."""
        push = self.stage.tenant.push(EMAIL)
        self.stage.clock.later(A_WHILE - 3, push.approve if yes else push.deny)

    def lose(self) -> None:
        """Have another factor instead."""
        self.stage.user.remove(self.stage.user.of_kind(self.stage.scene.factor)[0])
        self.stage.user.enroll("otp")

    def broken(self, status: int, error: str, told: str) -> None:
        """Let the next request be refused like this."""
        self.stage.tenant.faults.add(status=status, body={"error": error, "error_description": told})


_WORDS: Mapping[str, Callable[[Person], str]] = {
    "<email>": lambda _: EMAIL,
    "<password>": lambda _: PASSWORD,
    "<phone>": lambda _: PHONE,
    "<right code>": Person.code,
    "<wrong code>": Person.wrong_code,
    "<authenticator>": lambda one: one.owned(one.stage.scene.factor),
    "<recovery>": lambda one: one.owned("recovery"),
    "<refresh token>": lambda one: one.stage.refresh_token,
    "<access token>": lambda one: one.stage.access_token,
    "<mfa token>": lambda one: one.stage.token()["mfa_token"],
}
_HAPPENINGS: Mapping[str, Callable[[Person], object]] = {
    "an hour passes": lambda one: one.stage.clock.advance(3600),
    "five minutes pass": lambda one: one.stage.clock.advance(301),
    "No is pressed in a while": lambda one: one.decide(yes=False),
    "Yes is pressed in a while": lambda one: one.decide(yes=True),
    "the factor is removed": Person.lose,
    "a factor is set up elsewhere": lambda one: one.stage.user.enroll("otp"),
    "ten codes were wrong": lambda one: one.spend("codes"),
    "too many messages were sent": lambda one: one.spend("messages"),
    "too many log in": lambda one: one.broken(429, "too_many_attempts", ""),
    "the account is blocked": lambda one: one.broken(401, "unauthorized", "user is blocked"),
}
