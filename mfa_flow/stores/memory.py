"""Flows in this process's memory: for one process, and gone with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from time import time

from attrs import define, evolve, field

from mfa_flow.errors import Busy, Conflict
from mfa_flow.machine.flow import Flow
from mfa_flow.stores.base import Parked


@define
class _Kept:
    flow: Flow
    until: float
    queued: float  # its place in the queue of deadlines; an entry with another time is out of date


@define(eq=False)
class _Turn:
    """Who may move a flow; ``wanted`` counts those that hold it or wait, so that none outlives its use."""

    lock: asyncio.Lock = field(factory=asyncio.Lock)
    wanted: int = 0


@define
class _Held:
    parked: Parked
    _store: "MemoryStore"

    async def save(self, flow: Flow, ttl: float) -> None:
        self._store.put(self.parked.flow, flow, ttl)


class MemoryStore:
    """``now`` tells the time in unix seconds; give it the client's clock where that is not the real one.

    A flow is forgotten when its time is over; nothing else grows.
    """

    def __init__(self, now: Callable[[], float] = time) -> None:
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._turns: dict[str, _Turn] = {}
        self._deadlines: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """How many flows are kept."""
        self._forget()
        return len(self._kept)

    @asynccontextmanager
    async def hold(self, flow_id: str, verb: str, wait: float) -> AsyncIterator[_Held]:
        """Take the flow's turn, then look it up."""
        turn = self._turns.setdefault(flow_id, _Turn())
        turn.wanted += 1
        try:
            await self._take(turn, flow_id, wait)
            try:
                yield _Held(await self.load(flow_id), self)
            finally:
                turn.lock.release()
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[flow_id]

    async def load(self, flow_id: str) -> Parked:
        """What is kept of the flow."""
        self._forget()
        kept = self._kept.get(flow_id)
        return Parked(kept.flow if kept else None)

    async def _take(self, turn: _Turn, flow_id: str, wait: float) -> None:
        if turn.wanted == 1:
            await turn.lock.acquire()
            return
        try:
            async with asyncio.timeout(wait):
                await turn.lock.acquire()
        except TimeoutError:
            raise Busy(f"another message of flow {flow_id!r} is still being worked on after {wait:g} s") from None

    def put(self, before: Flow | None, flow: Flow, ttl: float) -> None:
        """Keep ``flow`` if nothing took the place of ``before`` meanwhile."""
        found = self._kept.get(flow.id)
        if found is not None and found.flow is not before:
            raise Conflict(f"flow {flow.id!r} was changed meanwhile; what is stored stands")
        until = self._now() + ttl
        queued = until if found is None else min(until, found.queued)
        self._kept[flow.id] = _Kept(evolve(flow, version=flow.version + 1), until, queued)
        if found is None or queued < found.queued:
            heappush(self._deadlines, (queued, flow.id))

    def _forget(self) -> None:
        """Forget what is over. A deadline that was put off meanwhile goes back into the queue."""
        now = self._now()
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, flow_id = heappop(self._deadlines)
            kept = self._kept.get(flow_id)
            if kept is None or kept.queued != deadline:
                continue
            if kept.until <= now:
                del self._kept[flow_id]
            else:
                kept.queued = kept.until
                heappush(self._deadlines, (kept.until, flow_id))
