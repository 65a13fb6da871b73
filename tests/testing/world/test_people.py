"""People and what they own, without any wire."""

from typing import Any

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.world.factors import SMS
from mfa_flow.testing.world.people import User, is_phone
from mfa_flow.testing.world.totp import code_of, step_at

NOW = 1_726_830_015.0


@pytest.fixture
def ada(tenant: Tenant) -> User:
    """Somebody without a factor."""
    return tenant.users["ada@example.com"]


def test_first_association_brings_a_recovery_code_and_the_second_does_not(ada: User) -> None:
    """The code comes once, even while nothing is confirmed."""
    first, second = ada.associate("otp"), ada.associate("sms", "+15551230000")
    assert (ada.recovery_code, None) == (first.recovery_code, second.recovery_code)
    assert ["totp", "recovery-code", "sms"] == [each.kind for each in ada.authenticators]


def test_nothing_is_active_before_it_is_proved(ada: User) -> None:
    """Associating enrols nobody."""
    ada.associate("otp")
    assert [False, False] == [each.active for each in ada.authenticators]
    assert not ada.enrolled


def test_confirming_wakes_the_recovery_code_too(ada: User) -> None:
    """The first proof makes both good, and leaves other pending entries alone."""
    first, _ = ada.associate("otp"), ada.associate("otp")
    ada.confirm(first.authenticator)
    assert [True, True, False] == [each.active for each in ada.authenticators]
    assert ada.enrolled


def test_verified_email_is_listed_last_and_enrols_nobody(ada: User) -> None:
    """A verified address is active by itself, but no factor."""
    ada.verify_email()
    ada.verify_email()
    ada.associate("otp")
    assert ["totp", "recovery-code", "email"] == [each.kind for each in ada.authenticators]
    assert [False, False, True] == [each.active for each in ada.authenticators]
    assert not ada.enrolled


def test_no_factor_no_secrets(ada: User) -> None:
    """Who has nothing has no secret and no recovery code."""
    assert (None, None, False) == (ada.otp_secret, ada.recovery_code, ada.verified)


def test_newest_app_gives_the_secret(ada: User) -> None:
    """With two apps, the newer one's secret is shown."""
    ada.associate("otp")
    assert ada.associate("otp").authenticator.secret == ada.otp_secret


@pytest.mark.parametrize(("distance", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_otp_window(ada: User, *, distance: int, right: bool) -> None:
    """The neighbouring half minutes are taken, those beyond are not."""
    app = ada.associate("otp").authenticator
    code = code_of(app.secret or "", step_at(NOW) + distance)
    assert (app if right else None) is ada.redeem_otp(code, NOW, 1)


def test_each_half_minute_works_once(ada: User) -> None:
    """A code that was taken is taken no more, however long its window is open; its neighbours still are."""
    app = ada.associate("otp").authenticator
    step = step_at(NOW)
    ahead = code_of(app.secret or "", step + 1)
    assert [True, False, False] == [app.redeem(ahead, NOW + wait, 1) for wait in (0, 0, 59)]
    assert app.redeem(code_of(app.secret or "", step + 2), NOW + 59, 1)


def test_the_app_whose_code_it_is(ada: User) -> None:
    """Of two pending apps the one whose code was typed is found, and only its step is spent."""
    old, new = ada.associate("otp").authenticator, ada.associate("otp").authenticator
    code = code_of(old.secret or "", step_at(NOW))
    assert old is ada.redeem_otp(code, NOW, 1)
    assert new is ada.redeem_otp(code_of(new.secret or "", step_at(NOW)), NOW, 1)


def test_seed_enrols_by_the_same_steps(tenant: Tenant) -> None:
    """A seeded user has what an enrolled one has, full buckets, and no message."""
    bob = tenant.users["bob@example.com"]
    assert ["totp", "recovery-code", "sms"] == [each.kind for each in bob.authenticators]
    assert bob.enrolled
    assert (10, 10) == (bob.failures.left(NOW), bob.purse(SMS).left(NOW))
    assert [] == tenant.inbox.messages()


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"email": "ADA@example.com"}, "already"),
        ({"email": "nobody"}, "an @"),
        ({"phone": "555"}, "written like"),
        ({"authenticators": ["sms"]}, "needs a phone"),
        ({"authenticators": ["carrier-pigeon"]}, "any of otp, sms"),
    ],
)
def test_refuses_people_who_cannot_be(tenant: Tenant, details: dict[str, Any], reason: str) -> None:
    """A seed that makes no sense is refused, and leaves nobody behind."""
    people = len(list(tenant.users))
    with pytest.raises(ValueError, match=reason):
        tenant.users.add(**{"email": "new@example.com", "password": "pw", **details})
    assert people == len(list(tenant.users))


def test_unknown_user_names_the_known(tenant: Tenant) -> None:
    """A slip in an address is quickly seen."""
    with pytest.raises(KeyError, match=r"there are ada@example\.com, bob"):
        tenant.users["eve@example.com"]


def test_addresses_have_no_case(tenant: Tenant) -> None:
    """Auth0 keeps addresses in lower case."""
    assert tenant.users["ada@example.com"] is tenant.users["Ada@Example.COM"]


@pytest.mark.parametrize("phone", ["+15551230000", "+491701234567", "+3531234567"])
def test_phones(phone: str) -> None:
    """A plus and digits is a phone number."""
    assert is_phone(phone)


@pytest.mark.parametrize(
    "phone",
    ["", "15551230000", "+1 555 123 0000", "+05551230000", "+1", "+1555123000012345", "+1555123000a", "+1555123000٣"],
)
def test_no_phones(phone: str) -> None:
    """Blanks, letters, foreign digits, a leading zero, too short, too long: none is E.164."""
    assert not is_phone(phone)


def test_repr_shows_no_secret(tenant: Tenant) -> None:
    """A failing assertion prints neither password nor phone, nor OTP secret, nor recovery code."""
    bob = tenant.users["bob@example.com"]
    shown = repr([bob, *bob.authenticators, bob.associate("otp")])
    hidden = ["'pw'", "+1555", *filter(None, (each.secret for each in bob.authenticators))]
    assert [] == [secret for secret in hidden if secret in shown]


def test_otp_gives_codes_not_yet_used(tenant: Tenant, clock: Clock) -> None:
    """The helper never gives a used code, and says what to do when all are used."""
    bob = tenant.users["bob@example.com"]
    for _ in range(3):
        assert bob.redeem_otp(tenant.otp("bob@example.com"), clock.now(), 1)
    with pytest.raises(LookupError, match="advance the clock by 30 s"):
        tenant.otp("bob@example.com")
    clock.advance(30)
    assert bob.redeem_otp(tenant.otp("bob@example.com"), clock.now(), 1)


def test_otp_needs_an_app(tenant: Tenant) -> None:
    """Without an authenticator app there is no code."""
    with pytest.raises(LookupError, match="associate one first"):
        tenant.otp("ada@example.com")
