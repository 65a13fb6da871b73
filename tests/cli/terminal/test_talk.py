"""What a person is told once, however often a flow says it."""

from io import StringIO

from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.cli.terminal.talk import Talk


class Saving:
    """Somebody who presses Enter."""

    times = 0

    async def saved(self, text):
        """It counts."""
        self.times += 1


async def test_codes_are_kept_once():
    """Prompt after prompt may carry them: what is new is shown, with Enter, and the rest is not."""
    out, person = StringIO(), Saving()
    talk = Talk(person, Paper(out), "en")
    for codes in (("FIRST",), (), ("FIRST",), ("FIRST", "SECOND"), ("SECOND",), ("FIRST",)):
        await talk.keep(codes)
    assert (1, 1, 2) == (out.getvalue().count("FIRST"), out.getvalue().count("SECOND"), person.times)
