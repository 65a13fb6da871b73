"""Push: a picture to scan, a question on the phone, and a client that asks until it is answered."""

import json
import re

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Reply

from .conftest import GRANT, Wire, form_call, has, json_call

ADA, CY = "ada@example.com", "cy@example.com"
G5 = b'{"error":"authorization_pending","error_description":"Authorization pending: please repeat the request in a few seconds."}'
G6 = b'{"error":"access_denied","error_description":"MFA Authorization rejected."}'


def asked(wire: Wire) -> tuple[str, str]:
    """Somebody's mfa_token, and the oob_code of a question on their phone."""
    if CY not in wire.tenant.users:
        has(wire, "push")
    mfa_token = wire.login(CY, "pw")
    return mfa_token, wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]


def poll(wire: Wire, mfa_token: str, oob_code: str) -> Reply:
    """One question to the tenant: has it been answered?"""
    fields = {"grant_type": f"{GRANT}mfa-oob", **wire.client, "mfa_token": mfa_token, "oob_code": oob_code}
    return wire.tenant.answer(form_call("/oauth/token", fields))


def test_associate_golden_body(wide: Wire) -> None:
    """G3: a picture that holds no secret, and no binding_method."""
    wide.tenant.users.add("user@example.com", "pw")
    mfa_token = wide.login("user@example.com", "pw")
    wide.add(mfa_token, "sms", phone_number="+15551230000")
    fields = {"authenticator_types": ["oob"], "oob_channels": ["auth0"]}
    reply = wide.tenant.answer(json_call("/mfa/associate", fields, mfa_token))
    body = json.loads(reply.body)
    found = re.search(r"enrollment_tx_id=([A-Za-z0-9]{32})&", body["barcode_uri"])
    assert found is not None
    expected = (
        '{"authenticator_type":"oob","barcode_uri":"otpauth://totp/My%20Test%20Tenant:user%40example.com?'
        f"enrollment_tx_id={found[1]}&base_url=https%3A%2F%2Fmy-test-tenant.guardian.us.auth0.com"
        f'","oob_channel":"auth0","oob_code":"{body["oob_code"]}"}}'
    )
    assert (200, expected.encode()) == (reply.status, reply.body)


def test_the_first_association_brings_a_recovery_code(wide: Wire) -> None:
    """Between the picture and the channel."""
    body = wide.add(wide.login(), "auth0").body
    assert ["authenticator_type", "barcode_uri", "recovery_codes", "oob_channel", "oob_code"] == list(body)


def test_approving_an_associated_push_stands_for_scanning(wide: Wire) -> None:
    """Pending, scanned, tokens; push, its app and the recovery code are active, and the push has a name."""
    mfa_token = wide.login()
    oob_code = wide.add(mfa_token, "auth0").body["oob_code"]
    assert (400, G5) == ((reply := poll(wide, mfa_token, oob_code)).status, reply.body)
    wide.tenant.push(wide.tenant.inbox.messages(ADA, "push")[0].id).approve()
    assert [False] * 3 == [each["active"] for each in wide.list(mfa_token).body]
    assert 200 == poll(wide, mfa_token, oob_code).status
    push, totp, recovery = wide.list(mfa_token).body
    assert [True] * 3 == [each["active"] for each in (push, totp, recovery)]
    assert ("auth0", "Simulated Phone", "otp") == (push["oob_channel"], push["name"], totp["authenticator_type"])


def test_challenge_golden_body(wide: Wire) -> None:
    """An oob_code and nothing to type in."""
    has(wide, "push")
    fields = {**wide.client, "mfa_token": wide.login(CY, "pw"), "challenge_type": "oob"}
    reply = wide.tenant.answer(json_call("/mfa/challenge", fields))
    oob_code = json.loads(reply.body)["oob_code"]
    assert (200, f'{{"challenge_type":"oob","oob_code":"{oob_code}"}}'.encode()) == (reply.status, reply.body)


def test_m4_pending_golden_body(wide: Wire) -> None:
    """G5: 122 bytes, as often as one asks."""
    mfa_token, oob_code = asked(wide)
    replies = [poll(wide, mfa_token, oob_code) for _ in range(3)]
    assert [(400, G5, 122)] * 3 == [(each.status, each.body, len(each.body)) for each in replies]


def test_m5_denied_golden_body(wide: Wire) -> None:
    """G6: 75 bytes, and it stays a no."""
    mfa_token, oob_code = asked(wide)
    wide.tenant.push(CY).deny()
    replies = [poll(wide, mfa_token, oob_code) for _ in range(2)]
    assert [(400, G6, 75)] * 2 == [(each.status, each.body, len(each.body)) for each in replies]


def test_m5_in_the_documents_style(clock: Clock) -> None:
    """A tenant may say invalid_grant, with the same text."""
    wire = Wire(Tenant(clock=clock, push_denied_style="invalid_grant"))
    mfa_token, oob_code = asked(wire)
    wire.tenant.push(CY).deny()
    assert G6.replace(b"access_denied", b"invalid_grant") == poll(wire, mfa_token, oob_code).body


def test_an_approval_counts_once(wide: Wire) -> None:
    """Tokens, and then its oob_code is none any more."""
    mfa_token, oob_code = asked(wide)
    wide.tenant.push(CY).approve()
    replies = [poll(wide, mfa_token, oob_code) for _ in range(2)]
    assert [200, 403] == [each.status for each in replies]
    assert "Malformed oob_code" in replies[1].body.decode()


def test_one_answer_is_for_one_question(wide: Wire) -> None:
    """Approving the second does not approve the first."""
    (mfa_token, first), (_, _) = asked(wide), asked(wide)
    wide.tenant.push(CY).approve()
    assert G5 == poll(wide, mfa_token, first).body


def test_another_login_cannot_use_the_answer(wide: Wire) -> None:
    """M13: the oob_code belongs to its session."""
    _, oob_code = asked(wide)
    wide.tenant.push(CY).approve()
    answer = wide.oob(wide.login(CY, "pw"), oob_code)
    assert "The oob_code doesn't match the mfa_token" == answer.body["error_description"]


@pytest.mark.parametrize(
    ("seconds", "status", "error"), [(299, 400, "authorization_pending"), (300, 401, "expired_token")]
)
def test_a_question_lasts_300_seconds(wide: Wire, clock: Clock, seconds: float, status: int, error: str) -> None:
    """M8: second 299 is pending, 300 is over."""
    mfa_token, oob_code = asked(wide)
    clock.advance(seconds)
    answer = wide.oob(mfa_token, oob_code)
    assert (status, error) == (answer.status, answer.body["error"])


def test_m6_the_thirteenth_poll_at_once_is_too_fast(wide: Wire, clock: Clock) -> None:
    """12 a minute: every five seconds is never too fast; Retry-After says so; an approval waits."""
    mfa_token, oob_code = asked(wide)
    wide.tenant.push(CY).approve()
    other_token, other_code = asked(wide)
    replies = [poll(wide, other_token, other_code) for _ in range(13)]
    assert [400] * 12 + [429] == [each.status for each in replies]
    assert ("slow_down", "5") == (json.loads(replies[-1].body)["error"], replies[-1].headers["retry-after"])
    clock.advance(4.9)
    assert 429 == poll(wide, other_token, other_code).status
    clock.advance(0.1)
    assert 400 == poll(wide, other_token, other_code).status
    assert 200 == poll(wide, mfa_token, oob_code).status


def test_every_five_seconds_is_never_too_fast(wide: Wire, clock: Clock) -> None:
    """Until the question is over."""
    mfa_token, oob_code = asked(wide)
    for _ in range(59):
        assert G5 == poll(wide, mfa_token, oob_code).body
        clock.advance(5)


def test_m6_with_another_status(clock: Clock) -> None:
    """Nobody has seen it: a knob."""
    wire = Wire(Tenant(clock=clock, slow_down_status=400))
    mfa_token, oob_code = asked(wire)
    replies = [poll(wire, mfa_token, oob_code) for _ in range(13)]
    assert (400, "slow_down") == (replies[-1].status, json.loads(replies[-1].body)["error"])


def test_a_binding_code_does_not_matter(wide: Wire) -> None:
    """Neither a right nor a wrong one: the phone decides, and no attempt is spent."""
    mfa_token, oob_code = asked(wide)
    assert "authorization_pending" == wide.oob(mfa_token, oob_code, binding_code="000000").body["error"]
    wide.tenant.push(CY).approve()
    assert 200 == wide.oob(mfa_token, oob_code, binding_code="000000").status
    assert 10 == wide.tenant.users[CY].failures.left(wide.tenant.clock.now())


def test_pushes_are_five_and_five_a_minute(wide: Wire, clock: Clock) -> None:
    """The sixth waits for twelve seconds. Associating sends nothing and spends none."""
    has(wide, "push")
    mfa_token = wide.login(CY, "pw")
    assert [200] * 5 + [400] == [wide.challenge(mfa_token, challenge_type="oob").status for _ in range(6)]
    clock.advance(11.9)
    assert 400 == wide.challenge(mfa_token, challenge_type="oob").status
    clock.advance(0.1)
    assert [200, 400] == [wide.challenge(mfa_token, challenge_type="oob").status for _ in range(2)]
    ada = wide.login()
    assert [200] * 6 == [wide.add(ada, "auth0").status for _ in range(6)]


def test_its_app_proves_when_the_push_does_not_come(wide: Wire) -> None:
    """Push brings an app that shows codes."""
    has(wide, "push")
    assert 200 == wide.otp(wide.login(CY, "pw"), wide.tenant.otp(CY)).status


def test_its_app_shows_nothing_before_the_scan(wide: Wire) -> None:
    """M14: an unscanned picture has no codes, and proves nothing."""
    mfa_token = wide.login()
    wide.add(mfa_token, "auth0")
    twin = wide.tenant.users[ADA].of_kind("totp")[0]
    code = twin.shows(twin.open_steps(wide.tenant.clock.now(), 0)[0])
    assert "unsupported_challenge_type" == wide.otp(mfa_token, code).body["error"]
    with pytest.raises(LookupError, match="no authenticator app"):
        wide.tenant.otp(ADA)


def test_a_denied_picture_confirms_nothing(wide: Wire) -> None:
    """Its entry stays pending."""
    mfa_token = wide.login()
    oob_code = wide.add(mfa_token, "auth0").body["oob_code"]
    wide.tenant.push(ADA).deny()
    assert 400 == poll(wide, mfa_token, oob_code).status
    assert not any(each["active"] for each in wide.list(mfa_token).body)
