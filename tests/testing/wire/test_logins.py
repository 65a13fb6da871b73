"""Refreshing, and the refusals of the password step that are there when a knob or a user wants them."""

from collections.abc import Callable

import pytest
from attrs import evolve

from mfa_flow.testing import Clock, Tenant
from testing.conftest import MFA_API, Answer, Wire, form_call, has

CY = "cy@example.com"
T16 = (
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your "
    "preferred contact method with instructions on how to unblock it."
)
T17 = (
    "We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator."
)
T18 = (
    "This login attempt has been blocked because the password you're using was previously disclosed through a data "
    "breach (not in this application)."
)


def password(wire: Wire, word: str = "pw", email: str = CY, **fields: str) -> Answer:
    """The answer to a password."""
    return wire.token("password", username=email, password=word, **fields)


def refresh(wire: Wire, token: str, **fields: str) -> Answer:
    """The answer to a refresh token."""
    return wire.token("refresh_token", refresh_token=token, **fields)


def offline(wire: Wire, scope: str = "offline_access read:sample", **user: object) -> str:
    """A refresh token of somebody without a second factor."""
    has(wire, mfa=False, **user)
    return str(password(wire, scope=scope).body["refresh_token"])


def test_a_refresh_token_for_offline_access(wide: Wire) -> None:
    """After MFA as well; of the rotating kind."""
    has(wide, "otp")
    mfa_token = wide.login(CY, "pw", scope="offline_access")
    body = wide.otp(mfa_token, wide.tenant.otp(CY)).body
    assert ["access_token", "refresh_token", "scope", "expires_in", "token_type"] == list(body)
    assert body["refresh_token"].startswith("v1.M")


@pytest.mark.parametrize("fields", [{}, {"scope": "read:sample"}])
def test_none_unless_asked_for(wide: Wire, fields: dict[str, str]) -> None:
    """The scope decides."""
    has(wide, mfa=False)
    assert "refresh_token" not in password(wide, **fields).body


def test_none_for_a_client_that_may_not_refresh(wide: Wire) -> None:
    """Nor may it use one."""
    has(wide, mfa=False)
    wide.tenant.clients.add("narrow", grants=["password"])
    wide.client = {"client_id": "narrow"}
    assert "refresh_token" not in password(wide, scope="offline_access").body
    assert "unauthorized_client" == refresh(wide, "x").body["error"]


def test_refreshing_rotates(wide: Wire) -> None:
    """New tokens of the same scope; the old refresh token is used up."""
    old = offline(wide)
    body = refresh(wide, old).body
    assert ("offline_access read:sample", True) == (body["scope"], body["refresh_token"] != old)
    assert "Unknown or invalid refresh token." == refresh(wide, old).body["error_description"]
    assert 200 == refresh(wide, body["refresh_token"]).status


def test_refreshing_need_not_rotate(clock: Clock) -> None:
    """With the knob off the refresh token stays as it is, and no other comes."""
    wire = Wire(Tenant(clock=clock, refresh_rotation=False))
    token = offline(wire)
    answers = [refresh(wire, token) for _ in range(2)]
    assert [200, 200] == [each.status for each in answers]
    assert ["access_token", "scope", "expires_in", "token_type"] == list(answers[0].body)


def test_refreshing_for_less(wide: Wire) -> None:
    """Fewer scopes once, never more; the next refresh has all again."""
    body = refresh(wide, offline(wide), scope="read:sample sing").body
    assert "read:sample" == body["scope"]
    assert "offline_access read:sample" == refresh(wide, body["refresh_token"]).body["scope"]


def test_t19_unknown_or_another_clients(wide: Wire) -> None:
    """The other client's try does not use it up."""
    token = offline(wide)
    expected = (403, {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."})
    assert expected == refresh(wide, "v1.Mx")
    wide.client = {"client_id": "demo-public"}
    assert expected == refresh(wide, token)
    wide.client = {"client_id": "demo-client", "client_secret": "demo-secret"}
    assert 200 == refresh(wide, token).status


def test_t19b_the_user_is_gone(wide: Wire) -> None:
    """Removed since."""
    token = offline(wide)
    wide.tenant.users.remove(CY)
    text = "The refresh_token was generated for a user who doesn't exist anymore."
    assert (403, {"error": "invalid_grant", "error_description": text}) == refresh(wide, token)


def test_t9_it_must_be_sent(wide: Wire) -> None:
    """As any parameter."""
    assert "Missing required parameter: refresh_token" == wide.token("refresh_token").body["error_description"]


@pytest.mark.parametrize("whose", ["tenant", "user"])
def test_a_refresh_may_need_mfa(clock: Clock, whose: str) -> None:
    """T1; the proof gives a new refresh token, and the old one is still good for another try."""
    wire = Wire(Tenant(clock=clock, refresh_mfa=whose == "tenant"))
    has(wire, "otp", refresh_mfa=whose == "user")
    mfa_token = wire.login(CY, "pw", scope="offline_access")
    token = wire.otp(mfa_token, wire.tenant.otp(CY)).body["refresh_token"]
    answers = [refresh(wire, token) for _ in range(2)]
    assert [(403, "mfa_required")] * 2 == [(each.status, each.body["error"]) for each in answers]
    done = wire.otp(answers[0].body["mfa_token"], wire.tenant.otp(CY))
    assert (200, True) == (done.status, done.body["refresh_token"].startswith("v1.M"))


def test_a_refresh_that_needs_mfa_needs_all_of_it(wide: Wire) -> None:
    """What was proved at the login does not count again."""
    has(wide, "otp", "email", factors=2, refresh_mfa=True)

    def prove(mfa_token: str) -> Answer:
        mfa_token = wide.otp(mfa_token, wide.tenant.otp(CY)).body["mfa_token"]
        oob_code = wide.challenge(mfa_token, challenge_type="oob").body["oob_code"]
        return wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(CY))

    token = prove(wide.login(CY, "pw", scope="offline_access")).body["refresh_token"]
    assert 200 == prove(refresh(wide, token).body["mfa_token"]).status


def test_the_mfa_api_by_refreshing(wide: Wire) -> None:
    """Who logged in for it refreshes it; who did not proves a factor first."""
    has(wide, "otp", mfa=False)
    mfa_token = password(wide, scope="enroll offline_access", audience=MFA_API).body["mfa_token"]
    token = wide.otp(mfa_token, wide.tenant.otp(CY)).body["refresh_token"]
    again = refresh(wide, token)
    assert (600, 200) == (again.body["expires_in"], wide.add_otp(again.body["access_token"]).status)
    plain = password(wide, scope="offline_access").body["refresh_token"]
    assert "mfa_required" == refresh(wide, plain, audience=MFA_API, scope="enroll").body["error"]


def test_refreshing_away_from_the_mfa_api(wide: Wire) -> None:
    """Who got in without a factor, to add one, is asked for it where one is needed; who proved one is not."""
    token = password(wide, "correct-horse", "ada@example.com", audience=MFA_API, scope="offline_access")
    api = {"audience": "https://api.example/"}
    assert "mfa_required" == refresh(wide, token.body["refresh_token"], **api).body.get("error")
    has(wide, "otp")
    mfa_token = wide.login(CY, "pw", audience=MFA_API, scope="offline_access")
    token = wide.otp(mfa_token, wide.tenant.otp(CY))
    assert 200 == refresh(wide, token.body["refresh_token"], **api).status


def test_refreshing_under_another_name(wide: Wire) -> None:
    """Reached by another Host, the tenant gives what it gave before."""
    has(wide, mfa=False)
    scope = "read:authenticators offline_access"
    token = password(wide, audience=MFA_API, scope=scope).body["refresh_token"]
    fields = {"grant_type": "refresh_token", "refresh_token": token, **wide.client}
    call = form_call("/oauth/token", fields)
    body = wide.answer(evolve(call, headers={**call.headers, "Host": "127.0.0.1:1"})).body
    assert (600, 200) == (body["expires_in"], wide.list(body["access_token"]).status)


def blocked(wire: Wire) -> Answer:
    """With the right password."""
    has(wire, blocked=True)
    return password(wire)


def blocked_since(wire: Wire) -> Answer:
    """With a refresh token of better days."""
    token = offline(wire)
    wire.tenant.users[CY].blocked = True
    return refresh(wire, token)


def not_connected(wire: Wire) -> Answer:
    """A client without the directory."""
    wire.tenant.clients.add("apart", connection=False)
    wire.client = {"client_id": "apart"}
    return password(wire)


def leaked(wire: Wire) -> Answer:
    """A password that others know."""
    has(wire, leaked=True)
    return password(wire)


def unserved(wire: Wire) -> Answer:
    """An API that is none of the tenant's."""
    wire.tenant = Tenant(audiences=["https://api.example/"])
    return password(wire, "correct-horse", "ada@example.com", audience="https://other.example/")


@pytest.mark.parametrize(
    ("provoke", "status", "error", "text"),
    [
        (not_connected, 403, "unauthorized_client", "The connection is not enabled for this client"),
        (blocked, 403, "unauthorized", "user is blocked"),
        (blocked_since, 403, "unauthorized", "user is blocked"),
        (unserved, 403, "access_denied", "Service not found: https://other.example/"),
        (leaked, 401, "password_leaked", T18),
    ],
    ids=["T13", "T14", "T14-refresh", "T15", "T18"],
)
def test_row(wide: Wire, provoke: Callable[[Wire], Answer], status: int, error: str, text: str) -> None:
    """Status, code and text are the row's."""
    assert (status, {"error": error, "error_description": text}) == provoke(wide)


def test_t15_knows_its_own(clock: Clock) -> None:
    """Those listed, the MFA API, and none at all."""
    wire = Wire(Tenant(clock=clock, audiences=["https://api.example/"]))
    has(wire, mfa=False)
    for audience in ({"audience": "https://api.example/"}, {"audience": MFA_API}, {}):
        assert 200 == password(wire, **audience).status


def test_a_wrong_password_tells_nothing(wide: Wire) -> None:
    """T2 before T14 and T18: who does not know the password learns nothing of the user."""
    has(wide, blocked=True, leaked=True)
    assert "Wrong email or password." == password(wide, "x").body["error_description"]


def test_t16_too_many_wrong_passwords(clock: Clock) -> None:
    """The third of three is judged, the fourth is not; time does not help, unblocking does; others are free."""
    wire = Wire(Tenant(clock=clock, brute_force_protection=3))
    user = has(wire)
    errors = [password(wire, "x").body["error"] for _ in range(4)]
    assert ["invalid_grant"] * 3 + ["too_many_attempts"] == errors
    clock.advance(10**6)
    assert (429, {"error": "too_many_attempts", "error_description": T16}) == password(wire)
    assert "mfa_required" == password(wire, "correct-horse", "ada@example.com").body["error"]
    user.wrong_passwords = 0
    assert "mfa_required" == password(wire).body["error"]


def test_t16_a_right_password_starts_anew(clock: Clock) -> None:
    """Consecutive ones count."""
    wire = Wire(Tenant(clock=clock, brute_force_protection=3))
    has(wire)
    errors = [password(wire, each).body["error"] for each in ("x", "x", "pw", "x", "x", "pw")]
    assert ["invalid_grant", "invalid_grant", "mfa_required"] * 2 == errors


def test_t17_from_one_address(clock: Clock) -> None:
    """Whoever is tried; one is forgiven every minute; other addresses are free."""
    wire = Wire(Tenant(clock=clock, suspicious_logins=2))
    errors = [password(wire, "x", f"{name}@example.com").body["error"] for name in "abc"]
    assert ["invalid_grant", "invalid_grant", "too_many_attempts"] == errors
    answer = password(wire, "correct-horse", "ada@example.com")
    assert (429, {"error": "too_many_attempts", "error_description": T17}) == answer
    clock.advance(59)
    assert 429 == password(wire, "correct-horse", "ada@example.com").status
    clock.advance(1)
    assert "mfa_required" == password(wire, "correct-horse", "ada@example.com").body["error"]


@pytest.mark.parametrize(
    ("client_id", "status"), [("trusted", 403), ("demo-client", 429), ("trusted-public", 429), ("demo-public", 429)]
)
def test_a_trusted_client_may_speak_for_an_address(clock: Clock, client_id: str, status: int) -> None:
    """Only one that has a secret, and is trusted."""
    wire = Wire(Tenant(clock=clock, suspicious_logins=1))
    wire.tenant.clients.add("trusted", "demo-secret", trusted=True)
    wire.tenant.clients.add("trusted-public", trusted=True)
    password(wire, "x")
    body = (
        f"grant_type=password&client_id={client_id}&client_secret=demo-secret"
        "&username=ada%40example.com&password=correct-horse"
    )
    headers = {"content_type": "application/x-www-form-urlencoded", "auth0_forwarded_for": "192.0.2.1"}
    assert status == wire.send("POST", "/oauth/token", body.encode(), **headers).status


def test_nobody_counts_unless_told(wide: Wire) -> None:
    """By default wrong passwords are just wrong."""
    has(wide)
    assert {"invalid_grant"} == {password(wide, "x").body["error"] for _ in range(50)}


@pytest.mark.parametrize("name", ["scope", "audience", "nonce"])
def test_what_is_kept_is_not_endless(wide: Wire, name: str) -> None:
    """Two thousand characters are enough."""
    has(wide, mfa=False)
    assert 200 == password(wide, **{name: "x" * 2000}).status
    answer = password(wide, **{name: "x" * 2001})
    assert (400, f"{name} is longer than 2000 characters.") == (answer.status, answer.body["error_description"])
