"""Push notifications to the Guardian app."""

import pytest
from replies import (
    APP,
    OOB_CODE,
    PUSH_BARCODE,
    RECOVERY,
    SEAL,
    mfa_required,
    push_associated,
    push_challenged,
    refusal,
    tokens,
)

from mfa_flow.errors import BadInput, Misconfigured, TenantBroken, UnexpectedReply
from mfa_flow.factors.push import Push
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import Scan, Wait
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

PUSH = Push()
FLOW = Flow(id="f", mfa_token=Secret(SEAL), memory={"oob_code": OOB_CODE}, asked_at=1000.0)
KNOWN = Authenticator("push|dev_BBTKYpxKHOXVBnql", "oob", active=True, oob_channel="auth0", name="Ada's phone")


def read(answer, **memory):
    """What the answer to a poll means."""
    return PUSH.confirm(APP, Flow(id="f", mfa_token=SEAL, memory={"oob_code": OOB_CODE, **memory}), None).read(answer)


def test_it_says_what_it_is():
    """There is something to send again, and an answer to poll for."""
    assert ("push", "push-notification", (), True, True, True) == (
        PUSH.name,
        PUSH.requirement,
        PUSH.needs,
        PUSH.enrolls,
        PUSH.sends,
        PUSH.polls,
    )


def test_associate_is_the_canonical_request():
    """Q8 of the contract, byte for byte."""
    call = PUSH.associate(APP, FLOW).call
    assert ("POST", "/mfa/associate") == (call.method, call.path)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == call.headers
    assert b'{"authenticator_types":["oob"],"oob_channels":["auth0"]}' == call.body


def test_challenge_is_the_canonical_request():
    """Q9 of the contract, byte for byte."""
    call = PUSH.challenge(APP, FLOW, KNOWN).call
    assert ("POST", "/mfa/challenge") == (call.method, call.path)
    assert {"Content-Type": "application/json"} == call.headers
    assert (
        b'{"client_id":"the-client","client_secret":"the-secret","challenge_type":"oob",'
        b'"authenticator_id":"push|dev_BBTKYpxKHOXVBnql","mfa_token":"Fe26.2*SERVER_1*mfa-_token*A~b.c"}'
    ) == call.body


def test_confirm_is_the_canonical_request():
    """Q13 of the contract, byte for byte: no binding_code."""
    call = PUSH.confirm(APP, FLOW, None).call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert (
        b"grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fmfa-oob"
        b"&client_id=the-client&client_secret=the-secret"
        b"&mfa_token=Fe26.2*SERVER_1*mfa-_token*A~b.c&oob_code=Fe26.2*SERVER_1*oob-_code*B"
    ) == call.body


@pytest.mark.parametrize("answer", ["", "123456", 5])
def test_there_is_nothing_to_type(answer):
    """The message says what to do instead."""
    with pytest.raises(BadInput, match=r"wait\(\).*nothing was sent"):
        PUSH.confirm(APP, FLOW, answer)


@pytest.mark.parametrize("details", [{"phone_number": "+15551230000"}, {"email": "x", "y": "z"}])
def test_it_takes_no_details(details):
    """The message names what was too much, and not its value."""
    with pytest.raises(BadInput, match=", ".join(details)) as caught:
        PUSH.associate(APP, FLOW, **details)
    assert "555" not in str(caught.value)


def test_what_was_associated_is_remembered():
    """The picture and the code to poll with; recovery codes are kept, too."""
    outcome = PUSH.associate(APP, FLOW).read(push_associated(RECOVERY))
    assert {"oob_code": OOB_CODE, "barcode_uri": PUSH_BARCODE} == outcome.memory
    assert ("associated", {"recovery_codes": (RECOVERY,)}) == (outcome.event, outcome.changes)


def test_what_was_sent_is_remembered():
    """The code to poll with, and no picture."""
    outcome = PUSH.challenge(APP, FLOW, KNOWN).read(push_challenged())
    assert ("challenged", {"oob_code": OOB_CODE}) == (outcome.event, outcome.memory)


@pytest.mark.parametrize(("memory", "seconds"), [({}, 5.0), ({"interval": 12.0}, 12.0)])
def test_it_asks_to_wait(memory, seconds):
    """At the safe pace, or the slower one Auth0 asked for; for five minutes."""
    assert Wait(seconds=seconds, until=1300.0) == PUSH.ask(Flow(id="f", memory=memory, asked_at=1000.0))


@pytest.mark.parametrize(("memory", "seconds"), [({}, 5.0), ({"interval": 12.0}, 12.0)])
def test_it_asks_to_scan(memory, seconds):
    """A picture, no key, and no code to type."""
    flow = Flow(id="f", memory={"barcode_uri": PUSH_BARCODE, **memory}, asked_at=1000.0)
    assert Scan(barcode_uri=PUSH_BARCODE, secret=None, length=None, seconds=seconds, until=1300.0) == PUSH.ask(flow)


def test_pending_is_no_answer_yet():
    """M4 of the contract, as it was recorded; the pace stays."""
    text = "Authorization pending: please repeat the request in a few seconds."
    outcome = read(refusal(400, "authorization_pending", text))
    assert ("still_pending", "still_pending", {}) == (outcome.event, outcome.error, outcome.memory)


@pytest.mark.parametrize(
    ("header", "before", "after"),
    [
        ({}, {}, 10.0),
        ({}, {"interval": 10.0}, 15.0),
        ({"retry_after": "7"}, {}, 7.0),
        ({"retry_after": "30"}, {"interval": 10.0}, 30.0),
        ({"retry_after": "1"}, {}, 5.0),
        ({"retry_after": "7"}, {"interval": 10.0}, 10.0),
        ({"retry_after": "0"}, {}, 10.0),
        ({"retry_after": "soon"}, {}, 10.0),
    ],
)
def test_slow_down_makes_the_pace_slower(header, before, after):
    """M6 of the contract: what Auth0 says, else five seconds more; never faster than before."""
    outcome = read(refusal(429, "slow_down", "You are polling too quickly.", **header), **before)
    assert ("still_pending", {"interval": after}) == (outcome.event, outcome.memory)


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (400, "access_denied", "MFA Authorization rejected."),
        (400, "access_denied", "mfa authorization rejected"),
        (400, "access_denied", ""),
        (403, "invalid_grant", "MFA Authorization rejected."),
        (400, "invalid_grant", "MFA AUTHORIZATION REJECTED"),
        (403, "invalid_grant", "Something new."),
        (403, "invalid_grant", ""),
    ],
)
def test_a_no_is_understood_in_both_spellings(status, error, text):
    """M5 of the contract: as it was recorded, and as the guides have it."""
    outcome = read(refusal(status, error, text))
    assert ("push_denied", "push_denied") == (outcome.event, outcome.error)


@pytest.mark.parametrize(
    ("text", "told"),
    [("Unauthorized", "client_id"), ("unauthorized.", "client_id"), ("Service not found: https://api", "audience=")],
)
def test_a_mistake_in_the_set_up_is_no_denial(text, told):
    """T3 and T15 of the contract: the person has pressed nothing."""
    with pytest.raises(Misconfigured, match=told):
        read(refusal(401, "access_denied", text))


@pytest.mark.parametrize(
    "answer",
    [
        refusal(401, "expired_token", "oob_code is expired"),
        refusal(403, "invalid_grant", "Malformed oob_code"),
        refusal(400, "invalid_oob_code"),
    ],
)
def test_a_push_that_was_not_answered_in_time_says_so(answer):
    """Nobody typed a code that could be too old."""
    assert ("code_expired", "push_expired") == (read(answer).event, read(answer).error)


@pytest.mark.parametrize("step", [PUSH.associate(APP, FLOW), PUSH.challenge(APP, FLOW, KNOWN)])
def test_a_push_may_be_sent_again_soon(step):
    """Auth0 sends five a minute; where it names a time itself that one counts."""
    text = "Too many push notifications sent by the user."
    assert 12 == step.read(refusal(429, "invalid_request", text)).pause
    assert 30 == step.read(refusal(429, "invalid_request", text, retry_after="30")).pause


@pytest.mark.parametrize(
    ("status", "error", "text", "event"),
    [
        (401, "expired_token", "oob_code is expired", "code_expired"),
        (401, "expired_token", "mfa_token is expired", "token_expired"),
        (403, "invalid_grant", "Malformed oob_code", "code_expired"),
        (403, "invalid_grant", "Malformed mfa_token", "token_expired"),
        (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.", "token_expired"),
        (400, "invalid_request", "The oob_code doesn't match the mfa_token", "code_expired"),
        (400, "association_required", "", "unavailable"),
        (403, "unauthorized", "user is blocked", "refused"),
    ],
)
def test_what_all_factors_share_is_read_as_ever(status, error, text, event):
    """Too late, or no longer good."""
    assert event == read(refusal(status, error, text)).event


def test_a_yes_gives_tokens_or_a_further_demand():
    """As every proof does."""
    assert "tokens_issued" == read(tokens()).event
    assert "mfa_demanded" == read(mfa_required()).event


@pytest.mark.parametrize(
    ("answer", "kind"), [(refusal(503, ""), TenantBroken), (refusal(418, "brand_new"), UnexpectedReply)]
)
def test_what_is_no_answer_raises(answer, kind):
    """An outage is neither yes nor no."""
    with pytest.raises(kind):
        read(answer)


def test_slower_is_told_as_pending():
    """The person is told that nothing was answered yet; the pace is remembered."""
    outcome = read(refusal(429, "slow_down"))
    assert ("still_pending", "still_pending") == (outcome.event, outcome.error)
    assert 10 == outcome.memory["interval"]


def test_a_push_that_ran_out_is_told_as_such():
    """No code was too old: none was typed. Another problem keeps its own words."""
    outcome = read(refusal(401, "expired_token", "oob_code is expired"))
    assert ("code_expired", "push_expired") == (outcome.event, outcome.error)
    outcome = read(refusal(401, "expired_token", "mfa_token is expired"))
    assert ("token_expired", "expired") == (outcome.event, outcome.error)


@pytest.mark.parametrize("make", [lambda: PUSH.associate(APP, FLOW), lambda: PUSH.challenge(APP, FLOW, KNOWN)])
def test_pushes_refill_soon(make):
    """Five a minute: after too many there is one more in 12 seconds."""
    outcome = make().read(refusal(429, "invalid_request", "Too many push notifications"))
    assert ("throttled", 12) == (outcome.event, outcome.pause)
