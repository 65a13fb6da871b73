"""What is put into a text."""

import pytest

from mfa_flow.texts.placeholders import fill, names_in


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{to.real}", "{to!r}", "{to:>9}", "{{to}}", "{ to }", "{To}"])
def test_only_names_in_braces_are_placeholders(text):
    """All else stays as it is, and is no text to bring along."""
    assert "{{to}}" == text or text == fill(text, {"to": 1, "0": 2})
    with pytest.raises(ValueError, match="put in as"):
        names_in(text)


def test_a_name_without_a_value_stays():
    """Nothing breaks."""
    assert "{to} 6 6" == fill("{to} {n} {n}", {"n": 6})


def test_names():
    """Each once."""
    assert frozenset({"to", "n"}) == names_in("{to} {n} {n}")
    assert frozenset() == names_in("no value")
