"""When more is asked for than one factor, and which."""

from typing import Any

import pytest

from mfa_flow.testing import Clock, Tenant
from testing.conftest import GRANT, PHONE, Answer, Wire, has

CY = "cy@example.com"
LIST = ("otp", "phone", "push-notification", "email", "recovery-code")


def demanding(clock: Clock, **requirements: list[str]) -> Wire:
    """A client of a tenant with requirements."""
    return Wire(Tenant(clock=clock, seed=7, requirements=requirements))


def password(wire: Wire, email: str = CY) -> Answer:
    """The answer to a password."""
    return wire.token("password", username=email, password="correct-horse" if "ada" in email else "pw")


def types(answer: Answer, name: str) -> list[str]:
    """One list of the requirements."""
    return [each["type"] for each in answer.body["mfa_requirements"].get(name, [])]


def prove_sms(wire: Wire, mfa_token: str) -> Answer:
    """By a message."""
    phone = wire.tenant.users[CY].of_kind("sms")[0].id
    oob_code = wire.challenge(mfa_token, authenticator_id=phone).body["oob_code"]
    return wire.oob(mfa_token, oob_code, binding_code=wire.tenant.inbox.code(PHONE))


def test_m17_a_second_factor_is_asked_for_with_a_new_token(wide: Wire) -> None:
    """T1's body again; the new token goes on, and the scope is the first one's."""
    has(wide, "otp", "sms", factors=2)
    first = wide.login(CY, "pw", scope="read:sample")
    answer = wide.otp(first, wide.tenant.otp(CY))
    assert (403, ["error", "error_description", "mfa_token"]) == (answer.status, list(answer.body))
    assert ("mfa_required", "Multifactor authentication required") == (
        answer.body["error"],
        answer.body["error_description"],
    )
    assert first != answer.body["mfa_token"]
    done = prove_sms(wide, answer.body["mfa_token"])
    assert (200, "read:sample") == (done.status, done.body["scope"])


def test_m17_the_same_factor_twice_is_one(wide: Wire) -> None:
    """It has to be another; a phone that rings is the same phone."""
    has(wide, "sms", "otp", factors=2)
    answer = prove_sms(wide, wide.login(CY, "pw"))
    ring = wide.tenant.users[CY].of_kind("voice")[0].id
    oob_code = wide.challenge(answer.body["mfa_token"], authenticator_id=ring).body["oob_code"]
    code = wide.tenant.inbox.code(PHONE)
    again = wide.oob(answer.body["mfa_token"], oob_code, binding_code=code)
    assert (403, "mfa_required") == (again.status, again.body["error"])
    assert 200 == wide.otp(again.body["mfa_token"], wide.tenant.otp(CY)).status


def test_m17_the_old_token_is_a_beginners(wide: Wire) -> None:
    """What was proved is in the new one only."""
    has(wide, "sms", "otp", factors=2)
    old = wide.login(CY, "pw")
    wide.otp(old, wide.tenant.otp(CY))
    assert "mfa_required" == prove_sms(wide, old).body["error"]


def test_m17_a_new_token_is_a_new_session(wide: Wire) -> None:
    """M13: what was sent before belongs to the old one."""
    has(wide, "sms", "otp", factors=2)
    old = wide.login(CY, "pw")
    oob_code = wide.challenge(old, challenge_type="oob").body["oob_code"]
    new = wide.otp(old, wide.tenant.otp(CY)).body["mfa_token"]
    answer = wide.oob(new, oob_code, binding_code=wide.tenant.inbox.code(PHONE))
    assert "The oob_code doesn't match the mfa_token" == answer.body["error_description"]


def test_m17_by_a_recovery_code(wide: Wire) -> None:
    """It counts as one, and its replacement comes with the tokens."""
    user = has(wide, "otp", factors=2)
    answer = wide.recover(wide.login(CY, "pw"), user.recovery_code or "")
    assert (403, False) == (answer.status, "recovery_code" in answer.body)
    done = wide.otp(answer.body["mfa_token"], wide.tenant.otp(CY))
    assert (200, user.recovery_code) == (done.status, done.body["recovery_code"])


def test_m17_the_missing_link_may_be_made(wide: Wire) -> None:
    """Who has only one factor may add the next; whoever has another to prove may not."""
    has(wide, "otp", factors=2)
    mfa_token = wide.login(CY, "pw")
    assert 403 == wide.add(mfa_token, "sms", phone_number=PHONE).status
    mfa_token = wide.otp(mfa_token, wide.tenant.otp(CY)).body["mfa_token"]
    oob_code = wide.add(mfa_token, "sms", phone_number=PHONE).body["oob_code"]
    assert 200 == wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(PHONE)).status
    second = wide.otp(wide.login(CY, "pw"), wide.tenant.otp(CY)).body["mfa_token"]
    assert "User is already enrolled." == wide.add(second, "email").body["error_description"]


def test_without_requirements_nothing_is_said_of_them(wide: Wire) -> None:
    """Neither in the refusal nor in the list."""
    has(wide, "otp")
    answer = password(wide)
    assert "mfa_requirements" not in answer.body
    assert "type" not in wide.list(answer.body["mfa_token"]).body[0]


def test_challenge_names_what_the_user_has(clock: Clock) -> None:
    """In the configured order, after the token, byte for byte; the list has its types."""
    wire = demanding(clock, challenge=list(LIST))
    has(wire, "sms", "push")
    answer = password(wire)
    assert ["error", "error_description", "mfa_token", "mfa_requirements"] == list(answer.body)
    wanted = [{"type": each} for each in ("otp", "phone", "push-notification", "recovery-code")]
    assert {"challenge": wanted} == answer.body["mfa_requirements"]
    listed = wire.list(answer.body["mfa_token"]).body
    assert ["phone", "phone", "recovery-code", "push-notification", "otp"] == [each["type"] for each in listed]
    assert "type" == list(listed[0])[-1]


def test_enroll_names_what_the_user_lacks(clock: Clock) -> None:
    """What is held, or off on the tenant, is left out."""
    wire = Wire(Tenant(clock=clock, factors=["otp", "sms"], requirements={"enroll": list(LIST)}))
    has(wire, "otp")
    assert (["phone"], []) == (types(password(wire), "enroll"), types(password(wire), "challenge"))
    assert ["otp", "phone"] == types(password(wire, "ada@example.com"), "enroll")


def test_both_and_unknown_types(clock: Clock) -> None:
    """Types that the tenant does not know are passed on, for a client to meet them."""
    wire = demanding(clock, challenge=["otp", "webauthn-roaming"], enroll=["phone", "carrier-pigeon"])
    has(wire, "otp")
    answer = password(wire)
    assert (["otp", "webauthn-roaming"], ["phone", "carrier-pigeon"]) == (
        types(answer, "challenge"),
        types(answer, "enroll"),
    )


def test_a_users_own_requirements_come_first(clock: Clock) -> None:
    """Before the tenant's, with the list's types."""
    wire = Wire(Tenant(clock=clock))
    has(wire, "otp", "sms", requirements={"challenge": ["phone"]})
    answer = password(wire)
    assert ["phone"] == types(answer, "challenge")
    assert "otp" == wire.list(answer.body["mfa_token"]).body[0]["type"]
    assert "mfa_requirements" not in password(wire, "ada@example.com").body


def test_nothing_remains(clock: Clock) -> None:
    """Requirements nobody can meet end the login: a contradiction is not sent."""
    wire = demanding(clock, challenge=["phone"])
    has(wire, "otp")
    assert (403, "access_denied") == ((answer := password(wire)).status, answer.body["error"])


def test_only_required_factors_are_challenged(clock: Clock) -> None:
    """C5, C6: others are passed over, and named in vain."""
    wire = demanding(clock, challenge=["phone"])
    user = has(wire, "otp", "sms")
    mfa_token = wire.login(CY, "pw")
    wire.challenge(mfa_token)
    assert ["sms"] == [each.channel for each in wire.tenant.inbox.messages()]
    named = wire.challenge(mfa_token, authenticator_id=user.of_kind("totp")[0].id)
    assert (401, "unsupported_challenge_type") == (named.status, named.body["error"])


def test_only_required_factors_are_proved(clock: Clock) -> None:
    """A right code of another factor is no proof, and is not used up."""
    wire = demanding(clock, challenge=["phone"])
    user = has(wire, "otp", "sms")
    mfa_token = wire.login(CY, "pw")
    for answer in (wire.otp(mfa_token, wire.tenant.otp(CY)), wire.recover(mfa_token, user.recovery_code or "")):
        assert "unsupported_challenge_type" == answer.body["error"]
    assert 200 == prove_sms(wire, mfa_token).status


def test_only_required_factors_are_associated(clock: Clock) -> None:
    """A7 for the others."""
    wire = demanding(clock, enroll=["phone"])
    mfa_token = wire.login()
    refused = wire.add_otp(mfa_token)
    assert (400, "unsupported_challenge_type") == (refused.status, refused.body["error"])
    oob_code = wire.add(mfa_token, "voice", phone_number=PHONE).body["oob_code"]
    assert 200 == wire.oob(mfa_token, oob_code, binding_code=wire.tenant.inbox.code(PHONE)).status


def test_who_has_to_enroll_may_though_enrolled(clock: Clock) -> None:
    """Row 17, for the listed types; with a challenge only, A7."""
    wire = demanding(clock, enroll=["phone"])
    has(wire, "otp")
    assert 200 == wire.add(wire.login(CY, "pw"), "sms", phone_number=PHONE).status
    wire = demanding(clock, challenge=["otp"])
    has(wire, "otp")
    assert "unsupported_challenge_type" == wire.add(wire.login(CY, "pw"), "sms", phone_number=PHONE).body["error"]


def test_a_chain_with_requirements_names_what_is_left(clock: Clock) -> None:
    """What was proved is not asked for again."""
    wire = demanding(clock, challenge=["otp", "phone"])
    has(wire, "otp", "sms", factors=2)
    answer = wire.otp(wire.login(CY, "pw"), wire.tenant.otp(CY))
    assert ["phone"] == types(answer, "challenge")


@pytest.mark.parametrize(
    ("knobs", "typed"),
    [({"list_type_field": True}, True), ({"list_type_field": False, "requirements": {"enroll": ["otp"]}}, False)],
)
def test_the_lists_type_is_a_knob_too(clock: Clock, knobs: dict[str, Any], *, typed: bool) -> None:
    """On or off, whatever the requirements."""
    wire = Wire(Tenant(clock=clock, **knobs))
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    assert typed == ("type" in wire.list(mfa_token).body[0])


def test_a_used_mfa_token_may_end(clock: Clock) -> None:
    """Row 14: by default it does not, with the knob it does, and a wrong code does not use it."""
    wire = Wire(Tenant(clock=clock, consume_on_success=True))
    has(wire, "otp")
    mfa_token = wire.login(CY, "pw")
    wire.token(f"{GRANT}mfa-otp", mfa_token=mfa_token, otp="000000")
    texts = [wire.otp(mfa_token, wire.tenant.otp(CY)).body.get("error_description") for _ in range(2)]
    assert [None, "Malformed mfa_token"] == texts


def test_pending_entries_may_end(clock: Clock) -> None:
    """Row 13: by default they stay, with the knob they go, but for the recovery code; what was proved stays."""
    wire = Wire(Tenant(clock=clock, pending_ttl=100))
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    clock.advance(99)
    assert 2 == len(wire.list(mfa_token).body)
    clock.advance(1)
    assert [("recovery-code", False)] == [
        (each["authenticator_type"], each["active"]) for each in wire.list(mfa_token).body
    ]
    wire.add_otp(mfa_token)
    wire.otp(mfa_token, wire.tenant.otp("ada@example.com"))
    clock.advance(101)
    assert ["recovery-code", "otp"] == [each["authenticator_type"] for each in wire.list(mfa_token).body]


@pytest.mark.parametrize(("knob", "status"), [("expired_status", 403), ("association_status", 403)])
def test_statuses_nobody_is_sure_of(clock: Clock, knob: str, status: int) -> None:
    """M7 and C3."""
    wire = Wire(Tenant(clock=clock, expired_status=403, association_status=403))
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    if knob == "expired_status":
        clock.advance(600)
    assert status == wire.challenge(mfa_token).status
