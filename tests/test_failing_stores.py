"""A store that fails while a call is in the air: nothing issued is lost. One that fails before: nothing is sent."""

import asyncio
import os
import sqlite3
import subprocess
import tempfile
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
import redis.asyncio
from redis_servers import RedisServer
from stopping import Line

from mfa_flow import App, Done, MfaClient, StoreError
from mfa_flow.stores import RedisStore, Seal, SqliteStore
from mfa_flow.testing import TenantTransport

APP = App("tenant.example", "demo-client", "demo-secret")
BO, CY, PASSWORD, PHONE = "bo@example.com", "cy@example.com", "pw", "+15551230042"
SEAL = Seal(Seal.generate_key())


@asynccontextmanager
async def full(folder, now):
    """A disk of one megabyte, and what fills it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)  # noqa: ASYNC221 - a moment

    async def fill():
        (folder / "more").write_bytes(b"x" * (os.statvfs(folder).f_bavail * 4096))

    try:
        async with SqliteStore(folder / "flows.db", seal=SEAL, now=now) as store:
            yield store, fill, "the disk is full"
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: ASYNC221


@asynccontextmanager
async def locked(folder, now):
    """A file, and another process that locks it."""
    with closing(sqlite3.connect(folder / "flows.db", isolation_level=None)) as other:

        async def lock():
            other.execute("BEGIN IMMEDIATE")

        async with SqliteStore(folder / "flows.db", seal=SEAL, now=now) as store:
            yield store, lock, "is locked by another process"


@asynccontextmanager
async def served(folder, now, told, spoil):
    """A server, and what becomes of it."""
    server = RedisServer(folder).start()
    try:
        async with RedisStore(server.url, seal=SEAL, now=now) as store:
            yield store, lambda: spoil(server), told
    finally:
        server.kill()


async def _killed(server):
    server.kill()


async def _made_a_replica(server):
    async with redis.asyncio.from_url(server.url) as client:
        await client.replicaof("127.0.0.1", "1")


async def _restarted(server):
    server.kill()
    server.start()


def gone(folder, now):
    """A server that goes away."""
    return served(folder, now, "cannot be reached, or went away", _killed)


def replica(folder, now):
    """A server that becomes a read-only replica."""
    return served(folder, now, "is a read-only replica", _made_a_replica)


ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root mounts")
TROUBLES = [pytest.param(full, marks=ROOT_ONLY), locked, gone, replica]


@pytest.fixture
def folder():
    """A folder whose name is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="mfa", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nobody waits long."""
    monkeypatch.setitem(SqliteStore._asked.__kwdefaults__, "patience", 0.01)
    monkeypatch.setattr("mfa_flow.client.BUSY_AFTER", 0.01)


@pytest.fixture
def tenant(mfa_tenant):
    """A tenant at which Bo has a phone, and Cy nothing yet."""
    mfa_tenant.users.add(BO, PASSWORD, phone=PHONE, authenticators=["sms"])
    mfa_tenant.users.add(CY, PASSWORD)
    return mfa_tenant


async def asked(flow, tenant, factor):
    """The verb that is to come, and what is given with it, when all before it was done."""
    if factor == "enroll":
        await flow.login(CY, PASSWORD)
        return flow.enroll, ("otp",)
    choose = await flow.login(BO, PASSWORD)
    await flow.challenge(next(one for one in choose.challenge if one.factor == factor))
    return flow.confirm, (tenant.inbox.code(PHONE) if factor == "sms" else tenant.users[BO].recovery_code,)


async def in_the_air(tenant, store, factor, spoil):
    """A verb during which the store fails."""
    line = Line(TenantTransport(tenant))
    async with MfaClient(APP, transport=line, clock=tenant.clock, store=store) as mfa:
        verb, given = await asked(mfa.flow("f"), tenant, factor)
        line.stop = "after"
        running = asyncio.create_task(verb(*given))
        await line.reached.wait()
        await spoil()
        line.stop = None
        line.freed.set()
        return await running


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("factor", ["sms", "recovery", "enroll"])
async def test_what_was_issued_is_in_the_error(tenant, folder, trouble, factor):
    """Tokens, the replaced recovery code, and the codes of an enrolment reach the caller; the error hides them."""
    async with trouble(folder, tenant.clock.now) as (store, spoil, told):
        with pytest.raises(StoreError, match=told) as caught:
            await in_the_air(tenant, store, factor, spoil)
        prompt = caught.value.prompt
    if factor == "enroll":
        [issued] = prompt.recovery_codes
        assert tenant.users[CY].recovery_code == issued
    elif factor == "recovery":
        issued = prompt.recovery_code
        assert tenant.users[BO].recovery_code == issued
    else:
        issued = prompt.tokens.access_token
    assert issued not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_nothing_is_sent_without_a_hold(tenant, folder, trouble):
    """A store that cannot hold the flow: the verb fails before anything is spent."""
    async with trouble(folder, tenant.clock.now) as (store, spoil, _):
        line = Line(TenantTransport(tenant))
        async with MfaClient(APP, transport=line, clock=tenant.clock, store=store) as mfa:
            verb, given = await asked(mfa.flow("f"), tenant, "sms")
            sent = len(tenant.requests)
            await spoil()
            with pytest.raises(StoreError):
                await verb(*given)
        assert sent == len(tenant.requests)


async def test_a_server_that_was_restarted_empty(tenant, folder):
    """It keeps what comes of the verb that was in the air: the flow goes on from there."""
    async with served(folder, tenant.clock.now, None, _restarted) as (store, spoil, _):
        assert isinstance(await in_the_air(tenant, store, "sms", spoil), Done)
        async with MfaClient(APP, transport=Line(TenantTransport(tenant)), clock=tenant.clock, store=store) as mfa:
            assert isinstance(await mfa.flow("f").look(), Done)


async def test_a_lock_that_ends(tenant, folder):
    """Once the file is free again the flow is there, says what was cut off, and goes on."""
    file = folder / "flows.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:

        async def lock():
            other.execute("BEGIN IMMEDIATE")

        async with SqliteStore(file, seal=SEAL, now=tenant.clock.now) as store:
            with suppress(StoreError):
                await in_the_air(tenant, store, "sms", lock)
            other.execute("ROLLBACK")
            tenant.clock.advance(60)
            line = Line(TenantTransport(tenant))
            async with MfaClient(APP, transport=line, clock=tenant.clock, store=store) as mfa:
                assert "confirm" == (await mfa.flow("f").look()).interrupted
                assert (await mfa.flow("f").resend()).interrupted is None
                assert isinstance(await mfa.flow("f").confirm(tenant.inbox.code(PHONE)), Done)
