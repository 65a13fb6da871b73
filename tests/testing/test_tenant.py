"""The tenant as a whole: paths, headers, seeds, resets, neighbours, and any garbage at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Call

from .conftest import START, Wire

PATHS = [
    "/oauth/token",
    "/mfa/associate",
    "/mfa/challenge",
    "/mfa/authenticators",
    "/elsewhere",
    "/mfa/authenticators/x",
    "/userinfo",
]
KINDS = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]


def walk(wire: Wire) -> list[object]:
    """Ada enrols a phone; everything that was said."""
    mfa_token = wire.login()
    added = wire.add_sms(mfa_token)
    code = wire.tenant.inbox.code("+15551230000")
    done = wire.oob(mfa_token, added.body["oob_code"], binding_code=code)
    return [mfa_token, added, code, done, wire.list(mfa_token)]


@pytest.mark.parametrize("path", PATHS[:4])
def test_rate_limit_headers_everywhere(wire: Wire, path: str) -> None:
    """Whole numbers, the reset in epoch seconds, on refusals too."""
    headers = wire.send("POST", path, b"a=b", content_type=KINDS[1]).headers
    limit, remaining, reset = (int(headers[f"x-ratelimit-{each}"]) for each in ("limit", "remaining", "reset"))
    assert (True, START + 1) == (0 < remaining < limit, reset)


def test_token_answers_are_not_to_be_stored(wire: Wire) -> None:
    """The token endpoint forbids caching, whatever it says; the others say nothing of it."""
    stored = [wire.send("POST", path).headers.get("cache-control") for path in PATHS[:3]]
    assert ["no-store", None, None] == stored
    assert "no-cache" == wire.send("POST", "/oauth/token").headers["pragma"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [("/oauth/tokn", "/oauth/token"), ("/mfa/authenticator", "/mfa/authenticators"), ("/", "/"), ("", "/")],
)
def test_an_unknown_path_names_the_nearest(wire: Wire, path: str, nearest: str) -> None:
    """404, in JSON, with a hint."""
    reply = wire.send("GET", path)
    body = json.loads(reply.body)
    assert (404, "not_found") == (reply.status, body["error"])
    assert f"The nearest thing served is {nearest}" in body["error_description"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/oauth/token", "POST"), ("POST", "/mfa/authenticators", "GET")]
)
def test_a_wrong_method_names_the_right_one(wire: Wire, method: str, path: str, allowed: str) -> None:
    """405, in JSON, with the header that belongs to it."""
    reply = wire.send(method, path)
    assert (405, allowed, "method_not_allowed") == (
        reply.status,
        reply.headers["allow"],
        json.loads(reply.body)["error"],
    )


def test_the_seed() -> None:
    """Two clients, and Ada, whose email is not verified and who has no factor."""
    tenant = Tenant()
    ada = tenant.users["ada@example.com"]
    assert ["demo-client", "demo-public"] == [each.id for each in tenant.clients]
    assert (False, [], True) == (ada.verified, ada.authenticators, ada.mfa)


def test_reset_is_back_to_the_seed(wire: Wire, clock: Clock) -> None:
    """People, clients, messages, log and buckets start over; the clock does not; held references stay good."""
    inbox, log = wire.tenant.inbox, wire.tenant.requests
    walk(wire)
    clock.advance(60)
    wire.tenant.clients.add("other")
    wire.tenant.reset()
    assert ["ada@example.com"] == [each.email for each in wire.tenant.users]
    assert [] == wire.tenant.users["ada@example.com"].authenticators
    assert ([], 0, None, START + 60) == (inbox.messages(), len(log), wire.tenant.clients.find("other"), clock.now())
    walk(wire)
    assert (1, 4) == (len(inbox.messages()), len(log))


def test_the_same_seed_replays() -> None:
    """Same seed, same clock, same walk: the same bytes. A reset starts the same sequence again."""
    one, other = (Wire(Tenant(clock=Clock(START), seed=3)) for _ in range(2))
    first = walk(one)
    one.tenant.reset()
    assert [first, first] == [walk(other), walk(one)]


def test_without_a_seed_nothing_repeats() -> None:
    """Two unseeded tenants share no secret."""
    one, other = (walk(Wire(Tenant(clock=Clock(START)))) for _ in range(2))
    assert one[0] != other[0]


def test_neighbours_share_nothing() -> None:
    """What happens in one tenant is not seen in another."""
    one, other = Wire(Tenant()), Wire(Tenant())
    walk(one)
    assert ([], 0, []) == (
        other.tenant.inbox.messages(),
        len(other.tenant.requests),
        other.tenant.users["ada@example.com"].authenticators,
    )


def test_a_client_is_added_once(tenant: Tenant) -> None:
    """A second one of the same name would be a slip."""
    with pytest.raises(ValueError, match="already"):
        tenant.clients.add("demo-client")


@pytest.mark.parametrize("knobs", [{"lockout_style": "x"}, {"client_auth_style": "x"}, {"no_such_knob": 1}])
def test_unknown_knobs_and_styles_are_refused(knobs: dict[str, object]) -> None:
    """A slip in a knob is not waved through."""
    with pytest.raises((ValueError, TypeError)):
        Tenant(**knobs)  # type: ignore[arg-type]


def test_a_whole_walk_without_waiting(wire: Wire) -> None:
    """Nothing depends on the wall clock."""
    assert 200 == walk(wire)[3].status  # type: ignore[attr-defined]


FUZZED = Wire(Tenant(clock=Clock(START), seed=1))
BEARER = FUZZED.login()
WORDS = st.sampled_from(
    ["grant_type", "client_id", "demo-public", "password", "mfa_token", "otp", "oob", "sms", "authenticator_types",
     "oob_channels", "challenge_type", "http://auth0.com/oauth/grant-type/mfa-oob", "oob_code", "authenticator_id",
     BEARER, "username", "ada@example.com", "recovery_code", "refresh_token", "http://auth0.com/oauth/grant-type/mfa-recovery-code", "client_assertion",
     "audience", "scope", "openid", "https://tenant.example/mfa/", "email", "auth0", "oob_channels", "realm", "http://auth0.com/oauth/grant-type/password-realm"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))


def check(call: Call) -> None:
    """It answers in JSON, and unless it is a success, with an error."""
    reply = FUZZED.tenant.answer(call)
    body = json.loads(reply.body)
    assert reply.status == 200 or (isinstance(body["error"], str) and 400 <= reply.status < 500)


@given(
    st.sampled_from(PATHS) | st.text(),
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(KINDS),
    st.sampled_from([f"Bearer {BEARER}", "Bearer x", "Basic ZGVtby1wdWJsaWM6"]) | st.text(),
    st.binary(),
)
def test_any_bytes(path: str, method: str, kind: str, authorization: str, body: bytes) -> None:
    """Whatever is sent to whatever path, the answer is a refusal in JSON and never an exception."""
    check(Call(method, path, {"content-type": kind, "authorization": authorization}, body))


@given(st.sampled_from(PATHS), st.dictionaries(WORDS, VALUES))
def test_any_json(path: str, fields: dict[str, object]) -> None:
    """Known names with any values, deep in the endpoints."""
    headers = {"content-type": "application/json", "authorization": f"Bearer {BEARER}"}
    check(Call("POST", path, headers, json.dumps(fields).encode()))
