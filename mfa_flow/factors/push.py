"""Push notifications to the Guardian app: nothing is typed, the answer is polled for."""

from attrs import evolve

from mfa_flow.errors import BadInput
from mfa_flow.factors import steps
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.meanings import meaning_of
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import Prompt, Scan, Wait
from mfa_flow.wire import reading
from mfa_flow.wire.reading import Body, Problem
from mfa_flow.wire.values import App, Authenticator
from mfa_flow.wire.vocabulary import OOB_CODE_LIFETIME, OOB_GRANT, POLL_INTERVAL, PUSH_REFILL

# What an access_denied says where the application is refused, and not the person.
_SET_UP = ("Unauthorized", "Service not found")


class Push(Factor):
    """``enroll("push")`` gives a QR code for Guardian; ``wait`` polls until the person has answered on the phone, and
    ``confirm`` polls once."""

    name = "push"
    requirement = "push-notification"
    sends = True
    polls = True

    def associate(self, app: App, flow: Flow, /, **details: str) -> Step:
        if details:
            raise BadInput(f"enroll('push') takes no {', '.join(details)}; nothing was sent")
        body = {"authenticator_types": ["oob"], "oob_channels": ["auth0"]}
        return steps.associate(flow, body, self._associated, PUSH_REFILL)

    def challenge(self, app: App, flow: Flow, authenticator: Authenticator) -> Step:
        return steps.challenge(app, flow, "oob", authenticator.id, self._challenged, PUSH_REFILL)

    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        if answer is not None:
            told = "a push is answered on the phone, there is nothing to type: wait(); nothing was sent"
            raise BadInput(told, "push")
        proof = {"oob_code": flow.memory["oob_code"]}
        return steps.exchange(app, flow, OOB_GRANT, proof, lambda problem: _stumble(problem, _interval(flow)))

    def ask(self, flow: Flow, error: str | None = None) -> Prompt:
        until, uri = flow.asked_at + OOB_CODE_LIFETIME, flow.memory.get("barcode_uri")
        if uri is None:
            return Wait(seconds=_interval(flow), until=until)
        return Scan(barcode_uri=uri, length=None, seconds=_interval(flow), until=until)

    def _associated(self, answer: Body) -> Outcome:
        steps.check(answer, "authenticator_type", "oob")
        # Without a picture there is nothing to scan, but what else came, recovery codes above all, is not thrown away.
        uri = reading.text(answer, "barcode_uri")
        memory = {"oob_code": steps.oob_code(answer)} | ({"barcode_uri": uri} if uri else {})
        return Outcome("associated", memory=memory)

    def _challenged(self, answer: Body) -> Outcome:
        steps.check(answer, "challenge_type", "oob")
        return Outcome("challenged", memory={"oob_code": steps.oob_code(answer)})


def _interval(flow: Flow) -> float:
    """Seconds between two polls; ``slow_down`` makes them more."""
    return float(flow.memory.get("interval", POLL_INTERVAL))


def _stumble(problem: Problem, interval: float) -> Outcome:
    """What the shared table does not know: here the same bytes speak of a phone, not of a code."""
    if problem.error == "authorization_pending":
        return Outcome("still_pending", "still_pending")
    if problem.error == "slow_down":
        # RFC 8628: five seconds more, if the server names no time itself; never less than before.
        longer = max(problem.retry_after or interval + 5, interval)
        return Outcome("still_pending", "still_pending", memory={"interval": longer})
    if problem.error == "access_denied" and not any(problem.says(text) for text in _SET_UP):
        return Outcome("push_denied", "push_denied")
    outcome = meaning_of(problem, "confirm")
    if outcome.event == "code_rejected":
        # Nothing was typed, so nothing typed was wrong: it is a No, however it is put.
        return Outcome("push_denied", "push_denied")
    return evolve(outcome, error="push_expired") if outcome.event == "code_expired" else outcome
