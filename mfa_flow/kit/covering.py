"""Coverage of the table: which rows and states were walked, and what is missing."""

from collections.abc import Collection, Iterable, Sequence

from attrs import define, field

from mfa_flow.machine.moves import Moved
from mfa_flow.machine.table import TRANSITIONS, Row, State

Arrow = tuple[str, State, State]


class NotCovered(AssertionError):
    """A row or a state was not walked, or a move was made that is in no row."""


@define
class Coverage:
    """Tell it of moves, by ``through(walk, Chat, coverage)`` or ``MfaClient(on_move=coverage.moved)``; ask what is
    missing, or ``close`` the gaps.

    Each process has its own. Under pytest-xdist keep the walks and the test that closes in one worker: have both in one
    file and run with ``--dist loadfile``; or do all of it in one test.
    """

    rows: Sequence[Row] = TRANSITIONS
    made: dict[Arrow, int] = field(factory=dict)

    def moved(self, *moves: Moved) -> None:
        """Count these moves."""
        for move in moves:
            arrow = (move.event, move.source, move.dest)
            self.made[arrow] = self.made.get(arrow, 0) + 1

    @property
    def missing(self) -> list[Row]:
        """The rows nobody took."""
        return [row for row in self.rows if _arrow(row) not in self.made]

    @property
    def strange(self) -> list[Arrow]:
        """The moves that are in no row."""
        known = {_arrow(row) for row in self.rows}
        return [arrow for arrow in self.made if arrow not in known]

    @property
    def states(self) -> list[State]:
        """The states nobody was in."""
        seen = {State.STARTED} | {dest for _, _, dest in self.made}
        return [state for state in State if state not in seen]

    def report(self) -> str:
        """What was covered, in figures, and each gap by name."""
        rows, states = len(self.rows), len(State)
        told = f"{rows - len(self.missing)} of {rows} rows, {states - len(self.states)} of {states} states"
        return "\n".join([told, *self._gaps(self.missing, self.states)])

    def close(self, events: Collection[str] = (), states: Collection[str] = ()) -> None:
        """Raise NotCovered if there is a gap, naming each; if some ``events`` or ``states`` are named, only for those.

        A move that is in no row is told in any case. Raises ValueError for what the table does not have, TypeError for
        a text in the place of a list.
        """
        _known("event", events, {row.event for row in self.rows})
        _known("state", states, set(State))
        wanted = bool(events or states)
        rows = [row for row in self.missing if not wanted or row.event in events]
        unseen = [state for state in self.states if not wanted or state in states]
        if gaps := self._gaps(rows, unseen):
            raise NotCovered("\n".join(gaps))

    def _gaps(self, rows: Iterable[Row], states: Iterable[State]) -> list[str]:
        told = [f"no walk takes the row {row.event}: {row.source} -> {row.dest} ({row.why})" for row in rows]
        told += [f"no walk gets to {state}" for state in states]
        return told + [f"a move is in no row: {event}: {source} -> {dest}" for event, source, dest in self.strange]


def _known(what: str, names: Collection[str], known: Collection[str]) -> None:
    if isinstance(names, str):
        raise TypeError(f"{what}s are a list: [{names!r}]")
    for name in names:
        if name not in known:
            raise ValueError(f"the table has no {what} {name!r}; there are {', '.join(sorted(known))}")


def _arrow(row: Row) -> Arrow:
    return row.event, row.source, row.dest
