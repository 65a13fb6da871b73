"""What was done is not done again: redelivered messages, double clicks, and verbs that a process died with."""

from collections.abc import Collection

from mfa_flow.errors import MfaFlowError, TenantError, TransportError
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import Flow, remembered
from mfa_flow.stores.base import Parked
from mfa_flow.wire.changing import changed

# The verbs that spend a code, a message, an attempt, or a refresh token that works once.
SPENDING = frozenset({"login", "refresh", "enroll", "challenge", "confirm", "resend"})


def marked(flow: Flow, parked: Parked) -> Flow:
    """The flow, knowing what was cut off, and by which messages. A verb that costs nothing does not hide one that may
    have cost something."""
    if parked.interrupted is None:
        return flow
    hidden = flow.cut_off in SPENDING and parked.interrupted not in SPENDING
    return changed(remembered(flow, parked.ids), cut_off=flow.cut_off if hidden else parked.interrupted)


def done(flow: Flow, intent: Intent, ids: Collection[str], now: float) -> Flow:
    """The flow, knowing what was done last, and by which messages."""
    return changed(remembered(flow, ids), last=intent.digest(flow.id), last_at=now)


def is_double_click(flow: Flow, intent: Intent, came: float) -> bool:
    """Whether the same was done after this one ``came`` (unix seconds), while it waited."""
    if intent.verb == "login" and flow.ended:
        return False  # of a password only two bytes are kept: too few to hand out tokens on
    return flow.last_at >= came and flow.last == intent.digest(flow.id)


def may_have_arrived(error: Exception) -> bool:
    """Whether Auth0 may have acted on what was sent, although the flow did not move. Of what a transport or a factor
    raises that is no error of ours, nobody knows."""
    if isinstance(error, TransportError):
        return error.may_have_arrived
    return isinstance(error, TenantError) or not isinstance(error, MfaFlowError)
