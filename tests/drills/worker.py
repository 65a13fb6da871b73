"""A worker of a crowd: takes messages from a socket, many at once, until it is killed."""

import asyncio
import json
import os
import time
from contextvars import ContextVar

from attrs import evolve, frozen

from drills.counting import MARK
from drills.dying import opened
from mfa_flow import App, MfaClient, MfaFlowError
from mfa_flow.transport import AiohttpTransport

MESSAGE = ContextVar("message")
# Seconds an exchange may take; with it a lease lasts some twenty-six of the crowd's seconds.
TIMEOUT = 0.8


@frozen
class Fast:
    """Time that runs faster than the real one since ``zero``, so that leases run out soon."""

    zero: float
    speed: float

    def now(self):
        """Unix seconds."""
        return self.zero + (time.time() - self.zero) * self.speed

    async def sleep(self, seconds):
        """So many of its seconds."""
        await asyncio.sleep(seconds / self.speed)


@frozen
class Marked:
    """Tells the tenant which message a request is of."""

    to: AiohttpTransport
    longest: float = TIMEOUT

    async def send(self, call):
        """The answer."""
        return await self.to.send(evolve(call, headers={**call.headers, MARK: MESSAGE.get()}))

    async def aclose(self):
        """Close the connections."""
        await self.to.aclose()


async def work(socket, where, key, tenant, zero, speed):
    """Serve until the other side is gone."""
    clock = Fast(zero, speed)
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(json.dumps({"pid": os.getpid()}).encode() + b"\n")
    transport = Marked(AiohttpTransport(tenant, timeout=TIMEOUT))
    app, tasks = App(tenant, "demo-client", "demo-secret"), set()
    async with (
        opened(where, key, clock.now) as store,
        MfaClient(app, store=store, transport=transport, clock=clock) as mfa,
    ):
        while line := await reader.readline():
            task = asyncio.create_task(_answer(mfa, writer, **json.loads(line)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def _answer(mfa, writer, number, flow_id, verb, given, details):
    MESSAGE.set(details.get("once", "nobody"))
    said = {"number": number, "error": None, "prompt": None}
    try:
        prompt = await getattr(mfa.flow(flow_id), verb)(*given, **details)
    except MfaFlowError as error:
        prompt = getattr(error, "prompt", None)
        said |= {"error": type(error).__name__, "told": str(error)}
    if prompt is not None:
        said["prompt"] = prompt.to_json(tokens=True)
    writer.write(json.dumps(said).encode() + b"\n")
