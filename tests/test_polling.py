"""Waiting for a push: at the server's pace, through what goes wrong, until something else is to be done."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from spoiling import cut, spoiled

from mfa_flow import (
    App,
    AskCode,
    BadInput,
    Choose,
    Done,
    MfaClient,
    Stopped,
    TenantBroken,
    TransportError,
    Wait,
    WrongState,
)
from mfa_flow.testing import Clock, Tenant, TenantTransport

BO, PHONE = "bo@example.com", "+15551230042"
APP = App("tenant.example", "demo-client", "demo-secret")
SLOW_DOWN = {"error": "slow_down", "error_description": "You are polling too quickly."}


class Hurried(Clock):
    """Whoever sleeps moves it on; ``slept`` tells how long, and ``during`` what happens in the sleep of that number."""

    def __init__(self):
        super().__init__(1_726_830_000)  # a whole second: tokens count in those
        self.slept, self.during = [], {}

    async def sleep(self, seconds):
        """Not really."""
        await asyncio.sleep(0)
        self.slept.append(seconds)
        happens = self.during.get(len(self.slept))
        if happens:
            result = happens()
            if result is not None:
                await result
        self.advance(seconds)


@pytest.fixture
def tenant():
    """A tenant in a hurry, and Bo, who has a push and a phone."""
    tenant = Tenant(clock=Hurried())
    tenant.users.add(BO, "pw", phone=PHONE, authenticators=["push", "sms"])
    return tenant


@asynccontextmanager
async def asked(tenant, mfa=None):
    """A flow whose push is on the phone."""
    if mfa is None:
        async with (
            MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock) as own,
            asked(tenant, own) as flow,
        ):
            yield flow
        return
    flow = mfa.flow("f")
    choose = await flow.login(BO, "pw")
    assert isinstance(await flow.challenge(of(choose, "push")), Wait)
    yield flow


def of(choose, factor):
    return next(one for one in choose.challenge if one.factor == factor)


def polls(tenant):
    return [entry.status for entry in tenant.requests if entry.grant == "mfa-oob"]


async def test_every_five_seconds_until_approved(tenant):
    """The yes that is given in the third pause is found by the fourth poll."""
    async with asked(tenant) as flow:
        tenant.clock.during[3] = lambda: tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)
    assert ([5, 5, 5], [400, 400, 400, 200]) == (tenant.clock.slept, polls(tenant))


async def test_denied(tenant):
    """A no ends the waiting, not the login."""
    async with asked(tenant) as flow:
        tenant.clock.during[2] = lambda: tenant.push(BO).deny()
        choose = await flow.wait()
        assert (Choose, "push_denied", [5, 5]) == (type(choose), choose.error.key, tenant.clock.slept)
        assert isinstance(await flow.challenge(of(choose, "sms")), AskCode)
        assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)


async def test_expired(tenant):
    """Unanswered for five minutes it is given up, after 61 polls and no slow_down, and the choice is back."""
    async with asked(tenant) as flow:
        choose = await flow.wait()
    assert (Choose, "push_expired") == (type(choose), choose.error.key)
    assert [5] * 60 == tenant.clock.slept
    assert [400] * 60 + [401] == polls(tenant)


async def test_the_login_expires_first(tenant):
    """A mfa_token that runs out before the push does is the end."""
    async with asked(tenant) as flow:
        choose = await flow.go_back()
        tenant.clock.advance(590)
        await flow.challenge(of(choose, "push"))
        stopped = await flow.wait()
    assert (Stopped, "expired") == (type(stopped), stopped.reason)
    assert 3 >= len(tenant.clock.slept)


@pytest.mark.parametrize(
    ("timeout", "slept", "polled"),
    [(0, [], 1), (4.5, [4.5], 1), (5, [5, 0], 2), (12, [5, 5, 2], 3), (299, [5] * 59 + [4], 60)],
)
async def test_timeout(tenant, timeout, slept, polled):
    """It is waited for to its end, without a poll too many; the question still stands, and waiting again goes on."""
    async with asked(tenant) as flow:
        wait = await flow.wait(timeout=timeout)
        assert (Wait, "still_pending") == (type(wait), wait.error.key)
        assert (slept, [400] * polled) == (tenant.clock.slept, polls(tenant))
        tenant.push(BO).approve()
        assert isinstance(await flow.wait(timeout=0), Done)


async def test_slow_down(tenant):
    """Without a time of the server's own, five seconds more from then on; the prompt says so, too."""
    async with asked(tenant) as flow:
        tenant.faults.add("/oauth/token", status=429, body=SLOW_DOWN, nth=2)
        wait = await flow.wait(timeout=30)
        assert 10 == wait.seconds
    assert [5, 10, 10, 5] == tenant.clock.slept


@pytest.mark.parametrize(("asks", "pause"), [(9, 9), (5, 5), (1, 5), (0, 10)])
async def test_slow_down_with_a_time(tenant, asks, pause):
    """The server's time is obeyed; one that would have us poll faster than before is not."""
    async with asked(tenant) as flow:
        tenant.faults.add("/oauth/token", status=429, body=SLOW_DOWN, headers={"Retry-After": str(asks)})
        await flow.wait(timeout=20)
    assert {pause} == set(tenant.clock.slept[:-1])


async def test_the_tenants_own_slow_down(tenant):
    """Who polled too often by hand is slowed down by the tenant, waits, and still gets tokens."""
    async with asked(tenant) as flow:
        for _ in range(12):
            await flow.confirm()
        tenant.clock.during[2] = lambda: tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)
    assert [400] * 12 + [429] == polls(tenant)[:13]


@pytest.mark.parametrize(("status", "asks", "pauses"), [(429, "30", [30, 5]), (503, "2", [5, 5]), (502, None, [5, 5])])
async def test_a_tenant_that_is_down(tenant, status, asks, pauses):
    """A poll that meets an outage is made again, after the time the server asks for if it asks for one."""
    async with asked(tenant) as flow:
        headers = None if asks is None else {"Retry-After": asks}
        tenant.faults.add("/oauth/token", status=status, body="<html>", headers=headers)
        tenant.clock.during[2] = lambda: tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)
    assert pauses == tenant.clock.slept


async def test_a_time_that_is_longer_than_the_push(tenant):
    """However long the server says to wait, nobody waits for longer than the question stands."""
    async with asked(tenant) as flow:
        tenant.faults.add("/oauth/token", status=429, body=SLOW_DOWN, headers={"Retry-After": "86400"})
        choose = await flow.wait()
    assert (Choose, "push_expired", [300]) == (type(choose), choose.error.key, tenant.clock.slept)


async def test_through_a_transport_error(tenant):
    """Connections that break in the middle of polling are no end: the next poll finds the answer."""
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa), asked(tenant, mfa) as flow:
        spoiler.path, spoiler.spoil = "/oauth/token", cut
        tenant.clock.during[3] = lambda: setattr(spoiler, "spoil", None)
        tenant.clock.during[4] = lambda: tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)
    assert [5] * 4 == tenant.clock.slept


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_through_a_lost_connection_in_the_same_process(tenant, drop):
    """Python's own error of a connection counts like ours."""
    async with asked(tenant) as flow:
        tenant.faults.add("/oauth/token", drop=drop, times=2)
        tenant.clock.during[3] = lambda: tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)
    assert [5] * 3 == tenant.clock.slept


@pytest.mark.parametrize("timeout", ["5", -1, -0.1, True, float("nan"), [5]])
async def test_a_timeout_that_is_none(tenant, timeout):
    """It is refused, and nobody polls."""
    async with asked(tenant) as flow:
        with pytest.raises(BadInput, match=r"wait\(timeout=...\) takes seconds, 0 or more; nothing was sent"):
            await flow.wait(timeout=timeout)
    assert [] == polls(tenant)


@pytest.mark.parametrize("broken", ["cut", "502"])
async def test_an_outage_to_the_end(tenant, broken):
    """An outage that lasts longer than the push raises what went wrong last; the flow can go another way."""
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa), asked(tenant, mfa) as flow:
        if broken == "cut":
            spoiler.path, spoiler.spoil = "/oauth/token", cut
        else:
            tenant.faults.add("/oauth/token", times=100, status=502, body="<html>")
        with pytest.raises(TransportError if broken == "cut" else TenantBroken):
            await flow.wait()
        assert 60 == len(tenant.clock.slept)
        spoiler.spoil = None
        tenant.faults.clear()
        choose = await flow.go_back()
        await flow.challenge(of(choose, "sms"))
        assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)


async def test_a_tokens_answer_that_is_lost(tenant):
    """A yes counts once: where its tokens were lost on the way the choice is back, and the phone is not asked anew."""
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa), asked(tenant, mfa) as flow:
        tenant.push(BO).approve()
        spoiler.path, spoiler.spoil = "/oauth/token", cut
        tenant.clock.during[1] = lambda: setattr(spoiler, "spoil", None)
        after = await flow.wait()
        assert (Choose, "push_expired") == (type(after), after.error.key)
    assert 1 == len(tenant.inbox.messages(BO, "push"))


async def test_cancelled_by_another_task(tenant):
    """Who cancels between two polls ends the waiting; it gives the prompt that stands, and polls no more."""
    async with asked(tenant) as flow:
        tenant.clock.during[2] = flow.cancel
        stopped = await flow.wait()
    assert (Stopped, "cancelled") == (type(stopped), stopped.reason)
    assert 2 == len(polls(tenant))


async def test_another_factor_meanwhile(tenant):
    """Who is challenged by another factor between two polls is shown that one's question."""
    async with asked(tenant) as flow:
        phone = next(one.id for one in tenant.users[BO].authenticators if one.kind == "sms")
        tenant.clock.during[2] = lambda: flow.challenge(phone)
        ask = await flow.wait()
        assert (AskCode, "sms", None) == (type(ask), ask.channel, ask.error)
        assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)
    assert 3 == len(polls(tenant))


async def test_back_meanwhile(tenant):
    """Who goes back between two polls is shown the choice."""
    async with asked(tenant) as flow:
        tenant.clock.during[1] = flow.go_back
        assert isinstance(await flow.wait(), Choose)
    assert 1 == len(polls(tenant))


async def test_answered_by_another_handle(tenant):
    """Tokens that another message's poll got are given to who waits, too."""
    async with asked(tenant) as flow:

        async def meanwhile():
            tenant.push(BO).approve()
            assert isinstance(await flow.confirm(), Done)

        tenant.clock.during[1] = meanwhile
        done = await flow.wait()
        assert done == await flow.look()
    assert (Done, [400, 200]) == (type(done), polls(tenant))


async def test_two_tasks_wait(tenant):
    """Two that wait for the same push get the same tokens."""
    async with asked(tenant) as flow:
        tenant.clock.during[4] = lambda: tenant.push(BO).approve()
        first, second = await asyncio.gather(flow.wait(), flow.wait())
    assert isinstance(first, Done)
    assert first == second
    assert 1 == polls(tenant).count(200)


async def test_two_tasks_wait_and_it_is_denied(tenant):
    """Two that wait for a push that is denied are both shown the choice."""
    async with asked(tenant) as flow:
        tenant.clock.during[3] = lambda: tenant.push(BO).deny()
        prompts = await asyncio.gather(flow.wait(), flow.wait())
    assert [Choose, Choose] == [type(one) for one in prompts]


async def test_abandoned(tenant):
    """A task that waits and is cancelled leaves a flow in which another goes on waiting."""
    async with asked(tenant) as flow:
        waiting = asyncio.Event()

        async def forever():
            waiting.set()
            await asyncio.Event().wait()

        tenant.clock.during[1] = forever
        task = asyncio.create_task(flow.wait())
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        tenant.push(BO).approve()
        assert isinstance(await flow.wait(), Done)


async def test_redelivered(tenant):
    """A redelivered message does not poll first, but waits on with the question that stands."""
    async with asked(tenant) as flow:
        await flow.wait(timeout=0, once="m1")
        wait = await flow.wait(timeout=0, once="m1")
        assert isinstance(wait, Wait)
        assert 1 == len(polls(tenant))


async def test_enrolment_is_waited_for_as_well(tenant):
    """The QR code that is to be scanned is polled for at the same pace."""
    async with MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock) as mfa:
        flow = mfa.flow()
        await flow.login("ada@example.com", "correct-horse")
        await flow.enroll("push")
        tenant.clock.during[2] = lambda: tenant.push("ada@example.com").approve()
        assert isinstance(await flow.wait(), Done)
    assert [5, 5] == tenant.clock.slept


async def test_nothing_to_wait_for(tenant):
    """Where no push is under way waiting is refused and sends nothing."""
    async with MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock) as mfa:
        flow = mfa.flow()
        choose = await flow.login(BO, "pw")
        for _ in range(2):
            sent = len(tenant.requests)
            with pytest.raises(WrongState, match="nothing was sent"):
                await flow.wait()
            assert sent == len(tenant.requests)
            await flow.challenge(of(choose, "sms"))
