"""What is in the air: the same answer given twice at once is one request, with one result for both."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from attrs import define, field

Result = TypeVar("Result")


@define(eq=False)
class _Shared(Generic[Result]):
    task: "asyncio.Task[Result]"
    ids: list[str]
    sharers: int = 0


@define(eq=False)
class InFlight(Generic[Result]):
    """Work in the air, by key. It is called off when the last of those who wait for it is."""

    _shared: dict[Hashable, _Shared[Result]] = field(factory=dict, init=False, repr=False)

    async def share(
        self, key: Hashable, once: str | None, work: Callable[[Collection[str]], Coroutine[Any, Any, Result]]
    ) -> Result:
        """The result of the work of this key, begun now unless it is in the air already.

        The work is given the message ids of all who share it, those included that come while it is in the air.
        """
        shared = self._shared.get(key)
        if shared is None:
            ids: list[str] = []
            shared = self._shared[key] = _Shared(asyncio.create_task(work(ids)), ids)
            shared.task.add_done_callback(lambda task: self._landed(key, task))
        shared.sharers += 1
        if once is not None and once not in shared.ids:
            shared.ids.append(once)
        try:
            return await asyncio.shield(shared.task)
        except asyncio.CancelledError:
            if shared.sharers == 1 and not shared.task.done():
                self._landed(key, shared.task)
                shared.task.cancel()
                await asyncio.wait([shared.task])
                # Whatever its clean-up raised, nobody waits for it any more.
                _ = shared.task.cancelled() or shared.task.exception()
            raise
        finally:
            shared.sharers -= 1

    def _landed(self, key: Hashable, task: "asyncio.Task[Result]") -> None:
        if key in self._shared and self._shared[key].task is task:
            del self._shared[key]
