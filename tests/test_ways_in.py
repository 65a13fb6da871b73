"""The ways into a flow, and the list that follows them."""

import pytest
from attrs import evolve
from replies import (
    APP,
    ENGINE,
    LOGIN,
    OTP_ENTRY,
    SEAL,
    SMS_ENTRY,
    mfa_required,
    refusal,
    reply,
    tokens,
)

from mfa_flow import ways_in
from mfa_flow.errors import BadInput, Misconfigured, UnexpectedReply
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Requirements, Tokens

API = {"audience": "https://someapi.com/api", "scope": "openid profile read:sample"}
FLOW = Flow(id="f", mfa_token=Secret(SEAL), error="wrong_code")


@pytest.mark.parametrize(
    ("app", "given"), [(evolve(APP, **API), {}), (APP, API), (evolve(APP, audience="x", scope="y"), API)]
)
def test_login_is_the_canonical_request(app, given):
    """Q1 of the contract, byte for byte; audience and scope come from the verb, else from the App."""
    call = ways_in.login(app, username="user@example.com", password="p w+*&", **given).call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert (
        b"grant_type=password&username=user%40example.com&password=p+w%2B*%26"
        b"&client_id=the-client&client_secret=the-secret"
        b"&audience=https%3A%2F%2Fsomeapi.com%2Fapi&scope=openid+profile+read%3Asample"
    ) == call.body


def test_login_with_a_realm_is_the_canonical_request():
    """Q2 of the contract, byte for byte."""
    call = ways_in.login(APP, **LOGIN, realm="my users").call
    assert (
        b"grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fpassword-realm&realm=my+users"
        b"&username=user%40example.com&password=correct+horse"
        b"&client_id=the-client&client_secret=the-secret"
    ) == call.body


def test_what_is_not_given_is_not_sent():
    """No realm, no audience, no scope, and no secret for a public application."""
    call = ways_in.login(
        App(domain="example.com", client_id="c"), username="u", password="p", realm="", audience=""
    ).call
    assert b"grant_type=password&username=u&password=p&client_id=c" == call.body


@pytest.mark.parametrize("given", [None, "", "   ", 5, b"x", ["x"]])
@pytest.mark.parametrize("name", ["username", "password"])
def test_login_needs_two_texts(name, given):
    """The message names which one is missing, and shows neither."""
    with pytest.raises(BadInput, match=f"{name}.*nothing was sent") as caught:
        ways_in.login(APP, **{"username": "hidden", "password": "hidden", name: given})
    assert "hidden" not in str(caught.value)


def test_the_right_password_without_a_second_factor_gives_tokens():
    """Two moves of one reply."""
    outcome = ways_in.login(APP, **LOGIN).read(tokens(id_token="i"))
    assert ("password_accepted", "tokens_issued", None) == (outcome.event, outcome.then.event, outcome.then.then)
    assert {"tokens": Tokens("an-access-token", "i", expires_in=86400)} == outcome.then.changes


@pytest.mark.parametrize("status", [403, 401])
def test_the_right_password_may_demand_a_second_factor(status):
    """403 as the guides say, or 401 as one description has it; what is not listed yet is not known."""
    answer = evolve(mfa_required(mfa_requirements={"enroll": [{"type": "otp"}]}), status=status)
    outcome = ways_in.login(APP, **LOGIN).read(answer)
    assert ("password_accepted", "mfa_demanded") == (outcome.event, outcome.then.event)
    assert {
        "mfa_token": SEAL,
        "requirements": Requirements(enroll=("otp",)),
        "authenticators": None,
    } == outcome.then.changes


def test_a_wrong_password_is_a_move():
    """And no exception: the person asks again."""
    outcome = ways_in.login(APP, **LOGIN).read(refusal(403, "invalid_grant", "Wrong email or password."))
    assert ("password_rejected", "wrong_password", None) == (outcome.event, outcome.error, outcome.then)


def test_a_wrong_secret_is_an_exception():
    """No person can mend it."""
    with pytest.raises(Misconfigured):
        ways_in.login(APP, **LOGIN).read(refusal(401, "access_denied", "Unauthorized"))


def test_begin_takes_over_a_demand():
    """Nothing is sent."""
    step = ways_in.begin(mfa_token=SEAL, requirements=Requirements(("otp",)))
    outcome = step.read(reply(200, {}))
    assert step.call is None
    assert "mfa_demanded" == outcome.event
    assert {"mfa_token": SEAL, "requirements": Requirements(("otp",))} == outcome.changes
    assert Secret is type(outcome.changes["mfa_token"])


def test_begin_may_know_no_requirements():
    """Then any factor will do."""
    assert ways_in.begin(mfa_token=SEAL).read(reply(200, {})).changes["requirements"] is None


@pytest.mark.parametrize("name", ["realm", "audience", "scope"])
def test_login_sends_texts_only(name):
    """A number where a text belongs is refused by name."""
    with pytest.raises(BadInput, match=f"{name}.*nothing was sent"):
        ways_in.login(APP, **LOGIN | {name: 5})


@pytest.mark.parametrize("token", [None, "", 5, b"x", "a b", "a\n", "é", "\ud800"])
def test_begin_needs_a_token_that_can_be_sent_back(token):
    """Half a token, or a whole answer, is refused before anything is sent."""
    with pytest.raises(BadInput, match="mfa_token"):
        ways_in.begin(mfa_token=token)


def test_the_list_is_the_canonical_request():
    """Q3 of the contract: a bearer, and neither body nor content type."""
    call = ways_in.list_authenticators(FLOW, ENGINE.factors).call
    assert ("GET", "/mfa/authenticators", b"") == (call.method, call.path, call.body)
    assert {"Authorization": f"Bearer {SEAL}"} == call.headers


def listed(answer, flow=FLOW):
    """What the list means."""
    return ways_in.list_authenticators(flow, ENGINE.factors).read(answer)


def test_the_list_is_kept_and_so_is_the_error():
    """The person still has to learn why the list was read again."""
    outcome = listed(reply(200, [OTP_ENTRY, SMS_ENTRY]))
    assert ("listed", "wrong_code") == (outcome.event, outcome.error)
    assert ["otp", "sms"] == [one.factor for one in outcome.changes["authenticators"]]


@pytest.mark.parametrize(
    ("entries", "requirements"),
    [
        ([{"id": "webauthn|dev_1", "authenticator_type": "webauthn-roaming", "active": True}], None),
        ([SMS_ENTRY], Requirements(("otp",))),
        ([], Requirements(("otp",))),
        ([], Requirements(enroll=("push-notification",))),
    ],
)
def test_a_list_without_a_choice_ends_the_flow(entries, requirements):
    """Nobody could go on from there."""
    outcome = listed(reply(200, entries), evolve(FLOW, requirements=requirements))
    assert ("refused", "no_available_factor") == (outcome.event, outcome.error)


def test_an_empty_list_is_a_choice_of_what_to_set_up():
    """Nothing enrolled yet is no dead end."""
    assert ("listed", {"authenticators": ()}) == (listed(reply(200, [])).event, listed(reply(200, [])).changes)


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (401, "invalid_grant", "mfa_token_invalid"),
        (401, "expired_token", "expired"),
        (401, "unauthorized", "mfa_token_invalid"),
    ],
)
def test_a_list_that_is_refused_is_the_end_of_the_token(status, error, told):
    """One has to log in again."""
    outcome = listed(refusal(status, error))
    assert ("token_expired", told) == (outcome.event, outcome.error)


def test_a_list_that_is_none_is_unexpected():
    """An object is no list."""
    with pytest.raises(UnexpectedReply):
        listed(reply(200, {"authenticators": []}))
