"""What a typed line means: a number, a name, or the beginning of one; never one of two."""

import pytest

from mfa_flow.cli.terminal.asking import Option
from mfa_flow.cli.terminal.meaning import meant

FRENCH = [
    Option("otp", "application d\u2019authentification", "otp"),
    Option("recovery", "code de r\u00e9cup\u00e9ration", "recovery"),
    Option("voice", "appel t\u00e9l\u00e9phonique (XXXXXXXX0042)", "voice"),
    Option("cancel", "Annuler", "cancel"),
]
BOTH = [
    Option("has", "text message (XXXXXXXX0042)", "sms", ("text message (XXXXXXXX0042)", "text message")),
    Option("app", "Set up: authenticator app", "otp", ("authenticator app",), new=True),
    Option("new", "Set up: text message", "sms", ("text message",), new=True),
    Option("push", "Set up: push notification", "push", ("push notification",), new=True),
]
PHONE = "push notification (Simulated Phone)"
ALIKE = [Option("first", PHONE, "push", (PHONE,)), Option("second", f"{PHONE} (2)", "push", (PHONE,))]
BY_ID = [Option("first", PHONE, "push", (PHONE, "push|1")), Option("second", f"{PHONE} (2)", "push", (PHONE, "push|2"))]


def of(typed, options):
    """What is meant by it."""
    found = meant(typed, options)
    return found and found.value


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Application d'authentification", "otp"),
        ("appel telephonique", "voice"),
        ("code de recup", "recovery"),
        ("ANNULER.", "cancel"),
        ("2.", "recovery"),
        ("a", None),
        ("", None),
        ("...", None),
        ("5", None),
    ],
)
def test_as_it_is_typed(typed, expected):
    """Without the accents and the curly apostrophe that no keyboard has."""
    assert expected == of(typed, FRENCH)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sms", "has"),
        ("text message", "has"),
        ("text", "has"),
        ("authenticator app", "app"),
        ("otp", "app"),
        ("push", "push"),
        ("set up: text", "new"),
        ("set up", None),
        ("3", "new"),
    ],
)
def test_what_one_has_and_what_is_new(typed, expected):
    """A name means what one has of the factor, then what may be set up, which needs no "Set up" before it."""
    assert expected == of(typed, BOTH)


@pytest.mark.parametrize("typed", ["push", PHONE, "push not"])
def test_two_that_are_called_the_same(typed):
    """The first is as good as the second, unless they are told apart by an id."""
    assert "first" == of(typed, ALIKE)
    assert of(typed, BY_ID) is None


@pytest.mark.parametrize("typed", [f"{PHONE} (2)", "push|2", "2"])
def test_the_second_of_two(typed):
    """By what it is shown as, by its id, and by its number."""
    assert "second" == of(typed, BY_ID)


def test_a_name_that_another_begins_with():
    """Typed as a whole it is clear."""
    assert "short" == of("otp", [Option("short", "app", "otp"), Option("long", "key", "otp-key")])
