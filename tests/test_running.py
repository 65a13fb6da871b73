"""A whole login in one call: what is asked, what may be answered, and how it ends."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest

from mfa_flow import (
    Answer,
    App,
    AskCode,
    AskPassword,
    BadInput,
    Choose,
    Done,
    FlowStopped,
    MfaClient,
    Pause,
    Scan,
    TransportError,
)
from mfa_flow.testing import TenantTransport
from mfa_flow.wire.call import Reply

APP = App("tenant.example", "demo-client", "demo-secret")
ADA, PASSWORD = "ada@example.com", "correct-horse"
BO, CY = "bo@example.com", "cy@example.com"
PHONE = "+15551230042"


class Script:
    """Answers in their order; one that can be called is called, when it is its turn. ``asked`` are the prompts."""

    def __init__(self, *answers):
        self._answers = iter(answers)
        self.asked = []

    async def __call__(self, prompt):
        """The next answer."""
        self.asked.append(prompt)
        answer = next(self._answers)
        return answer(prompt) if callable(answer) else answer

    @property
    def kinds(self):
        """What was asked, and why the answer before was refused."""
        return [(type(prompt), prompt.error.key if prompt.error else None) for prompt in self.asked]


class Recorder:
    """Keeps what is sent to a tenant. ``instead`` answers the first calls, one reply each."""

    def __init__(self, tenant, *instead):
        self._tenant, self._instead = tenant, list(instead)
        self.calls = []

    async def send(self, call):
        """The next reply."""
        self.calls.append(call)
        return self._instead.pop(0) if self._instead else self._tenant.answer(call)

    async def aclose(self):
        """Nothing is held."""


@asynccontextmanager
async def client(tenant, transport=None):
    async with MfaClient(APP, transport=transport or TenantTransport(tenant), clock=tenant.clock) as mfa:
        yield mfa


@pytest.fixture
async def mfa(mfa_tenant):
    """A client, and two who have factors already: Bo an app, Cy a phone."""
    mfa_tenant.users.add(BO, PASSWORD, authenticators=["otp"])
    mfa_tenant.users.add(CY, PASSWORD, phone=PHONE, authenticators=["sms"])
    async with client(mfa_tenant) as mfa:
        yield mfa


def first(prompt):
    """The first authenticator there is."""
    return prompt.challenge[0]


async def turns():
    """Let everybody run who can."""
    for _ in range(300):
        await asyncio.sleep(0)


async def ended(running):
    """The result of a run that has nothing more to wait for."""
    async with asyncio.timeout(2):
        return await running


async def test_no_second_factor(mfa, mfa_tenant):
    """Where the password is enough, nothing is asked."""
    mfa_tenant.users.add("di@example.com", PASSWORD, mfa=False)
    ask = Script()
    assert (await mfa.run("di@example.com", PASSWORD, answer=ask)).access_token
    assert [] == ask.asked


async def test_enrolling_by_name(mfa, mfa_tenant):
    """At Choose a factor's name enrols it; at Scan the code confirms it."""
    ask = Script("otp", lambda _: mfa_tenant.otp(ADA))
    assert (await mfa.run(ADA, PASSWORD, answer=ask)).access_token
    assert [(Choose, None), (Scan, None)] == ask.kinds
    assert mfa_tenant.users[ADA].enrolled


@pytest.mark.parametrize("chosen", [first, lambda prompt: first(prompt).id], ids=["authenticator", "id"])
async def test_being_challenged(mfa, mfa_tenant, chosen):
    """At Choose an authenticator, or its id, is challenged."""
    ask = Script(chosen, lambda _: mfa_tenant.otp(BO))
    assert (await mfa.run(BO, PASSWORD, answer=ask)).access_token
    assert [(Choose, None), (AskCode, None)] == ask.kinds


async def test_a_code_typed_wrong_first(mfa, mfa_tenant):
    """The question comes again and says why; the right code then ends it."""
    ask = Script(first, "000000", "000 000", lambda _: mfa_tenant.otp(BO))
    assert (await mfa.run(BO, PASSWORD, answer=ask)).access_token
    assert [(Choose, None), (AskCode, None), (AskCode, "wrong_code"), (AskCode, "wrong_code")] == ask.kinds
    assert 3 == mfa_tenant.requests.count("mfa-otp")


async def test_a_password_typed_wrong_first(mfa, mfa_tenant):
    """At AskPassword a text is the password, for the same person."""
    ask = Script("still-not-it", PASSWORD, first, lambda _: mfa_tenant.otp(BO))
    assert (await mfa.run(BO, "not-it", answer=ask)).access_token
    assert [(AskPassword, "wrong_password")] * 2 + [(Choose, None), (AskCode, None)] == ask.kinds


async def test_a_realm_goes_with_every_password(mfa_tenant):
    """The realm is that of the call, the second time too."""
    recorder = Recorder(mfa_tenant, *[Reply(403, {}, b'{"error":"invalid_grant"}')] * 2)
    async with client(mfa_tenant, recorder) as mfa:
        with pytest.raises(StopAsyncIteration):
            await mfa.run(BO, "not-it", answer=stopping("still-not-it"), realm="staff")
    assert [["staff"], ["staff"]] == [parse_qs(call.body.decode())["realm"] for call in recorder.calls]


def stopping(*answers):
    """Answer these, and then no more."""
    left = iter(answers)

    async def ask(_):
        for answer in left:
            return answer
        raise StopAsyncIteration

    return ask


async def test_a_recovery_code(mfa, mfa_tenant):
    """The Done that carries its replacement is shown, for nothing else ever will; what is answered counts for nothing."""
    ask = Script(lambda prompt: prompt.challenge[-1], lambda _: mfa_tenant.users[BO].recovery_code, "thank you")
    assert (await mfa.run(BO, PASSWORD, answer=ask)).access_token
    assert [Choose, AskCode, Done] == [kind for kind, _ in ask.kinds]
    assert mfa_tenant.users[BO].recovery_code == ask.asked[-1].recovery_code


async def test_enrolling_with_details(mfa, mfa_tenant):
    """``Answer`` carries a verb's details."""
    ask = Script(Answer("enroll", "sms", phone_number=PHONE), lambda _: mfa_tenant.inbox.code(PHONE))
    assert (await mfa.run(ADA, PASSWORD, answer=ask)).access_token
    assert (AskCode, "XXXXXXXX0042") == (type(ask.asked[1]), ask.asked[1].to)


async def test_a_message_sent_again(mfa, mfa_tenant):
    """``Answer("resend")`` sends another message; the newest code ends it."""
    ask = Script(first, Answer("resend"), lambda _: mfa_tenant.inbox.code(PHONE))
    assert (await mfa.run(CY, PASSWORD, answer=ask)).access_token
    assert [(Choose, None), (AskCode, None), (AskCode, None)] == ask.kinds
    assert 2 == len(mfa_tenant.inbox.messages(PHONE))


async def test_going_back(mfa, mfa_tenant):
    """``Answer("go_back")`` asks for the choice once more, and ``Answer("challenge", ...)`` makes it."""
    ask = Script(first, Answer("go_back"), lambda p: Answer("challenge", first(p)), lambda _: mfa_tenant.otp(BO))
    assert (await mfa.run(BO, PASSWORD, answer=ask)).access_token
    assert [Choose, AskCode, Choose, AskCode] == [kind for kind, _ in ask.kinds]


async def test_looking_changes_nothing(mfa, mfa_tenant):
    """``Answer("look")`` asks the same question again."""
    ask = Script(first, Answer("look"), lambda _: mfa_tenant.otp(BO))
    await mfa.run(BO, PASSWORD, answer=ask)
    assert ask.asked[1] == ask.asked[2]


async def test_waiting_at_a_pause(mfa, mfa_tenant, mfa_clock):
    """None at Pause sleeps by the client's clock, exactly that long, and the question comes again."""
    ask = Script(first, *["000000"] * 11, None, lambda _: mfa_tenant.otp(BO))
    running = asyncio.create_task(mfa.run(BO, PASSWORD, answer=ask))
    await turns()
    assert (13, Pause, 360) == (len(ask.asked), type(ask.asked[-1]), ask.asked[-1].seconds)
    mfa_clock.advance(359)
    await turns()
    assert (13, False) == (len(ask.asked), running.done())
    mfa_clock.advance(1)
    assert (await ended(running)).access_token
    assert (AskCode, None) == ask.kinds[-1]


async def test_answering_at_a_pause(mfa, mfa_tenant, mfa_clock):
    """At Pause the question that stands meanwhile may be answered: a text is the code it asks for."""

    def later(_):
        mfa_clock.advance(360)
        return mfa_tenant.otp(BO)

    ask = Script(first, *["000000"] * 11, later)
    assert (await mfa.run(BO, PASSWORD, answer=ask)).access_token
    assert (Pause, "too_many_attempts") == ask.kinds[-1]


async def test_a_password_at_a_pause(mfa_tenant):
    """At a Pause that stands before AskPassword, a text is the password."""
    throttled = Reply(429, {}, b'{"error":"too_many_attempts"}')
    mfa_tenant.users.add("di@example.com", PASSWORD, mfa=False)
    async with client(mfa_tenant, Recorder(mfa_tenant, throttled)) as mfa:
        ask = Script(PASSWORD)
        assert (await mfa.run("di@example.com", PASSWORD, answer=ask)).access_token
    assert (Pause, AskPassword) == (type(ask.asked[0]), type(ask.asked[0].then))


async def test_cancelled(mfa):
    """Giving up raises FlowStopped, which says so by key and in words."""
    with pytest.raises(FlowStopped, match="You cancelled this login") as caught:
        await mfa.run(BO, PASSWORD, answer=Script(Answer("cancel")))
    assert "cancelled" == caught.value.reason


async def test_too_late(mfa, mfa_tenant, mfa_clock):
    """Who takes longer than the mfa_token lives is told that it expired."""

    def late(_):
        mfa_clock.advance(600)
        return "000000"

    with pytest.raises(FlowStopped) as caught:
        await mfa.run(BO, PASSWORD, answer=Script(first, late))
    assert ("expired", 0) == (caught.value.reason, mfa_tenant.requests.count("mfa-otp"))


async def test_waiting_too_long(mfa, mfa_tenant, mfa_clock):
    """A pause that outlasts the login ends it, instead of asking in vain."""
    ask = Script(first, *[Answer("resend")] * 10, None)
    running = asyncio.create_task(mfa.run(CY, PASSWORD, answer=ask))
    await turns()
    assert (Pause, "too_many_messages") == ask.kinds[-1]
    mfa_clock.advance(3600)
    with pytest.raises(FlowStopped) as caught:
        await ended(running)
    assert "expired" == caught.value.reason


@pytest.mark.parametrize("before", [[], [first]], ids=["choose", "ask_code"])
@pytest.mark.parametrize("answer", [None, 123456, b"123456", object(), ["otp"]], ids=lambda one: type(one).__name__)
async def test_an_answer_that_fits_no_prompt(mfa, mfa_tenant, before, answer):
    """It raises BadInput, which names the question and shows no value, and nothing is sent."""
    sent = []
    ask = Script(*before, lambda _: sent.append(len(mfa_tenant.requests)) or answer)
    with pytest.raises(BadInput, match=r"is no answer to (choose|ask_code); nothing was sent") as caught:
        await mfa.run(BO, PASSWORD, answer=ask)
    assert "123456" not in str(caught.value)
    assert sent == [len(mfa_tenant.requests)]


async def test_none_where_a_password_is_asked_for(mfa):
    """None is no password."""
    with pytest.raises(BadInput, match="NoneType is no answer to ask_password"):
        await mfa.run(BO, "not-it", answer=Script(None))


@pytest.mark.parametrize("verb", ["begin", "run", "_verb", "id", "", "ENROLL"])
def test_an_answer_knows_the_verbs(verb):
    """What is no verb for an answer is refused when it is written, and those that are get named."""
    with pytest.raises(BadInput, match="login, challenge, enroll, confirm, wait, resend, go_back, cancel, look"):
        Answer(verb)


async def test_what_the_asker_raises_passes(mfa):
    """The function's own errors are its own."""

    async def gone(_):
        raise TransportError("the chat is gone", may_have_arrived=False)

    with pytest.raises(TransportError, match="the chat is gone"):
        await mfa.run(BO, PASSWORD, answer=gone)


async def test_each_run_is_a_flow_of_its_own(mfa, mfa_tenant):
    """Two people at once do not meet."""
    bos, cys = Script(first, lambda _: mfa_tenant.otp(BO)), Script(first, lambda _: mfa_tenant.inbox.code(PHONE))
    tokens = await asyncio.gather(mfa.run(BO, PASSWORD, answer=bos), mfa.run(CY, PASSWORD, answer=cys))
    assert 2 == len({one.access_token for one in tokens})
    assert ["otp", "sms"] == [ask.asked[1].channel for ask in (bos, cys)]
