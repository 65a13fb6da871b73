"""A text by its key, in a language."""

import pytest

from mfa_flow.texts import find, text_for

VALUES = {"length": 6, "to": "XXXX0000"}


@pytest.mark.parametrize("locale", ["fr", "FR", "fr-CA", "fr_FR", "fr_FR.UTF-8", "fr_BE@euro", " fr-ch ", "fr-Latn-CA"])
def test_a_language_by_any_of_its_names(locale):
    """A region falls to its language."""
    assert "Connexion réussie." == text_for("done", locale)


@pytest.mark.parametrize(
    "locale",
    ["en", "en-GB", "tlh", "", None, "../fr", "fr/..", "french", "f", "-", "fr\0", "x" * 10_000],
)
def test_english_stands_in(locale):
    """For every language that is not there, and for what is none."""
    assert "You are logged in." == text_for("done", locale)


def test_a_text_without_values_is_as_it_is_written():
    """Values it does not name do not matter."""
    assert "You are logged in." == text_for("done") == text_for("done", length=6)


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("key", ["", "no_such_key", "factor.pigeon", "100 %", "{0}", "{length}", "a{b", "}{"])
def test_a_key_without_a_text_shows_as_itself(key, locale):
    """Whatever is in it: a new factor never breaks a prompt."""
    assert key == text_for(key, locale, **VALUES)
    assert find(key, locale, **VALUES) is None


def test_a_value_may_have_any_name():
    """That of an argument, too."""
    assert "You are logged in." == find("done", "en", key="x", locale="y")


@pytest.mark.parametrize(
    "hostile", ["{length}", "{to.__class__}", "{0}", "{", "}", "%s %(to)s", "\\1 \\g<0>", "{when!r:>9}"]
)
def test_a_value_is_put_in_as_it_is(hostile):
    """What a server or a person calls something is not looked into."""
    assert f"We sent a 6-digit code to {hostile}. Enter it here." == text_for("ask_code.sms.to", to=hostile, length=6)
    assert f"Nous appelons le {hostile}. Saisissez le code à 6 chiffres qui vous est dicté." == text_for(
        "ask_code.voice.to", "fr", to=hostile, length=6
    )


@pytest.mark.parametrize(
    ("locale", "n", "told"),
    [
        ("en", 0, "in 0 minutes"),
        ("en", 1, "in 1 minute"),
        ("en", 2, "in 2 minutes"),
        ("fr", 0, "dans 0 minute"),
        ("fr", 1, "dans 1 minute"),
        ("fr", 2, "dans 2 minutes"),
    ],
)
def test_a_text_counts(locale, n, told):
    """As its language does: nothing is many in English, and none in French."""
    assert told == text_for("in.minutes", locale, n=n)


def test_a_text_that_does_not_count_takes_a_number():
    """It is the same for any."""
    assert "You are logged in." == text_for("done", n=1) == text_for("done", n=5)
