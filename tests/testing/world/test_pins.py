"""Codes that a test has chosen."""

import pytest

from mfa_flow.testing.world.pins import Pins
from testing.conftest import PHONE, Wire

ADA = "ada@example.com"


def test_every_message_carries_it_and_each_works_once(wire: Wire) -> None:
    """Two messages have the same code; each is proved once with it."""
    wire.tenant.pin(PHONE, "123456")
    mfa_token = wire.login()
    first, second = (wire.add_sms(mfa_token).body["oob_code"] for _ in range(2))
    assert ["123456", "123456"] == [each.code for each in wire.tenant.inbox.messages(PHONE)]
    assert "123456 is your verification code for My Test Tenant." == wire.tenant.inbox.messages(PHONE)[0].text
    statuses = [wire.oob(mfa_token, each, binding_code="123456").status for each in (first, first, second, second)]
    assert [200, 403, 200, 403] == statuses


def test_others_keep_their_random_codes(wire: Wire) -> None:
    """A pin changes no other code of a seed, and is gone when it is taken out."""
    codes = []
    for pinned in (False, True):
        wire.tenant.reset()
        if pinned:
            wire.tenant.pin(PHONE, "123456")
        mfa_token = wire.login()
        wire.add_sms(mfa_token)
        wire.tenant.unpin(PHONE)
        for number in (PHONE, "+491701234567"):
            wire.add_sms(mfa_token, number)
        codes.append([each.code for each in reversed(wire.tenant.inbox.messages())])
    free, pinned_first = codes
    assert ["123456", *free[1:]] == pinned_first
    assert "123456" not in free


def test_addresses_in_any_case(wide: Wire) -> None:
    """An email's pin is found however it is written."""
    wide.tenant.pin("ADA@example.com", "000000")
    wide.add(wide.login(), "email")
    assert "000000" == wide.tenant.inbox.code(ADA)


@pytest.mark.parametrize("to", ["otp", "totp|dev_klnv5yshzzoosSUm", "recovery-code"])
def test_an_app_takes_no_pin(to: str) -> None:
    """It says where its codes are to be read."""
    with pytest.raises(ValueError, match="codes of its own"):
        Pins().add(to, "123456")


@pytest.mark.parametrize("code", ["12345", "1234567", "12345x", "", "١٢٣٤٥٦"])
def test_a_code_is_six_digits(code: str) -> None:
    """Others no message could carry."""
    with pytest.raises(ValueError, match="six digits"):
        Pins().add(PHONE, code)


def test_a_pin_is_somebodys() -> None:
    """Nobody's is refused."""
    with pytest.raises(ValueError, match="pinned to somebody"):
        Pins().add("", "123456")


def test_pins_are_listed_and_taken_out(wire: Wire) -> None:
    """One, or all; a reset takes them out too."""
    for to in (PHONE, ADA):
        wire.tenant.pin(to, "123456")
    wire.tenant.unpin(PHONE)
    assert {ADA: "123456"} == wire.tenant.pins
    wire.tenant.unpin()
    assert {} == wire.tenant.pins
    wire.tenant.pin(ADA, "123456")
    wire.tenant.reset()
    assert {} == wire.tenant.pins
