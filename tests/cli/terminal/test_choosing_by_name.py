"""What a list offers where it has both kinds: what one has, and what may be set up."""

from io import StringIO

import pytest

from mfa_flow import Authenticator, Choose
from mfa_flow.cli.terminal.choosing import choose
from mfa_flow.cli.terminal.meaning import meant
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.cli.terminal.talk import Talk

PHONE = "XXXXXXXX0042"
HAS = tuple(
    Authenticator(f"{kind}|{count}", kind, name=PHONE) for kind, count in (("sms", 1), ("push", 1), ("push", 2))
)


class Typing:
    """Somebody who types a line at a choice."""

    def __init__(self, typed):
        self.typed, self.shown = typed, []

    async def choice(self, question, options):
        """It remembers what is shown."""
        self.shown = [one.label for one in options]
        return meant(self.typed, options).value


class Flow:
    """It says what it was told to do."""

    async def challenge(self, one):
        """To ask for a proof."""
        return f"challenge {one.id}"

    async def enroll(self, name):
        """To set one up."""
        return f"enroll {name}"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sms", "challenge sms|1"),
        ("text message", "challenge sms|1"),
        ("authenticator app", "enroll otp"),
        ("push", "challenge push|1"),
        (f"push notification ({PHONE}) (2)", "challenge push|2"),
    ],
)
async def test_by_name(typed, expected):
    """What one has goes first; a name is one with and without "Set up"; of those of one name the first will do."""
    person = Typing(typed)
    prompt = Choose(challenge=HAS, enroll=("otp", "sms"), verbs=("challenge", "enroll"))
    assert expected == await choose(Flow(), Talk(person, Paper(StringIO()), "en"), prompt)
    assert [
        f"text message ({PHONE})",
        f"push notification ({PHONE})",
        f"push notification ({PHONE}) (2)",
        "Set up: authenticator app",
        "Set up: text message",
        "Cancel",
    ] == person.shown
