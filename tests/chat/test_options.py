"""Choosing by a number, a name, a part of one."""

import pytest

from mfa_flow import Choose
from mfa_flow.chat.options import meant, one_line, options
from mfa_flow.wire.values import Authenticator


def known(factor, name=None, **more):
    channel = {"otp": None, "recovery": None, "push": "auth0"}.get(factor, factor)
    kind = {"otp": "otp", "recovery": "recovery-code"}.get(factor, "oob")
    return Authenticator(f"{factor}|{name}", kind, active=True, oob_channel=channel, name=name, **more)


CHOOSE = Choose(
    challenge=(known("sms", "XXXXXXXX0042"), known("sms", "XXXXXXXX0077"), known("otp"), known("recovery")),
    enroll=("voice", "email", "otp"),
)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1", "en", [0]),
        (" 2. ", "en", [1]),
        ("#3", "en", [2]),
        ("7)", "en", [6]),
        ("\u0663", "en", [2]),  # an Arabic three
        ("4\ufe0f\u20e3", "en", [3]),  # a keycap
        ("0", "en", []),
        ("8", "en", []),
        ("99", "en", []),
        ("0042", "en", [0]),
        ("text message", "en", [0, 1]),
        ("TEXT", "en", [0, 1]),
        ("recovery", "en", [3]),
        ("app", "en", [2]),  # who has it uses it: another like it is set up by its number
        ("Authenticator App!", "en", [2]),
        ("phone", "en", [4]),
        ("appel", "fr", [4]),
        ("telephone", "fr", [4]),
        ("RÉCUPÉRATION", "fr", [3]),
        ("recuperation", "fr", [3]),
        ("phone call", "fr", [4]),  # English is understood everywhere
        ("voice", "fr", [4]),
        ("text messages", "en", [0, 1]),
        ("mail", "en", [5]),
        ("e", "en", []),
        ("no", "en", []),
        ("en", "en", []),
        ("to", "en", []),
        ("th", "en", []),
        ("me", "en", []),
        ("ai", "en", []),
        ("hone", "en", []),
        ("I cannot get text messages", "en", []),
        ("my phone is broken", "en", []),
        ("je n'ai plus le telephone", "fr", []),
        ("pigeon", "en", []),
        ("", "en", []),
        ("-1", "en", []),
        ("\u00b2", "en", []),
    ],
)
def test_meant(text, locale, expected):
    """One, where it is clear; several, where it is not; none of them for nonsense."""
    offered = options(CHOOSE, locale)
    assert [offered[place] for place in expected] == list(meant(text, offered))


@pytest.mark.parametrize("text", ["no", "No!", "not", "non", "NON.", "not push", "push? no", "pas push", "no thanks"])
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_no_chooses_nothing(text, locale):
    """Though "notification" begins like it, and whatever stands beside it."""
    assert [] == list(meant(text, options(Choose(challenge=(known("push"), known("sms"))), locale)))


def test_names_are_kept_on_a_line():
    """What somebody called a phone makes no second line, hides nothing, and does not go on for ever."""
    assert "a b" == one_line("a\n\u202eb\u0000")
    assert 64 == len(one_line("x" * 500))
    assert one_line("x" * 500).endswith("\u2026")


def test_managing():
    """Who manages factors may have each removed; nothing is a challenge."""
    prompt = Choose(authenticators=(known("sms", "1"), Authenticator("x")), enroll=("otp",), verbs=("remove", "enroll"))
    assert ["remove", "enroll"] == [one.verb for one in options(prompt, "en")]
