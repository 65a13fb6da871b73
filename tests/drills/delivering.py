"""A chat platform: delivers each message to one of several workers, and once more to another where one died."""

import asyncio
import itertools
import json
import os
import signal
import time
from contextlib import asynccontextmanager, suppress

from attrs import define, field, frozen


@frozen
class Answer:
    """What a worker said: a prompt (as JSON) or None, and the name of an error or None."""

    prompt: str | None
    error: str | None
    told: str = ""


class Died(Exception):
    """The worker that had the message is no more."""


@define(eq=False)
class _Worker:
    pid: int
    writer: asyncio.StreamWriter
    waiting: dict = field(factory=dict)


@define(eq=False)
class Platform:
    """``given`` is what each worker is begun with; ``random`` decides who gets what."""

    nursery: object
    given: dict
    random: object
    workers: list = field(factory=list)
    kills: int = 0
    answered: int = 0
    redelivered: int = 0
    slowest: float = 0.0
    _numbers: object = field(factory=itertools.count)
    _came: asyncio.Event = field(factory=asyncio.Event)
    _serving: set = field(factory=set)

    @asynccontextmanager
    async def open(self, socket, count):
        """With so many workers, for as long as the block lasts."""
        server = await asyncio.start_unix_server(self._connected, socket, limit=2**20)
        try:
            for _ in range(count):
                self._begin(socket)
            await self._there(count)
            yield self
            await self._there(count)
        finally:
            for worker in list(self.workers):
                self._end(worker)
            server.close()
            await asyncio.gather(*self._serving)

    def kill(self, socket):
        """Kill one of them, and begin another."""
        if self.workers:
            self._end(self.random.choice(self.workers))
            self.kills += 1
            self._begin(socket)

    async def deliver(self, flow_id, verb, *given, **details):
        """Until somebody has worked on it: the answer."""
        begun = time.monotonic()
        while True:
            try:
                answer = await self._asked(flow_id, verb, given, details)
            except Died:
                self.redelivered += 1
                continue
            self.answered += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)
            return answer

    async def _asked(self, flow_id, verb, given, details):
        await self._there(1)
        worker, number = self.random.choice(self.workers), next(self._numbers)
        order = {"number": number, "flow_id": flow_id, "verb": verb, "given": given, "details": details}
        answer = worker.waiting[number] = asyncio.get_running_loop().create_future()
        worker.writer.write(json.dumps(order).encode() + b"\n")
        return await answer

    async def _there(self, count):
        while len(self.workers) < count:
            self._came.clear()
            await self._came.wait()

    def _begin(self, socket):
        self.nursery.begin("drills.worker:work", socket=socket, **self.given)

    def _end(self, worker):
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        self._gone(worker)

    def _gone(self, worker):
        if worker in self.workers:
            self.workers.remove(worker)
        for answer in worker.waiting.values():
            if not answer.done():
                answer.set_exception(Died())
        worker.waiting.clear()

    async def _connected(self, reader, writer):
        self._serving.add(asyncio.current_task())
        worker = _Worker(json.loads(await reader.readline())["pid"], writer)
        self.workers.append(worker)
        self._came.set()
        with suppress(ConnectionError, ValueError):
            while line := await reader.readline():
                said = json.loads(line)
                answer = worker.waiting.pop(said["number"], None)
                if answer is not None and not answer.done():
                    answer.set_result(Answer(said["prompt"], said["error"], said.get("told", "")))
        self._gone(worker)
        writer.close()
