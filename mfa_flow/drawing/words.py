"""The picture in words: for those who hear it instead of seeing it, and for those who point at an arrow."""

from mfa_flow.drawing.places import places
from mfa_flow.drawing.records import Arrow, Diagram
from mfa_flow.machine.table import State


def told(arrow: Arrow) -> str:
    """An arrow's tooltip: each of its rows."""
    lines = (f"{row.event} ({row.verb}): {row.why}" for row in arrow.rows)
    return "\n".join((f"{arrow.source} to {arrow.dest}", *lines))


def described(picture: Diagram) -> str:
    """What the picture shows, in two or three sentences."""
    rows: dict[int, list[State]] = {}
    for state, place in places().items():
        rows.setdefault(place.row, []).append(state)
    way = ", ".join(_either(rows[row]) for row in sorted(rows))
    exits = _either(list(picture.exits))
    return f"State diagram of a login. The way to the tokens: {way}." + (
        exits and f" From the open states it can also end as {exits}."
    )


def _either(states: list[State]) -> str:
    return " or ".join(filter(None, (", ".join(states[:-1]), *states[-1:])))
