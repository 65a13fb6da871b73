"""Empty buckets: which questions they hold up, and until when."""

import pytest

from mfa_flow.machine.flow import Flow
from mfa_flow.machine.pausing import paused_until, wants_digits
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Scan, Wait

CODE = AskCode(channel="sms")
SCAN = Scan(barcode_uri="otpauth://totp/x")
TYPED = [CODE, SCAN, AskCode(channel="pigeon", length=8)]
OTHERS = [
    AskCode(channel="recovery", length=24, numeric=False),
    AskCode(channel="pigeon", length=None),
    Scan(barcode_uri="otpauth://totp/x", length=None),
    Wait(seconds=5),
    Choose(),
    AskPassword(),
]


@pytest.mark.parametrize("prompt", TYPED)
def test_digits_are_wanted(prompt):
    """By every question for a number, a picture to scan included."""
    assert True is wants_digits(prompt)


@pytest.mark.parametrize("prompt", OTHERS)
def test_no_digits_are_wanted(prompt):
    """Where letters are typed, nothing of a known length, or nothing at all."""
    assert False is wants_digits(prompt)


@pytest.mark.parametrize(
    ("paused", "locked", "digits", "other"),
    [
        (None, None, None, None),
        (5.0, None, 5.0, 5.0),
        (None, 7.0, 7.0, None),
        (5.0, 7.0, 7.0, 5.0),
        (7.0, 5.0, 7.0, 7.0),
    ],
)
def test_the_longer_pause_counts(paused, locked, digits, other):
    """Wrong codes hold up questions for digits only, whatever factor they are of."""
    flow = Flow(id="f", paused_until=paused, locked_until=locked)
    assert {digits} == {paused_until(flow, prompt) for prompt in TYPED}
    assert {other} == {paused_until(flow, prompt) for prompt in OTHERS}
