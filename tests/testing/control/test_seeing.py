"""What an onlooker sees of somebody."""

import pyotp

from mfa_flow.testing import Clock
from mfa_flow.testing.control.seeing import onlooked
from testing.conftest import START, Wire, has

CY = "cy@example.com"


def test_an_app_shows_its_code_and_the_next(clock: Clock, wide: Wire) -> None:
    """Each with the moment at which it ends; the clock of the tenant counts, not the wall's."""
    user = has(wide, "otp")
    clock.advance(10)
    app = next(each for each in onlooked(wide.tenant.world, user)["authenticators"] if each["kind"] == "totp")
    totp = pyotp.TOTP(user.otp_secret or "")
    expected = [{"code": totp.at(START + more), "until": START + more + 30} for more in (0, 30)]
    assert (expected, False) == (app["shows"], app["used"])


def test_a_used_code_is_told(wide: Wire) -> None:
    """Until the next half minute."""
    user = has(wide, "otp")
    wide.otp(wide.login(CY, "pw"), wide.tenant.otp(CY))
    assert [True] == [each["used"] for each in onlooked(wide.tenant.world, user)["authenticators"] if "used" in each]
    wide.tenant.clock.advance(30)
    assert [False] == [each["used"] for each in onlooked(wide.tenant.world, user)["authenticators"] if "used" in each]


def test_the_picture_says_what_associating_said(wide: Wire) -> None:
    """The same URI, to the letter; the app that comes with a push is scanned by either's picture."""
    said = wide.add_otp(wide.login("eve@example.com", "pw")).body["barcode_uri"]
    user = wide.tenant.users["eve@example.com"]
    assert [said] == [
        each["scan"]["uri"] for each in onlooked(wide.tenant.world, user)["authenticators"] if "scan" in each
    ]
    devices = onlooked(wide.tenant.world, has(wide, "push"))["authenticators"]
    scans = {each["kind"]: each["scan"] for each in devices if "scan" in each}
    assert {"push", "totp"} == scans.keys()
    assert scans["push"] == scans["totp"]


def test_a_pushs_app_shows_nothing_before_it_was_approved(wide: Wire) -> None:
    """Its code would not be taken."""
    wide.add(wide.login("eve@example.com", "pw"), "auth0")
    user = wide.tenant.users["eve@example.com"]
    assert [] == [each for each in onlooked(wide.tenant.world, user)["authenticators"] if "shows" in each]


def test_limits_are_buckets(wide: Wire) -> None:
    """How many at once, how often one more, and when it is full again."""
    user = has(wide, "sms")
    mfa_token = wide.login(CY, "pw")
    oob_code = wide.challenge(mfa_token).body["oob_code"]
    wide.oob(mfa_token, oob_code, binding_code="000000")
    assert {
        "code attempts": {"capacity": 10, "every": 360, "full_at": START + 360},
        "recovery code attempts": {"capacity": 10, "every": 360, "full_at": 0},
        "phone messages": {"capacity": 10, "every": 3600, "full_at": START + 3600},
    } == onlooked(wide.tenant.world, user)["limits"]
