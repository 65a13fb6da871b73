"""Flows in this process's memory: for one process, and gone with it."""

from collections.abc import AsyncIterator, Callable
from heapq import heapify, heappop, heappush
from time import time

from attrs import define

from mfa_flow.machine.flow import Flow
from mfa_flow.stores.base import Entry, Lease, Parked
from mfa_flow.stores.codec import encode, refuse_what_is_no_json
from mfa_flow.stores.holding import Holding, parked
from mfa_flow.stores.lines import Lines
from mfa_flow.stores.record import Record, Stamp, Standing
from mfa_flow.wire.changing import changed

# How many deadlines that are over are seen to at each of a verb's two steps: more than it leaves behind, which is two
# at the most, and so few that no verb is dear when a million of them come due at once.
_SWEPT = 4


@define(weakref_slot=False)
class _Kept(Record):
    queued: float = 0.0  # its place in the queue of deadlines; an entry with another time is out of date

    @property
    def deadline(self) -> float:
        """When something of it is over: the content, or all."""
        return self.gone if self.content is None else min(self.expires, self.gone)


class MemoryStore:
    """``now`` tells the time in unix seconds; give it the client's clock where that is not the real one.

    A flow is forgotten when its time is over; nothing else grows. For the event loop of one thread.
    """

    def __init__(self, now: Callable[[], float] = time) -> None:
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._lines = Lines()

    def __len__(self) -> int:
        """How many flows are kept."""
        now = self._passed(len(self._deadlines))
        return sum(now < kept.expires for kept in self._kept.values())

    def hold(self, flow_id: str, lease: Lease, wait: float) -> Holding:
        """Take the flow, then look it up. Leaving without ``save`` changes nothing."""
        return Holding(self, self._lines, flow_id, lease, wait)

    async def load(self, flow_id: str) -> Parked:
        """What is kept of the flow."""
        now = self._passed()
        kept = self._found(flow_id, now)
        if kept is None:
            return Parked()
        flow, mark, _ = kept.standing(now)
        return parked(flow, mark)

    async def flows(self) -> AsyncIterator[Entry]:
        """Everything that is kept; the sizes are what the flows would take in another store, unsealed."""
        self._passed(len(self._deadlines))
        for flow_id, kept in list(self._kept.items()):
            size = len(encode(kept.content)) if kept.content else 0
            yield kept.entry(flow_id, size, self._now())

    async def forget(self, flow_id: str) -> bool:
        """Drop what is kept of the flow; whether there was anything."""
        found = self._found(flow_id, self._passed())
        self._kept.pop(flow_id, None)
        return found is not None

    async def clear(self) -> int:
        """Drop everything; how many flows that was."""
        self._passed(len(self._deadlines))
        kept, self._kept, self._deadlines = self._kept, {}, []
        return len(kept)

    async def take(self, flow_id: str, owner: str, lease: Lease, patience: float) -> Standing | float:
        """What stands, now the owner's; or for how many seconds it is still another's."""
        now = self._passed()
        kept = self._found(flow_id, now)
        if kept is None:
            kept = self._kept[flow_id] = _Kept()
        found = kept.taken(owner, lease, now)
        if not kept.queued:
            self._queue(flow_id, kept, kept.until)
        return found

    async def put(self, flow_id: str, owner: str, stamp: Stamp | None, content: Flow, ttl: float) -> bool:
        """Keep it and let go, if nobody else was quicker."""
        now = self._passed()
        kept = self._found(flow_id, now) or _Kept()
        if not kept.may_save(owner, stamp, now):
            return False
        self._kept[flow_id] = kept
        kept.content, kept.stamp = content, owner
        kept.expires = kept.gone = now + ttl
        kept.owner = kept.lease = kept.mark = None
        kept.until = kept.seconds = 0.0
        self._queue(flow_id, kept, kept.gone)
        return True

    def leave(self, flow_id: str, owner: str, *, died: bool) -> None:
        """Let go, or leave the verb marked as interrupted."""
        kept, now = self._kept.get(flow_id), self._now()
        if kept is not None and kept.leave(owner, died, now):
            if kept.gone > now:
                self._queue(flow_id, kept, kept.deadline)
            else:
                del self._kept[flow_id]

    def pack(self, flow: Flow, version: int) -> Flow:
        """The flow itself. Raises StoreError where another store could not keep it."""
        refuse_what_is_no_json(flow)
        return changed(flow, version=version)

    def unpack(self, flow_id: str, content: Flow | None) -> Flow | None:
        """The flow itself."""
        return content

    def _queue(self, flow_id: str, kept: _Kept, at: float) -> None:
        """See that it is looked at no later than that."""
        if not kept.queued or at < kept.queued:
            kept.queued = at
            heappush(self._deadlines, (at, flow_id))
            if len(self._deadlines) > 2 * len(self._kept) + 64:
                self._deadlines = [(each.queued, name) for name, each in self._kept.items()]
                heapify(self._deadlines)

    def _found(self, flow_id: str, now: float) -> _Kept | None:
        """What is kept of it. What is over may wait to be taken away, and is nothing."""
        kept = self._kept.get(flow_id)
        return kept if kept is not None and now < kept.gone else None

    def _passed(self, most: int = _SWEPT) -> float:
        """The time; of what is over by now so many at most are forgotten. A deadline that was put off goes back into
        the queue."""
        now = self._now()
        while most and self._deadlines and self._deadlines[0][0] <= now:
            most -= 1
            deadline, flow_id = heappop(self._deadlines)
            kept = self._kept.get(flow_id)
            if kept is None or kept.queued != deadline:
                continue
            if kept.gone <= now:
                del self._kept[flow_id]
                continue
            if kept.expires <= now:
                kept.content = None
            kept.queued = kept.deadline
            heappush(self._deadlines, (kept.queued, flow_id))
        return now
