"""A factor as it is installed, tried from outside: each of its steps, on every answer that Auth0 is known to give."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import define, evolve, field

from mfa_flow.errors import BadInput, MfaFlowError
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.kit.answers import ANSWERS
from mfa_flow.kit.finding import Finding, raised
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.moves import destination
from mfa_flow.machine.table import State
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Authenticator

_APP = App("tenant.example", "demo-client", "demo-secret")
_DETAILS = ("+15551230042", "ada@example.com", "@ada", "ada")
_ANSWERS = (None, *("1234567890"[:length] for length in (6, 8, 4, 5, 7, 9, 10)), "A" * 24)
_KIND = {"content-type": "application/json"}
_ELSEWHERE = "could not be tried from outside; check_factor of mfa_flow.kit does it with what you give it"


def try_factor(name: str, factor: Factor) -> Finding:
    """Whatever Auth0 is known to answer, the factor makes an event of it that the table knows, or an error of ours; and
    of nothing but an access token it makes tokens."""
    trial = _Trial(name, factor)
    trial.go()
    what = f"the factor {name} ({type(factor).__module__}): {', '.join(trial.made) or 'no step'} tried on {trial.read} "
    wrong = [f"{told}{f' (and {more} more such answers)' if more else ''}" for told, more in trial.wrong.items()]
    return Finding(f"{what}answers: events of the table, or errors", tuple(wrong), tuple(trial.untried))


@define(eq=False)
class _Trial:
    """``made`` are the steps that could be made, ``read`` the answers they read; ``wrong`` counts what is wrong."""

    name: str
    factor: Factor
    made: list[str] = field(factory=list)
    read: int = 0
    wrong: dict[str, int] = field(factory=dict)
    untried: list[str] = field(factory=list)

    def go(self) -> None:
        """Set it up, be challenged by it, and prove it after either."""
        owned = Authenticator(f"{self.name}|dev_1", "oob", active=True, oob_channel=self.name)
        flow = Flow(id="check", state=State.MFA_REQUIRED, mfa_token=Secret("m"), authenticators=(owned,))
        if self.factor.enrolls:
            self._prove("associate", State.ENROLLING, flow, self._associating(flow))
        silent = Step.silent(Outcome("challenged"))
        flow = evolve(flow, authenticator=owned)
        self._prove("challenge", State.CHALLENGING, flow, [lambda: self.factor.challenge(_APP, flow, owned) or silent])

    def _associating(self, flow: Flow) -> list[Callable[[], Any]]:
        some = [dict.fromkeys(self.factor.needs, guess) for guess in _DETAILS]
        return [lambda details=each: self.factor.associate(_APP, flow, **details) for each in some]  # type: ignore[misc]

    def _prove(self, name: str, state: State, flow: Flow, attempts: Sequence[Callable[[], Any]]) -> None:
        """The step that leads to that state, and the proof there."""
        step = self._make(name, attempts)
        if step is None:
            return
        outcome = self._answers(name, step, State.MFA_REQUIRED, state)
        if outcome is None:
            self.untried.append(f"{name}: no answer known is read as a success, so the confirm after it {_ELSEWHERE}")
            return
        asked = evolve(flow, state=state, factor=self.name, memory=outcome.memory, **step.enters)
        confirm = self._make(f"confirm after {name}", self._confirming(asked))
        if confirm is not None:
            self._answers(f"confirm after {name}", confirm, state, State.CONFIRMED)

    def _confirming(self, flow: Flow) -> Iterator[Callable[[], Any]]:
        """First by a code as long as it asks for."""
        length = getattr(self.factor.ask(flow), "length", None) or 0
        for answer in (*(["1" * length] * bool(length)), *_ANSWERS):
            yield lambda answer=answer: self.factor.confirm(_APP, flow, answer)  # type: ignore[misc]

    def _make(self, name: str, attempts: Any) -> Step | None:
        """The first that is not refused as bad input; none, if that is wrong or cannot be tried."""
        refused = ""
        try:
            for attempt in attempts:
                try:
                    step = attempt()
                except BadInput as error:
                    refused = str(error)
                    continue
                break
            else:
                self.untried.append(f"{name}: {_ELSEWHERE} ({refused})")
                return None
        except Exception as error:  # noqa: BLE001 - whatever a factor of other people's raises
            self._tell(f"{name}: {raised(error)}")
            return None
        if not isinstance(step, Step):
            self._tell(f"{name}: it gives {step!r}, which is no Step")
            return None
        self.made.append(name)
        return step

    def _answers(self, name: str, step: Step, at: State, wanted: State) -> Outcome | None:
        """Let the step read every answer; what it makes of the first that leads where one wants to go."""
        found = None
        for reply in _replies() if step.call else (Reply(0),):
            self.read += 1
            outcome = self._outcome(name, step, reply, at)
            if outcome is not None and destination(outcome.event, at) is wanted:
                found = found or outcome
                if wanted is State.CONFIRMED and not _brings_tokens(reply, outcome):
                    self._tell(f"{name}: tokens_issued, where no access token came")
        if found is None and wanted is State.CONFIRMED:
            self._tell(f"{name}: an access token comes, and it is not read as tokens_issued")
        return found

    def _outcome(self, name: str, step: Step, reply: Reply, at: State) -> Outcome | None:
        try:
            outcome = step.read(reply)
            destination(outcome.event, at)
        except MfaFlowError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever a factor of other people's raises
            self._tell(f"{name}: {raised(error)}")
            return None
        return outcome

    def _tell(self, told: str) -> None:
        self.wrong[told] = self.wrong.get(told, -1) + 1


def _brings_tokens(reply: Reply, outcome: Outcome) -> bool:
    return reply.status == 200 and b'"access_token"' in reply.body and outcome.changes.get("tokens") is not None


def _replies() -> Iterator[Reply]:
    """Answers as they were recorded, every error that is known with each status, and nonsense."""
    for answer in {each.name: each for each in ANSWERS.values()}.values():
        yield Reply(answer.status, _KIND, answer.body)
    for meaning in MEANINGS:
        for status in (400, 401, 403, 429):
            body = f'{{"error": "{meaning.error}", "error_description": "{meaning.text}", "mfa_token": "n"}}'
            yield Reply(status, _KIND, body.encode())
    for status, content in ((200, b"{}"), (502, b"<html>"), (200, b"[1]")):
        yield Reply(status, _KIND, content)
