"""How a person can be asked: the one protocol of a terminal and of a pipe."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, Protocol, TypeVar

from attrs import frozen

T = TypeVar("T")


class GivenUp(Exception):
    """The person does not want to go on: Ctrl-C, Ctrl-D. ``key`` is of the text that says what came of it, if any."""

    def __init__(self, key: str = "cancelled") -> None:
        super().__init__(key)
        self.key = key


class Refused(Exception):
    """What was given is not right, and nobody is there to give anything else."""


class NoMoreInput(Exception):
    """Answers come from a pipe or a file, and there is none left."""


@frozen
class Option(Generic[T]):
    """What may be chosen: what it stands for, what it is shown as, the name that a script may call it by, and what else
    it is called. What is ``new`` is not meant where something of its name is there already."""

    value: T
    label: str
    name: str = ""
    also: tuple[str, ...] = ()
    new: bool = False


class Asker(Protocol):
    """Asks one thing at a time. All raise GivenUp or NoMoreInput."""

    # Whether somebody is there who can do something about it, if something goes wrong.
    alive: bool

    async def line(self, label: str, *, hidden: bool = False) -> str:
        """What was typed, without blanks around it; as it is, if it was ``hidden``."""
        ...

    async def choice(self, question: str, options: Sequence[Option[T]]) -> T:
        """What one of these stands for."""
        ...

    async def saved(self, text: str) -> None:
        """Go on when the person says so."""
        ...

    async def meanwhile(self, over: "asyncio.Future[Any]", shown: Callable[[], str]) -> str | None:
        """What was typed before something was over, or None. ``shown`` gives what to show at this moment."""
        ...


async def typed_before(over: "asyncio.Future[Any]", line: Coroutine[Any, Any, str]) -> str | None:
    """The line, if it is typed before something is over; else it is not waited for."""
    typing = asyncio.ensure_future(line)
    try:
        await asyncio.wait({typing, over}, return_when=asyncio.FIRST_COMPLETED)
        return typing.result().strip() if typing.done() else None
    finally:
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)
