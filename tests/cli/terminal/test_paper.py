"""What is told: cleaned, and broken where it may be broken."""

from io import StringIO

import pytest

from mfa_flow.cli.terminal.paper import Paper, clean, wrapped

EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\r\x9b31mname"


@pytest.mark.parametrize("told", [lambda paper: paper.tell(EVIL), lambda paper: paper.keep((EVIL,))])
def test_no_command_reaches_the_terminal(told):
    """Neither an old one nor a new one, nor what turns the direction of writing; the rest is there."""
    out = StringIO()
    told(Paper(out))
    assert "name" in out.getvalue()
    assert not set("\x1b\x07\x9b\r\u202e") & set(out.getvalue())


def test_what_is_text_stays():
    """Letters of any language, spaces that do not break, ends of lines."""
    assert "é\u00a0:\u202f?\n漢字" == clean("é\u00a0:\u202f?\n漢字")


def test_breaking():
    """Between words, not within a number, and not before a sign that is tied to its word."""
    assert "Appelez\n+1-555-123\nmaintenant\u00a0:" == wrapped("Appelez +1-555-123 maintenant\u00a0:", 12)
    assert "one two\n   three" == wrapped("one two three", 8, "   ")


def test_a_picture_that_is_too_wide(monkeypatch):
    """Nothing of it is drawn, and its width is told."""
    out = StringIO()
    monkeypatch.setenv("COLUMNS", "10")
    assert 11 == Paper(out).picture("█" * 11 + "\n" + "█" * 11 + "\n")
    assert "" == out.getvalue()
    assert Paper(out).picture("█" * 10 + "\n") is None
    assert "█" * 10 + "\n" == out.getvalue()
