"""The second factors of who is signed in, as a person sees them, and removes one."""

import re

import pytest
from person import named
from seat import CTRL_C, CTRL_D, DOWN, ENTER

from mfa_flow.kit.people import Accounts

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

BO = "bo@example.com"


def signed_in(sit, tenant, *arguments, **how):
    """Somebody with an app and a phone, at what is asked after the login."""
    Accounts(tenant)("otp", "sms", email=BO)
    seat = named(sit("authenticators", *arguments, to=None, **how), BO).sees("Cancel").types("1", ENTER)
    return seat.sees("Code:").says(tenant.otp(BO))


def test_a_table(sit, tenant):
    """At a terminal the list is a table."""
    seat = signed_in(sit, tenant)
    assert 0 == seat.ends()
    assert "ID Second factor" in seat.text
    rows = [line.split(maxsplit=1) for line in seat.lines if re.match(r"\S+\|\S+ ", line)]
    assert "authenticator app" == rows[0][1]
    assert 4 == len(rows)
    assert "text message (XXXXXXXX0001)" in seat.text
    assert '"id"' not in seat.text


def test_a_name_is_no_markup(sit, tenant, monkeypatch):
    """What a device is called stands there letter by letter, brackets too."""
    monkeypatch.setattr("mfa_flow.testing.wire.listing.DEVICE", "[/b] [red]phone")
    Accounts(tenant)("otp", "push", email=BO)
    seat = named(sit("authenticators", to=None), BO).sees("Cancel").types("1", ENTER).sees("Code:")
    assert 0 == seat.says(tenant.otp(BO)).ends()
    assert "([/b] [red]phone)" in seat.text


def test_one_is_chosen_and_removed(sit, tenant):
    """By arrow keys; who takes the first answer that is offered removes nothing."""
    seat = signed_in(sit, tenant, "remove").sees("You have:").sees("recovery code", 2)
    seat.types("3", ENTER).sees("Remove text message (XXXXXXXX0001)?").types(DOWN, ENTER)
    seat.sees("Removed: text message (XXXXXXXX0001)")
    assert 0 == seat.ends()
    assert not tenant.users[BO].of_kind("sms")


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize("keys", [("1", ENTER), (CTRL_C,), (CTRL_D,)], ids=repr)
def test_not_sure(sit, tenant, keys, term):
    """Nothing is removed, and that is said; the login is over, and is not given up."""
    seat = signed_in(sit, tenant, "remove", TERM=term).sees("You have:").types("3", ENTER).sees("Remove text message")
    assert 130 == seat.sees("2. Remove").types(*keys).ends()
    assert tenant.users[BO].of_kind("sms")
    assert "Nothing was removed." in seat.text
    assert "You cancelled this login." not in seat.text


def test_two_of_one_name(sit, tenant):
    """The second is numbered, in the choice and in the table."""
    Accounts(tenant)("otp", "push", email=BO).user.enroll("push")
    seat = named(sit("authenticators", to=None), BO).sees("Cancel").types("1", ENTER).sees("Code:")
    assert 0 == seat.says(tenant.otp(BO)).ends()
    assert 2 == seat.text.count("push notification (Simulated Phone) (2)")
