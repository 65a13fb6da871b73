"""The client against the simulated tenant, over a socket where the socket matters."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from attrs import evolve
from spoiling import cut, hang, spoiled, with_body

import mfa_flow
from mfa_flow import (
    App,
    AskCode,
    AskPassword,
    BadInput,
    Choose,
    Done,
    MfaClient,
    MfaFlowError,
    MisuseError,
    Moved,
    Pause,
    Scan,
    State,
    Stopped,
    TenantError,
    TransportError,
    UnexpectedReply,
    UnknownFactor,
    UnknownFlow,
    WrongState,
)
from mfa_flow.errors import Busy, StoreError
from mfa_flow.stores import Lease, MemoryStore
from mfa_flow.testing import Tenant, TenantTransport, serve
from mfa_flow.wire.call import Call

PACKAGE = Path(mfa_flow.__file__).parent
ADA, PASSWORD = "ada@example.com", "correct-horse"
PHONE = "+15551230042"
APP = App("tenant.example", "demo-client", "demo-secret")
VERBS = {
    "login": (ADA, "another-password"),
    "begin": ("a-token",),
    "challenge": ("totp|dev_1",),
    "enroll": ("otp",),
    "confirm": ("123456",),
    "resend": (),
    "go_back": (),
    "cancel": (),
}


@asynccontextmanager
async def client(tenant, **options):
    async with MfaClient(APP, transport=TenantTransport(tenant), clock=tenant.clock, **options) as mfa:
        yield mfa


async def say(flow, verb, *given, **details):
    return await getattr(flow, verb)(*given, **details)


async def bring(flow, state):
    """Bring a fresh flow of Ada's into a state."""
    if state is State.STARTED:
        return await flow.login(ADA, "not-it")
    prompt = await flow.login(ADA, PASSWORD)
    match state:
        case State.ENROLLING:
            prompt = await flow.enroll("sms", phone_number=PHONE)
        case State.CHALLENGING:
            prompt = await flow.challenge(prompt.challenge[0])
        case State.CANCELLED:
            prompt = await flow.cancel()
    return prompt


class TestWalks:
    """From a password to tokens, whole."""

    async def test_enrolment_by_app(self, mfa_tenant):
        """Ada sets an authenticator app up and gets tokens; the recovery code is on the prompt with the QR code."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(ADA, PASSWORD)
            assert (("otp", "push", "sms", "voice", "email"), ()) == (choose.enroll, choose.challenge)
            scan = await flow.enroll("otp")
            assert (mfa_tenant.users[ADA].recovery_code,) == scan.recovery_codes
            assert mfa_tenant.users[ADA].otp_secret == scan.secret
            done = await flow.confirm(mfa_tenant.otp(ADA))
        assert isinstance(done, Done)
        assert done.tokens.access_token
        assert 5 == len(mfa_tenant.requests) + 1  # grant, list, associate, confirm

    async def test_challenge_by_message(self, mfa_tenant):
        """An SMS user is challenged, asks for the message again, and the newest code gives tokens."""
        mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
        before = len(mfa_tenant.inbox.messages(to=PHONE))
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login("bo@example.com", "pw")
            ask = await flow.challenge(choose.challenge[0])
            assert ("sms", "XXXXXXXX0042", 6) == (ask.channel, ask.to, ask.length)
            assert mfa_tenant.clock.now() + 300 == ask.until
            assert isinstance(await flow.resend(), AskCode)
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)
        assert before + 2 == len(mfa_tenant.inbox.messages(to=PHONE))

    async def test_no_second_factor(self, mfa_tenant):
        """A user without an MFA policy is done after the password, in one request."""
        mfa_tenant.users.add("cy@example.com", "pw", mfa=False)
        async with client(mfa_tenant) as mfa:
            assert isinstance(await mfa.flow().login("cy@example.com", "pw"), Done)
        assert 1 == len(mfa_tenant.requests)

    async def test_begin_elsewhere(self, mfa_tenant):
        """A flow goes on from an mfa_required that somebody else met."""
        grant = {"grant_type": "password", "username": ADA, "password": PASSWORD, "client_id": "demo-public"}
        met = json.loads(mfa_tenant.answer(Call.form("/oauth/token", grant)).body)
        app = App("tenant.example", "demo-public")
        async with MfaClient(app, transport=TenantTransport(mfa_tenant), clock=mfa_tenant.clock) as mfa:
            flow = mfa.flow()
            with pytest.raises(BadInput, match="mfa_requirements"):
                await flow.begin(met["mfa_token"], ["otp"])
            choose = await flow.begin(met["mfa_token"], {"enroll": [{"type": "otp"}, {"type": "webauthn-roaming"}]})
            assert ("otp",) == choose.enroll
            await flow.enroll("otp")
            assert isinstance(await flow.confirm(mfa_tenant.otp(ADA)), Done)

    async def test_over_a_socket(self, mfa_tenant):
        """The same walk over real HTTP, with a resumed handle for every message."""
        async with serve(mfa_tenant) as server:
            app = App(server.url, "demo-client", "demo-secret")
            async with MfaClient(app, clock=mfa_tenant.clock) as mfa:
                await mfa.flow("chat").login(ADA, PASSWORD)
                await mfa.flow("chat").enroll("sms", phone_number="+1 555 123-0042")
                assert isinstance(await mfa.flow("chat").confirm(mfa_tenant.inbox.code(PHONE)), Done)

    async def test_moves_are_told(self, mfa_tenant):
        """An observer is told of each move with verb, event and both states, in order."""
        told = []
        async with client(mfa_tenant, on_move=told.append) as mfa:
            await mfa.flow("f").login(ADA, PASSWORD)
        now = mfa_tenant.clock.now()
        assert [
            Moved("f", "login", "password_accepted", State.STARTED, State.AUTHENTICATED, now),
            Moved("f", "login", "mfa_demanded", State.AUTHENTICATED, State.MFA_REQUIRED, now),
            Moved("f", "login", "listed", State.MFA_REQUIRED, State.MFA_REQUIRED, now),
        ] == told


class TestRefusals:
    """What cannot be right is refused before anything is sent."""

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize("state", ["started", "mfa_required", "enrolling", "challenging", "cancelled"])
    async def test_verbs_out_of_order(self, mfa_tenant, state, verb):
        """In each state each verb is either possible or refused with the possible ones named and nothing sent."""
        if state == "challenging":
            mfa_tenant.users[ADA].enroll("otp")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State(state))
            allowed, sent = (await flow.look()).verbs, len(mfa_tenant.requests)
            if verb in allowed or verb in {"mfa_required": ["challenge"], "cancelled": ["login", "begin"]}.get(
                state, []
            ):
                return
            before = await flow.look()
            with pytest.raises(WrongState) as caught:
                await say(flow, verb, *VERBS[verb])
            assert allowed == caught.value.allowed
            assert ("f", state, verb) == (caught.value.flow_id, caught.value.state, caught.value.verb)
            assert sent == len(mfa_tenant.requests)
            assert before == await flow.look()

    @pytest.mark.parametrize(
        ("state", "verb", "given", "details", "error", "says"),
        [
            ("enrolling", "confirm", ("12345a",), {}, BadInput, "6 digits"),
            ("enrolling", "confirm", ("",), {}, BadInput, "6 digits"),
            ("enrolling", "confirm", (None,), {}, BadInput, "6 digits"),
            ("enrolling", "confirm", ("1234567",), {}, BadInput, "6 digits"),
            ("enrolling", "confirm", (123456,), {}, BadInput, "text"),
            ("enrolling", "confirm", ([1],), {}, BadInput, "texts"),
            ("mfa_required", "enroll", ("sms",), {"phone_number": "0555 1234567"}, BadInput, "E.164"),
            ("mfa_required", "enroll", ("sms",), {"phone_number": 15551230000}, BadInput, "E.164"),
            ("mfa_required", "enroll", ("sms",), {}, BadInput, "phone_number"),
            ("mfa_required", "enroll", ("sms",), {"phone": PHONE}, BadInput, "phone_number"),
            ("mfa_required", "enroll", ("otp",), {"phone_number": PHONE}, BadInput, "takes no phone_number"),
            ("mfa_required", "enroll", ("carrier-pigeon",), {}, UnknownFactor, "otp, .*sms"),
            ("mfa_required", "enroll", (7,), {}, UnknownFactor, "otp, .*sms"),
            ("mfa_required", "challenge", ("sms|dev_nobodys",), {}, BadInput, "Choose"),
            ("mfa_required", "challenge", (None,), {}, BadInput, "Choose"),
            ("started", "login", (ADA, ""), {}, BadInput, "password"),
            ("started", "login", (" ", PASSWORD), {}, BadInput, "username"),
            ("started", "login", (ADA, None), {}, BadInput, "password"),
            ("started", "login", ("\ud800", PASSWORD), {}, BadInput, "cannot be sent"),
            ("started", "begin", ("two words",), {}, BadInput, "mfa_token"),
        ],
    )
    async def test_wrong_input(self, mfa_tenant, state, verb, given, details, error, says):
        """Each wrong input has its own clear error; nothing is sent and the flow stays where it is."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            before = await bring(flow, State(state))
            sent = len(mfa_tenant.requests)
            with pytest.raises(error, match=says):
                await say(flow, verb, *given, **details)
            assert sent == len(mfa_tenant.requests)
            assert before == await flow.look()

    async def test_unknown_flow(self, mfa_tenant):
        """A verb on a flow that was never begun says so."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(UnknownFlow, match="login"):
                await mfa.flow("nobody").confirm("123456")
            assert isinstance(await mfa.flow("nobody").look(), AskPassword)

    @pytest.mark.parametrize(
        ("domain", "client_id"),
        [
            ("http://example.eu.auth0.com", "id"),
            ("http://192.168.0.7", "id"),
            ("ftp://example.com", "id"),
            ("https://example.com/path", "id"),
            ("https://me@example.com/", "id"),
            ("exa mple.com", "id"),
            ("example.com:port", "id"),
            ("", "id"),
            ("example.com", ""),
            (None, "id"),
        ],
    )
    def test_wrong_application(self, domain, client_id):
        """An application that cannot be right is refused when it is made."""
        with pytest.raises(BadInput):
            App(domain, client_id)

    @pytest.mark.parametrize("flow_id", ["", 7, b"x"])
    async def test_wrong_flow_id(self, mfa_tenant, flow_id):
        """A flow's id is a text that is not empty."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(BadInput):
                mfa.flow(flow_id)


class TestSameAnswerTwice:
    """The same answer given twice is one request and one result."""

    async def test_both_in_the_air(self, mfa_tenant):
        """Two tasks that confirm the same code at once make one request over the socket and get the same result."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            await bring(mfa.flow("f"), State.ENROLLING)
            spoiler.asked.clear()
            code = mfa_tenant.inbox.code(PHONE)
            one, two = await asyncio.gather(
                mfa.flow("f").confirm(code), mfa.flow("f").confirm(f"{code[:3]} {code[3:]}")
            )
        assert isinstance(one, Done)
        assert one is two
        assert ["/oauth/token"] == spoiler.asked

    async def test_both_wrong_in_the_air(self, mfa_tenant):
        """The same wrong code given twice at once burns one attempt."""
        async with client(mfa_tenant) as mfa:
            await bring(mfa.flow("f"), State.ENROLLING)
            one, two = await asyncio.gather(mfa.flow("f").confirm("000000"), mfa.flow("f").confirm("000000"))
        assert "wrong_code" == one.error.key == two.error.key
        assert 1 == mfa_tenant.requests.count("mfa-oob")

    async def test_different_answers(self, mfa_tenant):
        """Two different answers at once are applied one after the other."""
        async with client(mfa_tenant) as mfa:
            await bring(mfa.flow("f"), State.ENROLLING)
            code = mfa_tenant.inbox.code(PHONE)
            wrong, right = await asyncio.gather(mfa.flow("f").confirm("000000"), mfa.flow("f").confirm(code))
        assert (AskCode, Done) == (type(wrong), type(right))

    async def test_late_duplicate(self, mfa_tenant):
        """A code that was accepted and comes again gets the result again, and no request is made."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            done = await flow.confirm(mfa_tenant.inbox.code(PHONE))
            assert done == await flow.confirm(mfa_tenant.inbox.code(PHONE))
            with pytest.raises(WrongState):
                await flow.confirm("000000")
        assert 1 == mfa_tenant.requests.count("mfa-oob")

    async def test_late_login(self, mfa_tenant):
        """The same password given again after it was accepted shows the choice again, and no request is made."""
        async with client(mfa_tenant) as mfa:
            choose = await mfa.flow("f").login(ADA, PASSWORD)
            assert choose == await mfa.flow("f").login(ADA, PASSWORD)
        assert 1 == mfa_tenant.requests.count("password")

    async def test_refused_answer_again(self, mfa_tenant):
        """A code that was refused is sent again when it is given again: it may be right by then."""
        async with client(mfa_tenant) as mfa:
            await bring(mfa.flow("f"), State.ENROLLING)
            await mfa.flow("f").confirm("000000")
            await mfa.flow("f").confirm("000000")
        assert 2 == mfa_tenant.requests.count("mfa-oob")

    @pytest.mark.parametrize("message", ["m-7", 7])
    async def test_redelivered_message(self, mfa_tenant, message):
        """A redelivered message is known by its id, whatever came of it, and sends nothing."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            refused = await flow.confirm("000000", once=message)
            assert refused == await flow.confirm("000000", once=message)
            await flow.resend(once="m-8")
            await flow.resend(once="m-8")
        assert 1 == mfa_tenant.requests.count("mfa-oob")
        assert 2 == len(mfa_tenant.inbox.messages(to=PHONE))

    async def test_redelivered_while_shared(self, mfa_tenant):
        """Every message that shared a request is known again afterwards, not only the one that came first."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            await asyncio.gather(flow.confirm("000000", once=1), flow.confirm("000000", once=2))
            await flow.confirm("000000", once=2)
        assert 1 == mfa_tenant.requests.count("mfa-oob")

    async def test_redelivered_after_an_error(self, mfa_tenant):
        """A message whose answer was lost is not sent again when the platform delivers it again."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            flow = mfa.flow("f")
            before = await flow.login(ADA, PASSWORD)
            spoiler.path, spoiler.spoil = "/mfa/associate", cut
            with pytest.raises(TransportError):
                await flow.enroll("sms", phone_number=PHONE, once="")
            assert before == await flow.enroll("sms", phone_number=PHONE, once="")
        assert 1 == len(mfa_tenant.inbox.messages(to=PHONE))

    async def test_redelivered_where_nothing_was_sent(self, mfa_tenant):
        """A message that never reached Auth0 is sent when it is delivered again."""

        class Away(TenantTransport):
            async def send(self, call):
                if call.path == "/mfa/associate" and away:
                    raise TransportError("refused", may_have_arrived=away.pop())
                return await super().send(call)

        away = [False]
        async with MfaClient(APP, transport=Away(mfa_tenant), clock=mfa_tenant.clock) as mfa:
            flow = mfa.flow("f")
            await flow.login(ADA, PASSWORD)
            with pytest.raises(TransportError):
                await flow.enroll("otp", once=1)
            assert isinstance(await flow.enroll("otp", once=1), Scan)

    @pytest.mark.parametrize(("verb", "given"), [("login", (ADA, PASSWORD)), ("refresh", ("a-refresh-token",))])
    async def test_redelivered_after_a_lost_way_in(self, mfa_tenant, verb, given):
        """Nor is a password or a refresh token, which may work once: the person is asked."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = "/oauth/token", cut
            flow = mfa.flow("f")
            with pytest.raises(TransportError):
                await say(flow, verb, *given, once=1)
            assert isinstance(await say(flow, verb, *given, once=1), AskPassword)
            assert ["/oauth/token"] == spoiler.asked
            spoiler.spoil = None
            assert isinstance(await flow.login(ADA, PASSWORD, once=2), Choose)

    async def test_a_store_that_cannot_remember(self, mfa_tenant):
        """What went wrong first is told: that something may have arrived matters more."""

        class Full(MemoryStore):
            async def put(self, *given):
                raise StoreError("the disk is full")

        async with spoiled(mfa_tenant, store=Full(now=mfa_tenant.clock.now)) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = "/oauth/token", cut
            with pytest.raises(TransportError) as caught:
                await mfa.flow("f").login(ADA, PASSWORD, once=1)
        assert caught.value.may_have_arrived

    @pytest.mark.parametrize("once", [True, 1.5, b"x", [1]])
    async def test_wrong_message_id(self, mfa_tenant, once):
        """A message id is a text or a number."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(BadInput, match="once"):
                await mfa.flow("f").login(ADA, PASSWORD, once=once)
        assert 0 == len(mfa_tenant.requests)

    async def test_logging_in_anew(self, mfa_tenant):
        """After an end the same id takes a new login, with the same password too."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.CANCELLED)
            assert isinstance(await flow.login(ADA, PASSWORD), Choose)
        assert 2 == mfa_tenant.requests.count("password")


class TestTime:
    """What time does to a flow."""

    async def test_expiry(self, mfa_tenant):
        """Who answers after the mfa_token ran out is told so, again and again, without a request."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            sent = len(mfa_tenant.requests)
            mfa_tenant.clock.advance(599)
            assert isinstance(await flow.look(), AskCode)
            mfa_tenant.clock.advance(1)
            assert "expired" == (await flow.look()).reason
            for _ in range(2):
                prompt = await flow.confirm("123456")
                assert isinstance(prompt, Stopped)
                assert "expired" == prompt.reason
            assert sent == len(mfa_tenant.requests)
            assert isinstance(await flow.login(ADA, PASSWORD), Choose)

    @pytest.mark.parametrize("state", [State.MFA_REQUIRED, State.ENROLLING])
    async def test_logging_in_after_expiry(self, mfa_tenant, state):
        """Who is told to log in again can, with the same words and under the same id, at once."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, state)
            mfa_tenant.clock.advance(601)
            assert isinstance(await flow.login(ADA, PASSWORD), Choose)
        assert 2 == mfa_tenant.requests.count("password")

    async def test_expiry_told_by_the_server(self, mfa_clock):
        """Where the tenant's tokens live shorter than ours are kept, its word ends the flow."""
        tenant = Tenant(clock=mfa_clock, mfa_token_ttl=100)
        async with client(tenant) as mfa:
            await bring(mfa.flow("f"), State.ENROLLING)
            mfa_clock.advance(101)
            prompt = await mfa.flow("f").confirm("123456")
        assert ("expired", 1) == (prompt.reason, tenant.requests.count("mfa-oob"))

    async def test_old_code(self, mfa_tenant):
        """A code older than five minutes leads back to the choice, with the reason."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            mfa_tenant.clock.advance(301)
            prompt = await flow.confirm(mfa_tenant.inbox.code(PHONE))
        assert isinstance(prompt, Choose)
        assert "code_expired" == prompt.error.key

    async def test_eleventh_message(self, mfa_tenant):
        """The eleventh message in an hour is a pause; the question before it stands, and goes on afterwards."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            for _ in range(9):
                assert isinstance(await flow.resend(), AskCode)
            pause = await flow.resend()
            assert (Pause, AskCode, 3600.0) == (type(pause), type(pause.then), pause.seconds)
            assert pause == await flow.look()
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)

    async def test_lingering(self, mfa_tenant):
        """A confirmed flow answers duplicates for a minute and is forgotten then, tokens and all."""
        store = MemoryStore(now=mfa_tenant.clock.now)
        async with client(mfa_tenant, store=store) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            await flow.confirm(mfa_tenant.inbox.code(PHONE))
            mfa_tenant.clock.advance(59)
            assert isinstance(await flow.look(), Done)
            mfa_tenant.clock.advance(1)
            assert isinstance(await flow.look(), AskPassword)
            assert 0 == len(store)


STEPS = {
    "password": (State.STARTED, "/oauth/token", "login", (ADA, PASSWORD), {}),
    "list": (State.STARTED, "/mfa/authenticators", "login", (ADA, PASSWORD), {}),
    "associate": (State.MFA_REQUIRED, "/mfa/associate", "enroll", ("sms",), {"phone_number": PHONE}),
    "associate otp": (State.MFA_REQUIRED, "/mfa/associate", "enroll", ("otp",), {}),
    "challenge": (State.MFA_REQUIRED, "/mfa/challenge", "challenge", ("sms",), {}),
    "confirm": (State.ENROLLING, "/oauth/token", "confirm", (), {}),
}
# For each step the fields a success has, each once with a value of the wrong type.
WRONG_TYPES = {
    "password": [{"mfa_token": 7}, {"mfa_token": None}, {"mfa_token": "two words"}, {"mfa_token": ["x"]}],
    "list": [{"id": 7}, {"active": "true"}, {"authenticator_type": []}, {"name": 7}, {"oob_channel": {}}],
    "associate": [{"oob_code": 7}, {"oob_code": ""}, {"authenticator_type": "otp"}, {"recovery_codes": "X"}],
    "associate otp": [{"secret": 7}, {"barcode_uri": None}, {"authenticator_type": 7}, {"recovery_codes": [7]}],
    "challenge": [{"oob_code": None}, {"challenge_type": "otp"}, {"challenge_type": 7}],
    "confirm": [{"access_token": 7}, {"access_token": None}, {"expires_in": "soon"}, {"scope": []}],
}
BODIES = {
    "empty": b"",
    "html": b"<html>Bad Gateway</html>",
    "a number": b"7",
    "null": b"null",
    "not utf-8": b"\xff\xfe",
    "half of it": b'{"access_token": "x',
    "deep": b"[" * 100_000,
    "oversized": b'{"access_token":"' + b"x" * 1_100_000 + b'"}',
}


async def before_step(mfa, tenant, step):
    """A flow that stands before a step, and what to say to take it."""
    state, path, verb, given, details = STEPS[step]
    flow = mfa.flow("f")
    if step == "challenge":
        tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
        prompt = await flow.login("bo@example.com", "pw")
        given = (prompt.challenge[0],)
    elif step in ("password", "list"):
        prompt = await flow.login(ADA, "not-it")
    else:
        prompt = await bring(flow, state)
    if step == "confirm":
        given = (tenant.inbox.code(PHONE),)
    return flow, prompt, path, lambda: say(flow, verb, *given, **details)


class TestSpoiledAnswers:
    """Whatever comes over the socket is a typed error, and the flow is where it was."""

    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    @pytest.mark.parametrize("step", STEPS)
    async def test_bodies(self, mfa_tenant, step, body):
        """A body that is none of the API's is an UnexpectedReply on every endpoint, and the flow is unchanged."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            flow, before, spoiler.path, take = await before_step(mfa, mfa_tenant, step)
            spoiler.spoil = with_body(body)
            with pytest.raises(TenantError) as caught:
                await take()
            assert caught.value.operation.endswith(spoiler.path)
            assert before == await flow.look()
            assert isinstance(caught.value, UnexpectedReply)

    @pytest.mark.parametrize(("step", "wrong"), [(step, wrong) for step, rows in WRONG_TYPES.items() for wrong in rows])
    async def test_wrong_types(self, mfa_tenant, step, wrong):
        """A field of the wrong type is an UnexpectedReply that names it, and the flow is unchanged."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            flow, before, spoiler.path, take = await before_step(mfa, mfa_tenant, step)
            good = {"active": True, "id": "sms|dev_1", "authenticator_type": "oob"}
            whole = [good | wrong] if step == "list" else None

            async def spoil(request, reply):
                body = whole or json.loads(reply.body) | wrong
                return await with_body(json.dumps(body).encode())(request, reply)

            spoiler.spoil = spoil
            with pytest.raises(UnexpectedReply, match=next(iter(wrong))):
                await take()
            assert before == await flow.look()

    @pytest.mark.parametrize("step", STEPS)
    async def test_truncated(self, mfa_tenant, step):
        """A connection that breaks in the middle of a body may have done its work: the error says so."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            flow, before, spoiler.path, take = await before_step(mfa, mfa_tenant, step)
            spoiler.spoil = cut
            with pytest.raises(TransportError) as caught:
                await take()
            assert caught.value.may_have_arrived
            assert before == await flow.look()

    @pytest.mark.parametrize("step", STEPS)
    async def test_timeouts(self, mfa_tenant, step):
        """A timeout around any verb raises TimeoutError and leaves a flow that can go on."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            flow, before, spoiler.path, take = await before_step(mfa, mfa_tenant, step)
            spoiler.spoil = hang
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await take()
            spoiler.spoil = None
            looked = await flow.look()
            assert before == evolve(looked, interrupted=None)
            verbs = {"password": "login", "list": "login", "challenge": "challenge", "confirm": "confirm"}
            assert verbs.get(step, "enroll") == looked.interrupted
            if step == "confirm":  # the code was spent on the tenant: the next one works
                choose = await flow.resend()
                assert "already_enrolled" == choose.error.key
                await flow.challenge(choose.challenge[0])
                assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)
            else:
                after = await take()
                assert after != before
                assert after.error is None

    async def test_every_error_says_what_and_where(self, mfa_tenant):
        """An error knows the flow, its state, the verb, the operation and the status."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            _, _, spoiler.path, take = await before_step(mfa, mfa_tenant, "confirm")
            spoiler.spoil = with_body(b"<html>")
            with pytest.raises(UnexpectedReply) as caught:
                await take()
        error = caught.value
        assert ("f", "enrolling", "confirm") == (error.flow_id, error.state, error.verb)
        assert ("POST /oauth/token", 200) == (error.operation, error.status)
        assert "flow 'f'" in str(error)


class TestSecrets:
    """Nothing that is secret shows."""

    async def test_nothing_shows(self, mfa_tenant, caplog):
        """Neither errors, logs at DEBUG, reprs of handles and clients, nor prompts' reprs show a secret."""
        caplog.set_level(logging.DEBUG)
        said = []
        async with spoiled(mfa_tenant, on_move=said.append) as (spoiler, mfa):
            flow = mfa.flow("f")
            said.append(await flow.login(ADA, PASSWORD))
            scan = await flow.enroll("otp")
            code = mfa_tenant.otp(ADA)
            said += [scan, mfa, flow]
            spoiler.path, spoiler.spoil = "/oauth/token", cut
            with pytest.raises(MfaFlowError) as caught:
                await flow.confirm(code)
            spoiler.spoil = None
            mfa_tenant.clock.advance(30)
            done = await flow.confirm(mfa_tenant.otp(ADA))
            said += [done, caught.value, caught.value.__cause__]
        assert done.tokens is not None
        shown = caplog.text + repr(said) + str(caught.value)
        secrets = [PASSWORD, "demo-secret", scan.secret, *scan.recovery_codes, code, done.tokens.access_token, "Fe26"]
        assert [] == [secret for secret in secrets if secret in shown]
        assert done.tokens.access_token not in done.to_json()
        assert done.tokens.access_token in done.to_json(tokens=True)

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("spoil", [with_body(b"<html>"), with_body(b'{"access_token": "LEAK", "scope": 7}'), cut])
    async def test_nothing_is_in_the_frames(self, mfa_tenant, step, spoil):
        """Neither the variables of our frames nor the causes behind an error hold what was sent or came back."""
        async with spoiled(mfa_tenant) as (spoiler, mfa):
            _, _, spoiler.path, take = await before_step(mfa, mfa_tenant, step)
            spoiler.spoil = spoil
            with pytest.raises(MfaFlowError) as caught:
                await take()
        assert (None, None) == (caught.value.__cause__, caught.value.__context__)
        ours = [frame for frame in frames_of(caught.value) if Path(frame.f_code.co_filename).is_relative_to(PACKAGE)]
        shown = repr([frame.f_locals for frame in ours])
        codes = [message.code for message in mfa_tenant.inbox.messages()]
        assert ours
        assert [] == [secret for secret in [PASSWORD, "demo-secret", "LEAK", "Fe26", *codes] if secret in shown]

    async def test_what_cannot_be_encoded_is_no_context(self, mfa_tenant):
        """An error about a password with odd characters does not drag the password along."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(BadInput) as caught:
                await mfa.flow("f").login(ADA, "hidden\ud800")
        assert caught.value.__context__ is None
        assert "hidden" not in repr([frame.f_locals for frame in frames_of(caught.value)[1:]])


def frames_of(error):
    trace, found = error.__traceback__, []
    while trace is not None:
        found.append(trace.tb_frame)
        trace = trace.tb_next
    return found


class TestStores:
    """What the client makes of a store that fails."""

    async def test_tokens_are_not_lost(self, mfa_tenant):
        """Where the flow cannot be kept, the error carries the prompt, tokens included."""

        class Full(MemoryStore):
            async def put(self, flow_id, owner, stamp, flow, ttl):
                if flow.state is State.CONFIRMED:
                    raise StoreError("the disk is full")
                return await super().put(flow_id, owner, stamp, flow, ttl)

        async with client(mfa_tenant, store=Full(now=mfa_tenant.clock.now)) as mfa:
            flow = mfa.flow("f")
            await bring(flow, State.ENROLLING)
            with pytest.raises(StoreError, match="full") as caught:
                await flow.confirm(mfa_tenant.inbox.code(PHONE))
        assert caught.value.prompt.tokens.access_token

    async def test_two_round_trips(self, mfa_tenant):
        """A verb holds once and saves once; a look loads once."""
        trips = []

        class Counted(MemoryStore):
            async def take(self, *given):
                trips.append("hold")
                return await super().take(*given)

            async def put(self, *given):
                trips.append("save")
                return await super().put(*given)

            def leave(self, *given, **more):
                trips.append("leave")
                return super().leave(*given, **more)

        async with client(mfa_tenant, store=Counted(now=mfa_tenant.clock.now)) as mfa:
            flow = mfa.flow("f")
            await flow.login(ADA, PASSWORD)
            await flow.enroll("otp")
            await flow.look()
        assert ["hold", "save"] * 2 == trips

    async def test_busy(self, mfa_tenant, monkeypatch):
        """While another message holds the flow, nobody knows where it stands."""
        monkeypatch.setattr("mfa_flow.client.BUSY_AFTER", 0.001)
        store = MemoryStore(now=mfa_tenant.clock.now)
        async with client(mfa_tenant, store=store) as mfa, store.hold("f", Lease("confirm", 30), 1):
            with pytest.raises(Busy) as caught:
                await mfa.flow("f").confirm("123456")
        assert ("f", "unknown", "confirm") == (caught.value.flow_id, caught.value.state, caught.value.verb)


async def test_scan_keeps_its_question(mfa_tenant):
    """A wrong code and a reload show the same QR code and recovery code; going back erases the former alone."""
    async with client(mfa_tenant) as mfa:
        flow = mfa.flow("f")
        await flow.login(ADA, PASSWORD)
        scan = await flow.enroll("otp")
        wrong = await flow.confirm("000000")
        assert isinstance(wrong, Scan)
        assert (scan.secret, scan.barcode_uri, scan.recovery_codes) == (
            wrong.secret,
            wrong.barcode_uri,
            wrong.recovery_codes,
        )
        assert wrong == await mfa.flow("f").look()
        back = await flow.go_back()
        assert (Choose, scan.recovery_codes) == (type(back), back.recovery_codes)


async def test_misuse_is_one_family(mfa_tenant):
    """One except clause catches all that a caller can get wrong."""
    async with client(mfa_tenant) as mfa:
        for attempt in (mfa.flow("a").confirm("1"), mfa.flow("b").login("", "")):
            with pytest.raises(MisuseError):
                await attempt
