"""A recording: what happened in a flow, step by step, as data that holds no secret.

Two recordings are equal where the same happened, whatever they are called. Codes, tokens and addresses are not in one:
of what a person gave there is the kind, of a request its path and grant, of an answer its status and error.
"""

import json
import sys
from collections.abc import Iterable
from difflib import ndiff
from typing import Any, get_origin

from attrs import asdict, field, fields, frozen

FORMAT = 1


@frozen
class Exchange:
    """One request and its answer. ``status`` is 0 where none came; ``error`` is Auth0's word for what went wrong."""

    method: str
    path: str
    grant: str | None = None
    status: int = 0
    error: str | None = None

    def __str__(self) -> str:
        asked = " ".join(filter(None, (self.method, self.path, self.grant)))
        answered = " ".join(filter(None, (str(self.status), self.error))) if self.status else "no answer"
        return f"{asked} -> {answered}"


@frozen
class Step:
    """One verb and what came of it. ``at`` is in seconds since the first step.

    ``given`` is the kind of what was given with it: a factor's name, ``password``, ``code``, ... ``state`` is where the
    flow rests afterwards. ``prompt`` is the kind of the prompt that was returned, and ``error`` its notice's key;
    where something was raised there is no ``prompt``, and ``error`` is the code of that error: ``cancelled`` where
    nobody waited for the end of it, the class's name where it is none of ours.
    """

    verb: str
    given: str = ""
    exchanges: tuple[Exchange, ...] = ()
    events: tuple[str, ...] = ()
    state: str = ""
    prompt: str | None = None
    error: str | None = None
    at: float = 0.0

    def __str__(self) -> str:
        told = "; ".join(map(str, self.exchanges)) or "nothing was sent"
        moved = ", ".join(self.events) or "no move"
        came = f"shows {self.prompt}" if self.prompt else "raises"
        why = f" {self.error}" if self.error else ""
        return f"{self.at:g} s  {self.verb}({self.given}): {told} | {moved}, in {self.state} | {came}{why}"


@frozen
class Recording:
    """The steps of one flow, in order. ``title`` is for people."""

    steps: tuple[Step, ...] = ()
    title: str = field(default="", eq=False)

    @property
    def events(self) -> tuple[str, ...]:
        """Every event, in order."""
        return tuple(event for step in self.steps for event in step.events)

    @property
    def requests(self) -> tuple[str, ...]:
        """What was asked for, in order: ``POST /oauth/token mfa-otp``."""
        return tuple(str(each).partition(" -> ")[0] for step in self.steps for each in step.exchanges)

    def alike(self, other: "Recording") -> int:
        """With how many equal steps both begin."""
        pairs = list(zip(self.steps, other.steps, strict=False))
        return next((index for index, (one, two) in enumerate(pairs) if one != two), len(pairs))

    def diff(self, other: "Recording") -> str:
        """How another one differs, line by line: ``-`` is only here, ``+`` only there. Empty where they are equal."""
        if self == other:
            return ""
        return "\n".join(line.rstrip() for line in ndiff(_lines(self.steps), _lines(other.steps)))

    def to_json(self) -> str:
        """To be kept in a file, and read back by ``from_json``."""
        return json.dumps({"format": FORMAT, "title": self.title, "steps": [asdict(each) for each in self.steps]})

    @classmethod
    def from_json(cls, text: str) -> "Recording":
        """What ``to_json`` wrote. Raises ValueError for what is no recording, or one of a later format."""
        try:
            found = json.loads(text)
            if found["format"] != FORMAT:
                raise ValueError(f"this is a recording of format {found['format']!r}, and not of {FORMAT}")
            return cls(tuple(_step(each) for each in found["steps"]), _typed("title", found["title"], str))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"this is no recording: it is no JSON ({error})") from None
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"this is no recording: {type(error).__name__} {error}") from None

    def __str__(self) -> str:
        return "\n".join(_lines(self.steps))


def _lines(steps: Iterable[Step]) -> list[str]:
    return [str(each) for each in steps]


def _step(found: dict[str, Any]) -> Step:
    exchanges = tuple(Exchange(**_known(Exchange, each)) for each in found["exchanges"])
    events = tuple(_typed("events", each, str) for each in found["events"])
    step = Step(**{**_known(Step, found), "exchanges": exchanges, "events": events})
    if not 0 <= step.at <= sys.float_info.max:
        raise ValueError(f"this is no recording: its at is in seconds, 0 or more, and not {step.at}")
    return step


def _known(kind: type, found: dict[str, Any]) -> dict[str, Any]:
    """The fields that are known, each of its type: a later one may know more."""
    types = {each.name: each.type for each in fields(kind)}
    return {name: _typed(name, value, types[name]) for name, value in found.items() if name in types}


def _typed(name: str, value: Any, kind: Any) -> Any:
    """A list in JSON is a tuple here, and a whole number may be a float."""
    wanted = {float: int | float}.get(kind, list if get_origin(kind) is tuple else kind)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - as for all that is no recording
            f"this is no recording: its {name} cannot be a {type(value).__name__}"
        )
    return value
