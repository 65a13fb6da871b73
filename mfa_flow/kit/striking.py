"""Where a fault can strike a walk, and what should come of it there.

What spoils an answer strikes each deed that sends something: an error of ours is raised, and the flow stays where it
was; or, where asking again costs nothing, it goes on as planned. What happens to people and to time strikes where it
makes a difference, and leads to an event of its own. A fault of one's own is tried at each deed that sends something.
"""

from collections.abc import Collection, Mapping

from attrs import frozen

from mfa_flow.kit import faults
from mfa_flow.kit.costs import costs, strikes
from mfa_flow.kit.deeds import Deed, Scene
from mfa_flow.kit.faults import Mishap
from mfa_flow.machine.table import State

_ALL = ("otp", "sms", "voice", "email", "push", "recovery")
_WRITTEN = ("sms", "voice", "email")  # enrolling by these sends a message
_PROOF = ("code_rejected", "tokens_issued", "mfa_demanded", "still_pending")


@frozen
class Effect:
    """What should come of it: one of these ``events``, ``instead`` of the planned ones, with the factors of each."""

    events: Collection[str]
    instead: Mapping[str, Collection[str]]


# Pushes are pressed late in the walks as they are, and a clock that is wrong changes nothing.
_EFFECTS = {
    faults.late_push: Effect((), {}),
    faults.late_denial: Effect((), {}),
    faults.expired_code: Effect(("code_expired",), dict.fromkeys(_PROOF, (*_WRITTEN, "push"))),
    faults.expired_mfa_token: Effect(
        ("token_expired",),
        dict.fromkeys((*_PROOF, "listed", "associated", "challenged", "already_enrolled", "details_rejected"), _ALL),
    ),
    faults.exhausted_attempts: Effect(("throttled",), dict.fromkeys(_PROOF[:3], (*_WRITTEN, "otp", "recovery"))),
    faults.exhausted_messages: Effect(("throttled",), {"associated": _WRITTEN, "challenged": (*_WRITTEN, "push")}),
    faults.already_enrolled: Effect(("already_enrolled",), dict.fromkeys(("associated", "details_rejected"), _ALL)),
    faults.factor_removed: Effect(("code_expired", "unavailable"), dict.fromkeys((*_PROOF, "challenged"), _ALL)),
}


def can_strike(fault: Mishap, deed: Deed, scene: Scene) -> bool:
    """Whether it makes a difference to this deed. One to which something happens anyway is struck by no second thing,
    but that its answer may be spoiled, too."""
    made = costs(deed, scene)
    if not made or deed.verb == "go_back" or not strikes(fault, made):
        return False
    if deed.meanwhile is not None and (fault.happens or any(part.answer for part in deed.meanwhile.parts)):
        return False
    if deed.verb == "remove" and any((part.answer or {}).get("status") == 200 for part in fault.parts):
        return False  # which is all that is said of a removal
    return fault not in _EFFECTS or _differs(_EFFECTS[fault], deed, scene)


def effect_of(fault: Mishap) -> Effect | None:
    """What should come of what happens to people and time, where that is known."""
    return _EFFECTS.get(fault)


def _differs(effect: Effect, deed: Deed, scene: Scene) -> bool:
    """Somebody with an mfa_token is concerned, and where something else would come of it."""
    if deed.at is State.STARTED or any(one.verb == "manage" for one in scene.opening):
        return False
    factor = deed.given[0] if deed.verb == "enroll" else scene.factor
    return factor in effect.instead.get(deed.events[0], ())
