"""Holding, on every store: who waits, who is called off, who dies, and what is left of them."""

import asyncio
import gc
import subprocess
import sys
from contextlib import suppress

import pytest

from mfa_flow import Busy, Conflict, State, StoreError, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import Lease, Parked
from mfa_flow.stores.record import REMEMBERED

WAIT = 5
FLOW = Flow(id="f", state=State.MFA_REQUIRED)
CONFIRM = Lease("confirm", 30, ("m1",))


async def saved(store, flow=FLOW, ttl=600):
    async with store.hold(flow.id, Lease("login", 30), WAIT) as held:
        await held.save(flow, ttl)
    return (await store.load(flow.id)).flow


async def test_called_off_while_asking(store, other):
    """Who is cancelled before the lease is known to be there has sent nothing: nobody is told of an interruption, and
    the flow is free."""
    before = await saved(store)
    for turns in range(4):
        holding = store.hold("f", CONFIRM, WAIT)
        task = asyncio.create_task(holding.__aenter__())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
            await holding.__aexit__(None, None, None)
        async with other.hold("f", CONFIRM, WAIT) as held:
            assert Parked(before) == held.parked
    assert {} == store._lines._lines


async def test_called_off_while_saving(store, other):
    """Who is cancelled while saving has saved or is marked as interrupted; nothing in between."""
    before = await saved(store)
    for turns in range(4):
        ready = asyncio.Event()

        async def confirm(ready=ready):
            async with store.hold("f", CONFIRM, WAIT) as held:
                ready.set()
                await held.save(held.parked.flow, 600)

        task = asyncio.create_task(confirm())
        await ready.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with other.hold("f", CONFIRM, WAIT) as held:
            found = held.parked
        assert found in (Parked(found.flow), Parked(before, "confirm", ("m1",)))
        assert found.flow.version in ((before.version + 1,) if found.interrupted is None else (before.version,))
        before = await saved(store, found.flow)


async def test_a_save_that_failed_is_an_interruption(store, monkeypatch):
    """The call was answered and the answer could not be kept: who looks next is told, and its message known again."""
    before = await saved(store)

    async def full(*given):
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="full"):
        async with store.hold("f", CONFIRM, WAIT) as held:
            with monkeypatch.context() as patch:
                patch.setattr(type(store), "put", full)
                await held.save(before, 600)
    assert Parked(before, "confirm", ("m1",)) == await store.load("f")


async def test_what_cannot_be_written_is_an_interruption(kept_open, mfa_clock):
    """The same where a factor remembers what is no JSON."""
    store = kept_open(mfa_clock.now)
    with pytest.raises(StoreError, match=r"memory\.x what is not JSON"):
        async with store.hold("f", CONFIRM, WAIT) as held:
            await held.save(Flow(id="f", memory={"x": {1}}), 600)
    assert Parked(None, "confirm", ("m1",)) == await store.load("f")


async def test_a_save_that_was_beaten_is_none(store, other, mfa_clock):
    """Who came too late has lost to a result: nothing is marked."""
    before = await saved(store)
    with pytest.raises(Conflict):
        async with store.hold("f", CONFIRM, WAIT) as held:
            mfa_clock.advance(31)
            after = await saved(other, before)
            await held.save(before, 600)
    assert Parked(after) == await store.load("f")


async def test_another_flow_is_not_saved_here(store):
    """A flow is saved under its own id only."""
    with pytest.raises(StoreError, match="flow 'g' cannot be saved where flow 'f' is held"):
        async with store.hold("f", CONFIRM, WAIT) as held:
            await held.save(Flow(id="g"), 600)
    assert None is (await store.load("g")).flow


async def test_a_second_save_is_a_conflict(store):
    """A save lets go; after it nothing is held."""
    async with store.hold("f", CONFIRM, WAIT) as held:
        await held.save(FLOW, 600)
        with pytest.raises(Conflict):
            await held.save(Flow(id="f", error="again"), 600)
    found = await store.load("f")
    assert (None, None) == (found.flow.error, found.interrupted)


async def test_who_is_forgotten_by_all(store):
    """A coroutine that nobody awaits any more, and that is thrown away while it holds, leaves the mark."""
    held = []

    async def confirm():
        async with store.hold("f", CONFIRM, WAIT):
            held.append(True)
            await asyncio.get_running_loop().create_future()

    before = await saved(store)
    coroutine = confirm()
    step = coroutine.send(None)
    while not held:
        step._asyncio_future_blocking = False
        await asyncio.wait([step])
        step = coroutine.send(None)
    coroutine.close()
    assert Parked(before, "confirm", ("m1",)) == await store.load("f")


async def test_a_dropped_hold_runs_out(store, other, mfa_clock):
    """A hold that is neither saved nor left keeps others away until its time is over, in this process, too."""
    before = await saved(store)
    held = await store.hold("f", CONFIRM, WAIT).__aenter__()
    for each in (store, other):
        with pytest.raises(Busy):
            async with each.hold("f", CONFIRM, 0):
                pytest.fail("two at once")
    del held
    gc.collect()
    mfa_clock.advance(30)
    async with store.hold("f", Lease("challenge", 30), WAIT) as held:
        assert Parked(before, "confirm", ("m1",)) == held.parked


async def test_who_waits_takes_over_from_the_dead(store, other, mfa_clock):
    """Who waits for one that died is served when the lease runs out, without anybody letting go."""
    await saved(store)
    await other.hold("f", CONFIRM, WAIT).__aenter__()

    async def wait():
        async with store.hold("f", CONFIRM, WAIT) as held:
            return held.parked.interrupted

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.002)
    mfa_clock.advance(30)
    assert "confirm" == await waiting


async def test_message_ids_are_bounded(store):
    """Who dies again and again with ever more messages leaves the newest of them."""
    await saved(store)
    for number in range(30):
        with suppress(asyncio.CancelledError):
            async with store.hold("f", Lease("confirm", 30, (f"m{number}",)), WAIT):
                raise asyncio.CancelledError
    assert Parked(
        await flow_of(store), "confirm", tuple(f"m{number}" for number in range(29, 13, -1))
    ) == await store.load("f")


async def flow_of(store):
    return (await store.load("f")).flow


async def test_a_mark_lives_with_its_flow(store, mfa_clock):
    """A mark is remembered at least as long as the flow, and an hour where there is none; then all is gone."""
    await saved(store, ttl=2 * REMEMBERED)
    with suppress(asyncio.CancelledError):
        async with store.hold("f", CONFIRM, WAIT):
            raise asyncio.CancelledError
    mfa_clock.advance(2 * REMEMBERED - 1)
    assert "confirm" == (await store.load("f")).interrupted
    mfa_clock.advance(1)
    assert Parked() == await store.load("f")
    assert [] == [entry async for entry in store.flows()]


async def test_thousands_at_once(store):
    """Many flows at once, some of them the same: all are saved, each as often as it was held, and nobody is left."""

    async def confirm(number):
        flow_id = f"chat-{number % 100}"
        async with store.hold(flow_id, Lease("confirm", 30), 30) as held:
            await held.save(held.parked.flow or Flow(id=flow_id), 600)

    await asyncio.gather(*(confirm(number) for number in range(1000)))
    versions = [(await store.load(f"chat-{number}")).flow.version for number in range(100)]
    assert [10] * 100 == versions
    assert {} == store._lines._lines
    assert 100 == await store.clear()


async def test_unreadable_is_not_held(kept_open, mfa_clock):
    """What cannot be read raises Unreadable each time, is not held for it, and can be dropped."""
    store = kept_open(mfa_clock.now)
    await saved(store)
    kept_open.seal = type(kept_open.seal)(kept_open.seal.generate_key())
    foreign = kept_open(mfa_clock.now)
    for _ in range(2):
        with pytest.raises(Unreadable, match="a key that was not given"):
            await foreign.load("f")
        with pytest.raises(Unreadable, match="a key that was not given"):
            async with foreign.hold("f", CONFIRM, 0):
                pytest.fail("held")
    assert FLOW.state is (await store.load("f")).flow.state
    assert await foreign.forget("f")


async def test_listing_needs_no_key(kept_open, mfa_clock):
    """The list, dropping one and dropping all work without the key, and show its flows' ids, ends and sizes."""
    store = kept_open(mfa_clock.now)
    await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}"), ttl=600 + number) for number in range(1203)))
    kept_open.seal = type(kept_open.seal)(kept_open.seal.generate_key())
    foreign = kept_open(mfa_clock.now)
    found = {entry.flow_id: entry async for entry in foreign.flows()}
    assert 1203 == len(found)
    assert mfa_clock.now() + 642 == pytest.approx(found["chat-42"].expires_at, abs=0.001)
    assert 50 < found["chat-42"].size < 150
    assert [True, False] == [await foreign.forget("chat-42"), await foreign.forget("chat-42")]
    assert [1202, 0] == [await foreign.clear(), await foreign.clear()]


def test_several_loops_in_turn(opens):
    """A store may be used from one event loop after the other."""

    async def verb(number):
        await saved(store, Flow(id="f", version=number))
        found = (await store.load("f")).flow.version
        if hasattr(store, "aclose"):
            await store.aclose()
        return found

    store = opens()
    assert [1, 2, 3] == [asyncio.run(verb(number)) for number in range(3)]
    opens.opened.clear()


FORKED = """
import os, sys
from mfa_flow.stores import Lease, MemoryStore

def owner():
    return MemoryStore().hold("f", Lease("login", 30), 1)._owner

owner()
print(owner(), flush=True) if os.fork() == 0 else (os.wait(), print(owner()))
"""


def test_forked_processes_have_owners_of_their_own():
    """Two that took the same flow would each believe that the lease is its own."""
    ran = subprocess.run([sys.executable, "-c", FORKED], check=True, capture_output=True, text=True)
    child, parent = ran.stdout.split()
    assert child != parent
    assert [16, 16] == [len(child), len(parent)]
