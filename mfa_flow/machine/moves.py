"""Moves: the table, built and validated by ``transitions``, compiled into a lookup. The only module that knows it.

One machine serves all flows, and none is registered with it: a registered model costs 12 kB, is searched for linearly,
and must not be slotted. Nor is it asked at every move: a trigger takes some 25 us and writes two lines to the log. The
machine has neither guards nor callbacks, so what it would do can be read off it once; a test proves the two equal.
"""

from attrs import frozen
from transitions import Machine

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


MACHINE = Machine(
    model=None,
    states=[state.value for state in State],
    transitions=[{"trigger": row.event, "source": row.source.value, "dest": row.dest.value} for row in TRANSITIONS],
    initial=State.STARTED.value,
    auto_transitions=False,
)


_DESTINATIONS = {
    (event.name, State(source)): State(str(transition.dest))
    for event in MACHINE.events.values()
    for source, [transition] in event.transitions.items()
}


def destination(event: str, source: State) -> State:
    """Where an event leads from a state. Raises LookupError where the table has no such row: a factor's mistake."""
    try:
        return _DESTINATIONS[event, source]
    except KeyError:
        raise LookupError(f"the table has no row for the event {event!r} in the state {source.value!r}") from None
