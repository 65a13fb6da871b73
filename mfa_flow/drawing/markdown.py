"""The table as people read it: rows that say the same of several states are one line."""

from collections import defaultdict
from collections.abc import Iterable

from mfa_flow.machine.table import OPEN, Row, State

_HEAD = "| verb | event | from | to | why |\n|---|---|---|---|---|\n"
_SAME = "*same*"


def table(rows: Iterable[Row]) -> str:
    """All rows as a Markdown table, in the table's order."""
    lines: defaultdict[tuple[str, ...], list[State]] = defaultdict(list)
    for row in rows:
        dest = _SAME if row.source is row.dest else f"`{row.dest}`"
        lines[_verbs(row), f"`{row.event}`", dest, row.why.replace("|", r"\|")].append(row.source)
    return _HEAD + "".join(
        f"| {verbs} | {event} | {_sources(sources)} | {dest} | {why} |\n"
        for (verbs, event, dest, why), sources in lines.items()
    )


def _verbs(row: Row) -> str:
    return "any" if row.verb == "any" else _code(row.verbs)


def _sources(sources: list[State]) -> str:
    missing = [state for state in OPEN if state not in sources]
    if len(missing) > 1 or set(sources) - set(OPEN):
        return _code(sources)
    return "every open state" + "".join(f" but `{state}`" for state in missing)


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
