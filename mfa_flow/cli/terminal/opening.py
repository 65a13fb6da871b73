"""Where the person is: at a terminal, at one that can only write line by line, or at the other end of a pipe."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from prompt_toolkit.utils import is_dumb_terminal

from mfa_flow.cli.terminal.echo import silent
from mfa_flow.cli.terminal.keys import Keys, terminal
from mfa_flow.cli.terminal.lines import Lines
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.cli.terminal.talk import Talk

_TERMINAL = Path("/dev/tty")


@contextmanager
def person(locale: str) -> Iterator[Talk]:
    """Who to talk to. Nothing of it goes to stdout: with stderr sent elsewhere, a terminal is written to by itself."""
    if not sys.stdin.isatty():
        yield _by_line(sys.stderr, locale)
        return
    with _screen() as out:
        if is_dumb_terminal():
            yield _by_line(out, locale)
            return
        with silent(), terminal(out):
            yield Talk(Keys(), Paper(out), locale)


def _by_line(out: TextIO, locale: str) -> Talk:
    paper = Paper(out)
    return Talk(Lines(paper, locale), paper, locale)


@contextmanager
def _screen() -> Iterator[TextIO]:
    if sys.stderr.isatty():
        yield sys.stderr
        return
    with _terminal() as out:
        yield out


def _terminal() -> TextIO:
    """The one that the process belongs to; for a process of none, the one that is read from."""
    try:
        return _TERMINAL.open("w", encoding="utf-8")
    except OSError:
        return Path(os.ttyname(sys.stdin.fileno())).open("w", encoding="utf-8")
