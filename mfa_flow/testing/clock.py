"""Time as a value that tests move: a clock that stands still until told, or follows the wall's from where it stands.

Sleepers remember their own event loop. The clock holds none, so one clock may serve several loops, one after the
other or at once.
"""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from attrs import define, field

from mfa_flow.testing.bell import Bell


def _exact(seconds: float) -> float:
    """To the microsecond, so that 2 seconds and 3 more are 5, whatever floats think."""
    return round(float(seconds), 6)


@define(eq=False)
class _Sleeper:
    until: float
    moved: asyncio.Event = field(factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(factory=asyncio.get_running_loop)

    def wake(self) -> None:
        """Let it look at the clock again."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.moved.set)


class Clock:
    """Stands still unless it ``follows``; ``advance`` moves it and wakes whoever slept until then."""

    def __init__(self, start: float | None = None, *, follows: bool = False) -> None:
        """``start`` is in Unix seconds; left out, it is the present."""
        self._time = _exact(time.time() if start is None else start)
        self._since = time.time() if follows else None  # what the wall showed when it began to follow
        self._sleepers: set[_Sleeper] = set()
        self._bell = Bell()

    @property
    def follows(self) -> bool:
        """Whether it goes on by itself, as the wall's does."""
        return self._since is not None

    def now(self) -> float:
        """Unix seconds."""
        since = self._since
        return self._time if since is None else self._time + time.time() - since

    def advance(self, seconds: float) -> float:
        """Move on, wake those whose time has come, and say what time it is now."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"a clock only moves forward, by a finite number of seconds: not by {seconds}")
        self._time = _exact(self._time + seconds)
        self._moved()
        return self.now()

    def freeze(self) -> float:
        """Stand still from now on, and say at what time."""
        self._time, self._since = _exact(self.now()), None
        self._moved()
        return self._time

    def follow(self) -> float:
        """Go on from here by itself, as fast as the wall's. It makes up for no time that it stood still."""
        self._time, self._since = _exact(self.now()), time.time()
        self._moved()
        return self.now()

    def put_back(self, to: float) -> float:
        """Show an earlier time again: for who puts a whole world back. Nobody else has use for it."""
        for sleeper in tuple(self._sleepers):  # who sleeps has as long to sleep as before
            sleeper.until = _exact(sleeper.until + to - self.now())
        self._time, self._since = _exact(to), None if self._since is None else time.time()
        self._moved()
        return self.now()

    def listening(self, listener: Callable[[], object]) -> AbstractContextManager[None]:
        """Call ``listener`` each time the clock is told something, for as long as the block lasts."""
        return self._bell.listening(listener)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock shows ``seconds`` more than now. Always lets others run once.

        A clock that stands still is moved on by who sleeps, once that much real time has passed and nobody else moved
        it: so a test that forgets to advance is slow, and never hangs.
        """
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
        while (left := sleeper.until - self.now()) > 0:
            try:
                async with asyncio.timeout(left):
                    await sleeper.moved.wait()
            except TimeoutError:
                self._catch_up(sleeper.until)
            sleeper.moved.clear()

    def _catch_up(self, until: float) -> None:
        behind = until - self.now()
        if behind > 0 and not self.follows:
            self.advance(behind)

    def _moved(self) -> None:
        for sleeper in list(self._sleepers):
            sleeper.wake()
        self._bell.ring()
