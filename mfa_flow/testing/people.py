"""The remembered world, apart from any wire: people, their authenticators, what was sent, what was tried.

A test may use it directly, and whoever is seeded as enrolled went through the same two steps as one who enrolled over
the wire: ``associate`` and ``confirm``.
"""

import re

from attrs import define, field, frozen

from mfa_flow.testing import totp
from mfa_flow.testing.buckets import Bucket
from mfa_flow.testing.mint import Mint

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KINDS = {"otp": "totp", "sms": "sms"}  # what people call a factor, and what its authenticators are called


def is_phone(text: str) -> bool:
    """Whether it is a phone number as E.164 writes it: a plus, then digits and nothing else."""
    return _E164.fullmatch(text) is not None


@define(eq=False)
class Authenticator:
    """One thing a person can prove to have. Unconfirmed ones stay, and pile up."""

    kind: str  # totp, sms, email or recovery-code
    id: str
    address: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    active: bool = False
    _used_steps: set[int] = field(factory=set, init=False, repr=False)

    def open_steps(self, now: float, window: int) -> list[int]:
        """The half minutes whose code would be taken now: this one, then its neighbours, less those used."""
        current = totp.step_at(now)
        near = sorted(range(current - window, current + window + 1), key=lambda step: (abs(step - current), -step))
        return [step for step in near if step not in self._used_steps]

    def shows(self, step: int) -> str:
        """The code that an authenticator app shows during that half minute."""
        return totp.code_of(self.secret or "", step)

    def redeem(self, code: str, now: float, window: int) -> bool:
        """Whether a TOTP's code is right. Each half minute's works once."""
        for step in self.open_steps(now, window):
            if self.shows(step) == code:
                self._used_steps = {used for used in self._used_steps if used >= step - 2 * window} | {step}
                return True
        return False


@frozen
class Association:
    """What enrolling gave: the new authenticator and, the first time ever, a recovery code."""

    authenticator: Authenticator
    recovery_code: str | None = field(default=None, repr=False)


@define(eq=False)
class User:
    """A person with a password. Passwords and numbers stay out of its ``repr``."""

    id: str
    email: str
    password: str = field(repr=False)
    phone: str | None = field(repr=False)
    mfa: bool
    _mint: Mint = field(repr=False)
    _recovery_codes: bool = field(repr=False)
    _own: list[Authenticator] = field(factory=list, init=False, repr=False)
    _mailbox: list[Authenticator] = field(factory=list, init=False, repr=False)
    failures: Bucket = field(factory=lambda: Bucket(10, 360), init=False, repr=False)  # 10, one back every 6 minutes
    sms_sends: Bucket = field(factory=lambda: Bucket(10, 3600), init=False, repr=False)  # 10, one back every hour

    @property
    def authenticators(self) -> list[Authenticator]:
        """In the order they came, a recovery code after the first; a verified email last."""
        return [*self._own, *self._mailbox]

    @property
    def verified(self) -> bool:
        """Whether the email address is known to be theirs: that alone makes it an active authenticator."""
        return bool(self._mailbox)

    @property
    def enrolled(self) -> bool:
        """Whether a factor was enrolled and proved. Neither an email nor a recovery code counts as one."""
        return any(each.active for each in self.of_kind("totp", "sms"))

    @property
    def otp_secret(self) -> str | None:
        """The newest authenticator app's secret."""
        return next((each.secret for each in self.of_kind("totp")), None)

    @property
    def recovery_code(self) -> str | None:
        """The one recovery code."""
        return next((each.secret for each in self.of_kind("recovery-code")), None)

    def of_kind(self, *kinds: str) -> list[Authenticator]:
        """Their authenticators of these kinds, newest first."""
        return [each for each in reversed(self._own) if each.kind in kinds]

    def verify_email(self) -> None:
        """The address is theirs: it is listed as active from now on, without having been associated."""
        if not self.verified:
            self._mailbox = [Authenticator("email", self._mint.device("email"), address=self.email, active=True)]

    def associate(self, factor: str, phone: str | None = None) -> Association:
        """Add an authenticator, unconfirmed as yet."""
        first = not self._own
        kind = _KINDS[factor]
        secret = self._mint.otp_secret() if kind == "totp" else None
        authenticator = Authenticator(kind, self._mint.device(kind), address=phone, secret=secret)
        self._own.append(authenticator)
        return Association(authenticator, self._recovery_code() if first and self._recovery_codes else None)

    def confirm(self, authenticator: Authenticator) -> None:
        """They proved to have it: it and the recovery code are good from now on."""
        for each in [authenticator, *self.of_kind("recovery-code")]:
            each.active = True

    def enroll(self, factor: str) -> None:
        """Both steps at once, for a seed. It sends nothing and uses up no code."""
        if factor not in _KINDS:
            raise ValueError(f"authenticators are any of {', '.join(_KINDS)}: not {factor!r}")
        if factor == "sms" and self.phone is None:
            raise ValueError("an sms authenticator needs a phone: give the user one")
        self.confirm(self.associate(factor, self.phone if factor == "sms" else None).authenticator)

    def redeem_otp(self, code: str, now: float, window: int) -> Authenticator | None:
        """The newest authenticator app that shows this code, its code being used up by asking."""
        return next((each for each in self.of_kind("totp") if each.redeem(code, now, window)), None)

    def _recovery_code(self) -> str:
        code = self._mint.recovery_code()
        self._own.append(Authenticator("recovery-code", self._mint.device("recovery-code"), secret=code))
        return code
