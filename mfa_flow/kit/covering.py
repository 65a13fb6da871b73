"""Coverage of the table: which rows and states were walked, and what is missing."""

from collections.abc import Collection, Iterable

from attrs import define, field

from mfa_flow.kit.arrows import ARROWS, Arrow, told
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.table import State


class NotCovered(AssertionError):
    """A row or a state was not walked, or a move was made that no row should make."""


@define
class Coverage:
    """Tell it of moves, by ``through(walk, Chat, coverage)`` or ``MfaClient(on_move=coverage.moved)``; ask what is
    missing, or ``close`` the gaps.

    Each process has its own. Under pytest-xdist keep the walks and the test that closes in one worker: have both in one
    file and run with ``--dist loadfile``; or do all of it in one test.
    """

    made: dict[Arrow, int] = field(factory=dict)

    def moved(self, *moves: Moved) -> None:
        """Count these moves."""
        for move in moves:
            arrow = (move.event, move.source, move.dest)
            self.made[arrow] = self.made.get(arrow, 0) + 1

    @property
    def missing(self) -> list[Arrow]:
        """The rows nobody took: the event, from where, to where."""
        return [arrow for arrow in ARROWS if arrow not in self.made]

    @property
    def strange(self) -> list[Arrow]:
        """The moves that no row should make."""
        return [arrow for arrow in self.made if arrow not in ARROWS]

    @property
    def states(self) -> list[State]:
        """The states nobody was in."""
        seen = {State.STARTED} | {dest for _, _, dest in self.made}
        return [state for state in State if state not in seen]

    def report(self) -> str:
        """What was covered, in figures, and each gap by name."""
        rows, states = len(ARROWS), len(State)
        told = f"{rows - len(self.missing)} of {rows} rows, {states - len(self.states)} of {states} states"
        return "\n".join([told, *self._gaps(self.missing, self.states)])

    def close(self, events: Collection[str] = (), states: Collection[str] = ()) -> None:
        """Raise NotCovered if there is a gap, naming each; if some ``events`` or ``states`` are named, only for those.

        A move that no row should make is told in any case. Raises ValueError for what the table does not have,
        TypeError for a text in the place of a list.
        """
        _known("event", events, {event for event, _, _ in ARROWS})
        _known("state", states, set(State))
        wanted = bool(events or states)
        rows = [arrow for arrow in self.missing if not wanted or arrow[0] in events]
        unseen = [state for state in self.states if not wanted or state in states]
        if gaps := self._gaps(rows, unseen):
            raise NotCovered("\n".join(gaps))

    def _gaps(self, rows: Iterable[Arrow], states: Iterable[State]) -> list[str]:
        gaps = [f"no walk takes the row {told(arrow)}" for arrow in rows]
        gaps += [f"no walk gets to {state}" for state in states]
        return gaps + [f"no row should make the move {told(arrow)}" for arrow in self.strange]


def _known(what: str, names: Collection[str], known: Collection[str]) -> None:
    if isinstance(names, str):
        raise TypeError(f"{what}s are a list: [{names!r}]")
    for name in names:
        if name not in known:
            raise ValueError(f"the table has no {what} {name!r}; there are {', '.join(sorted(known))}")
