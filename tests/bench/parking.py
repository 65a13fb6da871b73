"""Flows that rest in a store, and what a verb costs among them. What comes before ``scale.py``."""

import asyncio
import gc
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import asynccontextmanager, closing
from enum import Enum
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import scene
from attrs import evolve, fields, has
from no_http import AtOnce
from redis import Redis
from stores.typical import TYPICAL

from mfa_flow import App, MfaClient
from mfa_flow.stores import Lease, MemoryStore, RedisStore, Seal, SqliteStore
from mfa_flow.stores.codec import decode, encode
from mfa_flow.wire.secret import Secret

STRIDE = 7919  # a prime: one flow after the other, from all over the store
LONG = 36_000  # seconds; longer than any of this takes
RIGHT = scene.ACCESS_TOKENS[0]
MINE = f"parked-{os.getpid()}"


def flow(number):
    """A typical flow of its own: nothing of it is another's."""
    token = f"{scene.MFA_TOKENS[number % scene.PEOPLE][:-8]}{number:08d}"
    rest = {"requirements": None, "asked_at": time.time(), "expires_at": time.time() + LONG}
    found = decode(encode(evolve(TYPICAL, id=f"chat-{number}", mfa_token=Secret(token), **rest)))
    used = next(each for each in found.authenticators if each == found.authenticator)
    return evolve(found, authenticator=used)  # one of the list, as it is where it was chosen from it


async def verb(store, number, made=None):
    """Hold and save."""
    async with store.hold(f"chat-{number}", Lease("confirm", 120, ("m1",)), 30) as held:
        await held.save(made or held.parked.flow, LONG)


async def filled(store, since, until):
    """Park flows."""
    for first in range(since, until, 500):
        await asyncio.gather(*(verb(store, number, flow(number)) for number in range(first, min(first + 500, until))))


def resident():
    """Bytes of memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def strings(value, seen):
    """Bytes of the strings in a value: what no way of keeping it could spare."""
    if isinstance(value, Enum) or id(value) in seen:
        return 0
    if isinstance(value, str):
        seen.add(id(value))
        return sys.getsizeof(value)
    if has(type(value)):
        return sum(strings(getattr(value, each.name), seen) for each in fields(type(value)))
    if isinstance(value, Mapping):
        return strings((*value.keys(), *value.values()), seen)
    return sum(strings(each, seen) for each in value) if isinstance(value, tuple) else 0


async def _among(store, parked):
    """Hold and save, somewhere among so many."""
    await filled(store, 0, parked)

    async def work(number):
        await verb(store, number * STRIDE % parked)
        return RIGHT

    return work


@asynccontextmanager
async def memory(url, parked):
    """In this process's memory. Like the others it tells how many bytes each of them took."""
    gc.collect()
    before = resident()
    work = await _among(MemoryStore(), parked)
    gc.collect()
    other, shared = flow(2), set()
    strings(other, shared)  # what two flows have in common is neither's own
    taken = (resident() - before) / parked
    beyond = taken - strings(flow(1), shared)
    work.told = {"told": f"{taken:,.0f} in the process, {beyond:,.0f} of them beyond its strings"}
    yield work


@asynccontextmanager
async def whole(url, parked):
    """The same with everything that is ours in a verb: another challenge, answered at once."""
    store = MemoryStore()
    await filled(store, 0, parked)
    async with MfaClient(App(url, **scene.CLIENT), store=store, transport=AtOnce()) as mfa:

        async def work(number):
            asked = await mfa.flow(f"chat-{number * STRIDE % parked}").challenge(TYPICAL.authenticator)
            return RIGHT if asked.kind == "ask_code" else asked.kind

        yield work


@asynccontextmanager
async def sqlite(url, parked, folder):
    """In a file, and in what SQLite keeps beside it."""
    path = Path(folder) / f"{MINE}.db"
    async with SqliteStore(path, seal=Seal(Seal.generate_key())) as store:
        work = await _among(store, parked)
        taken = sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))
        work.told = {"told": f"{taken / parked:,.0f} in the file"}
        yield work


@asynccontextmanager
async def passing(url, parked):
    """Where with each new flow an old one's time is over: what is kept in the end, beside those that stand."""
    clock = _Passing(parked)
    store = MemoryStore(now=clock)
    work = await _coming(store, clock)
    work.told = _left(len(store._kept))  # the length of the store takes away what is over
    yield work


@asynccontextmanager
async def sqlite_passing(url, parked, folder):
    """The same in a file."""
    path, clock = Path(folder) / f"{MINE}-passing.db", _Passing(parked)
    async with SqliteStore(path, seal=Seal(Seal.generate_key()), now=clock) as store:
        work = await _coming(store, clock)
        with closing(sqlite3.connect(path)) as file:
            work.told = _left(file.execute("SELECT count(*) FROM flows").fetchone()[0])
        yield work


class _Passing:
    """A time in which so many flows stand: each new one is later, by its part of the time they are kept for."""

    def __init__(self, parked):
        self.parked, self._now = parked, time.time()

    def __call__(self):
        return self._now

    def on(self):
        """A flow later."""
        self._now += LONG / self.parked


async def _coming(store, clock):
    """New flows, of which none stands when its id comes again."""
    made = [evolve(TYPICAL, id=f"chat-{number}") for number in range(2 * clock.parked)]

    async def work(number):
        clock.on()
        number %= len(made)
        await verb(store, number, made[number])
        return RIGHT

    for first in range(0, len(made), 100):
        await asyncio.gather(*map(work, range(first, min(first + 100, len(made)))))
    return work


def _left(kept):
    return {"told": f"{kept:,} kept"}


@asynccontextmanager
async def redis(url, parked, redis):
    """In a Redis server, under a prefix of its own. The few that others park meanwhile count with these."""
    server = Redis.from_url(redis)
    before = server.info("memory")["used_memory_rss"]
    async with RedisStore(redis, seal=Seal(Seal.generate_key()), prefix=f"{MINE}:") as store:
        work = await _among(store, parked)
        taken = server.info("memory")["used_memory_rss"] - before
        work.told = {"told": f"{taken / parked:,.0f} in the server"}
        yield work
