"""The stores at hand: each conforms, whatever opens and closes it."""

import pytest

from mfa_flow import App, Done, MfaClient
from mfa_flow.kit import Reopened, redis_server
from mfa_flow.stores import PLAINTEXT, SqliteStore
from mfa_flow.stores.conformance import CASES, check, named
from mfa_flow.testing import TenantTransport


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_store_that_is_opened_anew_conforms(case, tmp_path):
    """Opening and closing for each thing it does changes nothing of what a store does."""
    await check(case, lambda now: Reopened(lambda: SqliteStore(tmp_path / "flows.db", seal=PLAINTEXT, now=now)))


async def test_a_flow_in_each_store(mfa_store, mfa_app, mfa_tenant, mfa_account):
    """A login whose every verb is another client's, as after a restart; afterwards it is listed, forgotten, cleared."""
    bo = mfa_account("sms")

    def mfa():
        return MfaClient(mfa_app, store=mfa_store, transport=TenantTransport(mfa_tenant), clock=mfa_tenant.clock)

    choose = await mfa().flow("bo").login(bo.email, bo.password)
    ask = await mfa().flow("bo").challenge(choose.challenge[0])
    assert isinstance(await mfa().flow("bo").confirm(bo.code(ask)), Done)
    assert ["bo"] == [entry.flow_id async for entry in mfa_store.flows()]
    assert [True, False, 0] == [await mfa_store.forget("bo"), await mfa_store.forget("bo"), await mfa_store.clear()]


async def test_each_test_has_an_empty_one(mfa_store):
    """What another test left in it is not there."""
    assert [] == [entry async for entry in mfa_store.flows()]


def test_a_server_that_does_not_answer(monkeypatch, tmp_path):
    """A program that is no Redis server is told after a while, and is stopped."""
    monkeypatch.setattr(redis_server, "_READY", 0.1)
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 60\n")
    mute.chmod(0o700)
    with pytest.raises(TimeoutError, match="redis-server does not answer"), redis_server.running(str(mute)):
        pass


def test_a_server_that_ends(tmp_path):
    """One that cannot run is told at once, with what it said."""
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such option\nexit 3\n")
    broken.chmod(0o700)
    with (
        pytest.raises(RuntimeError, match="redis-server ended with 3: no such option"),
        redis_server.running(str(broken)),
    ):
        pass


def test_where_there_is_none(monkeypatch):
    """Neither on the PATH nor in a package: None."""
    monkeypatch.setattr(redis_server.shutil, "which", lambda name: None)
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    assert redis_server.found() is None


def test_the_app_is_the_demo_s(mfa_app):
    """It is an application that each tenant knows."""
    assert App("tenant.example", "demo-client", "demo-secret") == mfa_app
