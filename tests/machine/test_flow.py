"""A flow is a frozen value, and forgets what belongs to the state it leaves."""

import pytest
from attrs.exceptions import FrozenInstanceError

from mfa_flow.machine.flow import NOTHING, Flow, entered
from mfa_flow.machine.table import ENDS, OPEN, WAITING, State
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens

SMS = Authenticator("sms|dev_1", "oob", active=True, oob_channel="sms")
FULL = {
    "mfa_token": Secret("hidden-1"),
    "access_token": Secret("hidden-9"),
    "recovery_code": Secret("hidden-10"),
    "requirements": Requirements(("otp",)),
    "authenticators": (SMS,),
    "recovery_codes": (Secret("hidden-2"),),
    "factor": "sms",
    "authenticator": SMS,
    "details": {"phone_number": "hidden-3"},
    "memory": {"oob_code": "hidden-4"},
    "asked_at": 5.0,
    "expires_at": 600.0,
    "paused_until": 100.0,
    "locked_until": 100.0,
    "error": "wrong_code",
    "accepted": "hidden-5",
    "seen": ("hidden-6",),
}


def full(state):
    """A flow that holds all there is to hold."""
    return Flow(id="f", state=state, version=3, **FULL)


def held(flow, *names):
    """What it holds under these names."""
    return {name: getattr(flow, name) for name in names}


def test_a_new_flow_rests_in_started_and_holds_nothing():
    """Only its id is known."""
    flow = Flow(id="f")
    assert (State.STARTED, 0, None, None) == (flow.state, flow.version, flow.mfa_token, flow.authenticators)
    assert {} == dict(flow.memory)
    assert {} == dict(flow.details)


def test_a_flow_cannot_be_changed():
    """Neither its fields nor what it holds by default."""
    flow = Flow(id="f")
    with pytest.raises(FrozenInstanceError):
        flow.state = State.CONFIRMED
    with pytest.raises(TypeError):
        NOTHING["a"] = 1


@pytest.mark.parametrize("state", State)
def test_a_flow_has_ended_in_the_ends(state):
    """And nowhere else."""
    assert (state in ENDS) is Flow(id="f", state=state).ended


@pytest.mark.parametrize(("now", "late"), [(0.0, False), (599.9, False), (600.0, True), (9e9, True)])
def test_a_flow_is_overdue_when_its_time_has_come(now, late):
    """At the very second, and ever after."""
    assert late is full(State.CHALLENGING).overdue(now)


@pytest.mark.parametrize("state", sorted(ENDS))
def test_what_has_ended_is_never_overdue(state):
    """An end stays what it is."""
    assert full(state).overdue(9e9) is False


def test_without_a_token_nothing_runs_out():
    """A flow that was never begun waits for ever."""
    assert Flow(id="f").overdue(9e9) is False


@pytest.mark.parametrize("state", WAITING)
def test_a_waiting_state_keeps_all_that_the_question_needs(state):
    """A move within the factor forgets nothing but what it is told to."""
    flow = entered(full(state), state, 10.0, {"error": None})
    names = set(FULL) - {"error"}
    assert {name: FULL[name] for name in names} == held(flow, *names)
    assert flow.error is None


FACTOR = ("factor", "authenticator", "details", "memory")
FORGOTTEN = {"factor": None, "authenticator": None, "details": {}, "memory": {}}


@pytest.mark.parametrize("state", [state for state in State if state not in WAITING])
def test_leaving_a_factor_forgets_it(state):
    """Its memory and its details are gone, even if a change brings some."""
    flow = entered(full(State.ENROLLING), state, 10.0, {"memory": {"a": 1}})
    assert FORGOTTEN == held(flow, *FACTOR)


LOGIN = (
    *("mfa_token", "access_token", "requirements", "authenticators"),
    *("expires_at", "paused_until", "locked_until"),
)


@pytest.mark.parametrize("state", sorted(ENDS))
def test_an_end_forgets_the_login(state):
    """What Auth0 gave for the way is of no use any more; a duplicate is still known."""
    flow = entered(full(State.CHALLENGING), state, 10.0, {"mfa_token": Secret("x"), "paused_until": 20.0})
    assert dict.fromkeys(LOGIN) | {"recovery_codes": ()} == held(flow, *LOGIN, "recovery_codes")
    assert ("hidden-5", ("hidden-6",)) == (flow.accepted, flow.seen)


@pytest.mark.parametrize("state", [state for state in OPEN if state not in WAITING])
def test_an_open_state_keeps_the_login(state):
    """Another factor will need it."""
    flow = entered(full(State.CHALLENGING), state, 10.0, {})
    assert {name: FULL[name] for name in (*LOGIN, "recovery_codes")} == held(flow, *LOGIN, "recovery_codes")


def test_a_new_token_lives_from_now():
    """Ten minutes at the most; without a new one the old end stays."""
    flow = entered(full(State.CHALLENGING), State.MFA_REQUIRED, 1000.0, {"mfa_token": Secret("new")})
    assert ("new", 1600.0) == (flow.mfa_token, flow.expires_at)
    assert entered(flow, State.MFA_REQUIRED, 1100.0, {}).expires_at == 1600.0


def test_an_access_token_lives_from_now():
    """As long as an mfa_token."""
    flow = entered(Flow(id="f"), State.AUTHENTICATED, 1000.0, {"access_token": Secret("new")})
    assert ("new", 1600.0) == (flow.access_token, flow.expires_at)


@pytest.mark.parametrize(
    ("held", "bearer"), [({}, ""), ({"access_token": "a"}, "a"), ({"mfa_token": "m", "access_token": "a"}, "m")]
)
def test_one_token_speaks_for_the_flow(held, bearer):
    """What was demanded last goes first."""
    assert bearer == Flow(id="f", **held).bearer


def test_entering_leaves_the_flow_before_as_it_was():
    """And never touches the version: that is the store's."""
    before = full(State.CHALLENGING)
    after = entered(before, State.CONFIRMED, 10.0, {"tokens": Tokens("t")})
    assert full(State.CHALLENGING) == before
    assert (Tokens("t"), 3) == (after.tokens, after.version)


def test_a_flow_hides_what_it_holds():
    """Its repr shows where it is, and nothing of what it was given."""
    shown = repr(Flow(id="f", state=State.CONFIRMED, tokens=Tokens("hidden-7", "hidden-8"), **FULL))
    assert "hidden" not in shown
    assert "sms|dev_1" not in shown
    assert "confirmed" in shown
