"""The rows, gathered as a picture needs them: by arrow, and by what holds for every open state.

Every renderer starts here, so they all agree on what an arrow is. A renderer only decides how it looks.
"""

from collections import defaultdict
from collections.abc import Iterable

from attrs import frozen

from mfa_flow.drawing.places import side
from mfa_flow.machine.table import OPEN, Row, State

START = next(iter(State))


@frozen
class Arrow:
    """All rows between two states; both may be the same. ``own`` are the rows that are not common ones."""

    source: State
    dest: State
    rows: tuple[Row, ...]
    own: tuple[Row, ...]

    @property
    def id(self) -> str:
        """What the arrow is called in the SVG."""
        return f"arrow-{self.source}-{self.dest}"

    @property
    def stays(self) -> bool:
        """Whether it ends where it began."""
        return self.source is self.dest

    @property
    def events(self) -> tuple[str, ...]:
        """Its own events, in the table's order."""
        return tuple(dict.fromkeys(row.event for row in self.own))


@frozen
class Common:
    """An event of all open states, or of all but one. ``dest`` is the end it leads to; None means the flow stays."""

    event: str
    dest: State | None
    rows: tuple[Row, ...]

    @property
    def exception(self) -> str:
        """The one open state it does not hold for, as words, or nothing."""
        return "".join(f"not from {state}" for state in _missing(row.source for row in self.rows))

    @property
    def label(self) -> str:
        """The event, and its exception if there is one."""
        return f"{self.event} ({self.exception})" if self.exception else self.event


@frozen
class Diagram:
    """What to draw. Each row is in one arrow; it is shown as that arrow's own, or as a common one."""

    arrows: tuple[Arrow, ...]
    common: tuple[Common, ...]

    @property
    def own(self) -> tuple[Arrow, ...]:
        """The arrows that are to be shown one by one."""
        return tuple(arrow for arrow in self.arrows if arrow.own)

    @property
    def moves(self) -> tuple[Arrow, ...]:
        """Those of them that lead from one state to another."""
        return tuple(arrow for arrow in self.own if not arrow.stays)

    def stays(self, state: State) -> tuple[str, ...]:
        """The events, not common ones, after which a flow is still in this state."""
        return next((arrow.events for arrow in self.own if arrow.stays and arrow.source is state), ())

    @property
    def everywhere(self) -> tuple[Common, ...]:
        """The common events after which a flow stays where it is."""
        return tuple(common for common in self.common if common.dest is None)

    @property
    def frame(self) -> str:
        """What to write on the frame around the open states."""
        events = ", ".join(common.label for common in self.everywhere)
        return "every open state" + (events and f" stays on {events}")

    @property
    def exits(self) -> dict[State, tuple[Common, ...]]:
        """The common events that end a flow, by the end they lead to."""
        dests = dict.fromkeys(common.dest for common in self.common if common.dest is not None)
        return {dest: tuple(common for common in self.common if common.dest is dest) for dest in dests}


def diagram(rows: Iterable[Row]) -> Diagram:
    """Gather the rows, in the order in which the table first names an arrow."""
    rows = tuple(rows)
    common = _common(rows)
    shared = {row for one in common for row in one.rows}
    pairs: defaultdict[tuple[State, State], list[Row]] = defaultdict(list)
    for row in rows:
        pairs[row.source, row.dest].append(row)
    arrows = (
        Arrow(*pair, tuple(all_), tuple(row for row in all_ if row not in shared)) for pair, all_ in pairs.items()
    )
    return Diagram(tuple(arrows), common)


def _common(rows: Iterable[Row]) -> tuple[Common, ...]:
    """Only ends at the side count: what leads to an end further down is a step of the way, however many take it."""
    found: defaultdict[tuple[str, State | None], list[Row]] = defaultdict(list)
    for row in rows:
        stays = row.source is row.dest
        if row.source in OPEN and (stays or row.dest in side()):
            found[row.event, None if stays else row.dest].append(row)
    return tuple(
        Common(*key, tuple(rows)) for key, rows in found.items() if len(_missing(row.source for row in rows)) <= 1
    )


def _missing(sources: Iterable[State]) -> tuple[State, ...]:
    present = set(sources)
    return tuple(state for state in OPEN if state not in present)
