"""The engine: plan (which request?), settle (what did the reply mean?), look (what to ask the person?). No I/O.

It is given the time and never asks for it, so every path through it can be tested as a value in, a value out.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from attrs import frozen

from mfa_flow import ways_in
from mfa_flow.choosing import Choices, choices
from mfa_flow.errors import BadInput, TenantError, UnexpectedReply, UnknownFactor, UnknownFlow, WrongState
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.registry import Factors
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import NOTHING, Flow, entered
from mfa_flow.machine.moves import Moved, destination
from mfa_flow.machine.pausing import paused_until, wants_digits
from mfa_flow.machine.prompts import AskPassword, Choose, Done, Notice, Pause, Prompt, Stopped
from mfa_flow.machine.table import State, verbs_from
from mfa_flow.wire.call import Reply
from mfa_flow.wire.changing import changed
from mfa_flow.wire.values import App

_ENTERING = frozenset({"associated", "challenged"})
_ACCEPTED = frozenset({"password_accepted", "refresh_accepted", "signed_in", "tokens_issued", "mfa_demanded"})
# After these the list of authenticators is known to be out of date.
_RELIST = frozenset({"unavailable", "already_enrolled", "still_signed_in"})
# Where the list must be known before the person can be asked anything.
_LISTED = frozenset({State.MFA_REQUIRED, State.AUTHENTICATED})
_WAYS_IN = tuple(verb for verb in verbs_from(State.STARTED) if verb != "cancel")
_NO_REPLY = Reply(0)


@frozen
class Settled:
    """A flow after a reply, and the moves it made."""

    flow: Flow
    moves: tuple[Moved, ...]


@frozen
class Engine:
    """Plans and settles for one application and the factors that are installed."""

    app: App
    factors: Factors

    def opened(self, flow: Flow, intent: Intent, now: float) -> Flow:
        """The flow a verb works on: a new one under the same id where a way in is taken after an end."""
        if (flow.ended or flow.overdue(now)) and intent.verb in _WAYS_IN:
            return Flow(id=flow.id, version=flow.version, seen=flow.seen)
        return flow

    def plan(self, flow: Flow, intent: Intent, now: float) -> Step | None:
        """The step a verb takes from here; None where the flow already stands where it leads.

        Raises WrongState, UnknownFactor or BadInput: then nothing was sent and nothing has changed.
        """
        if flow.accepted is not None and flow.accepted == intent.digest(flow.id):
            return None
        if flow.state is State.EXPIRED:
            return None
        if flow.overdue(now) and intent.verb != "cancel":
            return Step.silent(Outcome("token_expired", "expired"))
        self._allow(flow, intent.verb)
        try:
            return _PLANS[intent.verb](self, flow, **dict(intent.given))
        except UnicodeEncodeError:
            raise BadInput("what was given holds characters that cannot be sent; nothing was sent") from None

    def follow(self, flow: Flow) -> Step | None:
        """The step that is due before anybody can be asked anything: the list, where it is not known."""
        if flow.state is State.MFA_REQUIRED and flow.access_token:
            return Step.silent(Outcome("still_signed_in", flow.error))
        if flow.state in _LISTED and flow.authenticators is None:
            return ways_in.list_authenticators(flow, self.factors)
        return None

    def only_choice(self, flow: Flow) -> Step | None:
        """The step to the only choice there is, where there is just one and it needs no details; else None."""
        if flow.state is not State.MFA_REQUIRED or flow.error not in {None, "further_factor"}:
            return None
        known, new = self._choices(flow)
        if len(known) == 1 and not new:
            return _challenge(self, flow, known[0].id)
        if len(new) == 1 and not known and not self.factor(new[0]).needs:
            return _enroll(self, flow, new[0])
        return None

    def settle(self, flow: Flow, intent: Intent, step: Step, reply: Reply | None, now: float) -> Settled:
        """The flow after the reply. Raises a TenantError where the reply moves nothing."""
        try:
            outcome: Outcome | None = step.read(reply or _NO_REPLY)
            moves = []
            while outcome is not None:
                flow, moved = self._move(flow, intent, step, outcome, now)
                moves.append(moved)
                outcome = outcome.then
        except TenantError as error:
            raise _located(error, step, reply, now) from None
        return Settled(flow, tuple(moves))

    def look(self, flow: Flow, now: float, interrupted: str | None = None) -> Prompt:
        """The question that stands now. Changes nothing."""
        if flow.overdue(now):
            return Stopped(reason="expired", interrupted=interrupted)
        offered = self._choices(flow)
        shown: dict[str, Any] = {
            "verbs": self.verbs(flow, offered),
            "error": Notice.of(flow.error) if flow.error and not flow.ended else None,
            "recovery_codes": tuple(map(str, flow.recovery_codes)),
            "interrupted": interrupted,
        }
        prompt = self._question(flow, offered, **shown)
        until = paused_until(flow, prompt)
        if until is None:
            return prompt
        if until > now:
            return Pause(seconds=until - now, then=changed(prompt, error=None), **shown)
        return changed(prompt, error=None)

    def verbs(self, flow: Flow, offered: Choices | None = None) -> tuple[str, ...]:
        """The verbs that make sense now: those of the table, less those there is nothing to do with."""
        offered = offered or self._choices(flow)
        allowed = self._allowed(flow)
        if all(offered) or flow.state is not State.MFA_REQUIRED or flow.authenticators is None:
            return allowed
        pointless = {verb for verb, found in zip(("challenge", "enroll"), offered, strict=True) if not found}
        return tuple(verb for verb in allowed if verb not in pointless)

    def factor(self, name: str | None) -> Factor:
        """The factor of that name. Raises UnknownFactor, which names those that are installed."""
        try:
            return self.factors[name or ""]
        except KeyError:
            raise UnknownFactor(f"no factor {name!r} is installed; there are {', '.join(self.factors)}") from None

    def _choices(self, flow: Flow) -> Choices:
        if flow.state not in _LISTED or flow.authenticators is None:
            return (), ()
        return choices(flow, self.factors)

    def _allowed(self, flow: Flow) -> tuple[str, ...]:
        """The verbs that are not refused: those of the table, less those the factor in use has no part in."""
        factor = self.factors.get(flow.factor or "")
        return _opened(flow.state, sends=bool(factor and factor.sends), polls=bool(factor and factor.polls))

    def _allow(self, flow: Flow, verb: str) -> None:
        if verb in self._allowed(flow):
            return
        allowed = self.verbs(flow)
        now = f"now possible: {', '.join(allowed or _WAYS_IN)}; nothing was sent"
        if flow.version == 0:
            raise UnknownFlow(f"no flow of this id is under way, so {verb} is not possible; {now}", allowed)
        raise WrongState(f"{verb} is not possible while the flow is {flow.state.value}; {now}", allowed)

    def _move(self, flow: Flow, intent: Intent, step: Step, outcome: Outcome, now: float) -> tuple[Flow, Moved]:
        try:
            dest = destination(outcome.event, flow.state)
        except LookupError as error:
            raise UnexpectedReply(f"the reply makes no sense here: {error}") from None
        moved = Moved(flow.id, intent.verb, outcome.event, flow.state, dest, now)
        changes = _changes(flow, intent, step, outcome, now)
        if outcome.event == "throttled" and intent.verb == "confirm" and wants_digits(self._question(flow)):
            changes["locked_until"] = changes["paused_until"]
        return entered(flow, dest, now, changes), moved

    def _question(self, flow: Flow, offered: Choices = ((), ()), **shown: Any) -> Prompt:
        match flow.state:
            case State.STARTED:
                return AskPassword(**shown)
            case State.ENROLLING | State.CHALLENGING:
                return changed(self.factor(flow.factor).ask(flow, flow.error), **shown)
            case State.CONFIRMED:
                code = flow.recovery_code and str(flow.recovery_code)
                return Done(tokens=flow.tokens, recovery_code=code, **shown)
            case State.MFA_REQUIRED | State.AUTHENTICATED:
                challenge, enroll = offered
                return Choose(challenge=challenge, enroll=enroll, authenticators=flow.authenticators or (), **shown)
            case _:
                return Stopped(reason=flow.error or flow.state.value, **shown)


def _changes(flow: Flow, intent: Intent, step: Step, outcome: Outcome, now: float) -> dict[str, Any]:
    """What a move changes beside the state."""
    changes: dict[str, Any] = {"error": outcome.error, "paused_until": now + outcome.pause if outcome.pause else None}
    if outcome.event in _ENTERING:
        # Another question: an answer to the one before is no answer to this one.
        if not intent.given or flow.accepted != intent.digest(flow.id):
            changes["accepted"] = None
        changes |= {"asked_at": now, "details": NOTHING, "memory": outcome.memory, **step.enters}
    elif outcome.memory:
        changes["memory"] = {**flow.memory, **outcome.memory}
    if outcome.event in _RELIST:
        changes["authenticators"] = None
    if outcome.event == "already_enrolled":
        changes["enrolled"] = True
    if outcome.event in _ACCEPTED:
        changes |= {"accepted": intent.digest(flow.id), "recovery_codes": ()}
    return {**changes, **outcome.changes}


@cache
def _opened(state: State, *, sends: bool, polls: bool) -> tuple[str, ...]:
    """The verbs a state opens; of those that only some factors have a part in, those that have one here."""
    partial = {"resend": sends, "wait": polls}
    return tuple(verb for verb in verbs_from(state) if verb in _PLANS and partial.get(verb, True))


def _located(error: TenantError, step: Step, reply: Reply | None, now: float) -> TenantError:
    if error.retry_after is None and error.resets_at is not None:
        error.retry_after = max(error.resets_at - now, 0)
    error.operation = step.call.operation if step.call else ""
    error.status = error.status or (reply.status if reply else 0)
    return error


def _login(engine: Engine, flow: Flow, **given: Any) -> Step:
    return ways_in.login(engine.app, **given)


def _refresh(engine: Engine, flow: Flow, **given: Any) -> Step:
    return ways_in.refresh(engine.app, **given)


def _manage(engine: Engine, flow: Flow, **given: Any) -> Step:
    return ways_in.manage(**given)


def _authenticators(engine: Engine, flow: Flow) -> Step:
    return ways_in.list_authenticators(flow, engine.factors)


def _remove(engine: Engine, flow: Flow, **given: Any) -> Step:
    return ways_in.remove(flow, **given)


def _begin(engine: Engine, flow: Flow, **given: Any) -> Step:
    return ways_in.begin(**given)


def _enroll(engine: Engine, flow: Flow, factor: str | None = None, details: tuple[tuple[str, str], ...] = ()) -> Step:
    chosen = engine.factor(factor)
    offered = choices(flow, engine.factors)[1]
    if flow.requirements is not None and factor not in offered:
        raise BadInput(f"this login may enroll {', '.join(offered) or 'nothing'}, not {factor}; nothing was sent")
    step = chosen.associate(engine.app, flow, **dict(details))
    if step is None:
        raise UnknownFactor(f"{factor} cannot be enrolled by itself; nothing was sent")
    return changed(step, enters={"factor": factor, **step.enters})


def _challenge(engine: Engine, flow: Flow, authenticator: str | None = None) -> Step:
    offered = choices(flow, engine.factors)[0]
    found = next((one for one in offered if one.id == authenticator), None)
    if found is None:
        raise BadInput("challenge takes an authenticator of the Choose prompt, or its id; nothing was sent")
    chosen = engine.factor(found.factor)
    step = chosen.challenge(engine.app, flow, found) or Step.silent(Outcome("challenged"))
    return changed(step, enters={**step.enters, "factor": found.factor, "authenticator": found})


def _confirm(engine: Engine, flow: Flow, answer: str | None = None) -> Step:
    return engine.factor(flow.factor).confirm(engine.app, flow, answer)


def _resend(engine: Engine, flow: Flow) -> Step:
    if flow.authenticator is not None:
        return _challenge(engine, flow, flow.authenticator.id)
    return _enroll(engine, flow, flow.factor, tuple(flow.details.items()))


def _go_back(engine: Engine, flow: Flow) -> Step:
    return Step.silent(Outcome("went_back"))


def _cancel(engine: Engine, flow: Flow) -> Step:
    return Step.silent(Outcome("cancelled", "cancelled"))


_PLANS: Mapping[str, Callable[..., Step]] = {
    "login": _login,
    "begin": _begin,
    "refresh": _refresh,
    "manage": _manage,
    "authenticators": _authenticators,
    "remove": _remove,
    "wait": _confirm,
    "enroll": _enroll,
    "challenge": _challenge,
    "confirm": _confirm,
    "resend": _resend,
    "go_back": _go_back,
    "cancel": _cancel,
}
