"""Challenging an authenticator, chosen by the client or by the tenant."""

import json

import pytest

from mfa_flow.testing import Clock
from mfa_flow.testing.world.people import User
from testing.conftest import PHONE, Wire, form_call, has, json_call

BOB = "bob@example.com"


@pytest.fixture
def bob(wire: Wire) -> User:
    """He has an app and a phone."""
    return wire.tenant.users[BOB]


@pytest.fixture
def mfa_token(wire: Wire) -> str:
    """Bob's."""
    return wire.login(BOB, "pw")


def test_otp_golden_body(wire: Wire, mfa_token: str) -> None:
    """G4: 24 bytes, and nothing is sent."""
    fields = {**wire.client, "mfa_token": mfa_token, "challenge_type": "otp"}
    reply = wire.tenant.answer(json_call("/mfa/challenge", fields))
    assert (200, b'{"challenge_type":"otp"}') == (reply.status, reply.body)
    assert "application/json; charset=utf-8" == reply.headers["content-type"]
    assert [] == wire.tenant.inbox.messages()


def test_sms_body_in_form_and_json(wire: Wire, mfa_token: str) -> None:
    """The documented body, whichever way the question was written; each question sends a code."""
    fields = {**wire.client, "mfa_token": mfa_token, "challenge_type": "oob"}
    for call in (json_call("/mfa/challenge", fields), form_call("/mfa/challenge", fields)):
        reply = wire.tenant.answer(call)
        oob_code = json.loads(reply.body)["oob_code"]
        expected = f'{{"challenge_type":"oob","oob_code":"{oob_code}","binding_method":"prompt"}}'
        assert (200, expected.encode(), 620) == (reply.status, reply.body, len(oob_code))
    assert [PHONE, PHONE] == [each.to for each in wire.tenant.inbox.messages()]


@pytest.mark.parametrize(
    "asked", [{}, {"challenge_type": "oob otp"}, {"challenge_type": None}, {"challenge_type": " "}]
)
def test_left_to_choose_the_tenant_takes_the_app(wire: Wire, mfa_token: str, asked: dict[str, str | None]) -> None:
    """An app costs no message. Nothing asked for is anything."""
    assert {"challenge_type": "otp"} == wire.challenge(mfa_token, **asked).body


def test_the_named_authenticator_is_challenged(wire: Wire, bob: User, mfa_token: str) -> None:
    """An id decides, without a type too."""
    phone = bob.of_kind("sms")[0]
    answer = wire.challenge(mfa_token, authenticator_id=phone.id)
    code = wire.tenant.inbox.code(PHONE)
    assert 200 == wire.oob(mfa_token, answer.body["oob_code"], binding_code=code).status


def test_a_named_authenticator_must_fit_the_type(wire: Wire, bob: User, mfa_token: str) -> None:
    """An app cannot be challenged out of band."""
    answer = wire.challenge(mfa_token, authenticator_id=bob.of_kind("totp")[0].id, challenge_type="oob")
    assert (401, "unsupported_challenge_type") == (answer.status, answer.body["error"])
    assert "Supported type: otp." in answer.body["error_description"]


def test_somebody_elses_authenticator_is_unknown(wire: Wire, mfa_token: str) -> None:
    """Ids are looked up among one's own only, and nothing is sent."""
    eve = wire.tenant.users.add("eve@example.com", "pw", phone="+15559999999", authenticators=["sms"])
    answer = wire.challenge(mfa_token, authenticator_id=eve.of_kind("sms")[0].id)
    assert (400, "invalid_authenticator") == (answer.status, answer.body["error"])
    assert [] == wire.tenant.inbox.messages()


@pytest.mark.parametrize("kind", ["recovery-code", "totp"])
def test_recovery_codes_and_pending_entries_cannot_be_challenged(
    wire: Wire, bob: User, mfa_token: str, kind: str
) -> None:
    """A recovery code is just used, a pending entry just proved."""
    bob.associate("otp")
    answer = wire.challenge(mfa_token, authenticator_id=bob.of_kind(kind)[0].id)
    assert (400, "invalid_authenticator") == (answer.status, answer.body["error"])


def test_a_resend_leaves_the_earlier_code_good(wire: Wire, mfa_token: str) -> None:
    """Both codes work, each with its own oob_code."""
    first = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    first_code = wire.tenant.inbox.code(PHONE)
    second = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    second_code = wire.tenant.inbox.code(PHONE)
    assert 403 == wire.oob(mfa_token, first, binding_code=second_code).status
    assert [200, 200] == [
        wire.oob(mfa_token, each, binding_code=code).status
        for each, code in ((first, first_code), (second, second_code))
    ]


def test_the_eleventh_message_waits_an_hour(wire: Wire, clock: Clock) -> None:
    """Auth0: 10 SMS, one back every hour."""
    texts = [wire.challenge(wire.login(BOB, "pw"), challenge_type="oob").status for _ in range(11)]
    clock.advance(3600)
    assert [200] * 10 + [400, 200, 400] == [
        *texts, *(wire.challenge(wire.login(BOB, "pw"), challenge_type="oob").status for _ in range(2))
    ]  # fmt: skip


def test_a_public_client_may_challenge(wire: Wire) -> None:
    """It has no secret to send."""
    wire.client = {"client_id": "demo-public"}
    assert 200 == wire.challenge(wire.login(BOB, "pw")).status


def test_in_a_chain_the_tenant_takes_what_is_not_proved_yet(wide: Wire) -> None:
    """Left to choose, it does not ask for the app again."""
    has(wide, "otp", "sms", factors=2)
    mfa_token = wide.login("cy@example.com", "pw")
    mfa_token = wide.otp(mfa_token, wide.tenant.otp("cy@example.com")).body["mfa_token"]
    assert "oob" == wide.challenge(mfa_token).body["challenge_type"]
