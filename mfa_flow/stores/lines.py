"""Lines: within an event loop those who want a flow ask the store one at a time, in the order in which they came."""

import asyncio
from collections import deque

from attrs import define, field

# An event loop, and a flow's id. Loops of several threads share a store, but nobody to wait for.
Place = tuple[asyncio.AbstractEventLoop, str]


@define(eq=False)
class Line:
    """The line for one flow. Its first asks the store; ``rung`` tells it that the flow was let go meanwhile."""

    waiting: "deque[asyncio.Future[None]]" = field(factory=deque)
    rung: bool = False
    bell: "asyncio.Future[None] | None" = None

    async def pause(self, seconds: float) -> None:
        """Wait that long, or until the flow is let go."""
        self.bell = asyncio.get_running_loop().create_future()
        await asyncio.wait([self.bell], timeout=seconds)
        self.bell = None


@define(eq=False)
class Lines:
    """The lines of a store. There is none for a flow that nobody waits for."""

    _lines: dict[Place, Line] = field(factory=dict, init=False)

    def enter(self, place: Place) -> Line | None:
        """The line, if it is new and one stands first in it; else one has to ``join`` it."""
        if place in self._lines:
            return None
        line = self._lines[place] = Line()
        return line

    async def join(self, place: Place, until: float) -> Line:
        """Stand in line, until one is the first. Raises TimeoutError when ``until`` (in the loop's time) is past."""
        line = self._lines[place]
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        try:
            async with asyncio.timeout_at(until):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.leave(place, line)
            raise
        return line

    def leave(self, place: Place, line: Line) -> None:
        """Make way for the next; the last one takes the line away."""
        while line.waiting:
            turn = line.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._lines[place]

    def ring(self, place: Place) -> None:
        """Tell the first in line that the flow was let go."""
        if (line := self._lines.get(place)) is not None:
            line.rung = True
            if line.bell is not None and not line.bell.done():
                line.bell.set_result(None)
