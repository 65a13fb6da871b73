"""Values that change by being made anew."""

import pytest
from attrs import evolve, fields, frozen

from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Choose, Notice, Wait
from mfa_flow.wire.changing import changed


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (Flow(id="one", version=3), {"error": "wrong_code", "seen": ("m1",)}),
        (Flow(id="one"), {}),
        (AskCode(channel="sms", to="XXXX"), {"verbs": ("confirm",), "error": Notice("key", "text")}),
        (Choose(enroll=("otp",)), {"recovery_codes": ("A" * 24,)}),
        (Wait(seconds=5.0), {"until": 300.0}),
    ],
)
def test_it_is_what_evolve_makes(value, changes):
    """The same class, the same fields, but for those that were given; and the value before it stays as it was."""
    before = [getattr(value, one.name) for one in fields(type(value))]
    made = changed(value, **changes)
    assert evolve(value, **changes) == made
    assert type(value) is type(made)
    assert made is not value
    assert before == [getattr(value, one.name) for one in fields(type(value))]


def test_what_is_made_is_frozen_too():
    """Nobody can change it by hand."""
    made = changed(Flow(id="one"), error="wrong_code")
    with pytest.raises(AttributeError):
        made.error = None


def test_a_field_there_is_not():
    """A misspelt field is told by its name, as evolve does."""
    with pytest.raises(TypeError, match="Flow has no field 'eror'"):
        changed(Flow(id="one"), eror="wrong_code")


def test_nobody_hears_of_the_draft():
    """A class that wants to know of its subclasses has none more."""
    heard = []

    @frozen
    class Registered(Wait):
        def __init_subclass__(cls, **given):
            heard.append(cls)

    made = changed(Registered(seconds=5.0), until=300.0)
    assert ([], Registered, 300.0) == (heard, type(made), made.until)
