"""A flow survives its processes: what was cut off is told, what was done is not done again, what was issued is not lost."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, ClientTimeout
from stopping import Line

from mfa_flow import (
    App,
    AskCode,
    AskPassword,
    Busy,
    Choose,
    Conflict,
    Done,
    MfaClient,
    StoreError,
    TenantBroken,
    TransportError,
    UnknownFlow,
    Unreadable,
    WrongState,
)
from mfa_flow.stores import Carried, MemoryStore, Seal
from mfa_flow.testing import TenantTransport
from mfa_flow.transport import AiohttpTransport

APP = App("tenant.example", "demo-client", "demo-secret")
BO, PASSWORD, PHONE = "bo@example.com", "pw", "+15551230042"
SMS = "mfa-oob"


@pytest.fixture
def tenant(mfa_tenant):
    """A tenant at which Bo has a phone, an app, Guardian and a recovery code."""
    mfa_tenant.users.add(BO, PASSWORD, phone=PHONE, authenticators=["otp", "sms", "push"])
    return mfa_tenant


@pytest.fixture
def store(tenant):
    """One store, for all the processes of a test."""
    return MemoryStore(now=tenant.clock.now)


@asynccontextmanager
async def process(tenant, store, stop=None):
    """A client of its own, and the line it uses."""
    line = Line(TenantTransport(tenant), stop)
    async with MfaClient(APP, transport=line, clock=tenant.clock, store=store) as mfa:
        yield mfa, line


async def asked(tenant, store, factor="sms"):
    """Bo has logged in, and is asked for a code."""
    async with process(tenant, store) as (mfa, _):
        flow = mfa.flow("f")
        choose = await flow.login(BO, PASSWORD)
        return await flow.challenge(next(one for one in choose.challenge if one.factor == factor))


async def cut_off(tenant, store, stop, verb, *given, **more):
    """A verb whose process ends while the call is in the air."""
    async with process(tenant, store, stop) as (mfa, line):
        running = asyncio.create_task(getattr(mfa.flow("f"), verb)(*given, **more))
        await line.reached.wait()
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize("stop", ["before", "after"])
async def test_a_verb_that_was_cut_off_is_named(tenant, store, stop):
    """The next look says that the answer may have been accepted; a new code goes on, and then it is said no more."""
    await asked(tenant, store)
    await cut_off(tenant, store, stop, "confirm", tenant.inbox.code(PHONE))
    async with process(tenant, store) as (mfa, _):
        flow = mfa.flow("f")
        prompt = await flow.look()
        assert (AskCode, "confirm") == (type(prompt), prompt.interrupted)
        assert prompt.text().startswith("Your last answer was cut off. It may have been accepted")
        assert (await flow.resend()).interrupted is None
        assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)


async def test_what_to_do_about_a_recovery_code(tenant, store):
    """Its replacement may be lost: that is said, and how to go on."""
    await asked(tenant, store, "recovery")
    await cut_off(tenant, store, "after", "confirm", tenant.users[BO].recovery_code)
    async with process(tenant, store) as (mfa, _):
        prompt = await mfa.flow("f").look()
    assert "confirm" == prompt.interrupted
    assert "the code that replaces it lost" in prompt.text()
    assert "go on with another factor" in prompt.text()


@pytest.mark.parametrize("stop", ["before", "after"])
async def test_the_message_of_a_verb_that_was_cut_off_is_not_sent_again(tenant, store, stop):
    """The platform delivers it again: nothing is sent, the prompt that stands says what was cut off."""
    await asked(tenant, store)
    code = tenant.inbox.code(PHONE)
    await cut_off(tenant, store, stop, "confirm", code, once="m1")
    sent = tenant.requests.count(SMS)
    async with process(tenant, store) as (mfa, _):
        for _ in range(2):
            prompt = await mfa.flow("f").confirm(code, once="m1")
            assert "confirm" == prompt.interrupted
        assert sent == tenant.requests.count(SMS)
        await mfa.flow("f").resend(once="m2")
        assert (await mfa.flow("f").confirm(code, once="m1")).interrupted is None
    assert sent == tenant.requests.count(SMS)


class Stuck(MemoryStore):
    """A store that never saves."""

    async def put(self, *given):
        """Stand still."""
        await asyncio.Event().wait()


async def cut_off_saving(tenant, store, verb, *given, **more):
    """A verb whose process ends while it saves."""
    stuck = Stuck(now=tenant.clock.now)
    stuck._kept = store._kept
    async with process(tenant, stuck) as (mfa, _):
        running = asyncio.create_task(getattr(mfa.flow("f"), verb)(*given, **more))
        for _ in range(20):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])


async def test_what_costs_nothing_is_done_again(tenant, store):
    """A message that was only a cancel is not lost with its process."""
    await asked(tenant, store)
    await cut_off_saving(tenant, store, "cancel", once="m1")
    async with process(tenant, store) as (mfa, _):
        assert "cancel" == (await mfa.flow("f").look()).interrupted
        assert "cancelled" == (await mfa.flow("f").cancel(once="m1")).reason


async def test_a_second_death_makes_the_first_no_better(tenant, store):
    """A code was cut off, then a step that costs nothing: the code's message is still not worked on again."""
    await asked(tenant, store)
    code = tenant.inbox.code(PHONE)
    await cut_off(tenant, store, "after", "confirm", code, once="m1")
    await cut_off_saving(tenant, store, "go_back", once="m2")
    async with process(tenant, store) as (mfa, _):
        await mfa.flow("f").confirm(code, once="m1")
        assert 1 == tenant.requests.count(SMS)
        assert isinstance(await mfa.flow("f").go_back(once="m2"), Choose)


async def test_a_login_that_was_cut_off(tenant, store):
    """There is no flow yet, and still it is known."""
    await cut_off(tenant, store, "after", "login", BO, PASSWORD, once="m1")
    async with process(tenant, store) as (mfa, _):
        prompt = await mfa.flow("f").look()
        assert (AskPassword, "login") == (type(prompt), prompt.interrupted)
        assert isinstance(await mfa.flow("f").login(BO, PASSWORD, once="m1"), AskPassword)
        assert isinstance(await mfa.flow("f").login(BO, PASSWORD, once="m2"), Choose)
    assert 2 == tenant.requests.count("password")


async def both(tenant, store, verb, *given):
    """The same in two processes, the second while the first is in the air; what they are given."""
    async with process(tenant, store, "after") as (first, line), process(tenant, store) as (second, _):
        one = asyncio.create_task(getattr(first.flow("f"), verb)(*given))
        await line.reached.wait()
        other = asyncio.create_task(getattr(second.flow("f"), verb)(*given))
        for _ in range(50):
            await asyncio.sleep(0)
        line.freed.set()
        return await asyncio.gather(one, other)


async def test_a_double_click_in_two_processes_right(tenant, store):
    """An accepted code: one request, two times the tokens."""
    await asked(tenant, store)
    one, other = await both(tenant, store, "confirm", tenant.inbox.code(PHONE))
    assert isinstance(one, Done)
    assert one == other
    assert 1 == tenant.requests.count(SMS)


async def test_a_double_click_in_two_processes_wrong(tenant, store):
    """A refused code: one attempt, two refusals; later it is sent again."""
    await asked(tenant, store)
    one, other = await both(tenant, store, "confirm", "000000")
    assert "wrong_code" == one.error.key
    assert one == other
    assert 1 == tenant.requests.count(SMS)
    async with process(tenant, store) as (mfa, _):
        await mfa.flow("f").confirm("000000")
    assert 2 == tenant.requests.count(SMS)


async def test_a_double_click_in_two_processes_resend(tenant, store):
    """One message, not two."""
    await asked(tenant, store)
    await both(tenant, store, "resend")
    assert 2 == len(tenant.inbox.messages(PHONE))


async def test_two_answers_are_applied_one_after_the_other(tenant, store):
    """Another answer is no double click."""
    await asked(tenant, store)
    async with process(tenant, store, "after") as (first, line), process(tenant, store) as (second, _):
        one = asyncio.create_task(first.flow("f").confirm("000000"))
        await line.reached.wait()
        other = asyncio.create_task(second.flow("f").confirm(tenant.inbox.code(PHONE)))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not other.done()
        line.freed.set()
        assert "wrong_code" == (await one).error.key
        assert isinstance(await other, Done)


async def test_a_loser_is_told(tenant, store, monkeypatch):
    """Who waits too long gets Busy, and nothing of it was sent."""
    monkeypatch.setattr("mfa_flow.client.BUSY_AFTER", 0.002)
    await asked(tenant, store)
    async with process(tenant, store, "after") as (first, line), process(tenant, store) as (second, _):
        one = asyncio.create_task(first.flow("f").confirm(tenant.inbox.code(PHONE)))
        await line.reached.wait()
        with pytest.raises(Busy):
            await second.flow("f").go_back()
        line.freed.set()
        assert isinstance(await one, Done)


async def test_a_lease_that_was_lost(tenant, store):
    """Who was too slow gets a Conflict with what would have been returned; what the other one stored stands."""
    await asked(tenant, store)
    async with process(tenant, store, "after") as (first, line), process(tenant, store) as (second, _):
        slow = asyncio.create_task(first.flow("f").confirm(tenant.inbox.code(PHONE)))
        await line.reached.wait()
        tenant.clock.advance(60)
        back = await second.flow("f").go_back()
        assert (Choose, None) == (type(back), back.interrupted)
        line.freed.set()
        with pytest.raises(Conflict) as caught:
            await slow
        assert isinstance(caught.value.prompt, Done)
        assert back == await second.flow("f").look()


class TestDoubleClicks:
    """The other half of one is known by what was done while it waited, and by nothing older."""

    async def test_what_was_done_earlier_is_done_again(self, tenant, store):
        """A resend meant seriously, which had to wait for another verb, sends a message."""
        await asked(tenant, store)
        async with process(tenant, store, "after") as (first, line), process(tenant, store) as (second, _):
            line.freed.set()
            await first.flow("f").resend()
            tenant.clock.advance(60)
            line.freed.clear()
            line.reached.clear()
            other = asyncio.create_task(first.flow("f").confirm("000000"))
            await line.reached.wait()
            again = asyncio.create_task(second.flow("f").resend())
            for _ in range(50):
                await asyncio.sleep(0)
            other.cancel()
            assert isinstance(await again, AskCode)
        assert 3 == len(tenant.inbox.messages(PHONE))

    async def test_an_answer_that_was_lost(self, tenant, store):
        """The first half gets no answer: the second is not sent, and says what stands."""
        await asked(tenant, store)
        code = tenant.inbox.code(PHONE)
        tenant.faults.add("/oauth/token", drop="after", grant="mfa-oob")
        async with process(tenant, store, "before") as (first, line), process(tenant, store) as (second, _):
            one = asyncio.create_task(first.flow("f").confirm(code))
            await line.reached.wait()
            other = asyncio.create_task(second.flow("f").confirm(code, once="m2"))
            for _ in range(50):
                await asyncio.sleep(0)
            line.freed.set()
            with pytest.raises(TransportError):
                await one
            assert isinstance(await other, AskCode)
            assert isinstance(await second.flow("f").confirm(code, once="m2"), AskCode)  # its message is known, too
        assert 1 == tenant.requests.count(SMS)


class TestMessageIds:
    """A message that was worked on is known again, whatever came of it."""

    async def test_of_what_was_refused(self, tenant, store):
        """What did not fit where it came is not taken for an answer later."""
        async with process(tenant, store) as (mfa, _):
            flow = mfa.flow("f")
            choose = await flow.login(BO, PASSWORD)
            with pytest.raises(WrongState):
                await flow.confirm("000000", once="m3")
            await flow.challenge(next(one for one in choose.challenge if one.factor == "sms"))
            assert (await flow.confirm("000000", once="m3")).error is None
        assert 0 == tenant.requests.count(SMS)

    async def test_of_an_error_that_is_none_of_ours(self, tenant, store):
        """A transport that breaks after sending may have sent it."""
        await asked(tenant, store)

        class Broken(TenantTransport):
            async def send(self, call):
                await super().send(call)
                raise ZeroDivisionError

        async with MfaClient(APP, transport=Broken(tenant), clock=tenant.clock, store=store) as mfa:
            with pytest.raises(ZeroDivisionError):
                await mfa.flow("f").confirm("000000", once="m4")
            assert isinstance(await mfa.flow("f").confirm("000000", once="m4"), AskCode)
        assert 1 == tenant.requests.count(SMS)


class TestTheMark:
    """What was cut off is told until its outcome is known."""

    async def test_who_answers_without_looking_is_told(self, tenant, store):
        """The recovery code is typed again, and refused: it may have been used up."""
        await asked(tenant, store, "recovery")
        code = tenant.users[BO].recovery_code
        await cut_off(tenant, store, "after", "confirm", code)
        async with process(tenant, store) as (mfa, _):
            prompt = await mfa.flow("f").confirm(code)
            assert ("wrong_code", "confirm") == (prompt.error.key, prompt.interrupted)
            assert "the code that replaces it lost" in prompt.text()
            assert (await mfa.flow("f").go_back()).interrupted is None

    async def test_an_outage_changes_nothing(self, tenant, store):
        """A message that met an outage is remembered, and so is what was cut off before."""
        await asked(tenant, store, "recovery")
        await cut_off(tenant, store, "after", "confirm", tenant.users[BO].recovery_code)
        tenant.faults.add("/oauth/token", status=503)
        async with process(tenant, store) as (mfa, _):
            with pytest.raises(TenantBroken):
                await mfa.flow("f").confirm("A" * 24, once="m5")
            assert "confirm" == (await mfa.flow("f").look()).interrupted

    async def test_a_wait_does_not_hide_a_resend(self, tenant, store):
        """Two verbs were cut off: the one that may have cost something is told, and its message stays known."""
        await asked(tenant, store, "push")
        await cut_off(tenant, store, "after", "resend", once="m1")
        await cut_off(tenant, store, "after", "wait", timeout=0, once="m2")
        async with process(tenant, store) as (mfa, _):
            await mfa.flow("f").resend(once="m1")
        assert 2 == tenant.requests.count("/mfa/challenge")

    async def test_it_travels(self, tenant, store):
        """A resume token knows it, too, and the messages of the verb."""
        await asked(tenant, store)
        code = tenant.inbox.code(PHONE)
        await cut_off(tenant, store, "after", "confirm", code, once="m1")
        carried = Carried(Seal(Seal.generate_key()), now=tenant.clock.now)
        async with process(tenant, store) as (mfa, _):
            flow = await mfa.resume(await mfa.resume_token(mfa.flow("f"), carried), carried)
            assert "confirm" == (await flow.look()).interrupted
            assert isinstance(await flow.confirm(code, once="m1"), AskCode)
        assert 1 == tenant.requests.count(SMS)


class TestLeases:
    """A verb holds its flow for longer than it can take."""

    async def test_how_long(self, tenant, store):
        """One request, or two where a choice is made for the person, and the list before and after it."""
        held = []

        class Watched(MemoryStore):
            def hold(self, flow_id, lease, wait):
                held.append(lease.seconds)
                return super().hold(flow_id, lease, wait)

        for options in ({}, {"auto": True}, {"timeout": 3}):
            given = {"store": Watched(now=tenant.clock.now), "clock": tenant.clock, **options}
            async with MfaClient(App("127.0.0.1:1", "id"), **given) as mfa:
                with pytest.raises(TransportError):
                    await mfa.flow("f").login(BO, PASSWORD)
        assert [55, 85, 28] == held

    async def test_a_session_without_an_end(self):
        """It is given one: nobody would know how long its flow is held."""
        async with ClientSession(timeout=ClientTimeout(total=None)) as session:
            transport = AiohttpTransport("http://127.0.0.1:1", session)
            assert (30, 30) == (transport.longest, transport._options["timeout"].total)
        async with ClientSession(timeout=ClientTimeout(total=7)) as session:
            assert 7 == AiohttpTransport("http://127.0.0.1:1", session).longest


class Full(MemoryStore):
    """A store that keeps nothing more once it is full."""

    full = False

    async def put(self, *given):
        """No."""
        if self.full:
            raise StoreError("the disk is full")
        return await super().put(*given)


@pytest.mark.parametrize("factor", ["sms", "recovery"])
async def test_what_was_issued_is_not_lost_with_the_store(tenant, factor):
    """The error has the prompt in it, tokens and the replaced recovery code included."""
    store = Full(now=tenant.clock.now)
    await asked(tenant, store, factor)
    store.full = True
    code = tenant.inbox.code(PHONE) if factor == "sms" else tenant.users[BO].recovery_code
    async with process(tenant, store) as (mfa, _):
        with pytest.raises(StoreError, match="the disk is full") as caught:
            await mfa.flow("f").confirm(code)
        assert caught.value.prompt.tokens.access_token
        assert (factor == "recovery") is (caught.value.prompt.recovery_code is not None)
        assert str(caught.value.prompt.tokens.access_token) not in repr(caught.value)
        store.full = False
        assert "confirm" == (await mfa.flow("f").look()).interrupted


async def test_a_reply_that_was_lost_is_no_interruption(tenant, store):
    """The caller was told by the error."""
    await asked(tenant, store)
    tenant.faults.add("/oauth/token", drop="after")
    async with process(tenant, store) as (mfa, _):
        with pytest.raises(TransportError):
            await mfa.flow("f").confirm(tenant.inbox.code(PHONE))
        assert (await mfa.flow("f").look()).interrupted is None


class TestResumeTokens:
    """For those who keep no store: the flow travels with the person."""

    async def test_there_and_back(self, tenant, store):
        """Begun in one process, ended in another that shares only the key; nothing stays behind."""
        await asked(tenant, store)
        key = Seal.generate_key()
        async with process(tenant, store) as (mfa, _):
            token = await mfa.resume_token(mfa.flow("f"), Carried(Seal(key), now=tenant.clock.now))
        assert 0 == len(store)
        async with process(tenant, MemoryStore(now=tenant.clock.now)) as (mfa, _):
            flow = await mfa.resume(token, Carried(Seal(key), now=tenant.clock.now))
            assert "f" == flow.id
            assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)

    async def test_an_old_one(self, tenant, store):
        """What stands under its id is not replaced: not by where it was, nor by another login's flow."""
        await asked(tenant, store)
        carried = Carried(Seal(Seal.generate_key()), now=tenant.clock.now)
        async with process(tenant, store) as (mfa, _):
            token = await mfa.resume_token(mfa.flow("f"), carried)
            other = await mfa.flow("f").login("ada@example.com", "correct-horse")
            assert other == await (await mfa.resume(token, carried)).look()

    async def test_of_a_flow_that_is_worked_on(self, tenant, store, monkeypatch):
        """It is not taken along from under a verb: what that brings would be lost, or done twice."""
        monkeypatch.setattr("mfa_flow.client.BUSY_AFTER", 0.002)
        await asked(tenant, store)
        async with process(tenant, store, "after") as (mfa, line):
            running = asyncio.create_task(mfa.flow("f").confirm(tenant.inbox.code(PHONE)))
            await line.reached.wait()
            with pytest.raises(Busy):
                await mfa.resume_token(mfa.flow("f"), Carried(Seal(Seal.generate_key())))
            line.freed.set()
            assert isinstance(await running, Done)

    async def test_nothing_of_it_is_in_an_error(self, tenant, store):
        """Nor in the variables of its frames."""
        await asked(tenant, store)
        carried = Carried(Seal(Seal.generate_key()), now=tenant.clock.now)
        async with process(tenant, store) as (mfa, _):
            token = await mfa.resume_token(mfa.flow("f"), carried)
            tenant.clock.advance(10_000)
            with pytest.raises(Unreadable) as caught:
                await mfa.resume(token, carried)
        assert ("unknown", "resume") == (caught.value.flow_id, caught.value.verb)
        assert {"test_survival.py", "client.py"} == {entry.path.name for entry in caught.traceback}

    async def test_of_another_key(self, tenant, store):
        """It is refused, and nothing is stored."""
        await asked(tenant, store)
        async with process(tenant, store) as (mfa, _):
            token = await mfa.resume_token(mfa.flow("f"), Carried(Seal(Seal.generate_key()), now=tenant.clock.now))
            with pytest.raises(Unreadable):
                await mfa.resume(token, Carried(Seal(Seal.generate_key()), now=tenant.clock.now))
            assert 0 == len(store)

    async def test_of_nothing(self, tenant, store):
        """A flow that was never begun cannot be taken along."""
        async with process(tenant, store) as (mfa, _):
            with pytest.raises(UnknownFlow):
                await mfa.resume_token(mfa.flow("f"), Carried(Seal(Seal.generate_key())))
