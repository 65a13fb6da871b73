"""Recordings: what happened, without a secret, to be compared, kept, and played again."""

import asyncio
import json

import pytest
from attrs import evolve

from mfa_flow import App, BadInput, Done, MfaClient, TransportError, UnknownFactor, WrongState
from mfa_flow.intent import Intent
from mfa_flow.kit import Accounts, Exchange, Hasty, InProcess, Recording, RecordingClient, Step, faults, replay
from mfa_flow.kit.recorder import exchange_of, given_with
from mfa_flow.kit.scenes import scenes
from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Call, Reply

APP = App("tenant.example", "demo-client", "demo-secret")
LISTED = Exchange("GET", "/mfa/authenticators", None, 200)
DEMANDED = Exchange("POST", "/oauth/token", "password", 403, "mfa_required")


def stage():
    """A tenant and a recording client of it."""
    tenant = Tenant(clock=Clock())
    clock = Hasty(tenant.clock)
    return tenant, RecordingClient(APP, transport=InProcess(tenant, clock=clock), clock=clock)


async def wrong_then_right(mfa, bo, flow_id=None):
    flow = mfa.flow(flow_id)
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(next(one for one in choose.challenge if one.factor == "sms"))
    await flow.confirm(bo.wrong_code(ask))
    bo.tenant.clock.advance(2.5)
    return await flow.confirm(bo.code(ask))


async def test_what_is_recorded(mfa, mfa_account):
    """Each verb with the kind of what was given, its requests and answers, events, state, prompt and time."""
    await wrong_then_right(mfa, mfa_account("sms"))
    proof = Exchange("POST", "/oauth/token", "mfa-oob", 200)
    assert (
        Step("login", "password", (DEMANDED, LISTED), ("password_accepted", "mfa_demanded", "listed"), "mfa_required", "choose"),
        Step("challenge", "sms", (Exchange("POST", "/mfa/challenge", None, 200),), ("challenged",), "challenging", "ask_code"),
        Step("confirm", "code", (evolve(proof, status=403, error="invalid_grant"),), ("code_rejected",), "challenging", "ask_code", "wrong_code"),
        Step("confirm", "code", (proof,), ("tokens_issued",), "confirmed", "done", None, 2.5),
    ) == mfa.recording().steps  # fmt: skip
    assert ("POST /oauth/token password", "GET /mfa/authenticators") == mfa.recording().requests[:2]
    assert "tokens_issued" == mfa.recording().events[-1]


async def test_nothing_secret_is_recorded(mfa, mfa_account, mfa_tenant):
    """Neither what a person gave nor what Auth0 gave, whatever was put where, in any of its forms."""
    bo = mfa_account("sms", "otp", password="rather-secret")
    done = await wrong_then_right(mfa, bo, "f")
    for secret_in_the_wrong_place in (
        lambda flow: flow.enroll("rather-secret"),
        lambda flow: flow.challenge("rather-secret|x"),
    ):
        flow = mfa.flow("g")
        await flow.login(bo.email, bo.password)
        with pytest.raises((UnknownFactor, BadInput)):
            await secret_in_the_wrong_place(flow)
    sent = [each.code for each in mfa_tenant.inbox.messages()]
    said = "".join(
        form(mfa.recording(name)) for name in "fg" for form in (str, repr, Recording.to_json, lambda each: each.diff(Recording()))
    )  # fmt: skip
    for secret in (
        bo.password,
        bo.number,
        bo.email,
        bo.user.otp_secret,
        bo.user.recovery_code,
        done.tokens.access_token,
        *sent,
    ):
        assert secret not in said
    assert ["?", "?"] == [step.given for step in mfa.recording("g").steps if step.verb != "login"]


async def test_errors_are_recorded(mfa, mfa_account):
    """What was raised is there by its code, in the state that stays; a request without an answer says so."""
    bo, flow = mfa_account("sms"), mfa.flow()
    with pytest.raises(WrongState):
        await flow.confirm("123456")
    faults.reset_after.strike(bo)
    with pytest.raises(TransportError):
        await flow.login(bo.email, bo.password)
    lost = evolve(DEMANDED, status=0, error=None)
    assert (
        Step("confirm", "code", (), (), "started", None, "unknown_flow"),
        Step("login", "password", (lost,), (), "started", None, "transport"),
    ) == mfa.recording().steps
    assert "POST /oauth/token password -> no answer" == str(lost)


async def test_two_at_once_are_not_mixed_up(mfa, mfa_account):
    """Each flow has its own steps, and a double click has no request of its own."""
    one, other = mfa_account("sms"), mfa_account("otp")
    await asyncio.gather(*(mfa.flow(bo.email).login(bo.email, bo.password) for bo in (one, other, one)))
    assert [(DEMANDED, LISTED), ()] == [step.exchanges for step in mfa.recording(one.email).steps]
    assert [(DEMANDED, LISTED)] == [step.exchanges for step in mfa.recording(other.email).steps]
    with pytest.raises(LookupError, match="there are 2 flows: say which"):
        mfa.recording()
    with pytest.raises(LookupError, match="nothing happened in a flow 'x'"):
        mfa.recording("x")


async def test_who_else_wants_to_know_is_told(mfa_app, mfa_tenant):
    """An ``on_move`` of one's own is called as ever, and the client is an MfaClient in all else."""
    told = []
    mfa = RecordingClient(mfa_app, transport=InProcess.to(mfa_tenant), on_move=told.append)
    async with mfa:
        await mfa.flow().login("ada@example.com", "correct-horse")
    assert isinstance(mfa, MfaClient)
    assert list(mfa.recording().events) == [moved.event for moved in told]


WRONG = {"verb": 3, "given": None, "at": "x", "events": "x", "state": True, "prompt": 1, "error": ["x"]}


def broken(text, name, value):
    """The same recording, with this in its first step."""
    found = json.loads(text)
    found["steps"][0][name] = value
    return json.dumps(found)


def test_what_a_later_version_knows_is_left_out():
    """Fields that nobody knows here break nothing."""
    text = Recording((Step("login", exchanges=(LISTED,)),), "A title").to_json()
    found = json.loads(text)
    found["steps"][0]["mood"] = found["steps"][0]["exchanges"][0]["mood"] = found["mood"] = "good"
    assert Recording.from_json(text) == Recording.from_json(json.dumps(found))


async def test_a_verb_nobody_waited_for_is_a_step(mfa_app, mfa_tenant, mfa_account):
    """What was sent by then is on record, as is that nobody saw what came of it; so is what is no error of ours."""

    class Slow(InProcess):
        async def send(self, call):
            reply = await super().send(call)
            if b"mfa-oob" in call.body:
                raise asyncio.CancelledError
            if mfa_tenant.requests.count("password") == 2:
                raise ZeroDivisionError
            return reply

    bo = mfa_account("sms")
    mfa = RecordingClient(mfa_app, transport=Slow.to(mfa_tenant), clock=mfa_tenant.clock)
    flow = mfa.flow("f")
    ask = await flow.challenge((await flow.login(bo.email, bo.password)).challenge[0])
    with pytest.raises(asyncio.CancelledError):
        await flow.confirm(bo.code(ask))
    lost = Exchange("POST", "/oauth/token", "mfa-oob")
    assert Step("confirm", "code", (lost,), (), "challenging", None, "cancelled") == mfa.recording("f").steps[-1]
    with pytest.raises(ZeroDivisionError):
        await mfa.flow("g").login(bo.email, bo.password)
    assert "ZeroDivisionError" == mfa.recording("g").steps[-1].error


def test_nothing_to_record(mfa):
    """Where nothing was done there is no flow to choose from."""
    with pytest.raises(LookupError, match="nothing happened yet"):
        mfa.recording()


async def test_a_recording_is_kept(mfa, mfa_account):
    """It is the same when it is read from JSON; what is none, or of another format, is refused."""
    await wrong_then_right(mfa, mfa_account("sms"))
    found = mfa.recording(title="A title")
    text = found.to_json()
    assert (found, "A title") == (Recording.from_json(text), Recording.from_json(text).title)
    later = {**json.loads(text), "format": 2}
    for wrong, said in [
        ("{}", "KeyError 'format'"),
        ("[]", "no recording"),
        (json.dumps(later), "of format 2"),
        ("hello", "this is no recording: it is no JSON"),
        ("{", "this is no recording: it is no JSON"),
        (b"\xff", "this is no recording: it is no JSON"),
        ("[" * 100_000, "this is no recording: RecursionError"),
        ('["format"]', "no recording"),
        (json.dumps({**json.loads(text), "title": 1}), "its title cannot be a int"),
        (json.dumps({**json.loads(text), "steps": [1]}), "no recording"),
        *(
            (broken(text, name, value), f"its {name} cannot be a {type(value).__name__}")
            for name, value in WRONG.items()
        ),
        *(
            (broken(text, "at", value), "this is no recording: its at is in seconds, 0 or more, and not ")
            for value in (float("nan"), float("inf"), -5, 10**400)
        ),
    ]:
        with pytest.raises(ValueError, match=said):
            Recording.from_json(wrong)


def test_a_difference_can_be_read():
    """A line for each step: what is in both, what is in one, and where within a line."""
    one = Recording(
        (Step("login", "password", (DEMANDED,), ("listed",), "mfa_required", "choose"), Step("cancel")), "one"
    )
    other = Recording((evolve(one.steps[0], state="failed"), one.steps[1]), "other")
    assert "" == one.diff(evolve(one, title="another title"))
    assert [
        "- 0 s  login(password): POST /oauth/token password -> 403 mfa_required | listed, in mfa_required | shows choose",
        "+ 0 s  login(password): POST /oauth/token password -> 403 mfa_required | listed, in failed | shows choose",
        "  0 s  cancel(): nothing was sent | no move, in  | raises",
    ] == [line for line in one.diff(other).splitlines() if not line.startswith("?")]


@pytest.mark.parametrize(
    ("call", "reply", "expected"),
    [
        (Call.delete("/mfa/authenticators/totp%7Cdev_1", "t"), Reply(204), Exchange("DELETE", "/mfa/authenticators/{id}", None, 204)),
        (Call.get("/mfa/challenge/a-secret", "t"), Reply(404), Exchange("GET", "?", None, 404)),
        (Call.get("/mfa/authenticators?token=a-secret", "t"), Reply(200), Exchange("GET", "/mfa/authenticators", None, 200)),
        (Call.form("/oauth/token", {"grant_type": "http://x/a-secret"}), Reply(403), Exchange("POST", "/oauth/token", "?", 403)),
        (Call.form("/oauth/token", {"grant_type": "refresh_token"}), Reply(200), Exchange("POST", "/oauth/token", "refresh_token", 200)),
        (Call.get("/a-secret", "t"), Reply(404), Exchange("GET", "?", None, 404)),
        (Call.json("/mfa/challenge", {}), Reply(400, {}, b'{"error":"A secret 123456"}'), Exchange("POST", "/mfa/challenge", None, 400)),
        (Call.json("/mfa/challenge", {}), Reply(502, {}, b"<html>"), Exchange("POST", "/mfa/challenge", None, 502)),
        (Call.json("/mfa/challenge", {}), Reply(500, {}, b'["error"]'), Exchange("POST", "/mfa/challenge", None, 500)),
    ],
)  # fmt: skip
def test_what_may_be_told_of_an_exchange(call, reply, expected):
    """Ids are cut out, and an error that is no word is no error's name."""
    assert expected == exchange_of(call, reply)


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        (Intent.of("login", username="u", password="p"), "password"),
        (Intent.of("begin", mfa_token="t"), "mfa_token"),
        (Intent.of("refresh", refresh_token="t"), "refresh_token"),
        (Intent.of("manage", access_token="t"), "access_token"),
        (Intent.of("enroll", factor="sms", details=(("phone_number", "+1"), ("+1555", "x"))), "sms phone_number"),
        (Intent.of("remove", authenticator="totp|dev_1"), "otp"),
        (Intent.of("confirm"), ""),
        (Intent.of("resend"), ""),
    ],
)
def test_what_may_be_told_of_what_was_given(intent, expected):
    """The kind of it, and no more."""
    assert expected == given_with(intent, {"sms", "otp"})


@pytest.fixture(scope="module")
def played():
    import asyncio

    return asyncio.run(scenes())


NEEDS = {
    "recovery": ["otp"],
    "wrong-code": ["sms"],
    "push-denied": ["push"],
    "expired": ["sms"],
    "chained": ["otp", "sms"],
}


@pytest.mark.parametrize("number", range(10))
async def test_every_scene_can_be_played_again(played, number):
    """At a fresh tenant, with another person and other codes, the same happens at the same times."""
    scene = played[number]
    tenant, mfa = stage()
    bo = Accounts(tenant)(*NEEDS.get(scene.name, []), factors=2 if scene.name == "chained" else 1)
    for recording in scene.recordings:
        again = await replay(recording, mfa, bo)
        assert "" == recording.diff(again)
        assert recording == again


async def test_a_replay_that_goes_otherwise_is_not_equal():
    """Where the tenant does something else, the difference is seen."""
    tenant, mfa = stage()
    await wrong_then_right(mfa, Accounts(tenant)("sms"))
    recording = mfa.recording()
    other, again = stage()
    bo = Accounts(other)("sms")
    other.faults.add("/mfa/challenge", status=500)
    other.faults.add("/mfa/challenge", status=500)
    assert "raises tenant_broken" in recording.diff(await replay(recording, again, bo))


async def test_other_ways_in_are_played_again(mfa_tenant):
    """A login that began with a token wants one; a wrong password, a bad code, a way back and a removal are done again."""
    tenant, mfa = stage()
    bo = Accounts(tenant)("otp")
    flow = mfa.flow("f")
    await flow.login(bo.email, "not " + bo.password)
    await flow.login(
        bo.email,
        bo.password,
        audience="https://tenant.example/mfa/",
        scope="enroll read:authenticators remove:authenticators",
    )
    access = await manager(mfa, bo)
    flow = mfa.flow("g")
    choose = await flow.manage(access)
    await flow.enroll("email", email=bo.email)
    with pytest.raises(BadInput):
        await flow.confirm("no code")
    await flow.go_back()
    await flow.remove(next(one for one in choose.authenticators if one.factor == "otp"))
    for name in "fg":
        tenant, again = stage()
        bo = Accounts(tenant)("otp")
        token = await manager(RecordingClient(APP, transport=InProcess.to(tenant), clock=Hasty(tenant.clock)), bo)
        assert "" == mfa.recording(name).diff(await replay(mfa.recording(name), again, bo, access_token=token))
    with pytest.raises(ValueError, match=r"replay\(\.\.\., access_token=\.\.\.\)"):
        await replay(mfa.recording("g"), stage()[1], bo)


async def manager(mfa, bo):
    """An access token for the MFA API."""
    flow = mfa.flow("manager")
    given = {"audience": "https://tenant.example/mfa/", "scope": "enroll read:authenticators remove:authenticators"}
    choose = await flow.login(bo.email, bo.password, **given)
    done = await flow.confirm(bo.code(await flow.challenge(choose.challenge[0])))
    assert isinstance(done, Done)
    return done.tokens.access_token


async def test_what_cannot_be_played_again(mfa, mfa_account):
    """A detail that is not on record, and a factor that the person was not offered, are told."""
    with pytest.raises(ValueError, match="does not hold the handle that was given"):
        await replay(Recording((Step("enroll", "messenger handle"),)), mfa, mfa_account())
    with pytest.raises(ValueError, match=r"person-2@example.com is offered no sms"):
        await replay(Recording((Step("challenge", "sms"),)), mfa, mfa_account())


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], "this recording has no step: there is nothing to play again"),
        ([Step("nonsense")], "there is no verb 'nonsense': there are login, begin"),
        ([Step("_do")], "there is no verb '_do'"),
        ([Step("id")], "there is no verb 'id'"),
        ([Step("enroll", "")], "says which factor was enrolled: this step does not"),
    ],
)
async def test_what_is_no_recording_of_a_flow(mfa, mfa_account, steps, told):
    """Nothing at all, what is no verb, and a factor without a name are told."""
    with pytest.raises(ValueError, match=told):
        await replay(Recording(tuple(steps)), mfa, mfa_account())


async def test_a_code_where_none_was_asked_for(mfa, mfa_account):
    """It is given again, and refused again."""
    flow = mfa.flow("f")
    bo = mfa_account("sms")
    await flow.login(bo.email, bo.password)
    with pytest.raises(WrongState):
        await flow.confirm("123456")
    assert "" == mfa.recording("f").diff(await replay(mfa.recording("f"), mfa, mfa_account("sms")))


@pytest.mark.parametrize("wrong", ["recording", "mfa", "person"])
async def test_who_cannot_play(mfa, mfa_account, wrong):
    """What is not a recording, a client that records, or a person is refused before anything is done."""
    given = {"recording": Recording((Step("login", "right"),)), "mfa": mfa, "person": mfa_account()}
    with pytest.raises(TypeError, match="takes a Recording, a RecordingClient and a Person"):
        await replay(**{**given, wrong: "text"})
