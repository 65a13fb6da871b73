"""Takes scripts to a Redis server: what is asked for while it is on its way goes together next time."""

import asyncio
from collections import defaultdict
from typing import Any

from attrs import define, field

from mfa_flow.errors import StoreError
from mfa_flow.stores.redis_client import is_unknown_script, told
from mfa_flow.stores.redis_scripts import Script

# How many scripts go together at the most.
TOGETHER = 128

Asked = tuple[Script, bytes, tuple[Any, ...], "asyncio.Future[Any]"]


@define(eq=False)
class Courier:
    """For one event loop. One batch is on its way at a time, so what was asked for first is done first."""

    _client: Any
    _waiting: list[Asked] = field(factory=list, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)

    def ask(self, script: Script, key: bytes, *arguments: Any) -> "asyncio.Future[Any]":
        """Have it done soon: the script's reply, or a StoreError. It is done whether or not anybody waits for it."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((script, key, arguments, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return answer

    async def idle(self) -> None:
        """Return when all that was asked for is done."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                try:
                    _answer(batch, await self._done(batch))
                finally:
                    _answer(batch, _stopped(batch))
        finally:
            self._task = None
            left, self._waiting = self._waiting, []
            _answer(left, _stopped(left))

    async def _done(self, batch: list[Asked]) -> list[Any]:
        """The replies; an exception in the place of a reply that did not come."""
        try:
            # A cluster pipelines no scripts.
            apart = len(batch) == 1 or hasattr(self._client, "get_node_from_key")
            return await (self._apart(batch) if apart else self._together(batch))
        except Exception as error:  # noqa: BLE001 - told to those who asked
            return [error for _ in batch]

    async def _together(self, batch: list[Asked]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as pipeline:
            for script, key, rest, _ in batch:
                pipeline.execute_command("EVALSHA", script.sha, 1, key, *rest)
            replies: list[Any] = await pipeline.execute(raise_on_error=False)
        again = set()
        for index, (asked, reply) in enumerate(zip(batch, replies, strict=True)):
            # What came after a script that did not run was too early. All may be run twice.
            if is_unknown_script(reply) or asked[1] in again:
                again.add(asked[1])
                replies[index] = await self._one(asked)
        return replies

    async def _apart(self, batch: list[Asked]) -> list[Any]:
        """Each key's scripts one after the other, those of different keys at once: they may be on different nodes."""
        replies: list[Any] = [None] * len(batch)
        by_key = defaultdict(list)
        for index, (_, key, _, _) in enumerate(batch):
            by_key[key].append(index)

        async def in_order(indices: list[int]) -> None:
            for index in indices:
                replies[index] = await self._one(batch[index])
                _answer([batch[index]], [replies[index]])  # a node that is away keeps nobody waiting for another

        await asyncio.gather(*map(in_order, by_key.values()))
        return replies

    async def _one(self, asked: Asked) -> Any:
        """The reply, or the error in its place; a server that was restarted is told the script anew."""
        script, key, rest, _ = asked
        try:
            return await self._client.execute_command("EVALSHA", script.sha, 1, key, *rest)
        except Exception as error:  # noqa: BLE001 - told to who asked
            if not is_unknown_script(error):
                return error
        try:
            return await self._client.execute_command("EVAL", script.text, 1, key, *rest)
        except Exception as error:  # noqa: BLE001 - told to who asked
            return error


def _stopped(batch: list[Asked]) -> list[Any]:
    return [StoreError("the Redis store was stopped before it answered") for _ in batch]


def _answer(batch: list[Asked], replies: list[Any]) -> None:
    for (_, _, _, answer), reply in zip(batch, replies, strict=True):
        if answer.done():
            continue
        if isinstance(reply, Exception):
            answer.set_exception(reply if isinstance(reply, StoreError) else told(reply))
        else:
            answer.set_result(reply)
