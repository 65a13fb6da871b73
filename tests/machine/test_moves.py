"""The interpreter does what the table says, and nothing else."""

import pytest

from mfa_flow.machine.moves import Moved, destination
from mfa_flow.machine.table import TRANSITIONS, State

ROWS = {(row.event, row.source): row.dest for row in TRANSITIONS}
EVENTS = sorted({row.event for row in TRANSITIONS})


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source}-{row.event}")
def test_every_row_is_a_move(row):
    """In its source its event leads to its destination."""
    assert row.dest is destination(row.event, row.source)


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_not_in_the_table_does_not_happen(event):
    """An event in a state without a row for it is a factor's mistake, told with both names."""
    for state in State:
        if (event, state) not in ROWS:
            with pytest.raises(LookupError, match=f"{event}.*{state.value}"):
                destination(event, state)


@pytest.mark.parametrize("event", ["", "no_such_event", "to_confirmed", "trigger", "confirmed", "__class__"])
def test_an_unknown_event_leads_nowhere(event):
    """Neither do the shortcuts that interpreters like to add."""
    with pytest.raises(LookupError, match="no row"):
        destination(event, State.STARTED)


def test_a_failed_move_leaves_nothing_behind():
    """The one machine serves all flows: none of them marks it."""
    with pytest.raises(LookupError):
        destination("associated", State.STARTED)
    assert State.ENROLLING is destination("associated", State.MFA_REQUIRED)
    assert State.AUTHENTICATED is destination("password_accepted", State.STARTED)


def test_a_move_tells_where_from_and_where_to():
    """It is a value without secrets, to be compared and logged."""
    moved = Moved("f", "login", "password_accepted", State.STARTED, State.AUTHENTICATED, 1.5)
    assert moved == Moved("f", "login", "password_accepted", State.STARTED, State.AUTHENTICATED, 1.5)
    assert (moved.flow_id, moved.verb, moved.event, moved.at) == ("f", "login", "password_accepted", 1.5)
    assert (State.STARTED, State.AUTHENTICATED) == (moved.source, moved.dest)
