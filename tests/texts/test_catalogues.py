"""Catalogues of one's own."""

import gettext
from io import BytesIO
from threading import Thread

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from mfa_flow.machine.prompts import AskCode, Notice, Pause
from mfa_flow.texts import add, catalogues, languages, lookup, text_for, when


def compiled(language, **texts):
    """A gettext catalogue of these texts, a tuple for one that counts."""
    catalogue, file = Catalog(locale=language), BytesIO()
    for key, text in texts.items():
        catalogue.add((key, key) if isinstance(text, tuple) else key, text)
    write_mo(file, catalogue)
    file.seek(0)
    return gettext.GNUTranslations(file)


def test_a_new_language():
    """What it has is used, of a region too; what it has not is English."""
    add("de", {"done": "Sie sind angemeldet.", "in.minutes": ("in {n} Minute", "in {n} Minuten")})
    assert ("de", "en", "fr") == languages()
    assert "Sie sind angemeldet." == text_for("done", "de_AT.UTF-8")
    assert ["in 1 Minute", "in 6 Minuten"] == [when(60, "de"), when(360, "de")]
    assert "You cancelled this login." == text_for("cancelled", "de")
    assert "Connexion réussie." == text_for("done", "fr")


def test_other_words_for_ours():
    """The rest stays; so do the other languages."""
    add("fr", {"done": "C\u2019est bon."})
    add("en", {"wrong_code": "Nope."})
    assert ["C\u2019est bon.", "You are logged in."] == [text_for("done", "fr-CA"), text_for("done")]
    assert "Vous avez annulé cette connexion." == text_for("cancelled", "fr")
    assert "Nope." == Notice.of("wrong_code").text


def test_a_region_goes_before_its_language():
    """And falls to it."""
    add("fr-CA", {"label.email": "Adresse courriel"})
    assert ["Adresse courriel", "Adresse e-mail"] == [text_for("label.email", one) for one in ("fr_CA", "fr-FR")]
    assert "Connexion réussie." == text_for("done", "fr-CA")


def test_a_factor_of_ones_own():
    """Its questions are asked in its words, where there are some; its reasons too."""
    ask = AskCode(channel="pigeon", to="Bo", error=Notice("pigeon_lost", "pigeon_lost"))
    assert "pigeon_lost\nEnter the code." == ask.text()
    add("en", {"ask_code.pigeon.to": "A pigeon brings {length} digits to {to}.", "pigeon_lost": "It is lost."})
    assert "It is lost.\nA pigeon brings 6 digits to Bo." == ask.text() == ask.text("fr")


def test_the_last_one_added_goes_first():
    """The same once more changes nothing."""
    first, second = {"done": "One."}, {"done": "Two."}
    add("en", first)
    add("en", second)
    edition = catalogues._SHELF.edition
    add("en", dict(first))
    assert "Two." == text_for("done")
    assert edition == catalogues._SHELF.edition


def test_what_was_added_cannot_be_changed_behind_it():
    """A mapping is copied: it was looked at, and is taken as it was."""
    texts = {"done": "One."}
    add("en", texts)
    texts["done"] = "{x}"
    assert "One." == text_for("done")


def test_a_gettext_catalogue():
    """With as many forms as its language has."""
    forms = ("za {n} minutę", "za {n} minuty", "za {n} minut")
    polish = compiled("pl", **{"in.minutes": forms, "pause": "Spróbuj {when}."})
    add("pl", polish)
    add("pl", polish)
    pause = [Pause(seconds=60 * n, then=AskCode(channel="otp")).text("pl-PL") for n in (1, 3, 5)]
    assert ["Spróbuj za 1 minutę.", "Spróbuj za 3 minuty.", "Spróbuj za 5 minut."] == pause
    assert 1 == len(catalogues._SHELF.added["pl"])
    assert "You are logged in." == text_for("done", "pl")


def test_the_catalogue_of_a_whole_application():
    """What else it says is its own affair."""
    add("de", compiled("de", **{"Hello {0!r}": "Hallo {0!r}", "done": "Fertig.", "%d {": "{"}))
    assert "Fertig." == text_for("done", "de")


def test_any_object_that_translates():
    """Nothing is known of its texts, and none of them breaks a prompt."""

    class Shouting(gettext.NullTranslations):
        def gettext(self, message):
            return message if message == "done" else f"{message.upper()} {{nope}} {{"

        def ngettext(self, msgid1, msgid2, n):
            return self.gettext(msgid1)

    add("de", Shouting())
    assert "PAUSE {nope} {" == Pause(seconds=5, then=AskCode(channel="otp")).text("de")
    assert "You are logged in." == text_for("done", "de")


@pytest.mark.parametrize("language", ["german", "", "d", "../fr", "de/AT", "*", "x" * 99])
def test_a_language_is_a_tag(language):
    """What is none is refused, and what to give is said; nothing is English by mistake."""
    with pytest.raises(ValueError, match="give one such as 'de' or 'fr-CA'"):
        add(language, {"done": "x"})
    assert ("en", "fr") == languages()


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("wrong_code", "Not {code}.", r"'wrong_code' shows \{code\}; it may show no value"),
        ("ask_code.sms", "Sent to {to}.", r"shows \{to\}; it may show \{length\}"),
        ("ask_code.pigeon", "Sent to {to}.", r"shows \{to\}; it may show \{length\}"),
        ("ask_code.pigeon.to", "Sent to {too}.", r"shows \{too\}; it may show \{length\}, \{to\}"),
        ("in.minutes", ("in {m}", "in {n}"), r"shows \{m\}; it may show \{n\}"),
        ("done", "{0}", r"'done' cannot be shown: a value is put in as \{name\}"),
        ("pigeon_lost", "{to!r}", r"'pigeon_lost' cannot be shown"),
        ("wrongcode", "x", "'wrongcode' is no key of ours; nearly the same are: wrong_code"),
        ("chat.helpcancel", "x", "nearly the same are: chat.help.cancel"),
        ("chat.password", "Passwort?", r"'chat.password' must show \{email\}"),
        ("chat.phone", "Nummer?", r"'chat.phone' must show \{factor\}"),
        ("done", ("a", "b"), "'done' does not count: give one text, no pair"),
        ("ask_code.pigeon", ("a", "b"), "'ask_code.pigeon' does not count"),
        ("done", "", "'done' is empty, or no text"),
        ("in.hours", ("", ""), "'in.hours' is empty, or no text"),
        ("done", (5,), "'done' is empty, or no text"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(key, text, told):
    """When it is added, and with what it may show; nothing of it is taken."""
    with pytest.raises(ValueError, match=told):
        add("de", {"cancelled": "Abgebrochen.", key: text})
    assert "You cancelled this login." == text_for("cancelled", "de")


def test_keys_that_are_taken():
    """Those of factors of one's own, near to ours or not; a pair for each that counts."""
    own = {
        "interrupted.challenge.pigeon": "x",
        "interrupted.enroll.sms": "x",
        "factor.smss": "x",
        "label.codes": "x",
        "ask_code.smss.to": "x",
        "error.bad_input.pone": "x",
        "a_loft": "x",
    }
    add("de", {**own, "in.hours": ("x", "y"), "recovery_codes": ("x", "y"), "terminal.narrow": ("x", "y")})
    assert ["x"] * len(own) == [text_for(key, "de") for key in own]


def test_a_gettext_text_that_cannot_be_shown_is_refused():
    """Ours in it are looked at, each of their forms."""
    with pytest.raises(ValueError, match=r"'in.minutes' shows \{x\}"):
        add("de", compiled("de", **{"in.minutes": ("in {n}", "in {x}")}))


def test_locales_from_anywhere_are_not_kept():
    """A browser may ask for thousands of languages, and for very long ones."""
    for number in range(5000):
        text_for("done", f"de-{number}")
    assert lookup._found.cache_info().currsize <= 2048
    before = lookup._found.cache_info().misses
    for number in range(5):
        text_for("done", "de-" + "x" * 10_000 + str(number))
    assert before + 1 == lookup._found.cache_info().misses


def test_adding_from_many_threads():
    """None is lost."""
    threads = [Thread(target=add, args=("de", {f"key_{number}": "x"})) for number in range(50)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ["x"] * 50 == [text_for(f"key_{number}", "de") for number in range(50)]
