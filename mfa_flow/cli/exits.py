"""How ``login`` and ``authenticators`` end: exit codes for a script, and what is said of what went wrong."""

import asyncio
import signal
from collections.abc import Awaitable
from enum import IntEnum

from mfa_flow.cli.printing import NotWritten, complained
from mfa_flow.cli.terminal.asking import GivenUp, NoMoreInput, Refused
from mfa_flow.cli.terminal.paper import clean
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.errors import MfaFlowError, Misconfigured, MisuseError, Unreadable
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
        return await _ended(task, talk)
    except OSError as error:  # of stderr or the terminal: nobody would know what is asked
        complained(f"error: what is asked cannot be written: {error.strerror}")
        return Ending.UNWRITTEN


async def _ended(task: Awaitable[Ending], talk: Talk) -> Ending:
    try:
        return await task
    except (GivenUp, asyncio.CancelledError) as error:
        if key := error.key if isinstance(error, GivenUp) else "cancelled":
            talk.paper.tell(text_for(key, talk.locale))
        return Ending.GIVEN_UP
    except Refused:
        return Ending.REFUSED
    except NoMoreInput:
        talk.paper.refuse(text_for("terminal.no_input", talk.locale))
        return Ending.REFUSED
    except NotWritten as error:
        complained(f"error: stdout cannot be written to: {error}")
        return Ending.UNWRITTEN
    except MfaFlowError as error:
        return _told(error, talk)


def _told(error: MfaFlowError, talk: Talk) -> Ending:
    """A setting is wrong, by itself or to the tenant or the store, which is for who set it; or something is in trouble,
    which may be over later."""
    if not isinstance(error, MisuseError):
        talk.paper.refuse(error.text(talk.locale))
    complained(f"error: {clean(str(error))}")
    return Ending.MISUSE if isinstance(error, MisuseError | Misconfigured | Unreadable) else Ending.TROUBLE
