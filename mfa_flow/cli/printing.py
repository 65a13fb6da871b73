"""What ``login`` and ``authenticators`` give to a program: JSON on stdout, all of it, or it is known that it is not."""

import json
import os
import sys


class NotWritten(Exception):
    """A full disk, a pipe whose other end is closed, no stdout at all."""


def printed(found: object) -> None:
    """Write it, down to the system. Raises NotWritten."""
    if sys.stdout is None:  # it was closed before the program began
        raise NotWritten("it is closed")
    try:
        print(json.dumps(found, indent=2), flush=True)
    except OSError as error:
        # Python tries once more when it ends, and would end with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise NotWritten(error.strerror) from None
