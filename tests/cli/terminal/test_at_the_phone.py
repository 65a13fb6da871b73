"""What turns and counts while somebody answers elsewhere; and the ways out of it."""

import re
import sys
from functools import partial

import pytest
from person import chosen, named, saved
from seat import ENTER, mfa_flow
from test_giving_up import paused

from mfa_flow.kit.people import Accounts

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

BO = "bo@example.com"
# Auth0 wants five seconds between two polls; here a person is not kept waiting for so long.
HASTY = "import mfa_flow.factors.push as push; push.POLL_INTERVAL = 0.4; from mfa_flow.cli import main; main()"
hasty = partial(mfa_flow, program=[sys.executable, "-c", HASTY])


def turned(seat, times=3):
    """The signs that turned in the meantime, and the times that were left."""
    signs, left = set(), set()

    def seen():
        signs.update(set(seat.text) & set("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"))
        left.update(re.findall(r"\d:\d\d left", seat.text))
        return len(signs) >= times

    seat.until(seen, "turned")
    return left


def test_a_push_is_set_up_and_asked_for(sit, tenant, tokens):
    """Scanning the QR code is noticed by itself, and so is Yes on the phone."""
    seat = saved(chosen(sit("login", start=hasty), "push")).sees("Scan the QR code with the Guardian app.")
    assert turned(seat) <= {"5:00 left", *(f"4:5{second} left" for second in range(10))}
    tenant.push("ada@example.com").approve()
    assert 0 == seat.ends()
    assert "left" not in seat.text
    assert tokens()["access_token"]

    seat = named(sit("login", to="again.json", start=hasty)).sees("Cancel").types("2", ENTER)
    turned(seat.sees("Confirm the request on your phone."))
    tenant.push("ada@example.com").approve()
    assert 0 == seat.ends()


def test_no_on_the_phone_then_once_more_then_yes(sit, tenant):
    """A No leads back to the choice; a word sends the request again."""
    bo = Accounts(tenant)("push", email=BO)
    seat = named(sit("login", start=hasty), BO).sees("Cancel").types("2", ENTER).sees("left")
    bo.deny()
    seat.sees("The request was denied on the phone.").sees("Cancel", 2).types("2", ENTER).sees("left")
    seat.says("nonsense").sees("Answer on your phone: there is nothing to type. Or type: resend, back, cancel")
    seat.says("resend").sees("It was sent once more. Confirm the request on your phone.")
    bo.approve()
    assert 0 == seat.ends()


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}], ids=str)
def test_a_word_that_is_not_heard_by_the_tenant(sit, tenant, fault):
    """What was sent before can still be answered; and the word can be said again."""
    bo = Accounts(tenant)("push", email=BO)
    seat = named(sit("login", start=hasty), BO).sees("Cancel").types("2", ENTER).sees("left")
    tenant.faults.add("/mfa/challenge", **fault)
    seat.says("resend").until(lambda: "not available now" in seat.text or "No answer came" in seat.text, "told")
    assert "on its way" not in seat.text
    bo.approve()
    assert 0 == seat.ends()


def test_another_way_while_it_waits(sit, tenant):
    """What is typed meanwhile is heard at once."""
    bo = Accounts(tenant)("push", "sms", email=BO)
    seat = named(sit("login"), BO).sees("Cancel").types("2", ENTER)
    turned(seat)
    tenant.clock.advance(60)
    seat.says("back").sees("Cancel", 2).types("3", ENTER).sees("We sent")
    assert 0 == seat.says(tenant.inbox.code(bo.number)).ends()


def test_at_auth0_s_pace(sit, tenant):
    """The same at the real interval: two polls, five seconds apart."""
    bo = Accounts(tenant)("push", email=BO)
    seat = named(sit("login"), BO).sees("Cancel").types("2", ENTER).sees("left")
    seat.until(lambda: tenant.requests.count("mfa-oob") == 1, "asked")
    tenant.clock.advance(5)
    bo.approve()
    assert 0 == seat.ends()
    assert 2 == tenant.requests.count("mfa-oob")


def test_a_pause_counts_down(sit, tenant):
    """Six minutes, second by second; another way is open."""
    seat = paused(sit, tenant)
    assert len(turned(seat, 10) & {f"{minutes} left" for minutes in ("6:00", "5:59", "5:58", "5:57")}) >= 2
    seat.says("nonsense").sees("Try again in 6 minutes.", 2).says("back").sees("Cancel", 2)


def test_a_pause_that_ends(sit, tenant):
    """When the time is over the question is asked again, by itself."""
    Accounts(tenant)("sms", email=BO)
    seat = named(sit("login"), BO).sees("Cancel").types("1", ENTER).sees("Code:")
    body = {"error": "too_many_attempts", "error_description": "Too many attempts."}
    tenant.faults.add("/oauth/token", status=429, body=body, headers={"retry-after": "1"})
    seat.says("000000").sees("left").sees("Code:", 2)
    assert 0 == seat.says(tenant.inbox.code(tenant.users[BO].phone)).ends()
