"""What is said of what was sent once more."""

from io import StringIO

import pytest

from mfa_flow import AskCode, Scan
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.cli.terminal.proving import say
from mfa_flow.cli.terminal.talk import Talk

PROMPTS = {
    "code": (AskCode(channel="sms", length=6, verbs=("confirm",)), True),
    "key": (Scan(barcode_uri="otpauth://totp/a?secret=AAAA", secret="AAAA", length=6, verbs=("confirm",)), False),
}


class Flow:
    """It asks this after whatever is sent."""

    def __init__(self, prompt):
        self.prompt = prompt

    async def resend(self):
        """The prompt."""
        return self.prompt


@pytest.mark.parametrize("asked", PROMPTS)
async def test_sent_once_more(asked):
    """A message was; a key to scan came to this screen, and to nobody else."""
    out, (prompt, told) = StringIO(), PROMPTS[asked]
    assert prompt == await say(Flow(prompt), Talk(None, Paper(out), "en"), "resend")
    assert told == ("It was sent once more." in out.getvalue())
