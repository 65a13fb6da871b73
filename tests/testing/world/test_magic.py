"""Recipients whose messages go wrong, for who can reach nothing but the API."""

from typing import Any

import pytest

from mfa_flow.testing import Clock
from mfa_flow.testing.world.magic import TABLE, Magic
from testing.conftest import PHONE, Answer, Wire


@pytest.mark.parametrize(
    ("address", "magic"),
    [
        ("+15005550001", Magic("invalid")),
        ("+15005550002", Magic("down")),
        ("+15005550003", Magic("never")),
        ("+15005550101", Magic("late", 1)),
        ("+15005550199", Magic("late", 99)),
        ("+15005550100", Magic()),
        ("+15005550004", Magic()),
        ("+150055501011", Magic()),
        (PHONE, Magic()),
        ("ada+invalid@example.com", Magic("invalid")),
        ("ada+DOWN@example.com", Magic("down")),
        ("a+b+never@example.com", Magic("never")),
        ("ada+late7@example.com", Magic("late", 7)),
        ("ada+late30@example.com", Magic("late", 30)),
        ("ada+late0@example.com", Magic()),
        ("ada+late100@example.com", Magic()),
        ("ada+late@example.com", Magic()),
        ("ada+nevermore@example.com", Magic()),
        ("never@example.com", Magic()),
        ("ada@never+late30.example", Magic()),
        ("", Magic()),
    ],
)
def test_what_an_address_stands_for(address: str, magic: Magic) -> None:
    """By the number, or by the end of the name."""
    assert magic == Magic.of(address)


def test_the_table_is_true() -> None:
    """What is told to people is what happens."""
    for trick, row in TABLE.items():
        phone, email = (each.replace("NN", "30").replace("name", "ada") for each in row[:2])
        assert [trick, trick] == [Magic.of(each).trick for each in (phone, email.replace("domain", "example.com"))]


def added(wide: Wire, kind: str, word: str) -> tuple[str, Answer]:
    """A login, and what came of adding a magic phone or mailbox."""
    mfa_token = wide.login()
    phone = {"invalid": "+15005550001", "down": "+15005550002", "never": "+15005550003", "late30": "+15005550130"}[word]
    if kind == "email":
        return mfa_token, wide.add(mfa_token, "email", email=f"ada+{word}@example.com")
    return mfa_token, wide.add(mfa_token, kind, phone_number=phone)


REFUSED = [
    ("sms", "invalid", 400, "invalid_request", "The phone number is invalid."),
    ("voice", "invalid", 400, "invalid_request", "The phone number is invalid."),
    ("email", "invalid", 400, "invalid_request", "The email address is invalid."),
    ("sms", "down", 502, "bad_gateway", "The message could not be handed over to its provider."),
    ("email", "down", 502, "bad_gateway", "The message could not be handed over to its provider."),
]


@pytest.mark.parametrize(("kind", "word", "status", "error", "text"), REFUSED)
def test_refused(wide: Wire, kind: str, word: str, status: int, error: str, text: str) -> None:
    """Nothing is added, and no message is spent."""
    _, answer = added(wide, kind, word)
    ada = wide.tenant.users["ada@example.com"]
    assert (status, {"error": error, "error_description": text}) == answer
    assert ([], {"phone": 10, "email": 20, "push": 5}) == (
        ada.authenticators,
        {purse: bucket.left(wide.tenant.clock.now()) for purse, bucket in ada.purses().items()},
    )


def test_refused_at_a_challenge(wide: Wire) -> None:
    """Who was enrolled with such a number is refused when it is used."""
    wide.tenant.users.add("cy@example.com", "pw", phone="+15005550002", authenticators=["sms"])
    assert 502 == wide.challenge(wide.login("cy@example.com", "pw"), challenge_type="oob").status


@pytest.mark.parametrize("kind", ["sms", "voice", "email"])
def test_never_arrives(wide: Wire, clock: Clock, kind: str) -> None:
    """All looks well, and nothing comes."""
    _, answer = added(wide, kind, "never")
    clock.advance(299)
    assert (200, []) == (answer.status, wide.tenant.inbox.messages())


@pytest.mark.parametrize("kind", ["sms", "voice", "email"])
def test_arrives_late(wide: Wire, clock: Clock, kind: str) -> None:
    """After thirty seconds and not before, numbered as it comes; its code is good."""
    mfa_token, answer = added(wide, kind, "late30")
    clock.advance(29)
    assert [] == wide.tenant.inbox.messages()
    wide.add(mfa_token, "sms", phone_number=PHONE)
    clock.advance(1)
    late, other = wide.tenant.inbox.messages()
    assert ("msg_2", clock.now(), "msg_1") == (late.id, late.at, other.id)
    done: Any = wide.oob(mfa_token, answer.body["oob_code"], binding_code=late.code)
    assert 200 == done.status


def test_a_push_goes_to_an_app(wide: Wire) -> None:
    """And arrives, whatever the address is."""
    wide.tenant.users.add("cy+never@example.com", "pw")
    wide.add(wide.login("cy+never@example.com", "pw"), "auth0")
    assert 1 == len(wide.tenant.inbox.messages())
