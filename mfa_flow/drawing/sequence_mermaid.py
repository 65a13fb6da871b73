"""A sequence diagram as Mermaid text."""

import json
from collections.abc import Iterable

from mfa_flow.drawing.dialogue import (
    APPLICATION,
    AUTH0,
    COLUMNS,
    Heading,
    Later,
    Line,
    Recording,
    Rests,
    Said,
    lines,
    plain,
)

_HEAD = "%% Generated from a recorded run.\n"
_NAMES = ("P", "M", "A")
_CODES = {"#": "#35;", ";": "#59;"}


def sequence_mermaid(recordings: Iterable[Recording], title: str = "") -> str:
    """The diagram of these flows, one after the other."""
    # A text of JSON is one of YAML, too.
    front = f"---\ntitle: {json.dumps(plain(title), ensure_ascii=False)}\n---\n" if title else ""
    who = [f"participant {name} as {column}" for name, column in zip(_NAMES, COLUMNS, strict=True)]
    said = [_line(line) for line in lines(recordings, title)]
    return front + _HEAD + "sequenceDiagram\n" + "".join(f"    {line}\n" for line in [*who, *said])


def _line(line: Line) -> str:
    match line:
        case Said(source=source, dest=dest, text=text, back=back):
            return f"{_NAMES[source]}{'-->>' if back else '->>'}{_NAMES[dest]}: {_safe(text)}"
        case Rests(events=events, state=state):
            return f"Note over {_NAMES[APPLICATION]}: {_safe(events)}<br/>{_safe(state)}"
        case Heading(text=text) | Later(text=text):
            return f"Note over {_NAMES[0]},{_NAMES[AUTH0]}: {_safe(text)}"


def _safe(text: str) -> str:
    """A semicolon would end the line, as a line's end does; a hash begins a code."""
    return "".join(_CODES.get(letter, letter) for letter in plain(text))
