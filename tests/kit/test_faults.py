"""Whatever goes wrong at whatever step: a prompt or an error of ours, a flow that goes on, and nothing sent twice."""

import re
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mfa_flow import App, Choose, Done, MfaFlowError, Pause, Stopped, WrongState
from mfa_flow.kit import FAULTS, Accounts, Hasty, InProcess, RecordingClient, faults, intercepted
from mfa_flow.machine.prompts import _Shown
from mfa_flow.stores import MemoryStore
from mfa_flow.stores.codec import decode, encode
from mfa_flow.testing import Tenant, serve

# A walk is the factors one has, and what one does; each step is called with the person, the flow and the prompt.
LOGIN = lambda bo, flow, prompt: flow.login(bo.email, bo.password)  # noqa: E731
RIGHT = lambda bo, flow, prompt: flow.confirm(bo.code(prompt))  # noqa: E731
WRONG = lambda bo, flow, prompt: flow.confirm(bo.wrong_code(prompt))  # noqa: E731


def challenge(factor):
    def step(bo, flow, prompt):
        known = {one.factor: one for one in prompt.challenge}
        return flow.challenge(known[factor])

    return step


async def approve(bo, flow, prompt):
    await bo(prompt)
    return await flow.wait()


WALKS = {
    "enrol by sms": ([], [LOGIN, lambda bo, flow, prompt: flow.enroll("sms", phone_number=bo.number), RIGHT]),
    "enrol an app": ([], [LOGIN, lambda bo, flow, prompt: flow.enroll("otp"), WRONG, RIGHT]),
    "a code by sms": (["sms"], [LOGIN, challenge("sms"), WRONG, lambda bo, flow, prompt: flow.resend(), RIGHT]),
    "a push": (["push"], [LOGIN, challenge("push"), approve]),
}


def client(app, tenant, **options):
    clock = Hasty(tenant.clock)
    return RecordingClient(app, **{"clock": clock, "transport": InProcess(tenant, clock=clock), **options})


async def finish(mfa, bo, flow):
    """Go on from wherever it is, as a person does, until there are tokens. Fails where that takes too long."""
    for _ in range(20):
        prompt = await flow.look()
        while isinstance(prompt, Pause):
            await mfa.clock.sleep(prompt.seconds)
            prompt = await flow.look()
        match prompt:
            case Done():
                return
            case Stopped():
                await flow.login(bo.email, bo.password)
                continue
        try:
            given = await bo(prompt)
        except LookupError:
            # There is nothing to answer with: Auth0 says so to whoever tries, and then there is another way.
            await (flow.go_back() if prompt.error else flow.confirm(bo.wrong_code(prompt)))
            continue
        if isinstance(prompt, Choose) and isinstance(given, str):
            await flow.enroll(given)
        elif hasattr(given, "said_to"):
            await given.said_to(flow)
        elif isinstance(prompt, Choose):
            await flow.challenge(given)
        elif prompt.kind == "ask_password":
            await flow.login(bo.email, given)
        else:
            await (flow.confirm(given) if given else flow.wait())
    raise AssertionError(f"no way out of {prompt}")


async def walked(mfa, bo, steps, fault, number):
    """The flow, after a walk in which that fault struck before that step; it stops where it went wrong."""
    flow, prompt = mfa.flow("f"), None
    for each, step in enumerate(steps):
        if each == number:
            fault.strike(bo, clock=mfa.clock)
        try:
            prompt = await step(bo, flow, prompt)
        except WrongState:
            raise
        except (MfaFlowError, LookupError):
            return flow  # of ours; or there is nothing left that the person could answer with
        assert isinstance(prompt, _Shown)
        if each >= number and (prompt.error or isinstance(prompt, Done | Stopped | Pause)):
            return flow
    return flow


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_at_each_step(mfa_app, mfa_tenant, name, walk):
    """A prompt or an error of ours, the flow can be stored and read back, no verb sent anything twice, and there is a
    way to the tokens from there."""
    factors, steps = WALKS[walk]
    for number in range(len(steps)):
        mfa_tenant.reset()
        bo, store = Accounts(mfa_tenant)(*factors), MemoryStore(now=mfa_tenant.clock.now)
        mfa = client(mfa_app, mfa_tenant, store=store)
        flow = await walked(mfa, bo, steps, FAULTS[name], number)
        for step in mfa.recording("f").steps:
            posts = Counter((each.path, each.grant) for each in step.exchanges if each.method == "POST")
            assert set() == {key for key, times in posts.items() if times > 1}, step
        if (stored := (await store.load("f")).flow) is not None:
            assert stored == decode(encode(stored))
        mfa_tenant.faults.clear()
        mfa.clock.ahead = 0
        await finish(mfa, bo, flow)


@asynccontextmanager
async def over_a_socket(app, tenant, timeout):
    async with serve(tenant) as server:
        there = App(server.url, app.client_id, app.client_secret)
        async with client(there, tenant, transport=None, timeout=timeout) as mfa:
            yield mfa


@asynccontextmanager
async def in_process(app, tenant, _):
    yield client(app, tenant)


@asynccontextmanager
async def behind_aioresponses(app, tenant, _):
    with intercepted(tenant, app):
        async with client(app, tenant, transport=None) as mfa:
            yield mfa


WAYS = [in_process, over_a_socket, behind_aioresponses]


APP = lambda bo, flow, prompt: flow.enroll("otp")  # noqa: E731
LAST = {  # whose factors, and the steps: the fault strikes before the last of them, where it makes a difference
    "late_push": (["push"], [LOGIN, challenge("push"), lambda bo, flow, prompt: flow.wait()]),
    "late_denial": (["push"], [LOGIN, challenge("push"), lambda bo, flow, prompt: flow.wait()]),
    "exhausted_messages": (["sms"], [LOGIN, challenge("sms")]),
    "already_enrolled": ([], [LOGIN, APP]),
}
BY_CODE = (["sms"], [LOGIN, challenge("sms"), RIGHT])


async def recorded(way, app, tenant, name, fault):
    """What is recorded of that walk in that way."""
    tenant.reset()
    factors, steps = LAST.get(name, BY_CODE)
    async with way(app, tenant, 0.3 if name == "timeout" else None) as mfa:  # seconds
        await walked(mfa, Accounts(tenant)(*factors), steps, fault, len(steps) - 1)
        return mfa.recording("f")


@pytest.mark.parametrize("name", FAULTS)
async def test_it_is_the_same_in_each_way(mfa_app, mfa_tenant, name):
    """In process, over a socket and behind aioresponses the same walk records the same, whatever goes wrong in it; and
    another than where nothing does."""
    first, second, third = [await recorded(way, mfa_app, mfa_tenant, name, FAULTS[name]) for way in WAYS]
    assert "" == first.diff(second)
    assert "" == first.diff(third)
    if name not in ("late_push", "late_denial"):  # who is not answered waits for five minutes
        clean = await recorded(in_process, mfa_app, mfa_tenant, name, faults.server_error.meant("/userinfo"))
        assert first != clean
    else:
        assert ("tokens_issued" if name == "late_push" else "push_denied") == first.events[-1]


async def test_two_at_once(mfa, mfa_account):
    """Faults are added up: the clock is wrong, and the answers to two calls are spoiled, each in its own way."""
    bo, flow = mfa_account("sms"), mfa.flow()
    both = faults.clock_skew + faults.reset_before.meant(grant="password") + faults.server_error.meant("/mfa/challenge")
    assert "clock_skew+reset_before of password+server_error of /mfa/challenge" == both.name
    both.strike(bo, clock=mfa.clock)
    with pytest.raises(MfaFlowError, match="ConnectionResetError"):
        await flow.login(bo.email, bo.password)
    choose = await flow.login(bo.email, bo.password)
    with pytest.raises(MfaFlowError, match="500"):
        await flow.challenge(choose.challenge[0])
    assert isinstance(await flow.confirm(bo.code(await flow.challenge(choose.challenge[0]))), Done)
    assert 120 == mfa.clock.now() - bo.tenant.clock.now()


async def test_the_nth_call(mfa, mfa_account):
    """A fault may let as many calls of its kind pass as one likes; another user's are not counted."""
    bo, flow = mfa_account("otp"), mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(choose.challenge[0])
    faults.rate_limited.meant(grant="mfa-otp", nth=2).strike(bo)
    assert "wrong_code" == (await flow.confirm(bo.wrong_code(ask))).error.key
    with pytest.raises(MfaFlowError) as raised:
        await flow.confirm(bo.code(ask))
    assert 7 == raised.value.retry_after
    assert isinstance(await flow.confirm(bo.code(ask)), Done)


async def test_a_push_that_is_answered_late(mfa, mfa_account, mfa_clock):
    """The person presses Yes after twelve seconds, so that the client asks three times; once it was pressed the clock
    is listened to no more."""
    bo, flow = mfa_account("push"), mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    await flow.challenge(next(one for one in choose.challenge if one.factor == "push"))
    faults.late_push.strike(bo)
    began = mfa_clock.now()
    assert isinstance(await flow.wait(), Done)
    assert 15 == mfa_clock.now() - began
    assert ("still_pending",) * 3 + ("tokens_issued",) == mfa.recording().events[-4:]
    assert not mfa_clock._bell._listeners


def test_a_clock_that_is_not_given(mfa_account, mfa_clock):
    """Who strikes a clock says which, and one that can go wrong; what else was to strike has not."""
    bo = mfa_account()
    for clock in (None, mfa_clock):
        with pytest.raises(ValueError, match="takes the client's, a Hasty"):
            (faults.server_error + faults.clock_skew).strike(bo, clock=clock)
    assert 0 == len(bo.tenant.faults)


def test_a_sum_says_all_of_it(mfa_account):
    """Of several faults each is told, each is meant for the same calls, and people and time are struck at once."""
    both = faults.reset_after + faults.server_error + faults.exhausted_messages
    assert "reset_after+server_error+exhausted_messages" == both.name
    assert all(each.what in both.what for each in (faults.reset_after, faults.server_error, faults.exhausted_messages))
    both.meant(grant="mfa-otp").strike(bo := mfa_account("sms"))
    assert ["mfa-otp", "mfa-otp"] == [each.grant for each in bo.tenant.faults]
    assert not any(purse.take(bo.tenant.clock.now()) for purse in bo.user.purses().values())
    assert [True, False, False] == [
        each.undone for each in (faults.server_error + faults.reset_before, faults.reset_after, both)
    ]


@pytest.mark.parametrize(
    ("fault", "meant", "told"),
    [
        (faults.expired_code, {"path": "/mfa/associate"}, "expired_code happens to people or to time, at once"),
        (faults.clock_skew + faults.late_push, {"grant": "mfa-oob"}, "clock_skew.late_push happens to people"),
        (faults.timeout, {"path": "/mfa/chalenge"}, "no call goes to '/mfa/chalenge': there are .*/mfa/challenge"),
        (faults.timeout, {"grant": "mfa-opt"}, "there is no grant 'mfa-opt': there are .*mfa-otp"),
        (faults.timeout, {"grant": ["mfa-otp"]}, "there is no grant .'mfa-otp'.: there are .*mfa-otp"),
        (
            faults.timeout,
            {"path": "/mfa/challenge", "grant": "mfa-otp"},
            "a grant goes to /oauth/token, and never to '/mfa/ch",
        ),
        (faults.timeout.meant("/mfa/*"), {"grant": "mfa-otp"}, "a grant goes to /oauth/token, and never to '/mfa/.'"),
        (faults.clock_skew + faults.timeout.meant(grant="mfa-otp"), {"path": "/mfa/*"}, "a grant goes to /oauth/token"),
    ],
)
def test_meant_for_what_is_never_called(fault, meant, told):
    """A fault that waits for no answer, a path and a grant that there are not, are refused."""
    with pytest.raises(ValueError, match=told):
        fault.meant(**meant)
    assert faults.timeout.meant("/mfa/*") != faults.timeout.meant("/mfa/authenticators/sms|dev_1")
    with pytest.raises(TypeError, match="path takes a text, such as '/mfa/challenge', not 5"):
        faults.timeout.meant(5)


@pytest.mark.parametrize(
    ("nth", "error", "told"),
    [
        (0, ValueError, "nth is 1 or more, not 0"),
        (-1, ValueError, "nth is 1 or more, not -1"),
        ("2", TypeError, "nth takes a whole number, not '2'"),
        (1.5, TypeError, "nth takes a whole number, not 1.5"),
    ],
)
def test_the_nth_that_never_comes(nth, error, told):
    """Calls are counted from one, in whole numbers."""
    with pytest.raises(error, match=told):
        faults.timeout.meant(nth=nth)


@pytest.mark.parametrize(
    ("meant", "name"),
    [
        ({"path": "/mfa/challenge"}, "timeout of /mfa/challenge"),
        ({"grant": "mfa-otp", "path": "/oauth/*"}, "timeout of /oauth/* mfa-otp"),
        ({"grant": "mfa-otp", "nth": 2}, "timeout of mfa-otp no. 2"),
        ({"nth": 3}, "timeout of call no. 3"),
        ({}, "timeout"),
    ],
)
def test_its_name_says_what_it_is_meant_for(meant, name):
    """So that walks with the same fault elsewhere have names of their own, however often it is aimed."""
    assert name == faults.timeout.meant(**meant).name
    assert f"garbled+{name}+late_push" == (faults.garbled + faults.timeout.meant(**meant) + faults.late_push).name
    again = faults.timeout.meant("/userinfo", nth=9).meant("/oauth/token").meant(grant="mfa-otp")
    assert "timeout of /oauth/token mfa-otp no. 9" == again.name


def test_sums_are_flat():
    """However they are put together, they are the same sum, and each part has its own name."""
    one, two, three = faults.garbled, faults.timeout, faults.late_push
    assert (one + two) + three == one + (two + three)
    assert (one, two, three) == (one + (two + three)).parts
    aimed = (one + (two + three)).meant("/mfa/*")
    assert (one.meant("/mfa/*"), two.meant("/mfa/*"), three) == aimed.parts
    assert "garbled of /mfa/*+timeout of /mfa/*+late_push" == aimed.name


def test_what_is_no_fault_is_not_added():
    """Faults are added to faults."""
    with pytest.raises(TypeError, match="timeout is added up with other faults, not with 'garbled'"):
        faults.timeout + "garbled"


def test_faults_are_data():
    """They can be compared, kept in sets and used as keys, sums and aimed ones as well."""
    both = faults.timeout.meant("/mfa/*") + faults.clock_skew
    assert both == faults.timeout.meant("/mfa/*") + faults.clock_skew
    assert {both: 1} == {faults.timeout.meant("/mfa/*") + faults.clock_skew: 1}
    assert len(FAULTS) == len(set(FAULTS.values()))


async def test_as_long_as_they_last_there(mfa_app):
    """What expires does so at the tenant at hand, be it generous or strict."""
    tenant = Tenant(oob_ttl=400, mfa_token_ttl=500)
    bo, mfa, began = Accounts(tenant)("sms"), client(mfa_app, tenant), tenant.clock.now()
    flow = mfa.flow()
    ask = await flow.challenge((await flow.login(bo.email, bo.password)).challenge[0])
    faults.expired_code.strike(bo)
    assert "code_expired" == (await flow.confirm(bo.code(ask))).error.key
    assert 401 == tenant.clock.now() - began
    faults.expired_mfa_token.strike(bo)
    assert 401 + 501 == tenant.clock.now() - began


def test_all_are_listed():
    """Each is found under its own name, and says what it does."""
    found = {name: each for name, each in vars(faults).items() if isinstance(each, faults.Mishap)}
    assert found == dict(FAULTS)
    assert {name: name for name in found} == {name: each.name for name, each in found.items()}
    assert len(found) == len({each.what for each in found.values()})


@pytest.mark.parametrize("victim", ["ada@example.com", Tenant(), None])
def test_a_fault_strikes_a_person(victim):
    """Whoever is no person is told so, with who makes one."""
    with pytest.raises(TypeError, match=f"server_error strikes a Person, as .* and no {type(victim).__name__}"):
        faults.server_error.strike(victim)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "mine does nothing: give it an answer, ahead or world"),
        ({"answer": {}}, "mine cannot be, .* takes: a fault does something"),
        ({"answer": {"statuss": 500}}, "mine cannot be, its answer is what faults.add.. takes: .*'statuss'"),
        ({"answer": {"status": 7}}, "mine cannot be, .* takes: 'status' must be in range"),
        ({"answer": {"status": 500, "nth": "2"}}, "mine cannot be"),
        ({"answer": "status"}, "mine cannot be, .* must be a mapping"),
    ],
)
def test_a_fault_of_ones_own_that_cannot_be(given, told):
    """One that does nothing, or what no tenant takes, is refused where it is made, and not in the middle of a walk."""
    with pytest.raises(ValueError, match=told):
        faults.Mishap("mine", "what I think of", **given)


def test_all_are_shown():
    """The README's test has each of them."""
    shown = (Path(__file__).parents[1] / "examples" / "test_faults.py").read_text()
    assert sorted(FAULTS) == sorted(re.findall(r"^    \(faults\.(\w+), ", shown, re.MULTILINE))
