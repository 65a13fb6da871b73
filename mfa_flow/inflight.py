"""What is in the air: the same answer given twice at once is one request, with one result for both."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from attrs import define, field

Result = TypeVar("Result")
Work = Callable[[Collection[str]], Coroutine[Any, Any, Result]]


@define(eq=False)
class _Shared(Generic[Result]):
    task: "asyncio.Task[None] | None" = None
    ids: list[str] = field(factory=list)
    # One future for each who waits: ``asyncio.shield`` would do the same by three turns of the loop more.
    waiting: "list[asyncio.Future[Result]]" = field(factory=list)


@define(eq=False)
class InFlight(Generic[Result]):
    """Work in the air, by key. It is called off when the last of those who wait for it is."""

    _shared: dict[Hashable, _Shared[Result]] = field(factory=dict, init=False, repr=False)

    async def share(self, key: Hashable, once: str | None, work: Work[Result]) -> Result:
        """The result of the work of this key, begun now unless it is in the air already.

        The work is given the message ids of all who share it, those included that come while it is in the air.
        """
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = _Shared()
            shared.task = asyncio.create_task(self._run(key, shared, work))
        if once is not None and once not in shared.ids:
            shared.ids.append(once)
        mine: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        shared.waiting.append(mine)
        try:
            return await mine
        except asyncio.CancelledError:
            shared.waiting.remove(mine)
            if not mine.cancelled():
                mine.exception()  # it came in the same moment, and nobody wants to know any more
            if not shared.waiting and shared.task is not None and not shared.task.done():
                self._landed(key, shared)
                shared.task.cancel()
                await asyncio.wait([shared.task])
            raise

    async def _run(self, key: Hashable, shared: _Shared[Result], work: Work[Result]) -> None:
        """The work, and what comes of it for all who wait by then. What it raises when called off is nobody's."""
        try:
            result = await work(shared.ids)
        except asyncio.CancelledError:
            for each in shared.waiting:
                each.cancel()
        except BaseException as error:
            for each in shared.waiting:
                if not each.done():
                    each.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for each in shared.waiting:
                if not each.done():
                    each.set_result(result)
        finally:
            self._landed(key, shared)

    def _landed(self, key: Hashable, shared: _Shared[Result]) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]
