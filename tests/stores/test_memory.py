"""Flows in memory: one mover at a time, each in time, and nothing left over."""

import asyncio
from time import time

import pytest

from mfa_flow import Busy, Conflict, State
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import Lease, MemoryStore, Parked
from mfa_flow.wire.secret import Secret

WAIT = 0.005
LOGIN, CONFIRM = Lease("login", 30, ("m7",)), Lease("confirm", 30, ("m8", "m9"))
FLOW = Flow(id="f", state=State.MFA_REQUIRED, mfa_token=Secret("Fe26.2*s"), seen=("m1",))


@pytest.fixture
def store(mfa_clock):
    """A store on a clock that stands still; whatever happened, nobody stands in line in it."""
    store = MemoryStore(now=mfa_clock.now)
    yield store
    assert {} == store._lines._lines


async def kept(store, flow=FLOW, ttl=60.0):
    """Hold the flow, and save this."""
    async with store.hold(flow.id, LOGIN, WAIT) as held:
        await held.save(flow, ttl)
    return (await store.load(flow.id)).flow


class Holder:
    """Somebody who holds a flow until told to go."""

    def __init__(self, store, flow_id="f", wait=WAIT):
        self.held, self.go = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._hold(store, flow_id, wait))

    async def _hold(self, store, flow_id, wait):
        async with store.hold(flow_id, CONFIRM, wait) as held:
            self.parked = held.parked
            self.held.set()
            await self.go.wait()

    async def leave(self):
        """Let go."""
        self.go.set()
        await self.task


async def holder(store, flow_id="f"):
    """Somebody who holds it now."""
    found = Holder(store, flow_id)
    await found.held.wait()
    return found


async def test_nothing_is_known_of_a_new_flow(store):
    """Neither who looks nor who holds finds anything."""
    assert Parked(None, None) == await store.load("f")
    async with store.hold("f", LOGIN, WAIT) as held:
        assert Parked(None, None) == held.parked
    assert 0 == len(store)


async def test_what_is_saved_is_there(store):
    """Whoever looks, and whoever holds next, finds all of it."""
    found = await kept(store)
    assert (State.MFA_REQUIRED, "Fe26.2*s", ("m1",)) == (found.state, found.mfa_token, found.seen)
    async with store.hold("f", CONFIRM, WAIT) as held:
        assert Parked(found) == held.parked
    assert 1 == len(store)


async def test_versions_count_up(store):
    """Each save is one more; a flow that was never saved has version 0."""
    versions, flow = [FLOW.version], FLOW
    for _ in range(3):
        flow = await kept(store, flow)
        versions.append(flow.version)
    assert [0, 1, 2, 3] == versions


async def test_flows_are_apart(store):
    """Who holds one flow keeps nobody from another."""
    await kept(store, Flow(id="g", state=State.CONFIRMED))
    one = await holder(store, "f")
    assert State.CONFIRMED == (await kept(store, Flow(id="h", state=State.CONFIRMED))).state
    async with store.hold("g", LOGIN, 0) as held:
        assert State.CONFIRMED == held.parked.flow.state
    await one.leave()


async def test_the_second_sees_what_the_first_did(store):
    """Two messages at once are worked on one after the other."""
    before = await kept(store)

    async def confirm():
        async with store.hold("f", CONFIRM, 5) as held:
            await asyncio.sleep(0)
            await held.save(held.parked.flow, 60)
            return held.parked.flow.version

    assert [1, 2, 3, 4] == await asyncio.gather(*(confirm() for _ in range(4)))
    assert before.version + 4 == (await store.load("f")).flow.version


async def test_looking_does_not_wait(store):
    """Who only looks finds what stands, whoever holds it."""
    await kept(store)
    one = await holder(store)
    async with asyncio.timeout(WAIT):
        assert 1 == (await store.load("f")).flow.version
    await one.leave()


@pytest.mark.parametrize("wait", [0, WAIT])
async def test_busy(store, wait):
    """Who waits too long is told so; who holds it is not disturbed, and the next one is served."""
    await kept(store)
    one = await holder(store)
    with pytest.raises(Busy, match=rf"flow 'f' is still being worked on after {wait} s") as caught:
        async with asyncio.timeout(1), store.hold("f", CONFIRM, wait):
            pytest.fail("two at once")
    assert (None, False) == (caught.value.prompt, one.task.done())
    await one.leave()
    assert 2 == (await kept(store, one.parked.flow)).version


async def test_busy_for_who_comes_between_two(store):
    """Who asks just when one lets go, while another waits, is in line behind that one: told in time, too."""
    async with store.hold("f", LOGIN, WAIT):
        second = Holder(store, wait=5)
        await asyncio.sleep(0)
    with pytest.raises(Busy):
        async with asyncio.timeout(0.1), store.hold("f", CONFIRM, WAIT):
            pytest.fail("two at once")
    assert (True, False) == (second.held.is_set(), second.task.done())
    await second.leave()


async def test_leaving_without_saving_changes_nothing(store):
    """Holding is no change: version, content and time stay, and the flow is free again."""
    before = await kept(store)
    async with store.hold("f", CONFIRM, WAIT):
        pass
    assert before is (await store.load("f")).flow
    assert 2 == (await kept(store, before)).version


@pytest.mark.parametrize(
    ("error", "mark"),
    [
        (ValueError, (None, ())),
        (KeyboardInterrupt, ("confirm", ("m8", "m9"))),
        (asyncio.CancelledError, ("confirm", ("m8", "m9"))),
    ],
)
async def test_what_is_raised_passes_and_lets_go(store, error, mark):
    """Whatever is raised while holding is raised on; the flow is not changed and free again. What is no mere error
    marks the verb as interrupted, until something is saved."""
    before = await kept(store)
    with pytest.raises(error):
        async with store.hold("f", CONFIRM, WAIT):
            raise error
    assert Parked(before, *mark) == await store.load("f")
    assert 2 == (await kept(store, before)).version
    assert (await store.load("f")).interrupted is None


async def test_cancelling_the_holder_lets_go(store):
    """A holder that is cancelled while it works leaves the flow to the next."""
    one = await holder(store)
    one.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one.task
    assert 1 == (await kept(store)).version


async def test_cancelling_one_who_waits(store):
    """A waiter that is cancelled is no error for the others: the next in line is served."""
    one, two, three = await holder(store), Holder(store, wait=5), Holder(store, wait=5)
    await asyncio.sleep(0)
    two.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await two.task
    await one.leave()
    await three.held.wait()
    await three.leave()
    assert not two.held.is_set()


async def test_cancelling_who_is_just_served(store):
    """A waiter that is cancelled in the moment its turn comes hands the turn on."""
    one, two, three = await holder(store), Holder(store, wait=5), Holder(store, wait=5)
    await asyncio.sleep(0)
    await one.leave()
    two.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await two.task
    async with asyncio.timeout(1):
        await three.held.wait()
    await three.leave()


async def test_first_come_first_served(store):
    """Messages are worked on in the order in which they came."""
    served = []

    async def confirm(number):
        async with store.hold("f", CONFIRM, 5):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(confirm(number) for number in range(10)))
    assert list(range(10)) == served


async def overtaken(store, clock, before, after):
    """Somebody who holds the flow, whose lease runs out; another saves something else."""
    slow = store.hold("f", CONFIRM, WAIT)
    async with slow as held:
        clock.advance(30)
        await kept(store, after)
        with pytest.raises(Conflict, match="flow 'f' was changed meanwhile"):
            await held.save(before, 60)
    return (await store.load("f")).flow


async def test_changed_behind_its_back(store, mfa_clock):
    """A flow that was changed meanwhile is not overwritten: Conflict, and what is stored stands."""
    before = await kept(store)
    found = await overtaken(store, mfa_clock, before, Flow(id="f", version=1, state=State.CANCELLED))
    assert (State.CANCELLED, 2) == (found.state, found.version)


async def test_begun_behind_its_back(store, mfa_clock):
    """The same for a flow that was not there when it was held."""
    found = await overtaken(store, mfa_clock, Flow(id="f", state=State.CANCELLED), FLOW)
    assert State.MFA_REQUIRED == found.state


async def test_forgotten_in_time(store, mfa_clock):
    """A flow lives for its seconds by the given clock, and not one longer."""
    await kept(store, ttl=60)
    mfa_clock.advance(59.999)
    assert ((await store.load("f")).flow.version, len(store)) == (1, 1)
    mfa_clock.advance(0.001)
    assert (Parked(None, None), 0) == (await store.load("f"), len(store))


async def test_looking_puts_nothing_off(store, mfa_clock):
    """Neither looking nor holding makes a flow live longer."""
    await kept(store, ttl=60)
    mfa_clock.advance(59)
    await store.load("f")
    async with store.hold("f", CONFIRM, WAIT):
        pass
    mfa_clock.advance(1)
    assert (await store.load("f")).flow is None


@pytest.mark.parametrize("ttls", [[60, 600], [600, 60], [60, 600, 60], [600, 60, 600], [60, 60]], ids=str)
async def test_a_deadline_that_was_moved(store, mfa_clock, ttls):
    """The last save decides how long a flow lives, be it longer or shorter than before."""
    flow = FLOW
    for ttl in ttls:
        flow = await kept(store, flow, ttl)
    mfa_clock.advance(ttls[-1] - 1)
    assert flow is (await store.load("f")).flow
    mfa_clock.advance(1)
    assert (Parked(None, None), 0) == (await store.load("f"), len(store))


async def test_put_off_again_and_again(store, mfa_clock):
    """A flow that is saved every half minute lives on, and ends a minute after the last time."""
    flow = FLOW
    for _ in range(100):
        flow = await kept(store, flow, ttl=60)
        mfa_clock.advance(30)
    assert 100 == (await store.load("f")).flow.version
    mfa_clock.advance(30)
    assert (0, []) == (len(store), store._deadlines)


async def test_begun_anew_after_it_was_forgotten(store, mfa_clock):
    """The same id is a new flow then, and has its whole time."""
    await kept(store, ttl=60)
    mfa_clock.advance(60)
    assert 1 == (await kept(store, ttl=60)).version
    mfa_clock.advance(59)
    assert 1 == len(store)


async def test_forgotten_while_it_was_held(store, mfa_clock):
    """A flow whose time ran out during a verb is saved all the same: the answer was given in time."""
    flow = await kept(store, ttl=60)
    async with store.hold("f", CONFIRM, WAIT) as held:
        mfa_clock.advance(60)
        assert 0 == len(store)
        await held.save(flow, 60)
    assert 2 == (await store.load("f")).flow.version


async def test_nothing_is_left_of_thousands(store, mfa_clock):
    """Flows that came, were looked at, confirmed and ran out leave no flow, no lock and no deadline."""
    for number in range(3000):
        flow = await kept(store, Flow(id=f"chat-{number}"), ttl=4200)
        await kept(store, flow, ttl=60)
        await store.load(f"nobody-{number}")
        mfa_clock.advance(0.01)
    assert (3000, {}) == (len(store), store._lines._lines)
    mfa_clock.advance(60)
    assert 0 == len(store)
    mfa_clock.advance(4200)
    assert (0, {}, []) == (len(store), store._kept, store._deadlines)


async def test_what_ran_out_together_is_taken_away_by_and_by(store, mfa_clock):
    """Nobody waits for thousands that are over: each verb takes a few away, and none of them is there for anybody."""
    for number in range(1000):
        await kept(store, Flow(id=f"chat-{number}"), ttl=60)
    mfa_clock.advance(60)
    assert Parked(None, None) == await store.load("chat-999")
    assert 900 < len(store._kept) < 1000
    assert not await store.forget("chat-998")
    assert 1 == (await kept(store, Flow(id="chat-997"), ttl=60)).version
    for number in range(250):
        await store.load(f"nobody-{number}")
    assert ({"chat-997"}, 1) == ({*store._kept}, len(store))


async def test_nothing_is_left_of_refused_verbs(store, mfa_clock):
    """Flows that were held and never saved leave nothing at once, and no more than a handful of deadlines."""
    for number in range(3000):
        async with store.hold(f"nobody-{number}", CONFIRM, WAIT):
            pass
        mfa_clock.advance(0.01)
    assert {} == store._kept
    assert len(store._deadlines) < 100


async def test_one_flow_again_and_again(store, mfa_clock):
    """One chat that logs in every half minute for hours has one flow, and a handful of deadlines."""
    flow = FLOW
    for _ in range(500):
        flow = await kept(store, flow, ttl=4200)
        flow = await kept(store, flow, ttl=60)
        mfa_clock.advance(30)
    assert 1 == len(store)
    assert len(store._deadlines) < 10


async def test_busy_leaves_nothing(store):
    """Waiters that gave up by the dozen leave no lock behind."""
    one = await holder(store)
    waiting = [Holder(store) for _ in range(50)]
    async with asyncio.timeout(5):
        ended = await asyncio.gather(*(each.task for each in waiting), return_exceptions=True)
    assert {Busy} == {type(one) for one in ended}
    assert {} == store._lines._lines
    await one.leave()


async def test_real_time_is_the_default():
    """Without a clock it lives by the wall's."""
    store = MemoryStore()
    assert 1 == (await kept(store, ttl=60)).version
    assert time() + 60 == pytest.approx(store._kept["f"].expires, abs=5)
    assert (await kept(store, Flow(id="g"), ttl=0)) is None
