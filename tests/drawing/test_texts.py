"""The table, the Mermaid text and the dot text each hold every row: read back, they give the machine again."""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest

from mfa_flow.drawing.dot import dot
from mfa_flow.drawing.markdown import table
from mfa_flow.drawing.mermaid import mermaid
from mfa_flow.machine.table import OPEN, TRANSITIONS, Row, State

Move = tuple[str, str, str]  # source, event, dest

_NOT_FROM = re.compile(r"([\w ]+?)(?: \(not from (\w+)\))?")


def _moves(rows: Iterable[Row]) -> set[Move]:
    return {(row.source, row.event, row.dest) for row in rows}


def _edge(source: str, dest: str, label: str) -> Iterator[Move]:
    """What one arrow says. ``open`` stands for every open state but the exception; no ``dest`` is a loop."""
    match = _NOT_FROM.fullmatch(label)
    assert match, label
    event, exception = match.groups()
    for state in OPEN if source == "open" else (source,):
        if state != exception:
            yield state, event, dest or state


def _read(text: str, arrow: str, stays: str, newline: str) -> set[Move]:
    """The moves in a text, given what an arrow, a state with loops and a new line in a label look like in it."""
    found = [(source, dest, label) for source, dest, label in re.findall(arrow, text)]
    found += [(state, "", label) for state, label in re.findall(stays, text)]
    found += [
        ("open", "", label)
        for labels in re.findall(r"every open state stays on ([^\"]+)", text)
        for label in labels.split(", ")
    ]
    return {
        move for source, dest, labels in found for label in labels.split(newline) for move in _edge(source, dest, label)
    }


def _mermaid(rows: Iterable[Row]) -> set[Move]:
    return _read(mermaid(rows), r"(\w+) --> (\w+): (.+)", r"(\w+): stays on<br/>(.+)", "<br/>")


def _dot(rows: Iterable[Row]) -> set[Move]:
    text = re.sub(r"\w+ -> (\w+) \[ltail=cluster_open, ", r"open -> \1 [", dot(rows))
    return _read(text, r'(\w+) -> (\w+) \[label="([^"]+)"', r'(\w+) \[label="\w+\\n\\nstays on\\n([^"]+)"', r"\n")


def _table(rows: Iterable[Row]) -> set[tuple[str, ...]]:
    """Verbs, event, source, dest and why of every row that a line of the table stands for."""
    lines = [line.strip("| ").split(" | ") for line in table(rows).splitlines()[2:]]
    return {
        (verbs, event, state, state if dest == "*same*" else dest, why)
        for verbs, event, sources, dest, why in ([cell.replace("`", "") for cell in line] for line in lines)
        for state in _states(sources)
    }


def _states(cell: str) -> Iterable[str]:
    every, _, exception = cell.partition(" but ")
    return [state for state in OPEN if state != exception] if every == "every open state" else cell.split(", ")


@pytest.mark.parametrize("read", [_mermaid, _dot])
def test_a_diagram_read_back_is_the_machine(read: Callable[[Iterable[Row]], set[Move]]) -> None:
    """Every row is in the text, and nothing else is."""
    assert _moves(TRANSITIONS) == read(TRANSITIONS)


def test_the_table_read_back_is_the_machine() -> None:
    """Every row is in the table with its verbs and its reason, and nothing else is."""
    assert {(row.verb, row.event, row.source, row.dest, row.why) for row in TRANSITIONS} == _table(TRANSITIONS)


def test_the_table_merges_what_holds_for_every_open_state() -> None:
    """Five rows that differ only in their source are one line."""
    (line,) = (line for line in table(TRANSITIONS).splitlines() if "`throttled`" in line)
    assert "| any | `throttled` | every open state | *same* | a bucket is empty; it refills |" == line


def test_a_bar_in_a_reason_does_not_break_the_table() -> None:
    """The bar is what Markdown divides cells with, so it is escaped."""
    row = Row("login", "odd", State.STARTED, State.FAILED, "this | that")
    assert r"| `login` | `odd` | `started` | `failed` | this \| that |" in table([row])


def test_a_row_from_an_end_is_shown_too() -> None:
    """No rule says that an end has no rows; if one has, every text says so."""
    rows = [*TRANSITIONS, Row("login", "again", State.EXPIRED, State.EXPIRED, "and again")]
    assert [_moves(rows)] * 2 == [_mermaid(rows), _dot(rows)]
