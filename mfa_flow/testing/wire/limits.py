"""The limit of a whole tenant: so many requests a second, whoever asks. It only counts, unless a knob says how many."""

import math

from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.texts import RATE_LIMITED, Refused
from mfa_flow.testing.world.buckets import Bucket

_UNLIMITED = 100_000


class RateLimit:
    """A bucket that fills up within a second."""

    def __init__(self, knobs: Knobs) -> None:
        self._shows, self._refuses = knobs.ratelimit_headers, bool(knobs.rate_limit)
        self._bucket = Bucket(limit := knobs.rate_limit or _UNLIMITED, 1 / limit)

    def take(self, now: float) -> None:
        """Refuse one too many, and say when to come again."""
        if self._bucket.take(now):
            return
        if self._refuses:
            raise Refused(RATE_LIMITED, headers={"retry-after": "1", **self._reset(now)})
        self._bucket = Bucket(_UNLIMITED, 1 / _UNLIMITED)  # a clock that stands still never fills it

    def headers(self, now: float) -> dict[str, str]:
        """What every answer says of it."""
        if not self._shows:
            return {}
        left = str(self._bucket.left(now))
        return {"x-ratelimit-limit": str(self._bucket.capacity), "x-ratelimit-remaining": left, **self._reset(now)}

    def _reset(self, now: float) -> dict[str, str]:
        return {"x-ratelimit-reset": str(math.floor(now) + 1)}
