"""The same flow with ``mfa_flow``, over each store; and its own parts without any HTTP."""

import os
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

import scene
import walks
from no_http import AtOnce
from scene import CLIENT, CODE, PASSWORD, PHONE, USERNAME

from mfa_flow import App, MfaClient
from mfa_flow.stores import RedisStore, Seal, SqliteStore
from mfa_flow.testing import Clock, Tenant

PEOPLE = 1000
SEAL = Seal(bytes(range(32)))  # the same in every process
MINE = f"chat-{os.getpid()}"


@asynccontextmanager
async def memory(url, **options):
    """Flows in memory, hooks off: what ``MfaClient(app)`` is."""
    async with MfaClient(App(url, **CLIENT), **options) as mfa:

        async def flow(number):
            handle = mfa.flow(f"{MINE}-{number}")
            choose = await handle.login(USERNAME, PASSWORD)
            await handle.challenge(next(each for each in choose.challenge if each.id == PHONE))
            return (await handle.confirm(CODE)).tokens.access_token

        yield flow


@asynccontextmanager
async def sqlite(url):
    """Flows sealed, in a file."""
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:
        async with SqliteStore(Path(folder) / "flows.db", seal=SEAL) as store, memory(url, store=store) as flow:
            yield flow


@asynccontextmanager
async def redis(url, redis):
    """Flows sealed, in a Redis server."""
    async with RedisStore(redis, seal=SEAL) as store, memory(url, store=store) as flow:
        yield flow


@asynccontextmanager
async def ours(url):
    """All that is ours: the answers are there at once, from memory."""
    async with memory(url, transport=AtOnce()) as flow:
        yield flow


@asynccontextmanager
async def tenant(url):
    """A login at the simulated tenant, in process. Only its four answers count, not what the client does."""
    there = _Timed(Tenant(clock=Clock()))
    walks.people(there, PEOPLE, "sms")

    async def flow(number):
        walks.walk(there, number % PEOPLE)
        there.clock.advance(walks.PAUSE)
        return scene.ACCESS_TOKENS[0]  # the walk itself has seen its token

    flow.clock = lambda: there.spent
    yield flow


class _Timed:
    """A tenant, and the CPU its answers took."""

    def __init__(self, real):
        self._real, self.spent = real, 0.0

    def __getattr__(self, name):
        return getattr(self._real, name)

    def answer(self, call):
        """Its answer."""
        began = time.process_time()
        reply = self._real.answer(call)
        self.spent += time.process_time() - began
        return reply
