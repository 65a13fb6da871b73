"""Words of command: in each language, forgiven what people forget."""

import pytest

from mfa_flow.chat.words import COMMANDS, beside_code, command, denies
from mfa_flow.texts import add, languages, text_for
from mfa_flow.texts.catalogues import _SHELF


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", COMMANDS)
def test_each_word(language, name):
    """Each has several, and each is known, in capitals and behind a slash too."""
    words = [word.strip() for word in text_for(f"word.{name}", language).split(",")]
    assert len(words) > 3
    for word in words:
        assert [name] * 3 == [command(word), command(f" {word.upper()}! "), command(f"/{word.replace(' ', '_')}")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANNULER.", "cancel"),
        ("autre methode", "another_way"),
        ("Autre méthode\u202f!", "another_way"),
        ("pre\u0301ce\u0301dent", "back"),
        ("c'est fait", "answered"),
        ("/cancel@AcmeBot", "cancel"),
        ("/start deep-link", "start"),
        ("/Another_way", "another_way"),
        ("?", "help"),
        ("Autre", "another_way"),
        ("Non merci !", "no"),
        ("no.", "no"),
        ("\u00bfHelp?", "help"),
        ("cancel my subscription", None),
        ("cancellation", None),
        ("/", None),
        ("", None),
        ("123456", None),
        ("help" * 100, None),
    ],
)
def test_what_is_forgiven(text, expected):
    """Accents, case, signs around it, a bot's name; a sentence that has such a word in it is none."""
    assert expected == command(text)


def test_words_are_listed_with_commas():
    """With blanks behind them or without, as whoever adds a language writes them."""
    shelf, texts = dict(_SHELF.added), ("nein", "kein Push", "nie, danke")
    assert not any(map(denies, texts))
    add("de", {"word.no": "nein,kein , nie", "word.code": "mein,lautet"})
    try:
        assert all(map(denies, texts))
        assert beside_code("mein Code lautet")
    finally:
        _SHELF.added = shelf
        _SHELF.edition += 1


@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_is_two_commands(name):
    """Whatever the language."""
    for language in languages():
        words = text_for(f"word.{name}", language).split(",")
        assert {name} == {command(word) for word in words}


def test_words_of_your_own(monkeypatch):
    """A language that was added is understood from then on."""
    monkeypatch.setattr(_SHELF, "added", dict(_SHELF.added))
    assert command("abbrechen") is None
    add("de", {"word.cancel": "abbrechen, Abbruch"})
    assert "cancel" == command("ABBRECHEN")
    monkeypatch.setattr(_SHELF, "edition", _SHELF.edition + 1)
