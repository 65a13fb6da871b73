"""``mfa-flow flows``: what rests in a store, listed and dropped without its key."""

import asyncio
from contextlib import suppress
from secrets import token_hex

import pytest
from redis_servers import RedisServer
from typer.testing import CliRunner

from mfa_flow.cli.app import app
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import Lease, RedisStore, Seal, SqliteStore
from mfa_flow.wire.secret import Secret

SEAL = Seal(Seal.generate_key())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("r")).start()
    yield server
    server.kill()


@pytest.fixture(params=["sqlite", "redis"])
def where(request, tmp_path):
    """The options that name a store with two flows and a login that was cut off, and how to open it."""
    if request.param == "sqlite":
        path = tmp_path / "flows.db"
        asyncio.run(fill(SqliteStore(path, seal=SEAL)))
        return ["--sqlite", str(path)]
    server, prefix = request.getfixturevalue("server"), f"{token_hex(4)}:"
    asyncio.run(fill(RedisStore(server.url, seal=SEAL, prefix=prefix)))
    return ["--redis", server.url, "--prefix", prefix]


async def fill(store):
    async with store:
        for flow_id in ("chat-1", "chat\n2"):
            async with store.hold(flow_id, Lease("login", 30), 5) as held:
                await held.save(Flow(id=flow_id, mfa_token=Secret("hush")), 600)
        with suppress(KeyboardInterrupt):
            async with store.hold("chat-3", Lease("login", 30), 5):
                raise KeyboardInterrupt


def run(*arguments):
    """How it ended, what it said, and what it said on the other stream."""
    ran = CliRunner().invoke(app, ["flows", *arguments])
    return ran.exit_code, ran.stdout, ran.stderr


def test_list(where):
    """Each flow is a line: id, end, size, and what was cut off. Strange ids do not break lines."""
    for action in ([], ["list"]):
        code, said, told = run(*action, *where)
        lines = sorted(line.split("\t") for line in said.splitlines())
        assert (0, "3 flows\n") == (code, told)
        assert ["'chat\\n2'", "chat-1", "chat-3"] == [line[0] for line in lines]
        assert ["no flow yet", "0 bytes", "login interrupted"] == lines[2][1:]
        assert all(line[1].endswith("Z") and line[2].endswith(" bytes") for line in lines[:2])
        assert "hush" not in said


def test_forget_and_clear(where):
    """One is dropped, and no more there; then all."""
    assert (0, "1 dropped\n", "") == run("forget", "chat-1", *where)
    assert (1, "", "error: there is no flow 'chat-1'\n") == run("forget", "chat-1", *where)
    assert (0, "2 dropped\n", "") == run("clear", *where)
    assert (0, "", "0 flows\n") == run(*where)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "say which store"),
        (["--sqlite", "a", "--redis", "redis://x"], "say which store"),
        (["drop", "--sqlite", "a"], "'drop' is none of list, clear, forget"),
        (["forget", "--sqlite", "a"], "forget takes the ID"),
        (["clear", "x", "--sqlite", "a"], "forget takes the ID"),
        (["--sqlite", "/nowhere/flows.db"], "there is no file /nowhere/flows.db"),
        (["--redis", "http://:hush@x"], "takes an address"),
        (["--redis", "unix:///nowhere/redis.sock"], "cannot be reached"),
    ],
    ids=str,
)
def test_what_cannot_be_done(arguments, told):
    """What makes no sense, or is not there, is an error of one line; nothing is made."""
    code, said, error = run(*arguments)
    assert (2, "", 1) == (code, said, error.count("\n"))
    assert told in error
    assert "hush" not in error
