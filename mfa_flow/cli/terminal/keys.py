"""Asking at a terminal: lines that can be edited, arrow keys, and what changes while it waits."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any, TextIO, TypeVar

from attrs import define, field
from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session, get_app_session
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import create_output
from prompt_toolkit.shortcuts.choice_input import ChoiceInput
from prompt_toolkit.styles import Style

from mfa_flow.cli.terminal.asking import GivenUp, Option, typed_before
from mfa_flow.cli.terminal.paper import clean, wrapped

T = TypeVar("T")

_STYLE = Style.from_dict({"selected-option": "bold", "label": "bold", "turning": "ansicyan"})
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BESIDE = 10  # columns that a choice's mark and number take
_TURN = 0.1  # seconds a frame is seen


def terminal(out: TextIO) -> AbstractContextManager[Any]:
    """For as long as the block lasts, questions are asked there and answered by the keys of stdin."""
    return create_app_session(input=create_input(), output=create_output(stdout=out))


@define
class Keys:
    """Ctrl-C and Ctrl-D give up. A password shows as stars."""

    alive: bool = field(default=True, init=False)

    async def line(self, label: str, *, hidden: bool = False) -> str:
        """A line."""
        typed: str = await _session(_labelled(label), is_password=hidden).prompt_async()
        return typed if hidden else typed.strip()

    async def choice(self, question: str, options: Sequence[Option[T]]) -> T:
        """By arrow keys or number, then Enter."""
        listed = [(place, _fitting(one.label, _BESIDE)) for place, one in enumerate(options)]
        asked = ChoiceInput(
            message=_fitting(question),
            options=listed,
            style=_STYLE,
            interrupt_exception=GivenUp,
            key_bindings=_giving_up(),
        )
        return options[await asked.prompt_async()].value

    async def saved(self, text: str) -> None:
        """When Enter was pressed."""
        await _session(_labelled(text), is_password=True).prompt_async()

    async def meanwhile(self, over: "asyncio.Future[Any]", shown: Callable[[], str]) -> str | None:
        """A line, below what turns and counts; both are gone afterwards."""

        def message() -> FormattedText:  # asked for more than once each time it is drawn
            frame = _FRAMES[int(monotonic() / _TURN) % len(_FRAMES)]
            return FormattedText([("class:turning", frame), ("", f" {shown()}\n> ")])

        session = _session(message, refresh_interval=_TURN, erase_when_done=True)
        return await typed_before(over, session.prompt_async())


def _giving_up() -> KeyBindings:
    """At a choice, Ctrl-D means nothing by itself."""
    bindings = KeyBindings()

    @bindings.add("c-d")
    def _ended(event: KeyPressEvent) -> None:
        event.app.exit(exception=GivenUp(), style="class:aborting")

    return bindings


def _labelled(label: str) -> FormattedText:
    return FormattedText([("class:label", _fitting(label)), ("", " ")])


def _fitting(text: str, beside: int = 2) -> str:
    """Broken between words where it is too long; ``beside`` are the columns that are taken by something else."""
    return wrapped(clean(text), max(1, get_app_session().output.get_size().columns - beside), " " * (beside - 4))


def _session(message: Any, **options: Any) -> PromptSession[str]:
    return PromptSession(
        message, history=DummyHistory(), style=_STYLE, interrupt_exception=GivenUp, eof_exception=GivenUp, **options
    )
