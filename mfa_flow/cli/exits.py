"""How ``login`` and ``authenticators`` end: exit codes for a script, and what is said of what went wrong."""

import asyncio
import signal
import sys
from collections.abc import Awaitable
from enum import IntEnum

from mfa_flow.cli.printing import NotWritten
from mfa_flow.cli.terminal.asking import GivenUp, NoMoreInput
from mfa_flow.cli.terminal.paper import clean
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.errors import MfaFlowError, MisuseError
from mfa_flow.texts import text_for


class Ending(IntEnum):
    """What came of it, as the shell is told."""

    FINE = 0
    REFUSED = 1
    MISUSE = 2
    TROUBLE = 3
    UNWRITTEN = 4
    GIVEN_UP = 130


async def ended(work: Awaitable[Ending], talk: Talk) -> Ending:
    """How it ended, whatever was raised; the person is told. SIGTERM gives up as Ctrl-C does."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except (GivenUp, asyncio.CancelledError):
        talk.paper.tell(text_for("cancelled", talk.locale))
        return Ending.GIVEN_UP
    except NoMoreInput:
        talk.paper.refuse(text_for("terminal.no_input", talk.locale))
        return Ending.REFUSED
    except NotWritten as error:
        print(f"error: stdout cannot be written to: {error}", file=sys.stderr)
        return Ending.UNWRITTEN
    except MfaFlowError as error:
        return _told(error, talk)


def _told(error: MfaFlowError, talk: Talk) -> Ending:
    """A setting is wrong, which is for who set it; or the tenant is, which is for both."""
    if not isinstance(error, MisuseError):
        talk.paper.refuse(error.text(talk.locale))
    print(f"error: {clean(str(error))}", file=sys.stderr)
    return Ending.MISUSE if isinstance(error, MisuseError) else Ending.TROUBLE
