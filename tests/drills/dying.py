"""Processes that die: a client whose process is killed, by its own hand, at one of four points of a verb."""

import os
import signal
from contextlib import asynccontextmanager
from time import time

from attrs import frozen

from mfa_flow import App, MfaClient, MfaFlowError
from mfa_flow.stores import RedisStore, Seal, SqliteStore
from mfa_flow.transport import AiohttpTransport

POINTS = ("before sending", "after sending", "before saving", "after saving")


def die():
    """End at once: nothing is closed, flushed, or said."""
    os.kill(os.getpid(), signal.SIGKILL)


@frozen
class Later:
    """The real time, and some seconds more: a process that lives that much later."""

    seconds: float

    def now(self):
        """Unix seconds."""
        return time() + self.seconds

    async def sleep(self, seconds):
        """No drill waits."""
        raise AssertionError(f"a drill was asked to wait {seconds} s")


@frozen
class DyingTransport:
    """Dies before the first request, or when it has taken effect and nobody has read the answer."""

    to: AiohttpTransport
    at: str | None

    async def send(self, call):
        """The answer."""
        if self.at == "before sending":
            die()
        reply = await self.to.send(call)
        if self.at == "after sending":
            die()
        return reply

    async def aclose(self):
        """Close the connections."""
        await self.to.aclose()


@frozen
class DyingStore:
    """Dies when it is about to save, or has saved."""

    to: object
    at: str | None

    @asynccontextmanager
    async def hold(self, *given):
        """Hold."""
        async with self.to.hold(*given) as held:
            yield _DyingHeld(held, self.at)

    async def load(self, flow_id):
        """Load."""
        return await self.to.load(flow_id)


@frozen
class _DyingHeld:
    to: object
    at: str | None

    @property
    def parked(self):
        return self.to.parked

    async def save(self, *given):
        if self.at == "before saving":
            die()
        await self.to.save(*given)
        if self.at == "after saving":
            die()


def opened(where, key, now):
    """A store: an address of Redis, or the path of a file."""
    kind = RedisStore if "://" in where else SqliteStore
    return kind(where, seal=Seal(key), now=now)


async def one_verb(where, key, tenant, later, at, flow_id, verb, given, details):
    """One message of one flow, in a process of its own, that many seconds later; the prompt as JSON, or the error."""
    clock = Later(later)
    async with opened(where, key, clock.now) as store:
        transport = DyingTransport(AiohttpTransport(tenant), at)
        app = App(tenant, "demo-client", "demo-secret")
        async with MfaClient(app, store=DyingStore(store, at), transport=transport, clock=clock) as mfa:
            try:
                prompt = await getattr(mfa.flow(flow_id), verb)(*given, **details)
            except MfaFlowError as error:
                return {"error": type(error).__name__, "told": str(error)}
            return {"prompt": prompt.to_json(tokens=True)}
