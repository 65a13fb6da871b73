"""What people read, by key."""

import string

import pytest

from mfa_flow.choosing import _LAST, _ORDER
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.machine.prompts import AskCode, AskPassword, Done, Pause, Scan, Stopped, Wait
from mfa_flow.texts import text_for
from mfa_flow.texts.en import EN

VALUES = {
    "choices": "a, b",
    "more": "c",
    "length": 6,
    "to": "XXXX0000",
    "secret": "ABC",
    "minutes": 6,
    "codes": "XYZ",
    "code": "UVW",
}


@pytest.mark.parametrize("key", EN)
def test_every_text_takes_the_values_it_names(key):
    """And shows each of them."""
    names = {name for _, name, _, _ in string.Formatter().parse(EN[key]) if name}
    told = text_for(key, **VALUES)
    assert names <= set(VALUES)
    assert [] == [name for name in names if str(VALUES[name]) not in told]
    assert "{" not in told


def test_a_text_without_values_is_as_it_is_written():
    """Values it does not name do not matter."""
    assert "You are logged in." == text_for("done") == text_for("done", length=6)


@pytest.mark.parametrize("locale", ["en", "en-GB", "tlh", ""])
def test_english_stands_in(locale):
    """For every language that is not there."""
    assert "You are logged in." == text_for("done", locale)


@pytest.mark.parametrize("key", ["", "no_such_key", "factor.pigeon", "100 %", "{0}", "{name}", "a{b", "}{"])
def test_a_key_without_a_text_shows_as_itself(key):
    """Whatever is in it: a new factor never breaks a prompt."""
    assert key == text_for(key, **VALUES)


def test_a_value_is_put_in_as_it_is():
    """Braces in a name are not looked into."""
    assert "Choose how to confirm it is you: {length}." == text_for("choose.challenge", choices="{length}")


def test_everything_auth0_may_say_has_a_text():
    """No key of the meanings is shown to people as it is."""
    assert [] == [one.told for one in MEANINGS if one.event and one.told not in EN]


def test_every_prompt_and_every_known_factor_has_a_text():
    """Ours need no translation of their names."""
    kinds = {kind.kind for kind in (AskPassword, AskCode, Scan, Wait, Pause, Done, Stopped)}
    assert set() == kinds - set(EN)
    assert set() == {f"factor.{name}" for name in (*_ORDER, *_LAST)} - set(EN)


@pytest.mark.parametrize("key", ["list_failed", "new_recovery_code", "still_pending", "push_denied"])
def test_what_no_meaning_tells_has_a_text_too(key):
    """What the client and the factors tell by themselves."""
    assert key in EN


def test_every_known_channel_has_a_question_of_its_own():
    """With the place a code went to, where one is sent."""
    asked = {f"ask_code.{name}" for name in ("otp", "sms", "voice", "email", "recovery")}
    assert set() == (asked | {f"ask_code.{name}.to" for name in ("sms", "voice", "email")}) - set(EN)


@pytest.mark.parametrize(
    "reason", ["expired", "cancelled", "no_available_factor", "mfa_token_invalid", "blocked", "password_leaked"]
)
def test_every_end_has_a_text(reason):
    """Why it ended, and what now."""
    assert reason in EN
