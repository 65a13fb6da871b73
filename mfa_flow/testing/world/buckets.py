"""A token bucket kept as one number: the moment at which it would be full again."""

import math

from attrs import define, field

_ROUNDING = 1e-6  # seconds; a sum of floats must not make the sixth minute late


@define
class Bucket:
    """``capacity`` takes at once, then one more every ``every`` seconds."""

    capacity: int
    every: float
    full_at: float = field(default=0.0, init=False)  # as good as new from then on

    def has_one(self, now: float) -> bool:
        """Whether a take would succeed."""
        return self.wait(now) <= 0

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        if not self.has_one(now):
            return False
        self.full_at = max(now, self.full_at) + self.every
        return True

    def wait(self, now: float) -> float:
        """Seconds until a take would succeed."""
        return max(0.0, self.full_at - now - (self.capacity - 1) * self.every - _ROUNDING)

    def left(self, now: float) -> int:
        """How many takes are left."""
        missing = max(0.0, self.full_at - now - _ROUNDING) / self.every
        return self.capacity - math.ceil(missing)

    def is_full(self, now: float) -> bool:
        """Whether it is as good as new, and may be forgotten."""
        return self.full_at <= now
