"""One thing a person can prove to have."""

from attrs import define, field

from mfa_flow.testing.world import totp
from mfa_flow.testing.world.factors import PUSH, Factor

DEVICE = "Simulated Phone"  # what a push authenticator is called, once it is one


@define(eq=False)
class Authenticator:
    """Unconfirmed ones stay, and pile up. Twins came together and go together."""

    factor: Factor
    id: str
    address: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    active: bool = False
    born: float = 0
    twins: list["Authenticator"] = field(factory=list, init=False, repr=False)
    _used_steps: set[int] = field(factory=set, init=False, repr=False)

    @property
    def kind(self) -> str:
        """totp, sms, voice, email, push or recovery-code."""
        return self.factor.kind

    @property
    def provable(self) -> bool:
        """Whether its own code counts: the app of a push shows none before the push was approved."""
        return self.active or not any(each.factor is PUSH for each in self.twins)

    def confirm(self) -> None:
        """It is good from now on, and so are its twins."""
        for each in [self, *self.twins]:
            each.active = True

    def open_steps(self, now: float, window: int) -> list[int]:
        """The half minutes whose code would be taken now: this one, then its neighbours, less those used."""
        current = totp.step_at(now)
        steps = range(max(0, current - window), current + window + 1)
        near = sorted(steps, key=lambda step: (abs(step - current), -step))
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
