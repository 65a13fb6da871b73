"""The recovery code: used once, replaced at once, with attempts of its own."""

import json

import pytest

from mfa_flow.testing import Clock, Tenant

from .conftest import GRANT, Wire, form_call

BOB = "bob@example.com"
TOO_MANY = "Too many failed codes. Wait for some minutes before retrying."


def code_of(wire: Wire) -> str:
    """Bob's."""
    return wire.tenant.users[BOB].recovery_code or ""


def test_the_answer_byte_for_byte(wire: Wire) -> None:
    """The replacement stands before the token's type."""
    mfa_token, used = wire.login(BOB, "pw", scope="read:sample"), code_of(wire)
    fields = {"grant_type": f"{GRANT}mfa-recovery-code", **wire.client, "mfa_token": mfa_token, "recovery_code": used}
    reply = wire.tenant.answer(form_call("/oauth/token", fields))
    access_token, new = json.loads(reply.body)["access_token"], code_of(wire)
    expected = (
        f'{{"access_token":"{access_token}","scope":"read:sample","expires_in":86400,'
        f'"recovery_code":"{new}","token_type":"Bearer"}}'
    )
    assert (200, expected.encode()) == (reply.status, reply.body)
    assert new != used


def test_the_used_code_is_dead_and_the_new_one_works(wire: Wire) -> None:
    """M3 for the old one."""
    mfa_token, used = wire.login(BOB, "pw"), code_of(wire)
    new = wire.recover(mfa_token, used).body["recovery_code"]
    assert [403, 200] == [wire.recover(mfa_token, each).status for each in (used, new)]


def test_its_entry_stays(wire: Wire) -> None:
    """The same id before and after."""
    mfa_token = wire.login(BOB, "pw")
    before = wire.list(mfa_token).body
    wire.recover(mfa_token, code_of(wire))
    assert before == wire.list(mfa_token).body


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: f"{code[:4]}-{code[4:]}", lambda code: code[:-1], lambda _: "x"]
)
def test_m3_a_wrong_code(wire: Wire, change: object) -> None:
    """Exactly the code: small letters and dashes are for clients to mend."""
    answer = wire.recover(wire.login(BOB, "pw"), change(code_of(wire)))  # type: ignore[operator]
    assert (403, {"error": "invalid_grant", "error_description": "MFA Authorization rejected."}) == answer


def test_m15_without_one(wire: Wire, clock: Clock) -> None:
    """Nothing enrolled, only pending, or a tenant that gives none."""
    expected = {"error": "unsupported_challenge_type", "error_description": "User does not have a recovery-code."}
    assert (403, expected) == wire.recover(wire.login(), "x")
    mfa_token = wire.login()
    [pending] = wire.add_otp(mfa_token).body["recovery_codes"]
    assert (403, expected) == wire.recover(mfa_token, pending)
    other = Wire(Tenant(clock=clock, recovery_codes_enabled=False))
    other.tenant.users.add(BOB, "pw", authenticators=["otp"])
    assert (403, expected) == other.recover(other.login(BOB, "pw"), "x")


def test_t9_it_must_be_sent(wire: Wire) -> None:
    """Before the mfa_token is looked at."""
    answer = wire.token(f"{GRANT}mfa-recovery-code", mfa_token="x")
    assert (400, "Missing required parameter: recovery_code") == (answer.status, answer.body["error_description"])


def test_the_tenth_attempt_is_judged_and_the_eleventh_is_not(wire: Wire, clock: Clock) -> None:
    """M16: ten, and one more every six minutes."""
    mfa_token = wire.login(BOB, "pw")
    texts = [wire.recover(mfa_token, "x").body["error_description"] for _ in range(11)]
    assert ["MFA Authorization rejected."] * 10 + [TOO_MANY] == texts
    clock.advance(359)
    assert TOO_MANY == wire.recover(mfa_token, code_of(wire)).body["error_description"]
    clock.advance(1)
    assert 200 == wire.recover(mfa_token, code_of(wire)).status


def test_its_attempts_are_its_own(wire: Wire) -> None:
    """Wrong recovery codes lock no app, and wrong app codes no recovery code."""
    mfa_token = wire.login(BOB, "pw")
    for _ in range(11):
        wire.recover(mfa_token, "x")
    assert 200 == wire.otp(mfa_token, wire.tenant.otp(BOB)).status
    wire.tenant.users.add("eve@example.com", "pw", authenticators=["otp"])
    eve = wire.login("eve@example.com", "pw")
    for _ in range(11):
        wire.otp(eve, "000000")
    assert 200 == wire.recover(eve, wire.tenant.users["eve@example.com"].recovery_code or "").status


def test_it_confirms_nothing(wire: Wire) -> None:
    """A pending app stays pending."""
    wire.tenant.users[BOB].associate("otp")
    mfa_token = wire.login(BOB, "pw")
    wire.recover(mfa_token, code_of(wire))
    assert [False] == [each["active"] for each in wire.list(mfa_token).body if not each["active"]]
