"""References: short, readable, and made by nobody else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mfa_flow import BadInput, Unreadable
from mfa_flow.stores import Reference, Seal

KEY, OTHER = Seal.generate_key(), Seal.generate_key()
REFERENCE = Reference(Seal(KEY))
actions = st.from_regex(r"[A-Za-z0-9_-]{1,14}", fullmatch=True)
ids = st.text(min_size=1, max_size=32)


@given(ids, actions)
def test_there_and_back(flow_id, action):
    """Flow and action are found again, in under 64 bytes."""
    assume(len(flow_id.encode()) + len(action) <= 46)
    text = REFERENCE.make(flow_id, action)
    assert (flow_id, action) == REFERENCE.read(text)
    assert len(text.encode()) < 64


def test_the_longest():
    """A flow id of 32 digits leaves 14 characters for the action; one more is refused, with the way out."""
    text = REFERENCE.make("0" * 32, "a" * 14)
    assert 63 == len(text)
    for flow_id, action in (("0" * 33, "a" * 14), ("0" * 32, "a" * 15), ("é" * 23, "a")):
        with pytest.raises(BadInput, match="must take 1 to 46 bytes together"):
            REFERENCE.make(flow_id, action)


@pytest.mark.parametrize("action", ["", "a.b", "a b", "é", "a\n"])
def test_actions_are_words(action):
    """An action that could not be told from the flow's id is refused."""
    with pytest.raises(BadInput, match="action is of letters"):
        REFERENCE.make("f", action)


def test_a_flow_has_an_id():
    """Nothing is no flow."""
    with pytest.raises(BadInput):
        REFERENCE.make("", "resend")


def test_a_changed_one_is_refused():
    """Another flow, another action, another proof, or a part of it: all refused."""
    text = REFERENCE.make("chat-42", "resend")
    for index in range(len(text)):
        changed = text[:index] + ("x" if text[index] != "x" else "y") + text[index + 1 :]
        with pytest.raises(Unreadable, match="not made here, or was changed"):
            REFERENCE.read(changed)
        with pytest.raises(Unreadable):
            REFERENCE.read(text[:index])


@pytest.mark.parametrize("text", ["", "x", "é" * 30, "\ud800" * 20, "a.b"], ids=ascii)
def test_what_is_none(text):
    """Anything else is refused, too."""
    with pytest.raises(Unreadable):
        REFERENCE.read(text)


def test_keys_are_changed():
    """A reference of an old key is read as long as it is given; one of a foreign key is not."""
    text = REFERENCE.make("f", "resend")
    assert ("f", "resend") == Reference(Seal(OTHER, KEY)).read(text)
    with pytest.raises(Unreadable):
        Reference(Seal(OTHER)).read(text)


def test_it_shows_no_key():
    """Its repr tells nothing."""
    assert KEY[:6] not in repr(REFERENCE)
    assert "\\x" not in repr(REFERENCE)
