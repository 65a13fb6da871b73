"""Coverage of the table: which rows and states were walked, and what is missing."""

from collections.abc import Iterable, Sequence

from attrs import define, field

from mfa_flow.machine.moves import Moved
from mfa_flow.machine.table import TRANSITIONS, Row, State

Arrow = tuple[str, State, State]


class NotCovered(AssertionError):
    """A row or a state was not walked, or a move was made that is in no row."""


@define
class Coverage:
    """Tell it of moves (``MfaClient(on_move=coverage.moved)``); ask what is missing, or ``close`` the gaps."""

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
        told = [f"{rows - len(self.missing)} of {rows} rows, {states - len(self.states)} of {states} states"]
        told += [f"no walk takes the row {row.event}: {row.source} -> {row.dest} ({row.why})" for row in self.missing]
        told += [f"no walk gets to {state}" for state in self.states]
        told += [f"a move is in no row: {event}: {source} -> {dest}" for event, source, dest in self.strange]
        return "\n".join(told)

    def close(self, events: Iterable[str] = (), states: Iterable[State] = ()) -> None:
        """Raise NotCovered if there is a gap; if some ``events`` or ``states`` are named, only for a gap in these."""
        events, states = set(events), set(states)
        wanted = bool(events or states)
        gaps = [row for row in self.missing if not wanted or row.event in events]
        unseen = [state for state in self.states if not wanted or state in states]
        if gaps or unseen or self.strange:
            raise NotCovered(self.report())


def _arrow(row: Row) -> Arrow:
    return row.event, row.source, row.dest
