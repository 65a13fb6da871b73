"""How a person can be asked: the one protocol of a terminal and of a pipe."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class GivenUp(Exception):
    """The person does not want to go on: Ctrl-C, Ctrl-D."""


class NoMoreInput(Exception):
    """Answers come from a pipe or a file, and there is none left."""


class Asker(Protocol):
    """Asks one thing at a time. All raise GivenUp or NoMoreInput."""

    # Whether somebody is there who can do something about it, if something goes wrong.
    alive: bool

    async def line(self, label: str, *, hidden: bool = False, default: str = "") -> str:
        """What was typed, without blanks around it; as it is, if it was ``hidden``."""
        ...

    async def choice(self, question: str, options: Sequence[tuple[T, str]]) -> T:
        """One of these, by their labels."""
        ...

    async def saved(self, text: str) -> None:
        """Go on when the person says so."""
        ...

    async def meanwhile(self, over: "asyncio.Future[Any]", shown: Callable[[], str]) -> str | None:
        """What was typed before something was over, or None. ``shown`` gives what to show at this moment."""
        ...
