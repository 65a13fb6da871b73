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
            raise Refused(RATE_LIMITED, wait=1)
        self._bucket = Bucket(_UNLIMITED, 1 / _UNLIMITED)  # a clock that stands still never fills it

    def headers(self, now: float, wait: str | None = None) -> dict[str, str]:
        """What every answer says of it. One that says to wait says so here too, whatever the knob."""
        reset = {"x-ratelimit-reset": str(math.ceil(now + int(wait or 1)))}
        if not self._shows:
            return reset if wait else {}
        left = 0 if wait else self._bucket.left(now)
        return {"x-ratelimit-limit": str(self._bucket.capacity), "x-ratelimit-remaining": str(left), **reset}
