"""Telling the demo's story: in colour to a person, or as JSON lines to a program."""

import json
from time import monotonic
from typing import Any, Protocol

import rich.console
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from mfa_flow import Moved, Prompt, State

_COLOURS = {
    State.STARTED: "white",
    State.AUTHENTICATED: "cyan",
    State.MFA_REQUIRED: "yellow",
    State.ENROLLING: "magenta",
    State.CHALLENGING: "blue",
    State.CONFIRMED: "bold green",
}


class Narrator(Protocol):
    """Who tells what happens, as it happens."""

    def chapter(self, title: str) -> None: ...
    def said(self, verb: str) -> None: ...
    def moved(self, moved: Moved) -> None: ...
    def shown(self, prompt: Prompt) -> None: ...
    def picture(self, qr: str, secret: str) -> None: ...
    def note(self, text: str) -> None: ...
    def ended(self) -> None: ...
    def failed(self, why: str) -> None: ...


class Console:
    """For people. Moves are told from verb to verb: event, and where it led."""

    def __init__(self) -> None:
        self._out = rich.console.Console(highlight=False, soft_wrap=False)
        self._begun, self._chapters, self._moves, self._at = monotonic(), 0, 0, ""
        self._kept: tuple[str, ...] = ()

    def chapter(self, title: str) -> None:
        self._chapters += 1
        self._at = title
        self._out.print()
        self._out.print(Rule(f"[bold]{self._chapters}. {escape(title)}[/]", align="left", style="dim"))

    def said(self, verb: str) -> None:
        self._at = verb
        self._out.print(f"\n [bold]>[/] [bold]{escape(verb)}[/]")

    def moved(self, moved: Moved) -> None:
        self._moves += 1
        source, dest = _coloured(moved.source), _coloured(moved.dest)
        self._out.print(
            Text.assemble("   ", (f"{moved.verb:<11}{moved.event:<19}", "dim"), source, (" -> ", "dim"), dest)
        )

    def shown(self, prompt: Prompt) -> None:
        if prompt.error:
            self._out.print(Padding(Text(prompt.error.text, style="red"), (0, 2, 0, 5)))
        question = prompt.question()
        self._out.print(Padding(Text(question, style="green" if prompt.kind == "done" else ""), (0, 2, 0, 5)))
        if prompt.recovery_codes and prompt.recovery_codes != self._kept:
            self._out.print(Padding(Text(prompt.to_keep() or "", style="yellow"), (0, 2, 0, 5)))
            self._kept = prompt.recovery_codes

    def picture(self, qr: str, secret: str) -> None:
        self._out.print(Padding(Text(qr.rstrip(), style="bright_white on black", no_wrap=True), (1, 0, 0, 5)))

    def note(self, text: str) -> None:
        self._out.print(Padding(Text(text, style="italic dim"), (1, 2, 0, 5)))

    def ended(self) -> None:
        took = monotonic() - self._begun
        self._out.print()
        self._out.print(
            f"[bold green]demo ok[/]: {self._chapters} chapters, {self._moves} moves, {took:.1f} s", soft_wrap=True
        )

    def failed(self, why: str) -> None:
        self._out.print()
        self._out.print(f"[bold red]demo failed[/] at {escape(self._at)}: {escape(why)}", soft_wrap=True)


class JsonLines:
    """For programs: one object a line."""

    def __init__(self) -> None:
        self._chapters, self._moves, self._at = 0, 0, ""

    def chapter(self, title: str) -> None:
        self._chapters += 1
        self._at = title
        self._print(chapter=title)

    def said(self, verb: str) -> None:
        self._at = verb
        self._print(said=verb)

    def moved(self, moved: Moved) -> None:
        self._moves += 1
        self._print(verb=moved.verb, event=moved.event, source=moved.source, dest=moved.dest)

    def shown(self, prompt: Prompt) -> None:
        self._print(prompt=json.loads(prompt.to_json()))

    def picture(self, qr: str, secret: str) -> None:
        self._print(qr=qr.splitlines(), secret=secret)

    def note(self, text: str) -> None:
        self._print(note=text)

    def ended(self) -> None:
        self._print(demo="ok", chapters=self._chapters, moves=self._moves)

    def failed(self, why: str) -> None:
        self._print(demo="failed", at=self._at, why=why)

    def _print(self, **line: Any) -> None:
        print(json.dumps(line), flush=True)


def _coloured(state: State) -> tuple[str, str]:
    return (state.value, _COLOURS.get(state, "red"))
