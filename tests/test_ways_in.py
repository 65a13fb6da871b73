"""The ways into a flow, and the list that follows them."""

import pytest
from attrs import evolve
from replies import (
    ACCESS,
    APP,
    ENGINE,
    LOGIN,
    OTP_ENTRY,
    SEAL,
    SMS_ENTRY,
    jwt,
    mfa_required,
    refusal,
    reply,
    signed_in,
    tokens,
)

from mfa_flow import ways_in
from mfa_flow.errors import BadInput, Misconfigured, TenantBroken, UnexpectedReply
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Requirements, Tokens

API = {"audience": "https://someapi.com/api", "scope": "openid profile read:sample"}
BASIC = evolve(APP, client_auth="basic")
REJECTED = "refresh_token_rejected"
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
    tokens_kept = {"tokens": Tokens("an-access-token", "i", expires_in=86400), "recovery_code": None}
    assert tokens_kept == outcome.then.changes


@pytest.mark.parametrize("status", [403, 401])
def test_the_right_password_may_demand_a_second_factor(status):
    """T1: 403 as the guides say, or 401 as one description has it; what is not listed yet is not known."""
    answer = evolve(mfa_required(mfa_requirements={"enroll": [{"type": "otp"}]}), status=status)
    outcome = ways_in.login(APP, **LOGIN).read(answer)
    assert ("password_accepted", "mfa_demanded") == (outcome.event, outcome.then.event)
    assert {
        "mfa_token": SEAL,
        "access_token": None,
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


# Who comes with a refresh token.


def test_refresh_is_this_request():
    """A form of its grant, the token and the application; neither audience nor scope: the first grant fixed them."""
    call = ways_in.refresh(evolve(APP, **API), refresh_token="v1.M*a+b").call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    expected = b"grant_type=refresh_token&refresh_token=v1.M*a%2Bb&client_id=the-client&client_secret=the-secret"
    assert expected == call.body


def test_refresh_may_ask_for_an_audience_and_a_scope():
    """Where the verb was given them."""
    body = ways_in.refresh(APP, refresh_token="v1.M", **API).call.body
    assert body.endswith(b"&audience=https%3A%2F%2Fsomeapi.com%2Fapi&scope=openid+profile+read%3Asample")


@pytest.mark.parametrize("given", [None, "", "   ", 5, b"x", ["x"]])
def test_refresh_needs_a_token(given):
    """Nothing is sent without one."""
    with pytest.raises(BadInput, match=r"refresh_token.*nothing was sent"):
        ways_in.refresh(APP, refresh_token=given)


@pytest.mark.parametrize("name", ["audience", "scope"])
def test_refresh_sends_texts_only(name):
    """A number where a text belongs is refused by name."""
    with pytest.raises(BadInput, match=f"{name}.*nothing was sent"):
        ways_in.refresh(APP, refresh_token="v1.M", **{name: 5})


@pytest.mark.parametrize(
    ("answer", "events", "error"),
    [
        (tokens(), ["refresh_accepted", "tokens_issued"], None),
        (mfa_required(), ["refresh_accepted", "mfa_demanded"], None),
        (refusal(403, "invalid_grant", "Unknown or invalid refresh token."), ["refresh_rejected"], REJECTED),
        (refusal(429, "too_many_attempts", "Suspicious"), ["throttled"], "too_many_logins"),
        (refusal(403, "unauthorized", "user is blocked"), ["refused"], "blocked"),
    ],
)
def test_a_refresh_is_a_way_in(answer, events, error):
    """Tokens, a demand, or the password after all."""
    outcome = ways_in.refresh(APP, refresh_token="v1.M").read(answer)
    assert events == [one.event for one in (outcome, outcome.then) if one is not None]
    assert error == outcome.error


# Who manages factors.


def test_manage_takes_an_access_token():
    """Nothing is sent, and it is hidden."""
    step = ways_in.manage(access_token=ACCESS)
    outcome = step.read(Reply(0))
    assert (None, "signed_in", {"access_token": ACCESS}) == (step.call, outcome.event, outcome.changes)
    assert Secret is type(outcome.changes["access_token"])


@pytest.mark.parametrize("token", [None, "", 5, b"x", "a b", "a\n", "é", "\ud800"])
def test_manage_needs_a_token_that_can_be_sent(token):
    """Half a token, or a whole answer, is refused before anything is sent."""
    with pytest.raises(BadInput, match=r"access token for the MFA API.*nothing was sent"):
        ways_in.manage(access_token=token)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (SEAL, r"mfa_token: begin\("),
        ("v1.MjQ", r"refresh token: refresh\("),
        (jwt({"aud": "the-client", "nonce": "n"}), "another audience: log in with audience="),
        (jwt({"aud": ["https://api.example.com/", "https://x/userinfo"]}), "another audience: log in with audience="),
    ],
    ids=["an mfa_token", "a refresh token", "an id_token", "for another audience"],
)
def test_manage_refuses_another_token(token, told):
    """And says which verb takes it, or how to get the right one, without showing it."""
    with pytest.raises(BadInput, match=f"needs an access token for the MFA API.*{told}") as caught:
        ways_in.manage(access_token=token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("token", [ACCESS, "opaque", jwt({"scope": "enroll"})], ids=lambda token: token[:9])
def test_manage_takes_what_may_be_one(token):
    """Only what names another audience is known to be wrong."""
    assert token == ways_in.manage(access_token=token).read(Reply(0)).changes["access_token"]


AUDIENCES = ["https://example.eu.auth0.com/mfa/", "https://example.eu.auth0.com/mfa", ["a", "https://x/mfa/"]]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_begin_refuses_an_access_token_for_the_mfa_api(audience):
    """And says which verb takes it, without showing it."""
    with pytest.raises(BadInput, match="manage") as caught:
        ways_in.begin(mfa_token=jwt({"aud": audience}))
    assert "e30" not in str(caught.value)


@pytest.mark.parametrize("size", range(20))
def test_a_token_of_any_length_is_read(size):
    """How much padding its payload lacks makes no difference."""
    with pytest.raises(BadInput, match="manage"):
        ways_in.begin(mfa_token=jwt({"aud": "https://x/mfa/", "sub": "x" * size}))


def test_begin_refuses_a_refresh_token():
    """And says which verb takes it, without showing it."""
    with pytest.raises(BadInput, match=r"needs an mfa_token.*refresh\(") as caught:
        ways_in.begin(mfa_token="v1.MjQ")
    assert "MjQ" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"challenge": [{"type": "otp"}, {"type": "phone"}]}, Requirements(challenge=("otp", "phone"))),
        ({"enroll": [{"type": "otp", "new": 1}], "new": 1}, Requirements(enroll=("otp",))),
        ({"challenge": [], "enroll": None}, Requirements(challenge=())),
        ({"challenge_types": ["otp"]}, Requirements()),
        ({}, Requirements()),
    ],
)
def test_requirements_are_taken_as_the_wire_has_them(given, read):
    """What is unknown beside them is passed over; types to be chosen from are no requirement."""
    assert read == ways_in.required(given)


@pytest.mark.parametrize(
    "given",
    [
        {"error": "mfa_required", "mfa_token": SEAL, "mfa_requirements": {"challenge": [{"type": "otp"}]}},
        "otp",
        ["otp"],
        5,
        {"factors": ["otp"]},
        {"challenge": ["otp"]},
        {"challenge": "otp"},
        {"enroll": [{"kind": "otp"}]},
        {"challenge": [{"type": "otp"}], "enroll": [{"type": 5}]},
    ],
    ids=str,
)
def test_requirements_of_another_shape_are_refused(given):
    """Taken for no requirements they would offer what Auth0 then refuses; what is needed is shown."""
    with pytest.raises(BadInput, match=r'\{"challenge": \[\{"type": "otp"\}\]\}; nothing was sent') as caught:
        ways_in.required(given)
    assert SEAL not in str(caught.value)


@pytest.mark.parametrize(
    "token",
    [
        SEAL,
        "opaque",
        "a.b.c",
        "a.A.c",
        "e30.e30.e30",
        jwt({"aud": "https://api.example.com/"}),
        jwt({"aud": ["https://api.example.com/"]}),
        jwt({"aud": []}),
        jwt({"aud": None}),
        jwt({"aud": 5}),
        jwt({"aud": {"a": 1}}),
        jwt([]),
        jwt("aud"),
        jwt(5),
        "e30." + "W1tb" * 50_000 + ".sig",
    ],
    ids=lambda token: token[:30],
)
def test_begin_takes_whatever_else_may_be_an_mfa_token(token):
    """It is opaque: what cannot be read is fine."""
    assert token == ways_in.begin(mfa_token=token).read(Reply(0)).changes["mfa_token"]


def test_who_manages_factors_may_have_none():
    """An empty list is no dead end there; it is read with the access token."""
    step = ways_in.list_authenticators(signed_in(), {})
    assert {"Authorization": f"Bearer {ACCESS}"} == step.call.headers
    assert ("listed", {"authenticators": ()}) == (step.read(reply(200, [])).event, step.read(reply(200, [])).changes)


# Removing.

MANAGED = signed_in(OTP_ENTRY, {**SMS_ENTRY, "active": False})


def removed(answer, authenticator=OTP_ENTRY["id"]):
    """What the answer to a removal means."""
    return ways_in.remove(MANAGED, authenticator=authenticator).read(answer)


def test_remove_is_the_canonical_request():
    """Q15 of the contract: the pipe encoded, the access token as bearer, and no body."""
    call = ways_in.remove(MANAGED, authenticator=OTP_ENTRY["id"]).call
    assert ("DELETE", "/mfa/authenticators/totp%7Cdev_WzMZ2sZbUw1wbC2F", b"") == (call.method, call.path, call.body)
    assert {"Authorization": f"Bearer {ACCESS}"} == call.headers


def test_a_pending_one_can_be_removed():
    """It is on the list."""
    call = ways_in.remove(MANAGED, authenticator=SMS_ENTRY["id"]).call
    assert "/mfa/authenticators/sms%7Cdev_klnv5yshzzoosSUm" == call.path


def test_nothing_in_an_id_leaves_its_place_in_the_path():
    """Slashes, question marks and blanks are encoded, too."""
    flow = signed_in({"id": "../a b?c#d/%7C", "active": True})
    call = ways_in.remove(flow, authenticator="../a b?c#d/%7C").call
    assert "/mfa/authenticators/..%2Fa%20b%3Fc%23d%2F%257C" == call.path


@pytest.mark.parametrize("given", [None, "", 5, ["totp|dev_other"], "totp|dev_other"])
@pytest.mark.parametrize("flow", [MANAGED, Flow(id="f", access_token=ACCESS)])
def test_remove_takes_one_of_the_list(flow, given):
    """Nothing is sent for any other."""
    with pytest.raises(BadInput, match="nothing was sent"):
        ways_in.remove(flow, authenticator=given)


@pytest.mark.parametrize("answer", [Reply(204), Reply(200, {}, b"OK"), refusal(404, "not_found"), Reply(404)])
def test_what_is_gone_is_removed(answer):
    """L3: now or before, for a lost answer may have said so. The list is not known any more."""
    outcome = removed(answer)
    assert ("removed", None, {"authenticators": None}) == (outcome.event, outcome.error, outcome.changes)


@pytest.mark.parametrize(
    ("answer", "event", "told"),
    [
        (refusal(400, "invalid_request"), "unavailable", "not_removable"),
        (refusal(401, "invalid_grant", "The mfa_token provided is invalid."), "token_expired", "mfa_token_invalid"),
        (refusal(401, "expired_token", "mfa_token is expired"), "token_expired", "expired"),
    ],
)
def test_what_cannot_be_removed_says_why(answer, event, told):
    """A recovery code for instance, or a token whose time is over."""
    assert (event, told) == (removed(answer).event, removed(answer).error)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(403, "insufficient_scope"), Misconfigured),
        (refusal(403, "access_denied"), Misconfigured),
        (Reply(503), TenantBroken),
        (refusal(401, "brand_new"), UnexpectedReply),
        (Reply(405), UnexpectedReply),
    ],
)
def test_what_nobody_can_mend_by_choosing_is_an_exception(answer, kind):
    """A missing scope, an outage, a refusal without a code."""
    with pytest.raises(kind):
        removed(answer)


@pytest.mark.parametrize("step", [ways_in.login(BASIC, **LOGIN), ways_in.refresh(BASIC, refresh_token="v1.M")])
def test_http_basic_goes_into_the_header(step):
    """The body names the application, and holds no secret."""
    assert "Basic dGhlLWNsaWVudDp0aGUtc2VjcmV0" == step.call.headers["Authorization"]
    assert b"&client_id=the-client" in step.call.body
    assert b"the-secret" not in step.call.body


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"challenge": [{"type": "otp"}]}, Requirements(challenge=("otp",))),
        ({"enroll": [{"type": "otp"}, {"type": "phone"}]}, Requirements(enroll=("otp", "phone"))),
        ({"enroll": None, "challenge": [{"type": "email"}], "new": 1}, Requirements(challenge=("email",))),
    ],
)
def test_requirements_are_taken_as_they_are(given, expected):
    """Lists of types, whatever else is there."""
    assert expected == ways_in.required(given)


def test_the_older_spelling_is_known():
    """``challenge_types`` alone is taken for requirements, not for nonsense."""
    ways_in.required({"challenge_types": ["otp"]})


@pytest.mark.parametrize(
    "given",
    [
        [],
        "otp",
        None,
        {"x": 1},
        {"challenge": "otp"},
        {"challenge": ["otp"]},
        {"enroll": [{}]},
        {"enroll": [{"type": 1}]},
    ],
)
def test_what_is_no_requirements_is_refused(given):
    """The message shows what they look like."""
    told = r'^begin takes the mfa_requirements as they are: \{"challenge": \[\{"type": "otp"\}\]\}; nothing was sent$'
    with pytest.raises(BadInput, match=told):
        ways_in.required(given)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: ways_in.manage(access_token=SEAL), "manage needs an access token for the MFA API; this is an mfa_token: begin(mfa_token)"),
        (lambda: ways_in.manage(access_token="v1.x"), "manage needs an access token for the MFA API; this is a refresh token: refresh(it)"),
        (
            lambda: ways_in.manage(access_token=jwt({"aud": "https://a.example/"})),
            (
                "manage needs an access token for the MFA API; this one is for another audience: log in with "
                "audience='https://{domain}/mfa/' and scope='enroll read:authenticators remove:authenticators'"
            ),
        ),
        (lambda: ways_in.manage(access_token=""), "manage needs an access token for the MFA API, as it is; nothing was sent"),
        (lambda: ways_in.begin(mfa_token=jwt({"aud": "https://a.example/mfa/"})), "begin needs an mfa_token; this is an access token for the MFA API: manage(access_token)"),
        (lambda: ways_in.begin(mfa_token="v1.x"), "begin needs an mfa_token; this is a refresh token: refresh(refresh_token)"),
        (lambda: ways_in.begin(mfa_token=""), "begin needs the mfa_token of an mfa_required answer, as it is; nothing was sent"),
        (lambda: ways_in.login(APP, password="x"), "this needs a username that is a text and not empty; nothing was sent"),
        (lambda: ways_in.login(APP, username="x"), "this needs a password that is a text and not empty; nothing was sent"),
        (lambda: ways_in.login(APP, realm=" ", **LOGIN), "this needs a realm that is a text and not empty; nothing was sent"),
        (lambda: ways_in.refresh(APP), "this needs a refresh_token that is a text and not empty; nothing was sent"),
    ],
)  # fmt: skip
def test_the_wrong_thing_is_told_for_what_it_is(call, told):
    """Letter for letter: it is all that somebody gets who mixed up their tokens."""
    with pytest.raises(BadInput) as refused:
        call()
    assert told == refused.value.args[0]


@pytest.mark.parametrize(
    ("listed", "stay"),
    [
        ([{"id": "recovery-code|dev_x", "authenticator_type": "recovery-code", "active": False}], True),
        ([{"id": "recovery-code|dev_x", "authenticator_type": "recovery-code", "active": True}], False),
        ([], False),
    ],
)
def test_recovery_codes_stay_while_one_waits_for_a_proof(listed, stay):
    """One that is active was put to use elsewhere and may be asked for; one that is gone is good for nothing."""
    flow = evolve(signed_in(), recovery_codes=(Secret("ABC"),))
    changes = ways_in.list_authenticators(flow, {}).read(reply(200, listed)).changes
    assert stay is ("recovery_codes" not in changes)
    assert stay or () == changes["recovery_codes"]
