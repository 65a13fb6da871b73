"""A store that is opened anew for each thing it does, as a process does that was just started."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from attrs import define, field

from mfa_flow.stores.base import Entry, Held, Lease, Parked

OpenStore = Callable[[], Any]


@define
class _Open:
    """A store that is open, and how many use it."""

    store: Any
    users: int = 0


@define(eq=False)
class Reopened:
    """Opens a store by ``open_store()``, uses it and closes it, each time; who comes meanwhile uses the same.

    So it belongs to no event loop, and nobody has to close it. A test of it proves that the flow survives a restart
    between any two verbs.
    """

    open_store: OpenStore
    _open: dict[asyncio.AbstractEventLoop, _Open] = field(factory=dict, init=False, repr=False)

    def hold(self, flow_id: str, lease: Lease, wait: float) -> "_Holding":
        """Take the lease, then load. Raises what the store raises."""
        return _Holding(self, flow_id, lease, wait)

    async def load(self, flow_id: str) -> Parked:
        """What is stored."""
        async with self._opened() as store:
            found: Parked = await store.load(flow_id)
            return found

    async def flows(self) -> AsyncIterator[Entry]:
        """Everything that is stored."""
        async with self._opened() as store:
            found = [each async for each in store.flows()]
        for each in found:
            yield each

    async def forget(self, flow_id: str) -> bool:
        """Drop a flow; whether there was anything."""
        async with self._opened() as store:
            return bool(await store.forget(flow_id))

    async def clear(self) -> int:
        """Drop everything; how many flows that was."""
        async with self._opened() as store:
            return int(await store.clear())

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Any]:
        store = self.enter()
        try:
            yield store
        finally:
            await self.leave()

    def enter(self) -> Any:
        """The store, open."""
        loop = asyncio.get_running_loop()
        if loop not in self._open:
            self._open[loop] = _Open(self.open_store())
        self._open[loop].users += 1
        return self._open[loop].store

    async def leave(self) -> None:
        """Close it, if nobody else uses it."""
        loop = asyncio.get_running_loop()
        self._open[loop].users -= 1
        if not self._open[loop].users:
            await self._open.pop(loop).store.aclose()


@define(eq=False)
class _Holding:
    """A flow that is held, in a store that is open for so long. Who dies in it leaves both, as a process does."""

    _stores: Reopened
    _flow_id: str
    _lease: Lease
    _wait: float
    _holding: Any = field(default=None, init=False)

    async def __aenter__(self) -> Held:
        self._holding = self._stores.enter().hold(self._flow_id, self._lease, self._wait)
        try:
            held: Held = await self._holding.__aenter__()
        except BaseException:
            await self._stores.leave()
            raise
        return held

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._holding.__aexit__(kind, error, trace)
        finally:
            await self._stores.leave()
