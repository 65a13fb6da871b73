"""The token endpoint: what gives tokens, and both sides of every limit."""

import base64
import json

import pytest

from mfa_flow.testing import Clock, Tenant
from testing.conftest import GRANT, PHONE, Wire, form_call

BOB = "bob@example.com"
TOO_MANY = "Too many failed codes. Wait for some minutes before retrying."


def test_a_user_without_mfa_gets_tokens_at_once(wire: Wire) -> None:
    """Key order and values are the recorded ones; the scope is left out as it was not asked for."""
    wire.tenant.users.add("eve@example.com", "pw", mfa=False)
    fields = {"grant_type": "password", "username": "eve@example.com", "password": "pw", **wire.client}
    reply = wire.tenant.answer(form_call("/oauth/token", fields))
    access_token = json.loads(reply.body)["access_token"]
    expected = f'{{"access_token":"{access_token}","expires_in":86400,"token_type":"Bearer"}}'
    assert (200, expected.encode()) == (reply.status, reply.body)


def test_the_scope_is_the_one_first_asked_for(wire: Wire) -> None:
    """What the proof's request says of a scope changes nothing."""
    mfa_token = wire.login(BOB, "pw", scope="openid profile read:sample")
    code = wire.tenant.otp(BOB)
    body = wire.token(f"{GRANT}mfa-otp", mfa_token=mfa_token, otp=code, scope="everything").body
    assert ["access_token", "id_token", "scope", "expires_in", "token_type"] == list(body)
    assert "openid profile read:sample" == body["scope"]


def test_the_scope_reaches_the_other_proof_too(wire: Wire) -> None:
    """A phone's tokens carry it as an app's do."""
    mfa_token = wire.login(scope="openid")
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    assert "openid" == wire.oob(mfa_token, oob_code, binding_code=wire.tenant.inbox.code(PHONE)).body["scope"]


def test_password_realm(wire: Wire) -> None:
    """The realm names the one directory, with or without a default."""
    wire.tenant = Tenant(default_directory=False)
    answer = wire.token(
        f"{GRANT}password-realm",
        realm="Username-Password-Authentication",
        username="ada@example.com",
        password="correct-horse",
    )
    assert "mfa_required" == answer.body["error"]


@pytest.mark.parametrize(
    "client",
    [
        {"client_id": "demo-client", "client_secret": "demo-secret"},
        {"client_id": "demo-public"},
        {"client_id": "demo-public", "client_secret": "whatever"},
    ],
)
def test_clients_by_body(wire: Wire, client: dict[str, str]) -> None:
    """A secret in the body, or a public client with nothing to prove."""
    wire.client = client
    assert wire.login()


def test_client_by_basic(wire: Wire) -> None:
    """Id and secret in the header, form-encoded as OAuth has it."""
    wire.tenant.clients.add("a b", "s:e/c")
    name = base64.b64encode(b"a+b:s%3Ae%2Fc").decode()
    body = b"grant_type=password&username=ada@example.com&password=correct-horse"
    kind = "application/x-www-form-urlencoded"
    reply = wire.send("POST", "/oauth/token", body, content_type=kind, authorization=f"Basic {name}")
    assert "mfa_required" == json.loads(reply.body)["error"]


@pytest.mark.parametrize("word", ["", "!!!", "ZGVtby1jbGllbnQ6eA==", "/////w=="])
def test_a_wrong_or_garbled_basic_is_refused(wire: Wire, word: str) -> None:
    """T3, whatever the body says."""
    body = b"grant_type=password&client_id=demo-public&username=ada@example.com&password=correct-horse"
    kind = "application/x-www-form-urlencoded"
    reply = wire.send("POST", "/oauth/token", body, content_type=kind, authorization=f"Basic {word}")
    assert (401, "access_denied") == (reply.status, json.loads(reply.body)["error"])


def test_a_bearer_on_the_token_endpoint_does_not_matter(wire: Wire) -> None:
    """Some samples send one; it is superfluous."""
    body = b"grant_type=password&client_id=demo-public&username=ada@example.com&password=correct-horse"
    kind = "application/x-www-form-urlencoded"
    reply = wire.send("POST", "/oauth/token", body, content_type=kind, authorization="Bearer x")
    assert 403 == reply.status


def test_enrolling_an_app(wire: Wire) -> None:
    """Password, associate, code: tokens, and the app is active."""
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    assert 200 == wire.otp(mfa_token, wire.tenant.otp("ada@example.com")).status
    assert [True, True] == [each["active"] for each in wire.list(mfa_token).body]


def test_enrolling_a_phone(wire: Wire) -> None:
    """Password, associate, message: tokens, and the phone is active."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    assert 200 == wire.oob(mfa_token, oob_code, binding_code=wire.tenant.inbox.code(PHONE)).status
    assert [True, True] == [each["active"] for each in wire.list(mfa_token).body]


def test_an_app_whose_other_entry_is_pending(wire: Wire) -> None:
    """Of two pending apps the one whose code was typed becomes active, and the other stays pending."""
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    code = wire.tenant.otp("ada@example.com")
    wire.add_otp(mfa_token)
    assert 200 == wire.otp(mfa_token, code).status
    assert [True, True, False] == [each["active"] for each in wire.list(mfa_token).body]


def test_wrong_code_then_right_code(wire: Wire) -> None:
    """The mfa_token outlives a slip."""
    mfa_token = wire.login(BOB, "pw")
    assert [403, 200] == [wire.otp(mfa_token, each).status for each in ("000000", wire.tenant.otp(BOB))]


def test_the_mfa_token_stays_usable_after_success(wire: Wire) -> None:
    """It is a seal: nobody notes that it was used."""
    mfa_token = wire.login(BOB, "pw")
    assert [200, 200] == [wire.otp(mfa_token, wire.tenant.otp(BOB)).status for _ in range(2)]


def test_an_otp_works_once(wire: Wire) -> None:
    """A replay in the same half minute is a wrong code."""
    mfa_token, code = wire.login(BOB, "pw"), wire.tenant.otp(BOB)
    assert [200, 403] == [wire.otp(mfa_token, code).status for _ in range(2)]


def test_a_message_code_works_once(wire: Wire) -> None:
    """A replay is a wrong code."""
    mfa_token = wire.login(BOB, "pw")
    oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    code = wire.tenant.inbox.code(PHONE)
    assert [200, 403] == [wire.oob(mfa_token, oob_code, binding_code=code).status for _ in range(2)]


def test_somebody_elses_otp_is_wrong(wire: Wire) -> None:
    """Each user's codes are their own."""
    wire.tenant.users.add("eve@example.com", "pw", authenticators=["otp"])
    code = wire.tenant.otp("eve@example.com")
    assert "Invalid otp_code." == wire.otp(wire.login(BOB, "pw"), code).body["error_description"]


def test_otp_knob_narrows_the_window(clock: Clock) -> None:
    """With a window of 0 only the present half minute's code is taken."""
    wire = Wire(Tenant(clock=clock, otp_window=0))
    wire.tenant.users.add(BOB, "pw", authenticators=["otp"])
    code, mfa_token = wire.tenant.otp(BOB), wire.login(BOB, "pw")
    clock.advance(30)
    assert 403 == wire.otp(mfa_token, code).status


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (299, 200), (300, 401), (301, 401)])
def test_a_message_code_lasts_300_seconds(wire: Wire, clock: Clock, seconds: float, status: int) -> None:
    """Second 299 is in time, 300 is not."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    code = wire.tenant.inbox.code(PHONE)
    clock.advance(seconds)
    assert status == wire.oob(mfa_token, oob_code, binding_code=code).status


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 401)])
def test_an_mfa_token_lasts_600_seconds(wire: Wire, clock: Clock, seconds: float, status: int) -> None:
    """Second 599 is in time, 600 is not."""
    mfa_token = wire.login(BOB, "pw")
    clock.advance(seconds)
    assert status == wire.otp(mfa_token, wire.tenant.otp(BOB)).status


def test_lifetimes_are_knobs(clock: Clock) -> None:
    """A tenant may be more hurried."""
    wire = Wire(Tenant(clock=clock, mfa_token_ttl=60, oob_ttl=10))
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    clock.advance(11)
    assert "oob_code is expired" == wire.oob(mfa_token, oob_code).body["error_description"]
    clock.advance(50)
    assert "mfa_token is expired" == wire.oob(mfa_token, oob_code).body["error_description"]


def test_the_tenth_attempt_is_judged_and_the_eleventh_is_not(wire: Wire, clock: Clock) -> None:
    """Auth0: 10 wrong codes, one more attempt every 6 minutes. A right code does not open a locked door."""
    mfa_token = wire.login(BOB, "pw")
    texts = [wire.otp(mfa_token, "000000").body["error_description"] for _ in range(11)]
    assert ["Invalid otp_code."] * 10 + [TOO_MANY] == texts
    clock.advance(359)
    assert TOO_MANY == wire.otp(mfa_token, wire.tenant.otp(BOB)).body["error_description"]
    clock.advance(1)
    assert "Invalid otp_code." == wire.otp(mfa_token, "000000").body["error_description"]
    assert TOO_MANY == wire.otp(mfa_token, wire.tenant.otp(BOB)).body["error_description"]


def test_the_tenth_attempt_may_be_right(wire: Wire) -> None:
    """Nine slips do not lock."""
    mfa_token = wire.login(BOB, "pw")
    for _ in range(9):
        wire.otp(mfa_token, "000000")
    assert 200 == wire.otp(mfa_token, wire.tenant.otp(BOB)).status


def test_success_does_not_give_attempts_back(wire: Wire, clock: Clock) -> None:
    """Only time refills the bucket, and a right code takes nothing out of it."""
    mfa_token = wire.login(BOB, "pw")
    for _ in range(9):
        wire.otp(mfa_token, "000000")
    assert [200, 403, 400] == [wire.otp(mfa_token, each).status for each in (wire.tenant.otp(BOB), "000000", "000000")]


def test_attempts_are_shared_by_factors_and_logins(wire: Wire) -> None:
    """One bucket a user: wrong message codes lock the app too, for every session."""
    mfa_token = wire.login(BOB, "pw")
    oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    for _ in range(10):
        wire.oob(mfa_token, oob_code, binding_code="wrong")
    assert TOO_MANY == wire.otp(wire.login(BOB, "pw"), wire.tenant.otp(BOB)).body["error_description"]


def test_the_eleventh_message_code_is_not_judged(wire: Wire) -> None:
    """Ten wrong message codes, and the right one is too late."""
    mfa_token = wire.login(BOB, "pw")
    oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    codes = ["wrong"] * 10 + [wire.tenant.inbox.code(PHONE)]
    texts = [wire.oob(mfa_token, oob_code, binding_code=code).body["error_description"] for code in codes]
    assert ["Invalid binding_code."] * 10 + [TOO_MANY] == texts


def test_other_users_are_not_locked(wire: Wire) -> None:
    """A bucket is one user's."""
    wire.tenant.users.add("eve@example.com", "pw", authenticators=["otp"])
    mfa_token = wire.login(BOB, "pw")
    for _ in range(11):
        wire.otp(mfa_token, "000000")
    assert 200 == wire.otp(wire.login("eve@example.com", "pw"), wire.tenant.otp("eve@example.com")).status


def test_a_deleted_world_knows_no_old_tokens(wire: Wire) -> None:
    """After a reset a token of before is no token."""
    unseeded = Wire(Tenant())
    mfa_token = unseeded.login()
    unseeded.tenant.reset()
    assert "Malformed mfa_token" == unseeded.otp(mfa_token, "000000").body["error_description"]


def test_a_token_for_a_user_who_is_gone(wire: Wire) -> None:
    """A seeded tenant's key survives the reset; its users do not."""
    mfa_token = wire.login(BOB, "pw")
    wire.tenant.reset()
    assert "Malformed mfa_token" == wire.otp(mfa_token, "000000").body["error_description"]


def test_another_tenants_token_is_malformed(wire: Wire) -> None:
    """Tenants share no key."""
    assert "Malformed mfa_token" == wire.otp(Wire(Tenant()).login(), "000000").body["error_description"]


def test_an_oob_code_is_no_mfa_token(wire: Wire) -> None:
    """The two kinds of seal cannot stand for each other."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    assert "Malformed mfa_token" == wire.oob(oob_code, oob_code).body["error_description"]
    assert "Malformed oob_code" == wire.oob(mfa_token, mfa_token).body["error_description"]
