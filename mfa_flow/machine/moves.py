"""Moves: the table, run by ``transitions``. The only module that knows that package.

One machine serves all flows. They are never registered with it (a registered model costs 12 kB, is searched for
linearly, and must not be slotted); each move lends it a cursor instead, which is thrown away.
"""

from attrs import define, frozen
from transitions import Machine, MachineError

from mfa_flow.machine.table import TRANSITIONS, State


@frozen
class Moved:
    """One move of one flow, as observers are told of it. ``at`` is in unix seconds."""

    flow_id: str
    verb: str
    event: str
    source: State
    dest: State
    at: float


@define(slots=False, eq=False)
class _Cursor:
    state: str


_MACHINE = Machine(
    model=None,
    states=[state.value for state in State],
    transitions=[{"trigger": row.event, "source": row.source.value, "dest": row.dest.value} for row in TRANSITIONS],
    initial=State.STARTED.value,
    auto_transitions=False,
)


def destination(event: str, source: State) -> State:
    """Where an event leads from a state. Raises LookupError where the table has no such row: a factor's mistake."""
    cursor = _Cursor(source.value)
    try:
        _MACHINE.events[event].trigger(cursor)
    except (KeyError, MachineError):
        raise LookupError(f"the table has no row for the event {event!r} in the state {source.value!r}") from None
    return State(cursor.state)
