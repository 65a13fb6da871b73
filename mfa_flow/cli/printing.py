"""What ``login`` and ``authenticators`` give on stdout: all of it, or it is known that it is not."""

import json
import os
import sys
from contextlib import suppress


class NotWritten(Exception):
    """A full disk, a pipe whose other end is closed, no stdout at all."""


def complained(text: str) -> None:
    """A line on stderr, for who set it up. Where nothing can be written nobody reads it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def printed(found: object) -> None:
    """To a program, as JSON. Raises NotWritten."""
    written(json.dumps(found, indent=2) + "\n")


def written(text: str) -> None:
    """Write it, down to the system. Raises NotWritten."""
    if sys.stdout is None:  # it was closed before the program began
        raise NotWritten("it is closed")
    try:
        print(text, end="", flush=True)
    except OSError as error:
        # Python tries once more when it ends, and would end with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise NotWritten(error.strerror) from None
