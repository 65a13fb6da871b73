"""The remembered world, apart from any wire: people, what they own, what they tried.

A test may use it directly, and whoever is seeded as enrolled went through the same two steps as one who enrolled over
the wire: ``associate`` and ``confirm``.
"""

import re
from collections.abc import Mapping, Sequence

from attrs import define, field, frozen

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.factors import EMAIL, OTP, RECOVERY, Factor, Factors
from mfa_flow.testing.world.mint import Mint

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_phone(text: str) -> bool:
    """Whether it is a phone number as E.164 writes it: a plus, then digits and nothing else."""
    return _E164.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether it could be an email address: one ``@`` with something on both sides, and no blanks."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None


@frozen
class House:
    """What all people of one tenant live by."""

    clock: Clock
    knobs: Knobs
    mint: Mint
    factors: Factors


@frozen
class Association:
    """What enrolling gave: the new authenticator and, the first time ever, a recovery code."""

    authenticator: Authenticator
    recovery_code: str | None = field(default=None, repr=False)


@define(eq=False)
class User:
    """A person with a password. Passwords and numbers stay out of its ``repr``. What is public may be changed."""

    id: str
    email: str
    password: str = field(repr=False)
    _house: House = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    mfa: bool = True  # whether a password alone is too little
    factors: int = 1  # how many different ones a login takes
    requirements: Mapping[str, Sequence[str]] | None = None  # types to challenge or enroll; None: as the tenant has it
    refresh_mfa: bool = False  # whether a refresh needs them too
    blocked: bool = False
    leaked: bool = False  # whether the password was in a breach
    wrong_passwords: int = field(default=0, init=False)
    failures: Bucket = field(factory=lambda: Bucket(10, 360), init=False, repr=False)  # 10, one back every 6 minutes
    recovery_failures: Bucket = field(factory=lambda: Bucket(10, 360), init=False, repr=False)
    _own: list[Authenticator] = field(factory=list, init=False, repr=False)
    _mailbox: list[Authenticator] = field(factory=list, init=False, repr=False)
    _purses: dict[str, Bucket] = field(factory=dict, init=False, repr=False)

    @property
    def authenticators(self) -> list[Authenticator]:
        """In the order they came, a recovery code after the first; a verified email last, unless enrolled as well.

        What was never confirmed may end, but for the recovery code: there is no second one.
        """
        ttl, now = self._house.knobs.pending_ttl, self._house.clock.now()
        stays = [each for each in self._own if each.active or each.factor is RECOVERY or not _is_over(each, ttl, now)]
        mine = [each.address for each in stays if each.active and each.factor is EMAIL]
        return [*stays, *(each for each in self._mailbox if each.address not in mine)]

    @property
    def verified(self) -> bool:
        """Whether the email address is known to be theirs: that alone makes it an active authenticator."""
        return bool(self._mailbox)

    @property
    def enrolled(self) -> bool:
        """Whether a factor was enrolled and proved. Neither a verified email nor a recovery code counts as one."""
        return any(each.active and each.factor is not RECOVERY for each in self._own)

    @property
    def types(self) -> set[str]:
        """The types of what they can prove."""
        return {each.factor.type for each in self.authenticators if each.active}

    @property
    def otp_secret(self) -> str | None:
        """The newest authenticator app's secret."""
        return next((each.secret for each in self.apps), None)

    @property
    def recovery_code(self) -> str | None:
        """The one recovery code."""
        return next((each.secret for each in self.of_kind("recovery-code")), None)

    @property
    def apps(self) -> list[Authenticator]:
        """The apps that show codes, newest first."""
        return [each for each in self.of_kind("totp") if each.provable]

    def of_kind(self, *kinds: str) -> list[Authenticator]:
        """Their authenticators of these kinds, newest first."""
        return [each for each in reversed(self.authenticators) if each.kind in kinds]

    def is_automatic(self, authenticator: Authenticator) -> bool:
        """Whether it is there only because the email is verified."""
        return authenticator in self._mailbox

    def purse(self, factor: Factor) -> Bucket:
        """How many messages they may still be sent. Some factors share one."""
        return self._purses.setdefault(factor.purse, Bucket(*factor.sends))

    def purses(self) -> dict[str, Bucket]:
        """The same for all factors that send messages, by what they share."""
        return {each.purse: self.purse(each) for each in self._house.factors if each.purse}

    def verify_email(self) -> None:
        """The address is theirs: it is listed as active from now on, without having been associated."""
        if not self.verified:
            device = self._house.mint.device("email")
            self._mailbox = [Authenticator(EMAIL, device, address=self.email, active=True)]

    def associate(self, factor: str, address: str | None = None) -> Association:
        """Add an authenticator and its twins, unconfirmed as yet."""
        first = not self._own
        made = self._made(self._house.factors.named(factor), address)
        for each in made:
            each.twins = [other for other in made if other is not each]
        self._own += made
        codes = self._house.knobs.recovery_codes_enabled
        return Association(made[0], self._recovery_code() if first and codes else None)

    def confirm(self, authenticator: Authenticator) -> None:
        """They proved to have it: it and the recovery code are good from now on."""
        for each in [authenticator, *self.of_kind("recovery-code")]:
            each.confirm()

    def remove(self, authenticator: Authenticator) -> None:
        """They have it no more, nor its twins."""
        gone = [authenticator, *authenticator.twins]
        self._own = [each for each in self._own if each not in gone]

    def forget(self, added: Association) -> None:
        """As if it had never been added."""
        self.remove(added.authenticator)
        if added.recovery_code is not None:
            self._own = [each for each in self._own if each.secret != added.recovery_code]

    def enroll(self, factor: str) -> None:
        """Both steps at once, for a seed. It sends nothing and uses up no code."""
        needs_phone = self._house.factors.named(factor).address == "phone_number"
        if needs_phone and self.phone is None:
            raise ValueError(f"the factor {factor} needs a phone: give the user one")
        self.confirm(self.associate(factor, self.phone if needs_phone else None).authenticator)

    def redeem_otp(self, code: str, now: float, window: int) -> Authenticator | None:
        """The newest authenticator app that shows this code, its code being used up by asking."""
        return next((each for each in self.apps if each.redeem(code, now, window)), None)

    def new_recovery_code(self) -> str:
        """The old one is used up; its entry stays."""
        code = self._house.mint.recovery_code()
        for each in self.of_kind("recovery-code"):
            each.secret = code
        return code

    def _made(self, factor: Factor, address: str | None) -> list[Authenticator]:
        """Phones share the rest of their id; the app of a push has an id and a secret of its own."""
        mint, now, made = self._house.mint, self._house.clock.now(), list[Authenticator]()
        for each in self._house.factors.with_twins(factor):
            secret = mint.otp_secret() if each is OTP else None
            shared = made and each is not OTP
            device = f"{each.kind}|{made[0].id.partition('|')[2]}" if shared else mint.device(each.kind)
            to = None if each is OTP else address or self.email
            made.append(Authenticator(each, device, to, secret, born=now))
        return made

    def _recovery_code(self) -> str:
        code = self._house.mint.recovery_code()
        device = self._house.mint.device("recovery-code")
        self._own.append(Authenticator(RECOVERY, device, secret=code, born=self._house.clock.now()))
        return code


def _is_over(pending: Authenticator, ttl: float | None, now: float) -> bool:
    return ttl is not None and now >= pending.born + ttl
