"""Proofs about the table, by exhaustive search over its rows. Each gives its counterexamples: none, if all is well."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from mfa_flow.kit.arrows import ARROWS, arrows, told
from mfa_flow.machine.table import ENDS, OPEN, Row, State

Rows = Sequence[Row]
# Which events can happen to any verb, and in which open states: nothing runs out before there is an mfa_token.
ANYWHERE: dict[str, Collection[State]] = {
    "throttled": OPEN,
    "token_expired": tuple(state for state in OPEN if state is not State.STARTED),
    "refused": OPEN,
}


def astray(rows: Rows) -> set[Any]:
    """The arrows that only the table has, and those that it lacks."""
    return {told(arrow) for arrow in set(arrows(rows)) ^ set(ARROWS)}


def doubles(rows: Rows) -> set[Any]:
    """The pairs (event, source) that stand in more than one row."""
    return {pair for pair, count in Counter((row.event, row.source) for row in rows).items() if count > 1}


def unreachable(rows: Rows) -> set[State]:
    """The states one never gets to."""
    return set(State) - reached(rows, State.STARTED)


def trapped(rows: Rows) -> set[State]:
    """The open states no end can be reached from."""
    return {state for state in OPEN if not reached(rows, state) & ENDS}


def ways_out(rows: Rows) -> set[Row]:
    """The rows that leave an end."""
    return {row for row in rows if row.source in ENDS}


def strays(rows: Rows) -> set[Row]:
    """The rows that get to ``confirmed`` without tokens, and those that bring tokens elsewhere."""
    return {row for row in rows if (row.event == "tokens_issued") is not (row.dest is State.CONFIRMED)}


def closed_verbs(rows: Rows) -> set[str]:
    """The verbs that stand in a row and are possible in no state."""
    named = {verb for row in rows for verb in row.verbs} - {"any"}
    return named - {verb for row in rows for verb in row.openers}


def gaps(rows: Rows) -> set[Any]:
    """What can come upon any verb, and the open states in which the table does not say so."""
    have = {(row.event, row.source) for row in rows if row.verb == "any"}
    return {(event, state) for event, states in ANYWHERE.items() for state in states} - have


def strangers(rows: Rows) -> set[Row]:
    """The rows of ``any`` that nobody claimed."""
    return {row for row in rows if row.verb == "any" and row.source not in ANYWHERE.get(row.event, ())}


def locked(rows: Rows) -> set[State]:
    """The open states in which a person cannot give up."""
    return set(OPEN) - {row.source for row in rows if row.event == "cancelled" and "cancel" in row.openers}


def misopened(rows: Rows) -> set[Row]:
    """The rows that open a verb which they do not name."""
    return {row for row in rows if set(row.openers) - set(row.verbs)}


def reached(rows: Iterable[Row], start: State) -> set[State]:
    """Every state one can get to from ``start``."""
    rows, found, before = tuple(rows), {start}, set[State]()
    while found != before:
        before = set(found)
        found |= {row.dest for row in rows if row.source in found}
    return found


# By what is proved.
PROOFS: dict[str, Callable[[Rows], set[Any]]] = {
    "each event leads where it should, and to no other state": astray,
    "each pair (event, source) stands in one row": doubles,
    "each state can be reached": unreachable,
    "from each open state an end can be reached": trapped,
    "no end is left": ways_out,
    "tokens are issued into confirmed, and nowhere else": strays,
    "each verb is possible somewhere": closed_verbs,
    "what can come upon any verb is known in each open state": gaps,
    "nothing else comes upon any verb": strangers,
    "one can give up in each open state": locked,
    "a row opens only verbs it names": misopened,
}
