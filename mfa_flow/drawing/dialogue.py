"""A recorded run as the lines of a sequence diagram, from top to bottom: who says what to whom, and where that leads.

What was recorded is read as it is, by the names of its parts: whoever recorded it is not known here.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from attrs import frozen

PERSON, APPLICATION, AUTH0 = range(3)
COLUMNS = ("Person", "mfa_flow", "Auth0")


class Exchange(Protocol):
    """A request and its answer."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def grant(self) -> str | None: ...
    @property
    def status(self) -> int: ...
    @property
    def error(self) -> str | None: ...


class Step(Protocol):
    """A verb and what came of it."""

    @property
    def verb(self) -> str: ...
    @property
    def given(self) -> str: ...
    @property
    def exchanges(self) -> Sequence[Exchange]: ...
    @property
    def events(self) -> Sequence[str]: ...
    @property
    def state(self) -> str: ...
    @property
    def prompt(self) -> str | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def at(self) -> float: ...


class Recording(Protocol):
    """One flow."""

    @property
    def title(self) -> str: ...
    @property
    def steps(self) -> Sequence[Step]: ...


class Scene(Protocol):
    """One diagram: its file's name, its title, and the flows in it, one after the other."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def recordings(self) -> Sequence[Recording]: ...


@frozen
class Heading:
    """What the lines below are about."""

    text: str


@frozen
class Later:
    """Time that passes."""

    text: str


@frozen
class Said:
    """From one column to another; ``back`` is an answer."""

    source: int
    dest: int
    text: str
    back: bool = False


@frozen
class Rests:
    """What happened, and the state in which the flow rests now."""

    events: str
    state: str


Line = Heading | Later | Said | Rests


def lines(recordings: Iterable[Recording], title: str = "") -> Iterator[Line]:
    """All lines of a diagram. What its ``title`` says already is not said again. Raises TypeError for no list."""
    if not isinstance(recordings, Iterable):
        raise TypeError(
            f"a diagram is drawn of a list of recordings: [recording], and not of one {type(recordings).__name__}"
        )
    for recording in recordings:
        if recording.title not in ("", title):
            yield Heading(recording.title)
        at = 0.0
        for step in recording.steps:
            if step.at > at:
                yield Later(f"{step.at - at:g} s later")
            at = step.at
            yield from _step(step)


def _step(step: Step) -> Iterator[Line]:
    given = ": ".join(filter(None, (step.verb, step.given.replace(" ", ", "))))
    yield Said(PERSON, APPLICATION, given)
    for each in step.exchanges:
        grant = f" ({each.grant})" if each.grant else ""
        yield Said(APPLICATION, AUTH0, f"{each.method} {each.path}{grant}")
        yield Said(AUTH0, APPLICATION, _answer(each), back=True)
    if step.events:
        yield Rests(", ".join(step.events), step.state)
    shown = step.prompt or "raises"
    yield Said(APPLICATION, PERSON, f"{shown}: {step.error}" if step.error else shown, back=True)


def _answer(exchange: Exchange) -> str:
    return " ".join(filter(None, (str(exchange.status), exchange.error))) if exchange.status else "no answer"


def plain(text: str) -> str:
    """On one line, and of letters that can be shown."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def story(found: Iterable[Line]) -> str:
    """The lines in words: for those who hear the picture instead of seeing it."""
    return " ".join(_told(line) for line in found)


def _told(line: Line) -> str:
    match line:
        case Said(source=source, dest=dest, text=text):
            return f"{COLUMNS[source]} to {COLUMNS[dest]}: {text}."
        case Rests(events=events, state=state):
            return f"{events}: now {state}."
        case Heading(text=text) | Later(text=text):
            return f"{text}."
