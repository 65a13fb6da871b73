"""Asking where nobody sits: each answer is a line of stdin, so that a script can log in."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from threading import Thread
from typing import Any, TypeVar

from attrs import define, field

from mfa_flow.cli.terminal.asking import GivenUp, NoMoreInput, Option, typed_before
from mfa_flow.cli.terminal.echo import silent
from mfa_flow.cli.terminal.meaning import meant
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.texts import text_for

T = TypeVar("T")


@define
class _Input:
    """Reads lines in a thread of its own, which nobody waits for: one may never come. Python's own reader would hold
    a lock meanwhile, and with it the end of the process."""

    _read: bytes = b""
    _next: "asyncio.Future[bytes] | None" = None

    async def line(self) -> str:
        """The next one, without its end. Who does not wait for it leaves it to the next who asks. Raises
        NoMoreInput, and GivenUp for a person's Ctrl-D."""
        self._next = self._next or self._begun()
        line = await asyncio.shield(self._next)
        self._next = None
        if not line:
            raise GivenUp if sys.stdin.isatty() else NoMoreInput
        return line.decode(errors="replace").rstrip("\r\n")

    def _begun(self) -> "asyncio.Future[bytes]":
        loop = asyncio.get_running_loop()
        found: asyncio.Future[bytes] = loop.create_future()

        def read() -> None:
            line = self._line()
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(found.set_result, line)

        Thread(target=read, daemon=True).start()
        return found

    def _line(self) -> bytes:
        while b"\n" not in self._read and (more := os.read(sys.stdin.fileno(), 4096)):
            self._read += more
        line, end, self._read = self._read.partition(b"\n")
        return line + end


@define
class Lines:
    """A choice is answered by its number, or by the beginning of what it is called. Nothing is asked twice in vain:
    stdin comes to its end."""

    _paper: Paper
    _locale: str
    _input: _Input = field(factory=_Input, init=False)
    alive: bool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.alive = sys.stdin.isatty()

    async def line(self, label: str, *, hidden: bool = False) -> str:
        """The next line."""
        self._paper.tell(label)
        with silent() if hidden else nullcontext():
            typed = await self._input.line()
        return typed if hidden else typed.strip()

    async def choice(self, question: str, options: Sequence[Option[T]]) -> T:
        """The one that is meant."""
        self._paper.tell(question)
        for number, one in enumerate(options, 1):
            self._paper.tell(f"{number:2d}. {one.label}")
        label = text_for("terminal.label", self._locale, label=text_for("terminal.choice", self._locale))
        while (found := meant(await self.line(label), options)) is None:
            self._paper.refuse(text_for("terminal.no_choice", self._locale, n=len(options)))
        return found.value

    async def saved(self, text: str) -> None:
        """From a pipe, at once: what was told stands on stderr."""
        if sys.stdin.isatty():
            self._paper.tell(text)
            await self._input.line()

    async def meanwhile(self, over: "asyncio.Future[Any]", shown: Callable[[], str]) -> str | None:
        """What is typed at a terminal. Of a script nothing is read while something is awaited."""
        if not sys.stdin.isatty():
            await asyncio.wait({over})
            return None
        return await typed_before(over, self._input.line())
