"""Factors are found by name, ours and other people's alike."""

from importlib.metadata import EntryPoint, distribution

import pytest
from replies import Knock

from mfa_flow.errors import UnknownFactor
from mfa_flow.factors import registry
from mfa_flow.factors.base import Factor
from mfa_flow.factors.email import Email
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.push import Push
from mfa_flow.factors.recovery import Recovery
from mfa_flow.factors.registry import by_name, installed
from mfa_flow.factors.sms import Sms
from mfa_flow.factors.voice import Voice


def test_ours_are_installed_by_entry_points():
    """They stand in the same group as other people's."""
    found = installed()
    ours = {"otp": Otp, "sms": Sms, "voice": Voice, "email": Email, "push": Push, "recovery": Recovery}
    assert ours == {name: type(found[name]) for name in ours}


def test_the_installed_ones_are_looked_up_once():
    """Entry points are read from the disk."""
    assert installed() is installed()


def test_a_later_factor_takes_the_place_of_an_earlier_one():
    """So that one's own goes before the installed one of that name."""
    first, second, knock = Otp(), Otp(), Knock()
    found = by_name([first, knock, second])
    assert ["otp", "knock"] == list(found)
    assert second is found["otp"]


def test_an_unfinished_factor_cannot_be_made():
    """All four steps are needed."""
    with pytest.raises(TypeError, match="abstract"):
        type("Half", (Factor,), {"name": "half", "ask": lambda self, flow, error=None: None})()


def alone(monkeypatch, entry):
    """Let it be the only factor there is, and look again."""
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    return installed.__wrapped__()


def test_other_peoples_factors_are_made_from_their_entry_points(monkeypatch):
    """The entry point names the class; the factor goes by its own name."""
    found = alone(monkeypatch, EntryPoint("door", "replies:Knock", registry.GROUP))
    assert {"knock": Knock} == {name: type(factor) for name, factor in found.items()}


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("nowhere_at_all:Pigeon", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("replies:Pigeon", "AttributeError: .+Pigeon"),
        ("replies:reply", "TypeError: .+missing"),
        ("replies:NOW", "TypeError: .+not callable"),
        ("builtins:dict", "UnknownFactor: .+instances of Factor"),
    ],
)
def test_a_broken_factor_is_named(monkeypatch, place, wrong):
    """And so is the package it came with: nobody else knows what to uninstall."""
    broken = EntryPoint("pigeon", place, registry.GROUP)._for(distribution("mfa_flow"))
    with pytest.raises(UnknownFactor, match=f"the factor 'pigeon' of the package mfa_flow cannot be loaded: {wrong}"):
        alone(monkeypatch, broken)


def test_a_broken_factor_of_no_package_is_named_too(monkeypatch):
    """An entry point need not say where it came from."""
    with pytest.raises(UnknownFactor, match=r"^the factor 'pigeon' of the package \? cannot be loaded: "):
        alone(monkeypatch, EntryPoint("pigeon", "replies:Pigeon", registry.GROUP))


class Unnamed(Factor):
    """A factor somebody forgot to name."""

    associate = challenge = confirm = ask = None


@pytest.mark.parametrize("factor", [Knock, "otp", None, type("Nameless", (Knock,), {"name": ""})(), Unnamed()])
def test_what_is_no_factor_is_refused(factor):
    """A class where an instance belongs, above all."""
    with pytest.raises(UnknownFactor, match="instances of Factor that have a name"):
        by_name([Otp(), factor])
