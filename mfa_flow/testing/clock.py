"""Time as a value that tests move: a clock that stands still until told, and one that runs with the wall's.

Sleepers remember their own event loop. The clock holds none, so one clock may serve several loops, one after the
other or at once.
"""

import asyncio
import math
import time

from attrs import field, frozen


def _exact(seconds: float) -> float:
    """To the microsecond, so that 2 seconds and 3 more are 5, whatever floats think."""
    return round(float(seconds), 6)


@frozen(eq=False)
class _Sleeper:
    until: float
    woken: asyncio.Event = field(factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(factory=asyncio.get_running_loop)

    def wake(self) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.woken.set)


class Clock:
    """Stands still; ``advance`` moves it and wakes whoever slept until then."""

    def __init__(self, start: float | None = None) -> None:
        self._time = _exact(time.time() if start is None else start)
        self._sleepers: set[_Sleeper] = set()

    @property
    def follows(self) -> bool:
        """Whether it goes on by itself, as the wall's does."""
        return False

    def now(self) -> float:
        """Unix seconds."""
        return self._time

    def advance(self, seconds: float) -> float:
        """Move on, wake those whose time has come, and say what time it is now."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"a clock only moves forward, by a finite number of seconds: not by {seconds}")
        self._time = _exact(self._time + seconds)
        for sleeper in [each for each in self._sleepers if each.until <= self.now()]:
            sleeper.wake()
        return self.now()

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved past ``seconds`` from now. Always lets others run once."""
        await asyncio.sleep(0)
        if seconds <= 0:
            return
        sleeper = _Sleeper(_exact(self.now() + seconds))
        self._sleepers.add(sleeper)
        try:
            await self._rest(sleeper)
        finally:
            self._sleepers.discard(sleeper)

    async def _rest(self, sleeper: _Sleeper) -> None:
        await sleeper.woken.wait()


class RunningClock(Clock):
    """Follows the wall clock, ahead of it by whatever was advanced: for people, who wait for real."""

    def __init__(self) -> None:
        super().__init__(start=0)

    @property
    def follows(self) -> bool:
        """Always."""
        return True

    def now(self) -> float:
        """Unix seconds, plus what was advanced."""
        return time.time() + self._time

    async def _rest(self, sleeper: _Sleeper) -> None:
        while (left := sleeper.until - self.now()) > 0:
            try:
                await asyncio.wait_for(sleeper.woken.wait(), left)
            except TimeoutError:
                continue
