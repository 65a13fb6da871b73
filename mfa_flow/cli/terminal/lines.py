"""Asking where nobody sits: each answer is a line of stdin, so that a script can log in."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from threading import Thread
from typing import Any, TypeVar

from attrs import define, field

from mfa_flow.cli.terminal.asking import NoMoreInput
from mfa_flow.cli.terminal.echo import silent
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.texts import text_for

T = TypeVar("T")


@define
class _Input:
    """Reads lines in a thread of its own, which nobody waits for: one may never come. Python's own reader would hold
    a lock meanwhile, and with it the end of the process."""

    _read: bytes = b""

    async def line(self) -> str:
        """The next one, without its end. Raises NoMoreInput."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[bytes] = loop.create_future()

        def give(line: bytes) -> None:
            if not found.done():
                found.set_result(line)

        def read() -> None:
            line = self._line()
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(give, line)

        Thread(target=read, daemon=True).start()
        line = await found
        if not line:
            raise NoMoreInput
        return line.decode(errors="replace").rstrip("\r\n")

    def _line(self) -> bytes:
        while b"\n" not in self._read and (more := os.read(sys.stdin.fileno(), 4096)):
            self._read += more
        line, end, self._read = self._read.partition(b"\n")
        return line + end


@define
class Lines:
    """A choice is answered by its number or its label. Nothing is asked twice in vain: stdin comes to its end."""

    _paper: Paper
    _locale: str
    _input: _Input = field(factory=_Input, init=False)
    alive: bool = field(default=False, init=False)

    async def line(self, label: str, *, hidden: bool = False, default: str = "") -> str:
        """The next line, or what it was last time if it is empty."""
        self._paper.tell(label)
        with silent() if hidden else nullcontext():
            typed = await self._input.line()
        return typed if hidden else typed.strip() or default

    async def choice(self, question: str, options: Sequence[tuple[T, str]]) -> T:
        """The one of this number, or of this label."""
        self._paper.tell(question)
        for number, (_, label) in enumerate(options, 1):
            self._paper.tell(f"{number:2d}. {label}")
        while True:
            typed = (await self._input.line()).strip().casefold()
            for number, (option, label) in enumerate(options, 1):
                if typed in {str(number), label.casefold()}:
                    return option
            self._paper.refuse(text_for("terminal.no_choice", self._locale, n=len(options)))

    async def saved(self, text: str) -> None:
        """From a pipe, at once: what was told stands on stderr."""
        if sys.stdin.isatty():
            self._paper.tell(text)
            await self._input.line()

    async def meanwhile(self, over: "asyncio.Future[Any]", shown: Callable[[], str]) -> str | None:
        """Nothing is read while something is awaited."""
        await asyncio.wait({over})
        return None
