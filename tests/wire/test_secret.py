"""Secrets are strings that never show themselves."""

import copy
import json
import pickle

import pytest

from mfa_flow.wire.secret import Secret

HIDDEN = Secret("hidden")


@pytest.mark.parametrize(
    "shown", [repr(HIDDEN), f"{HIDDEN!r}", repr([HIDDEN]), repr({"k": (HIDDEN,)}), repr(ValueError(HIDDEN))]
)
def test_a_repr_tells_nothing(shown):
    """Alone or inside of something, only stars are seen, and not how many characters there are."""
    assert "hidden" not in shown
    assert "Secret(****)" in shown


def test_it_is_the_string_it_is():
    """Compared, hashed, sent and printed on purpose it is like any other."""
    assert "hidden" == HIDDEN
    assert {"hidden": 1}[HIDDEN] == 1
    assert "Bearer hidden" == f"Bearer {HIDDEN}"
    assert '"hidden"' == json.dumps(HIDDEN)
    assert b"hidden" == HIDDEN.encode()


def test_str_takes_the_cover_off():
    """``str`` gives a plain string, whose repr shows it."""
    assert str is type(str(HIDDEN))
    assert "'hidden'" == repr(str(HIDDEN))


def test_it_holds_no_attributes():
    """It is as slim as a string: nothing can be hung on it."""
    with pytest.raises(AttributeError):
        HIDDEN.note = "x"


def test_it_is_not_pickled():
    """A pickle is readable; the message names the kind of value and not the value."""
    with pytest.raises(TypeError, match="Secret holds secrets and is not pickled") as caught:
        pickle.dumps(HIDDEN)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_secret_itself(copied):
    """As with any string; nothing takes the cover off on the way."""
    assert HIDDEN is copied(HIDDEN)
