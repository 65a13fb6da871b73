"""The requests all factors are made of, and every reply that is not what was promised."""

import json

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from replies import (
    ACCESS,
    APP,
    BARCODE,
    ENGINE,
    FULL,
    LOGIN,
    NOW,
    OOB_CODE,
    OTP_SECRET,
    PUSH_BARCODE,
    PUSH_ENTRY,
    RECOVERY,
    SEAL,
    SMS,
    SMS_ENTRY,
    act,
    challenging_otp,
    challenging_push,
    challenging_recovery,
    challenging_sms,
    choosing,
    demanded,
    enrolling_otp,
    enrolling_push,
    enrolling_sms,
    held,
    mfa_required,
    otp_associated,
    refusal,
    reply,
    signed_in,
    tokens,
)

from mfa_flow.engine import Settled
from mfa_flow.errors import MfaFlowError, Misconfigured, TenantBroken, TenantError, UnexpectedReply
from mfa_flow.factors import steps
from mfa_flow.factors.base import Outcome
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Authenticator, Requirements, Tokens

FLOW = Flow(id="f", mfa_token=Secret(SEAL))


def planned(flow, verb, by=ENGINE, **given):
    """A flow at rest, what is wanted of it, and the step that takes."""
    intent = Intent.of(verb, **given)
    return flow, intent, by.plan(flow, intent, NOW)


def listing():
    """The list that follows a login."""
    flow = demanded()
    return flow, Intent.of("login", **LOGIN), ENGINE.follow(flow)


# Every request there is, ready to be answered.
STEPS = {
    "password": planned(Flow(id="f"), "login", **LOGIN),
    "list": listing(),
    "associate otp": planned(choosing(), "enroll", factor="otp"),
    "associate sms": planned(choosing(), "enroll", **SMS),
    "challenge sms": planned(choosing(SMS_ENTRY), "challenge", authenticator=SMS_ENTRY["id"]),
    "resend sms": planned(challenging_sms(), "resend"),
    "confirm otp": planned(challenging_otp(), "confirm", answer="123456"),
    "confirm new otp": planned(enrolling_otp(), "confirm", answer="123456"),
    "confirm sms": planned(challenging_sms(), "confirm", answer="123456"),
    "confirm new sms": planned(enrolling_sms(), "confirm", answer="123456"),
    "refresh": planned(Flow(id="f"), "refresh", refresh_token="v1.M"),
    "managed list": (held(), Intent.of("manage", access_token=ACCESS), ENGINE.follow(held())),
    "authenticators": planned(choosing(SMS_ENTRY), "authenticators"),
    "remove": planned(signed_in(SMS_ENTRY), "remove", authenticator=SMS_ENTRY["id"]),
    "associate voice": planned(choosing(by=FULL), "enroll", by=FULL, **{**SMS, "factor": "voice"}),
    "associate email": planned(choosing(by=FULL), "enroll", by=FULL, factor="email"),
    "associate push": planned(choosing(by=FULL), "enroll", by=FULL, factor="push"),
    "challenge push": planned(choosing(PUSH_ENTRY, by=FULL), "challenge", by=FULL, authenticator=PUSH_ENTRY["id"]),
    "wait": planned(challenging_push(), "wait", by=FULL),
    "wait new": planned(enrolling_push(), "wait", by=FULL),
    "confirm recovery": planned(challenging_recovery(), "confirm", by=FULL, answer=RECOVERY),
}
OPERATIONS = {
    "password": "POST /oauth/token",
    "list": "GET /mfa/authenticators",
    "associate otp": "POST /mfa/associate",
    "associate sms": "POST /mfa/associate",
    "challenge sms": "POST /mfa/challenge",
    "resend sms": "POST /mfa/challenge",
    "confirm otp": "POST /oauth/token",
    "confirm new otp": "POST /oauth/token",
    "confirm sms": "POST /oauth/token",
    "confirm new sms": "POST /oauth/token",
    "refresh": "POST /oauth/token",
    "managed list": "GET /mfa/authenticators",
    "authenticators": "GET /mfa/authenticators",
    "remove": "DELETE /mfa/authenticators/sms%7Cdev_klnv5yshzzoosSUm",
    "associate voice": "POST /mfa/associate",
    "associate email": "POST /mfa/associate",
    "associate push": "POST /mfa/associate",
    "challenge push": "POST /mfa/challenge",
    "wait": "POST /oauth/token",
    "wait new": "POST /oauth/token",
    "confirm recovery": "POST /oauth/token",
}
LISTS = ("list", "managed list", "authenticators")
every_step = pytest.mark.parametrize("name", STEPS)
# What is removed is answered with nothing.
every_telling_step = pytest.mark.parametrize("name", [name for name in STEPS if name != "remove"])


def settled(name, answer):
    """What the engine makes of this answer to this request."""
    flow, intent, step = STEPS[name]
    return FULL.settle(flow, intent, step, answer, NOW)


def refused(name, answer, kind):
    """The error that this answer is, after a look at whether the flow stood still."""
    before, shown = STEPS[name][0], FULL.look(STEPS[name][0], NOW)
    with pytest.raises(MfaFlowError) as caught:
        settled(name, answer)
    assert kind is type(caught.value)
    assert shown == FULL.look(before, NOW)
    assert OPERATIONS[name] == caught.value.operation
    return caught.value


NONSENSE = {
    "nothing": b"",
    "html": b"<!DOCTYPE html><html><body>hello</body></html>",
    "text": b"OK",
    "half": b'{"access_token":"a',
    "null": b"null",
    "number": b"12",
    "string": b'"x"',
    "deep array": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "bytes": b"\xff\xfe\x00\xd8",
    "big number": b"9" * 5000,
}


@every_telling_step
@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_a_success_that_is_no_json_is_unexpected(name, body):
    """No parser's exception comes through."""
    assert 200 == refused(name, Reply(200, {"content-type": "application/json"}, body), UnexpectedReply).status


@every_step
@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_an_outage_in_any_words_is_a_broken_tenant(name, body):
    """Gateways answer in HTML, or in nothing at all."""
    found = refused(name, Reply(502, {"retry-after": "7"}, body), TenantBroken)
    assert (502, None, 7.0) == (found.status, found.error, found.retry_after)


@every_step
@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_a_refusal_without_a_code_is_unexpected(name, body):
    """A status alone says too little."""
    assert 403 == refused(name, Reply(403, {}, body), UnexpectedReply).status


@every_telling_step
@pytest.mark.parametrize("status", [200, 400])
def test_an_array_is_not_an_object_and_an_object_no_array(name, status):
    """The list must be an array, anything else an object."""
    refused(name, reply(status, {} if name in LISTS else [{"error": "invalid_grant"}]), UnexpectedReply)


@every_step
def test_a_redirect_is_not_followed(name):
    """The API has none."""
    refused(name, Reply(302, {"location": "https://elsewhere.example"}), UnexpectedReply)


@every_step
def test_no_reply_at_all_is_unexpected(name):
    """A step with a request needs an answer to read."""
    refused(name, None, UnexpectedReply)


TOKEN_STEPS = (
    *("password", "refresh", "confirm otp", "confirm new otp", "confirm sms", "confirm new sms"),
    *("wait", "wait new", "confirm recovery"),
)
WRONG_TOKENS = [
    {},
    {"access_token": None},
    {"access_token": ""},
    {"access_token": 5},
    {"access_token": ["a"]},
    *({"access_token": "a", name: 5} for name in ("id_token", "refresh_token", "scope", "token_type", "recovery_code")),
    {"access_token": "a", "expires_in": "600"},
    {"access_token": "a", "expires_in": True},
    {"access_token": "a", "expires_in": 1.5},
]


@pytest.mark.parametrize("name", TOKEN_STEPS)
@pytest.mark.parametrize("body", WRONG_TOKENS)
def test_tokens_that_are_none_are_unexpected(name, body):
    """Neither half a success nor a guess: the flow has not moved."""
    refused(name, reply(200, body), UnexpectedReply)


UNSENDABLE = [None, "", 5, ["Fe26"], {}, " ", "a b", "a\n", "a\r\nX: y", "é", "\ud800"]


@pytest.mark.parametrize("name", TOKEN_STEPS)
@pytest.mark.parametrize("value", UNSENDABLE)
def test_a_demand_without_a_usable_token_is_unexpected(name, value):
    """There is nothing to go on with."""
    refused(name, reply(403, {"error": "mfa_required", "mfa_token": value}), UnexpectedReply)


@pytest.mark.parametrize("name", TOKEN_STEPS)
def test_a_demand_without_any_token_is_unexpected(name):
    """The same where the field is missing."""
    refused(name, refusal(403, "mfa_required"), UnexpectedReply)


OOB_STEPS = ("associate sms", "challenge sms", "resend sms", "associate voice", "associate email")


@pytest.mark.parametrize("name", [*OOB_STEPS, "associate push", "challenge push"])
@pytest.mark.parametrize("value", UNSENDABLE)
def test_an_oob_code_that_could_not_be_sent_back_is_unexpected(name, value):
    """A message may be on its way, but nobody could confirm it."""
    body = {"authenticator_type": "oob", "challenge_type": "oob", "barcode_uri": PUSH_BARCODE}
    refused(name, reply(200, {**body, "oob_code": value}), UnexpectedReply)


OTP_BODY = {"authenticator_type": "otp", "secret": OTP_SECRET, "barcode_uri": BARCODE}


@pytest.mark.parametrize("field", OTP_BODY)
@pytest.mark.parametrize("value", [None, "", 5, [], {}, False])
def test_a_new_otp_needs_all_its_fields(field, value):
    """Without its secret nobody could scan it."""
    refused("associate otp", reply(200, {**OTP_BODY, field: value}), UnexpectedReply)


@pytest.mark.parametrize("value", ["otp", "recovery-code", "", None, 5])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("associate sms", "authenticator_type"),
        ("challenge sms", "challenge_type"),
        ("associate push", "authenticator_type"),
        ("challenge push", "challenge_type"),
    ],
)
def test_an_answer_of_another_type_is_unexpected(name, field, value):
    """What was asked for is out of band."""
    refused(name, reply(200, {"oob_code": OOB_CODE, "barcode_uri": PUSH_BARCODE, field: value}), UnexpectedReply)


@pytest.mark.parametrize("value", [5, [], {}, False])
def test_a_picture_that_is_no_text_is_unexpected(value):
    """It could not be drawn."""
    body = {"authenticator_type": "oob", "oob_code": OOB_CODE, "barcode_uri": value}
    refused("associate push", reply(200, body), UnexpectedReply)


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_picture_recovery_codes_are_kept_all_the_same(value):
    """There is nothing to scan then, but they come only once."""
    body = {"authenticator_type": "oob", "oob_code": OOB_CODE, "barcode_uri": value, "recovery_codes": [RECOVERY]}
    prompt = FULL.look(settled("associate push", reply(200, body)).flow, NOW)
    assert ("wait", (RECOVERY,)) == (prompt.kind, prompt.recovery_codes)


@pytest.mark.parametrize("body", [b"", b"OK", b"{}", b"\xff"])
@pytest.mark.parametrize("status", [200, 204])
def test_what_was_removed_needs_no_answer(status, body):
    """Success is all there is to say; the list is due."""
    after = settled("remove", Reply(status, {}, body)).flow
    assert ("authenticated", None) == (after.state, after.authenticators)


@pytest.mark.parametrize("name", ["associate otp", "associate sms"])
@pytest.mark.parametrize("value", [RECOVERY, {}, 5, [5], [None], [RECOVERY, 1], True])
def test_recovery_codes_that_are_none_are_unexpected(name, value):
    """They must not be lost, so they are not guessed either."""
    body = {**OTP_BODY, "recovery_codes": value}
    if name == "associate sms":
        body = {"authenticator_type": "oob", "oob_code": OOB_CODE, "recovery_codes": value}
    refused(name, reply(200, body), UnexpectedReply)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "sms|dev_1",
        {},
        {"id": 5},
        {"id": "x", "active": 1},
        {"id": "x", "oob_channel": 5},
        {"id": "x", "name": []},
    ],
)
def test_a_list_with_a_broken_entry_is_unexpected(entry):
    """The other entries do not make up for it."""
    refused("list", reply(200, [SMS_ENTRY, entry]), UnexpectedReply)


known = st.sampled_from(
    [
        "error",
        "error_description",
        "mfa_token",
        "mfa_requirements",
        "access_token",
        "expires_in",
        "authenticator_type",
        "challenge_type",
        "oob_code",
        "secret",
        "barcode_uri",
        "recovery_codes",
        "id",
        "active",
        "oob_channel",
        "type",
    ]
)
words = st.sampled_from(
    [
        "mfa_required",
        "invalid_grant",
        "invalid_request",
        "expired_token",
        "unsupported_challenge_type",
        "access_denied",
        "otp",
        "oob",
        "sms",
        "Too many",
        "User is already enrolled.",
        SEAL,
        "Malformed oob_code",
        "unauthorized",
    ]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | words
anything = st.recursive(
    leaves,
    lambda within: st.lists(within, max_size=4) | st.dictionaries(known | st.text(max_size=4), within, max_size=6),
    max_leaves=20,
)
statuses = st.sampled_from([200, 204, 400, 401, 403, 404, 429, 500]) | st.integers(0, 999)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "x-auth0-requestid"]), st.text(max_size=6) | st.integers(0).map(str)
)
thoroughly = settings(derandomize=True, database=None, deadline=None, max_examples=60)


def survives(name, answer):
    """The request that was answered: the flow settles and can be shown, or one of our own errors says why not."""
    try:
        found = settled(name, answer)
    except TenantError as error:
        return error.operation
    assert Settled is type(found)
    for moment in (NOW, NOW + 1e9):
        json.loads(FULL.look(found.flow, moment).to_json(tokens=True))
    return OPERATIONS[name]


@every_step
@thoroughly
@given(status=statuses, body=anything, headers=headers)
def test_any_json_with_any_status_settles_or_is_refused(name, status, body, headers):
    """Whatever a server may say: a move, or a typed error."""
    assert OPERATIONS[name] == survives(name, Reply(status, headers, json.dumps(body).encode()))


@every_step
@thoroughly
@given(status=statuses, body=st.binary(max_size=64), headers=headers)
def test_any_bytes_with_any_status_settle_or_are_refused(name, status, body, headers):
    """The same for what is no JSON at all."""
    assert OPERATIONS[name] == survives(name, Reply(status, headers, body))


@pytest.mark.parametrize("name", ["confirm otp", "password", "refresh", "wait"])
def test_a_pause_of_any_length_can_be_shown(name):
    """A gateway may ask for longer than there are numbers."""
    answer = refusal(429, "too_many_attempts", retry_after="9" * 400)
    try:
        prompt = FULL.look(settled(name, answer).flow, NOW)
    except TenantError:
        return
    assert "inf" not in prompt.to_json().casefold()


def test_associate_sends_json_with_the_token_as_bearer():
    """Nothing of the application goes with it: the bearer suffices."""
    call = steps.associate(FLOW, {"authenticator_types": ["x"]}, lambda _: Outcome("associated")).call
    assert ("POST", "/mfa/associate", b'{"authenticator_types":["x"]}') == (call.method, call.path, call.body)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == call.headers


def test_recovery_codes_are_added_to_what_the_factor_read():
    """The factor's own changes stay beside them."""
    mine = Outcome("associated", memory={"a": 1}, changes={"error": "x"})
    step = steps.associate(FLOW, {}, lambda _: mine)
    assert mine == step.read(reply(200, {}))
    found = step.read(reply(200, {"recovery_codes": [RECOVERY]}))
    assert ({"a": 1}, {"error": "x", "recovery_codes": (RECOVERY,)}) == (found.memory, found.changes)


def test_challenge_sends_json_with_everything_in_the_body():
    """There is no bearer here, and a public application sends its id alone."""
    call = steps.challenge(APP, FLOW, "oob", "sms|dev_1", lambda _: Outcome("challenged")).call
    assert {"Content-Type": "application/json"} == call.headers
    assert ("POST", "/mfa/challenge") == (call.method, call.path)


def test_exchange_reads_what_all_factors_share():
    """Tokens, a further demand, a wrong code."""
    read = steps.exchange(APP, FLOW, "a-grant", {"proof": "x"}).read
    changes = {"tokens": Tokens("an-access-token", expires_in=86400), "recovery_code": None}
    assert Outcome("tokens_issued", changes=changes) == read(tokens())
    found = read(mfa_required("Fe26*next", mfa_requirements={"challenge": [{"type": "otp"}]}))
    expected = {
        "mfa_token": "Fe26*next",
        "access_token": None,
        "requirements": Requirements(("otp",)),
        "authenticators": None,
        "proved": (),
    }
    assert ("mfa_demanded", "further_factor", expected) == (found.event, found.error, found.changes)
    assert "code_rejected" == read(refusal(403, "invalid_grant")).event


def test_a_factor_may_read_a_problem_in_its_own_way():
    """Only a problem, only before the shared reading, and only where it has something to say."""
    seen = []

    def stumble(problem):
        seen.append(problem.error)
        return Outcome("push_denied") if problem.error == "access_denied" else None

    read = steps.exchange(APP, FLOW, "a-grant", {}, stumble).read
    assert "push_denied" == read(refusal(400, "access_denied", "MFA Authorization rejected.")).event
    assert "code_rejected" == read(refusal(403, "invalid_grant")).event
    assert "tokens_issued" == read(tokens()).event
    assert "mfa_demanded" == read(mfa_required()).event
    assert ["access_denied", "invalid_grant"] == seen


def test_a_further_proof_goes_with_the_access_token_of_who_manages_factors():
    """It stands where the mfa_token would."""
    call = steps.exchange(APP, Flow(id="f", access_token=Secret(ACCESS)), "a-grant", {"proof": "x"}).call
    assert f"&mfa_token={ACCESS}&proof=x".encode() in call.body


@pytest.mark.parametrize(("given", "kept"), [(RECOVERY, RECOVERY), (None, None), ("", None)])
def test_the_next_recovery_code_is_kept(given, kept):
    """With the tokens, and hidden; where there is none, none is made up."""
    changes = steps.tokens_issued(tokens(recovery_code=given)).changes
    assert kept == changes["recovery_code"]
    assert RECOVERY not in repr(changes)


def test_http_basic_goes_into_the_header():
    """Of the requests the application makes in its own name; those with a bearer need no more."""
    app = App(domain="example.com", client_id="c", client_secret="s", client_auth="basic")
    for step in (
        steps.exchange(app, FLOW, "a-grant", {}),
        steps.challenge(app, FLOW, "oob", "sms|dev_1", lambda _: Outcome("challenged")),
    ):
        assert "Basic Yzpz" == step.call.headers["Authorization"]
        assert b"client_secret" not in step.call.body
        assert b"client_id" in step.call.body


def test_an_answer_is_checked_against_what_was_asked_for():
    """One of several names may be right."""
    steps.check({"kind": "b"}, "kind", "a", "b")
    with pytest.raises(UnexpectedReply, match="kind"):
        steps.check({"kind": "c"}, "kind", "a", "b")


def test_a_step_without_a_request_reads_nothing():
    """Its outcome was known before."""
    outcome = Outcome("went_back")
    step = steps.Step.silent(outcome)
    assert step.call is None
    assert outcome is step.read(Reply(500))


def test_the_good_answers_are_good():
    """So that the bad ones above are bad for their own reason."""
    assert "enrolling" == settled("associate otp", reply(200, OTP_BODY)).flow.state
    assert (
        "enrolling"
        == settled("associate sms", reply(200, {"authenticator_type": "oob", "oob_code": OOB_CODE})).flow.state
    )
    assert (
        "challenging"
        == settled("challenge sms", reply(200, {"challenge_type": "oob", "oob_code": OOB_CODE})).flow.state
    )
    assert "enrolling" == act(choosing(), "enroll", otp_associated(RECOVERY), factor="otp").flow.state
    for name in TOKEN_STEPS:
        assert "confirmed" == settled(name, tokens()).flow.state


@pytest.mark.parametrize(
    ("error", "text"), [("access_denied", ""), ("access_denied", "No."), ("insufficient_scope", "")]
)
def test_who_manages_factors_needs_the_scope_to_set_one_up(error, text):
    """A refusal that says nothing of an enrolment speaks of the token there; without one it is the enrolment."""
    managing = Flow(id="f", access_token=Secret(ACCESS))
    with pytest.raises(Misconfigured, match="scope enroll") as caught:
        steps.associate(managing, {}, lambda _: Outcome("associated")).read(refusal(403, error, text, retry_after="9"))
    assert (None, None) == (caught.value.retry_after, caught.value.resets_at)
    enrolled = refusal(403, "access_denied", "User is already enrolled.")
    for flow, answer in ((managing, enrolled), (FLOW, refusal(403, "access_denied", text))):
        assert "already_enrolled" == steps.associate(flow, {}, lambda _: Outcome("associated")).read(answer).event


@pytest.mark.parametrize("said", [{}, {"binding_method": None}, {"binding_method": "prompt"}])
def test_a_code_is_typed_where_nothing_else_is_said(said):
    """Auth0 leaves out how it is answered, or says that it is asked for."""
    assert OOB_CODE == steps.oob_code({"oob_code": OOB_CODE, **said})


@pytest.mark.parametrize("name", ["associate sms", "challenge sms"])
def test_a_binding_nobody_knows_is_unexpected(name):
    """The person could not answer it; they may still choose another factor."""
    body = {"authenticator_type": "oob", "challenge_type": "oob", "oob_code": OOB_CODE, "binding_method": "transfer"}
    with pytest.raises(UnexpectedReply, match="binding_method"):
        settled(name, reply(200, body))


def test_what_was_proved_is_remembered():
    """By its id, after those proved before it."""
    flow = evolve(FLOW, proved=("totp|dev_1",), authenticator=Authenticator("sms|dev_2"))
    changes = steps.exchange(APP, flow, "a-grant", {}).read(mfa_required()).changes
    assert ("totp|dev_1", "sms|dev_2") == changes["proved"]


@pytest.mark.parametrize("said", [{}, {"binding_method": "prompt"}])
def test_a_code_to_be_typed(said):
    """It may say so, or nothing."""
    assert "Fe26.2*x" == steps.oob_code({"oob_code": "Fe26.2*x", **said})


def test_a_code_that_cannot_be_answered_here():
    """Another way of binding is none we know: told letter for letter."""
    with pytest.raises(UnexpectedReply) as odd:
        steps.oob_code({"oob_code": "Fe26.2*x", "binding_method": "transfer"})
    assert "the reply's binding_method is none that is known: it cannot be answered here" == odd.value.args[0]


def test_an_access_token_without_the_scope():
    """Who manages factors and is denied lacks a scope, unless it is said that a factor must be used first."""
    flow = Flow(id="f", access_token=Secret("eyJ.x.y"))
    step = steps.associate(flow, {}, lambda _: Outcome("associated"))
    with pytest.raises(Misconfigured, match="the access token needs the scope enroll"):
        step.read(refusal(403, "access_denied", "nothing of the kind"))
    assert "already_enrolled" == step.read(refusal(403, "access_denied", "User is already enrolled.")).event


@pytest.mark.parametrize("step", ["associate", "challenge"])
def test_messages_refill_as_the_factor_says(step):
    """After too many the pause is the factor's own."""
    flow = Flow(id="f", mfa_token=Secret("Fe26.2*m*"))
    made = (
        steps.associate(flow, {}, lambda _: Outcome("associated"), 7.0)
        if step == "associate"
        else steps.challenge(APP, flow, "oob", "x", lambda _: Outcome("challenged"), 7.0)
    )
    assert 7.0 == made.read(refusal(429, "invalid_request", "Too many messages")).pause
