"""Stores to test: each kind on data of its own, opened as often as a test likes, by a clock that stands still."""

import functools
import tempfile
import time
from pathlib import Path
from secrets import token_hex

import pytest
from attrs import define, field
from redis_servers import RedisServer

from mfa_flow.stores import MemoryStore, RedisStore, Seal, SqliteStore

SEAL = Seal(Seal.generate_key())
KINDS = ("memory", "sqlite", "redis")


@pytest.fixture(scope="session")
def redis_folder():
    """A folder whose name is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def redis_server(redis_folder):
    """One server for all tests; each uses a prefix of its own."""
    server = RedisServer(redis_folder).start()
    yield server
    server.kill()


@define(eq=False)
class Opener:
    """Opens stores on the same data."""

    kind: str
    folder: Path
    server: RedisServer | None
    seal: object = SEAL
    prefix: str = field(factory=lambda: f"t{token_hex(6)}:")
    opened: list = field(factory=list)
    _memory: object = field(factory=lambda: functools.cache(MemoryStore))

    def __call__(self, now=None):
        """Another one, as another process has it."""
        given = {} if now is None else {"now": now}
        if self.kind == "memory":
            store = self._memory(now or time.time)
        elif self.kind == "sqlite":
            store = SqliteStore(self.folder / "flows.db", seal=self.seal, **given)
        else:
            store = RedisStore(self.server.url, seal=self.seal, prefix=self.prefix, **given)
        self.opened.append(store)
        return store

    async def aclose(self):
        """Close all that were opened."""
        for store in self.opened:
            if hasattr(store, "aclose"):
                await store.aclose()


def opener(request, kind, folder, **more):
    """An opener of this kind."""
    server = request.getfixturevalue("redis_server") if kind == "redis" else None
    return Opener(kind, folder, server, **more)


@pytest.fixture(params=KINDS)
async def opens(request, tmp_path):
    """An opener of each kind."""
    found = opener(request, request.param, tmp_path)
    yield found
    await found.aclose()


@pytest.fixture
async def store(opens, mfa_clock):
    """A store of each kind, by a clock that stands still."""
    return opens(mfa_clock.now)


@pytest.fixture
async def other(opens, mfa_clock, store):
    """The same store, as another process has it."""
    return opens(mfa_clock.now)


@pytest.fixture(params=["sqlite", "redis"])
async def kept_open(request, tmp_path):
    """An opener of each kind that outlives its process."""
    found = opener(request, request.param, tmp_path)
    yield found
    await found.aclose()
