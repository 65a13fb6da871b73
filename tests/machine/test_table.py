"""Proofs about the table, by exhaustive search over its rows; and that each proof sees a table that is not so."""

import pytest
from attrs import evolve

from mfa_flow.kit.proofs import PROOFS as NAMED
from mfa_flow.kit.proofs import (
    astray,
    closed_verbs,
    doubles,
    gaps,
    locked,
    misopened,
    strangers,
    strays,
    trapped,
    unreachable,
    ways_out,
)
from mfa_flow.machine.table import ENDS, OPEN, TRANSITIONS, WAITING, Row, State, verbs_from

PROOFS = tuple(NAMED.values())


@pytest.mark.parametrize("proof", PROOFS)
def test_the_table_is_sound(proof):
    """No proof finds a counterexample in the whole table."""
    assert set() == proof(TRANSITIONS)


def without(*found):
    """The table, less the rows for which this pair (event, source) or event is given."""
    return tuple(row for row in TRANSITIONS if row.event not in found and (row.event, row.source) not in found)


def bent(event, source, /, **changes):
    """The table with one of its arrows bent."""
    return tuple(evolve(row, **changes) if (row.event, row.source) == (event, source) else row for row in TRANSITIONS)


def added(verb, event, source, dest, opens=None):
    """The table and one row more."""
    return (*TRANSITIONS, Row(verb, event, source, dest, "sabotage", opens))


_S = State
INTO_CHALLENGING = ("challenged", _S.MFA_REQUIRED)
SABOTAGE = [
    (astray, without("removed"), {"removed: authenticated -> authenticated"}),
    (astray, bent("went_back", _S.ENROLLING, dest=_S.AUTHENTICATED), 2),
    (astray, added("login", "skipped", _S.STARTED, _S.CONFIRMED), {"skipped: started -> confirmed"}),
    (doubles, added("login", "password_rejected", _S.STARTED, _S.FAILED), {("password_rejected", _S.STARTED)}),
    (doubles, (*TRANSITIONS, TRANSITIONS[0]), {(TRANSITIONS[0].event, TRANSITIONS[0].source)}),
    (unreachable, without(INTO_CHALLENGING), {_S.CHALLENGING}),
    (unreachable, without("token_expired"), {_S.EXPIRED}),
    (unreachable, bent("challenged", _S.MFA_REQUIRED, dest=_S.ENROLLING), {_S.CHALLENGING}),
    (trapped, tuple(row for row in TRANSITIONS if row.source is not _S.ENROLLING), {_S.ENROLLING}),
    (trapped, tuple(row for row in TRANSITIONS if row.dest not in ENDS), set(OPEN)),
    (ways_out, added("login", "reopened", _S.FAILED, _S.STARTED), 1),
    (ways_out, added("any", "throttled", _S.CONFIRMED, _S.CONFIRMED), 1),
    (strays, bent("tokens_issued", _S.CHALLENGING, dest=_S.MFA_REQUIRED), 1),
    (strays, bent("code_rejected", _S.CHALLENGING, dest=_S.CONFIRMED), 1),
    (strays, added("login", "skipped", _S.STARTED, _S.CONFIRMED), 1),
    (closed_verbs, without("signed_in"), {"manage"}),
    (closed_verbs, bent("signed_in", _S.STARTED, opens=""), {"manage"}),
    (closed_verbs, added("ponder", "pondered", _S.STARTED, _S.STARTED, ""), {"ponder"}),
    (gaps, without(("throttled", _S.CHALLENGING)), {("throttled", _S.CHALLENGING)}),
    (gaps, without(("refused", _S.STARTED)), {("refused", _S.STARTED)}),
    (gaps, bent("token_expired", _S.ENROLLING, source=_S.STARTED), {("token_expired", _S.ENROLLING)}),
    (gaps, bent("throttled", _S.STARTED, verb="login"), {("throttled", _S.STARTED)}),
    (strangers, added("any", "token_expired", _S.STARTED, _S.EXPIRED), 1),
    (strangers, added("any", "struck_by_lightning", _S.ENROLLING, _S.FAILED), 1),
    (locked, without(("cancelled", _S.ENROLLING)), {_S.ENROLLING}),
    (locked, bent("cancelled", _S.ENROLLING, opens=""), {_S.ENROLLING}),
    (misopened, bent("went_back", _S.ENROLLING, opens="resend"), 1),
]


@pytest.mark.parametrize(("proof", "rows", "expected"), SABOTAGE)
def test_a_sabotaged_table_is_seen_through(proof, rows, expected):
    """A row dropped, an arrow bent, a row too many: the proof names what is wrong with it."""
    found = proof(rows)
    assert expected == (len(found) if isinstance(expected, int) else found)


def test_every_proof_is_sabotaged():
    """No proof is believed that has never failed."""
    assert set(PROOFS) == {proof for proof, _, expected in SABOTAGE if expected}


def test_every_state_is_open_or_an_end():
    """Four ends, five open states, and two of these wait for an answer."""
    assert set(State) == set(OPEN) | ENDS
    assert set() == set(OPEN) & ENDS
    assert {_S.CONFIRMED, _S.EXPIRED, _S.FAILED, _S.CANCELLED} == ENDS
    assert (_S.ENROLLING, _S.CHALLENGING) == WAITING


@pytest.mark.parametrize("state", State)
def test_the_verbs_of_a_state_are_what_the_rows_say(state):
    """Each verb that a row opens there, once, in the order of the rows."""
    said = []
    for row in TRANSITIONS:
        said += [verb for verb in row.openers if row.source is state and verb not in said]
    assert tuple(said) == verbs_from(state)


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        (_S.STARTED, {"login", "begin", "refresh", "manage", "cancel"}),
        (_S.AUTHENTICATED, {"authenticators", "enroll", "remove", "cancel"}),
        (_S.MFA_REQUIRED, {"authenticators", "enroll", "challenge", "cancel"}),
        (_S.ENROLLING, {"enroll", "resend", "confirm", "wait", "go_back", "cancel"}),
        (_S.CHALLENGING, {"challenge", "resend", "confirm", "wait", "go_back", "cancel"}),
        *((end, set()) for end in sorted(ENDS)),
    ],
)
def test_these_are_the_verbs_of_a_state(state, verbs):
    """Written out once more by hand: who changes the table sees here what that does to callers."""
    assert verbs == set(verbs_from(state))


@pytest.mark.parametrize(
    ("row", "verbs", "openers"),
    [
        (Row("a, b", "e", _S.STARTED, _S.STARTED, ""), ("a", "b"), ("a", "b")),
        (Row("a, b", "e", _S.STARTED, _S.STARTED, "", "b"), ("a", "b"), ("b",)),
        (Row("a, b, c", "e", _S.STARTED, _S.STARTED, "", "b, c"), ("a", "b", "c"), ("b", "c")),
        (Row("a", "e", _S.STARTED, _S.STARTED, "", ""), ("a",), ()),
        (Row("any", "e", _S.STARTED, _S.STARTED, ""), ("any",), ()),
    ],
)
def test_a_row_opens_its_verbs_unless_it_says_otherwise(row, verbs, openers):
    """A row of ``any`` opens none, and ``opens`` may name fewer."""
    assert (verbs, openers) == (row.verbs, row.openers)


def test_every_row_says_why():
    """A sentence for people, in small letters and without a full stop."""
    assert [] == [row for row in TRANSITIONS if not row.why or row.why != row.why.strip(" .")]
