"""Coverage tells which rows and states nobody took, and only the gaps one asked for."""

import pytest

from mfa_flow.kit import Coverage, NotCovered
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.table import TRANSITIONS, State


def without(*rows):
    """Whatever was walked but these."""
    made = {(one.event, one.source, one.dest): 1 for one in TRANSITIONS if one not in rows}
    return Coverage(made=made)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.event}-{row.source}")
def test_a_gap_is_told(row):
    """Whatever row was not taken, the report names it, and closing fails."""
    with pytest.raises(NotCovered, match=f"no walk takes the row {row.event}: {row.source} -> {row.dest}"):
        without(row).close()


def test_a_gap_is_one_once_closed():
    """A row that was taken once is covered, and one that was taken often is no more than that."""
    row = TRANSITIONS[0]
    coverage = without(row)
    for _ in range(2):
        coverage.moved(Moved("f", "login", row.event, row.source, row.dest, 0.0))
    coverage.close()
    assert 2 == coverage.made[row.event, row.source, row.dest]


def test_a_state_nobody_was_in():
    """A state is missed by itself, where one asks for it."""
    coverage = without(*(row for row in TRANSITIONS if row.dest is State.FAILED))
    coverage.close(states=["expired"])
    with pytest.raises(NotCovered, match=r"^no walk gets to failed$"):
        coverage.close(states=[State.FAILED])
    assert f"{len(TRANSITIONS) - 5} of {len(TRANSITIONS)} rows, 8 of 9 states" in coverage.report()


def test_only_the_gaps_one_asked_for():
    """Who names events or states is spared the others, and told of no others."""
    missing = [row for row in TRANSITIONS if row.event in ("removed", "push_denied")]
    coverage = without(*missing)
    coverage.close(events=["code_rejected"], states=[State.CONFIRMED])
    with pytest.raises(NotCovered) as raised:
        coverage.close(events=["removed"])
    assert ["no walk takes the row removed: authenticated -> authenticated"] == str(raised.value).splitlines()


def test_a_move_that_is_in_no_row():
    """A move of a machine with another table is told, whatever one asked for."""
    coverage = without()
    coverage.made["struck_by_lightning", State.STARTED, State.FAILED] = 1
    with pytest.raises(NotCovered, match="no row should make the move struck_by_lightning: started -> failed"):
        coverage.close(events=["removed"])


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ({"events": ["push_denid"]}, ValueError, "the table has no event 'push_denid'; there are already_enrolled, "),
        ({"states": ["confirmd"]}, ValueError, "the table has no state 'confirmd'; there are authenticated, "),
        ({"events": "push_denied"}, TypeError, r"events are a list: \['push_denied'\]"),
    ],
)
def test_what_the_table_does_not_have(asked, kind, told):
    """A misspelt name closes nothing, and says so."""
    with pytest.raises(kind, match=told):
        Coverage().close(**asked)
