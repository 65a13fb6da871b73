"""The directory: what it takes of a person, and what it refuses at once."""

from typing import Any

import pytest

from mfa_flow.testing import Clock, Tenant

BO = "bo@example.com"


def test_requirements_are_types_however_written(tenant: Tenant) -> None:
    """Words, the wire's objects, a taught factor's type, and one that only Auth0 has."""
    tenant.teach("pigeon", type="bird")
    told: Any = {"challenge": ["otp", {"type": "phone"}], "enroll": ["bird", "webauthn-roaming"]}
    tenant.users.add(BO, "pw", requirements=told)
    assert {"challenge": ["otp", "phone"], "enroll": ["bird", "webauthn-roaming"]} == tenant.users[BO].requirements
    assert None is tenant.users.change(BO, requirements=None).requirements


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"requirements": {"challenge": ["sms"]}}, "challenge: 'sms' is no type; did you mean phone?"),
        ({"requirements": {"enroll": ["push"]}}, "did you mean push-notification?"),
        ({"requirements": {"enroll": ["auth0"]}}, "did you mean push-notification?"),
        ({"requirements": {"enroll": ["emial"]}}, "did you mean email?"),
        ({"requirements": {"enrol": ["otp"]}}, "did you mean enroll?"),
        ({"requirements": {"enroll": [1]}}, "enroll is a list of strings"),
        ({"requirements": ["otp"]}, "requirements are written like"),
        ({"verified": "yes"}, "verified is True or False: not 'yes'"),
        ({"factors": True}, "factors is a whole number: not True"),
        ({"phone": 1}, "phone is a string or None"),
        ({"leakt": True}, "leak"),
    ],
)
def test_slips_are_told_at_once(tenant: Tenant, given: dict[str, Any], said: str) -> None:
    """By ``add`` and by ``change``, and nobody is added or changed."""
    with pytest.raises((ValueError, TypeError)) as added:
        tenant.users.add(BO, "pw", **given)
    with pytest.raises((ValueError, TypeError)) as changed:
        tenant.users.change("ada@example.com", blocked=True, **given)
    assert (True, True, False) == (said in str(added.value), said in str(changed.value), BO in tenant.users)
    assert not tenant.users["ada@example.com"].blocked


def test_each_authenticator_is_asked_for_once(tenant: Tenant) -> None:
    """Two of a kind are a slip, and so is a word for a list of words."""
    with pytest.raises(ValueError, match="authenticators has otp twice"):
        tenant.users.add(BO, "pw", authenticators=["otp", "otp"])
    with pytest.raises(TypeError, match="a list of strings"):
        tenant.users.add(BO, "pw", authenticators="otp")
    assert BO not in tenant.users


def test_a_verified_email_that_was_enrolled_is_there_once(tenant: Tenant) -> None:
    """As the one that was enrolled; removed, the verified address is left."""
    user = tenant.users.add(BO, "pw", verified=True, authenticators=["email"])
    assert (["email", "recovery-code"], True) == ([each.kind for each in user.authenticators], user.enrolled)
    user.remove(user.authenticators[0])
    assert (["recovery-code", "email"], True) == ([each.kind for each in user.authenticators], user.verified)


def test_a_recovery_code_outlives_what_it_came_with(clock: Clock) -> None:
    """Pending until a factor is confirmed: nobody is given a second one."""
    user = Tenant(clock=clock, pending_ttl=60).users["ada@example.com"]
    user.associate("otp")
    clock.advance(61)
    assert [("recovery-code", False)] == [(each.kind, each.active) for each in user.authenticators]
    user.confirm(user.associate("otp").authenticator)
    assert [("recovery-code", True), ("totp", True)] == [(each.kind, each.active) for each in user.authenticators]
