"""Observers are told of every move once it is stored, and cannot break a flow."""

import asyncio
import logging

import pytest

from mfa_flow import App, Choose, Conflict, MfaClient, Moved, State
from mfa_flow.hooks import tell
from mfa_flow.stores import MemoryStore
from mfa_flow.testing import TenantTransport

APP = App("tenant.example", "demo-client", "demo-secret")
MOVES = [
    Moved("f", "login", "password_accepted", State.STARTED, State.AUTHENTICATED, 1.0),
    Moved("f", "login", "mfa_demanded", State.AUTHENTICATED, State.MFA_REQUIRED, 1.0),
]


def client(tenant, on_move, store=None):
    """A client of that tenant whose moves are observed."""
    return MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock, store=store, on_move=on_move)


def test_told_in_their_order():
    """Each move once, the first one first."""
    told = []
    tell(told.append, MOVES)
    assert MOVES == told


def test_nobody_to_tell():
    """Without an observer there is nothing to do: the moves are not even looked at."""
    moves = iter(MOVES)
    tell(None, moves)
    assert MOVES[0] == next(moves)


def test_a_failing_observer_is_logged(caplog):
    """Its error is logged with its traceback, and it is told of the next move all the same."""
    told = []

    def observer(moved):
        told.append(moved)
        raise ValueError("the metrics are down")

    with caplog.at_level(logging.ERROR, "mfa_flow"):
        tell(observer, MOVES)
    assert MOVES == told
    assert ["mfa_flow", "mfa_flow"] == [record.name for record in caplog.records]
    assert ["the metrics are down"] * 2 == [str(record.exc_info[1]) for record in caplog.records]
    assert "password_accepted" in caplog.records[0].getMessage()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_is_no_error_passes(stop):
    """Stopping the program is not an observer's failure."""

    def observer(_):
        raise stop

    with pytest.raises(stop):
        tell(observer, MOVES)


async def test_told_of_the_moves_of_a_verb(mfa_tenant, mfa_clock):
    """A login is three moves, of this flow and this moment."""
    told = []
    async with client(mfa_tenant, told.append) as mfa:
        await mfa.flow("chat-42").login("ada@example.com", "correct-horse")
    assert [
        ("password_accepted", State.STARTED, State.AUTHENTICATED),
        ("mfa_demanded", State.AUTHENTICATED, State.MFA_REQUIRED),
        ("listed", State.MFA_REQUIRED, State.MFA_REQUIRED),
    ] == [(moved.event, moved.source, moved.dest) for moved in told]
    assert {("chat-42", "login", mfa_clock.now())} == {(moved.flow_id, moved.verb, moved.at) for moved in told}


async def test_told_once_it_is_stored(mfa_tenant, mfa_clock):
    """Whoever is told of a move finds the flow where it led."""
    store = MemoryStore(now=mfa_clock.now)
    stored = []
    async with client(mfa_tenant, lambda moved: stored.append(store._kept[moved.flow_id].content.state), store) as mfa:
        await mfa.flow("f").login("ada@example.com", "correct-horse")
    assert [State.MFA_REQUIRED] * 3 == stored


async def test_not_told_of_what_was_not_stored(mfa_tenant, mfa_clock):
    """A move that could not be kept did not happen."""

    class Full(MemoryStore):
        async def put(self, *given):
            raise Conflict("somebody else was quicker")

    told = []
    async with client(mfa_tenant, told.append, Full(now=mfa_clock.now)) as mfa:
        with pytest.raises(Conflict):
            await mfa.flow("f").login("ada@example.com", "correct-horse")
    assert [] == told


async def test_a_failing_observer_breaks_no_flow(mfa_tenant, caplog):
    """The verb returns its prompt, the flow goes on, and the log holds no secret."""

    def observer(_):
        raise ValueError("the metrics are down")

    async with client(mfa_tenant, observer) as mfa:
        flow = mfa.flow("f")
        assert isinstance(await flow.login("ada@example.com", "correct-horse"), Choose)
        assert "scan" == (await flow.enroll("otp")).kind
    assert 4 == len(caplog.records)
    secrets = ["correct-horse", "demo-secret", mfa_tenant.users["ada@example.com"].otp_secret, "Fe26"]
    assert [] == [secret for secret in secrets if secret in caplog.text]
