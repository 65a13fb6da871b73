"""private_key_jwt: what is accepted, and the many ways not to be."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from mfa_flow.testing import Clock, Tenant
from testing.conftest import Answer, Wire, json_call

KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ISSUER = "https://tenant.example/"
T4 = (401, {"error": "invalid_client", "error_description": "Client authentication failed"})


@pytest.fixture
def keyed(wide: Wire) -> Wire:
    """A tenant that knows a client by its key."""
    wide.tenant.clients.add("keyed", key=KEY.as_pem(private=False))
    wide.client = {"client_id": "keyed"}
    return wide


def assertion(alg: str = "RS256", key: Any = KEY, life: float = 60, age: float = 0, **changes: object) -> str:
    """A good one, with changes; None takes a claim out."""
    now = int(time.time())
    good = {
        "iss": "keyed",
        "sub": "keyed",
        "aud": ISSUER,
        "jti": f"{time.perf_counter_ns()}",
        "iat": now - age,
        "exp": now + life,
    }
    claims = {name: value for name, value in (good | changes).items() if value is not None}
    return jwt.encode({"alg": alg}, claims, key, algorithms=[alg])


def ask(wire: Wire, word: str, kind: str = TYPE, **fields: str) -> Answer:
    """A login by assertion."""
    person = {"username": "ada@example.com", "password": "correct-horse"}
    return wire.token("password", **person, client_assertion=word, client_assertion_type=kind, **fields)


@pytest.mark.parametrize("alg", ["RS256", "RS384", "PS256"])
def test_three_algorithms(keyed: Wire, alg: str) -> None:
    """All that Auth0 takes."""
    assert "mfa_required" == ask(keyed, assertion(alg)).body["error"]


@pytest.mark.parametrize(
    "changes", [{"aud": [ISSUER, "x"]}, {"life": 300}, {"iat": None, "life": 299}, {"jti": "j" * 64}]
)
def test_what_else_is_good(keyed: Wire, changes: dict[str, Any]) -> None:
    """An audience among others, five minutes, no beginning, a long id."""
    assert "mfa_required" == ask(keyed, assertion(**changes)).body["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"}, {"sub": "other"}, {"iss": None}, {"aud": ISSUER.rstrip("/")}, {"aud": None}, {"aud": ["x"]},
        {"aud": "https://evil.example/"}, {"life": 301}, {"life": 0}, {"life": -1}, {"exp": None}, {"exp": "soon"},
        {"exp": True}, {"iat": None, "life": 400}, {"age": -60}, {"iat": "x"}, {"jti": None}, {"jti": ""},
        {"jti": 1}, {"jti": "j" * 65}, {"key": OTHER}, {"alg": "RS512"}, {"alg": "PS384"}, {"alg": "HS256", "key": OctKey.generate_key(256)},
        {"more": "x" * 2048}, {"age": 400},
    ],
    ids="-".join,
)  # fmt: skip
def test_t4_what_is_not(keyed: Wire, changes: dict[str, Any]) -> None:
    """Each fault alone is enough."""
    assert T4 == ask(keyed, assertion(**changes))


ODD_CRIT = "eyJhbGciOiJSUzI1NiIsImNyaXQiOjV9.e30.AA"  # {"alg":"RS256","crit":5}


@pytest.mark.parametrize(
    "word",
    ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é.é.é", "eyJhbGciOiJSUzI1NiJ9.W10.eA", ODD_CRIT],
    ids=lambda _: "word",
)
def test_t4_what_is_no_token(keyed: Wire, word: str) -> None:
    """With the client's name beside it, and without."""
    assert T4 == ask(keyed, word)
    keyed.client = {}
    assert T4 == ask(keyed, word)


def test_t4_each_works_once(keyed: Wire) -> None:
    """The second use of one jti is a replay, also in another assertion; its end does not make it new."""
    word = assertion(jti="one")
    assert ["mfa_required", "invalid_client"] == [ask(keyed, word).body["error"] for _ in range(2)]
    assert T4 == ask(keyed, assertion(jti="one"))
    assert "mfa_required" == ask(keyed, assertion(jti="two")).body["error"]


def test_t4_a_refused_one_is_not_used_up(keyed: Wire) -> None:
    """Whoever forges an id does not spoil it."""
    ask(keyed, assertion(jti="one", key=OTHER))
    assert "mfa_required" == ask(keyed, assertion(jti="one")).body["error"]


def test_t4_another_type(keyed: Wire) -> None:
    """The type must be named, and right."""
    assert T4 == ask(keyed, assertion(), kind="urn:x")
    assert T4 == ask(keyed, assertion(), kind="")


def test_the_name_may_come_from_the_assertion(keyed: Wire) -> None:
    """And if it is sent beside it, must be the same."""
    keyed.client = {}
    assert "mfa_required" == ask(keyed, assertion()).body["error"]
    assert T4 == ask(keyed, assertion(), client_id="demo-client")
    assert T4 == ask(keyed, assertion(), client_id="demo-public")


def test_t3_a_key_is_the_only_proof(keyed: Wire) -> None:
    """Such a client is not public."""
    answer = keyed.token("password", username="ada@example.com", password="correct-horse", client_secret="x")
    assert (401, "access_denied") == (answer.status, answer.body["error"])
    answer = keyed.token("password", username="ada@example.com", password="correct-horse")
    assert (401, "access_denied") == (answer.status, answer.body["error"])


def test_at_the_challenge(keyed: Wire) -> None:
    """As a plain string in JSON."""
    mfa_token = ask(keyed, assertion()).body["mfa_token"]
    keyed.add_sms(mfa_token)
    keyed.tenant.users["ada@example.com"].enroll("otp")
    fields = {"mfa_token": mfa_token, "client_assertion": assertion(), "client_assertion_type": TYPE}
    assert (200, {"challenge_type": "otp"}) == keyed.answer(json_call("/mfa/challenge", fields))


def test_a_client_may_live_by_the_tenants_clock(keyed: Wire, clock: Clock) -> None:
    """Who is tested with a clock that was moved signs by that one."""
    clock.advance(10**8)
    now = clock.now()
    assert "mfa_required" == ask(keyed, assertion(iat=now, exp=now + 60)).body["error"]
    assert "mfa_required" == ask(keyed, assertion()).body["error"]
    assert T4 == ask(keyed, assertion(iat=now + 5, exp=now + 60))


def test_keys_as_pem_text_and_as_jwk() -> None:
    """However it was written down; what is no key is told at once."""
    tenant = Tenant()
    tenant.clients.add("text", key=KEY.as_pem(private=False).decode())
    tenant.clients.add("keyed", key=KEY.as_dict(private=False))  # type: ignore[arg-type]
    wire = Wire(tenant)
    wire.client = {}
    assert ["mfa_required"] * 2 == [
        ask(wire, assertion(iss=name, sub=name)).body["error"] for name in ("text", "keyed")
    ]
    with pytest.raises(ValueError, match="key"):
        tenant.clients.add("other", key="no key")


def test_t4_a_clock_that_stands_still_lets_nothing_be_used_again(
    keyed: Wire, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While an assertion is good by the tenant's clock, it is remembered, however late the wall's is."""
    word, late = assertion(iat=clock.now(), exp=clock.now() + 300), time.time() + 601
    assert "mfa_required" == ask(keyed, word).body["error"]
    monkeypatch.setattr(time, "time", lambda: late)
    assert T4 == ask(keyed, word)
