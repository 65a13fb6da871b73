"""Plays a recording again: the same verbs at the same times, with the codes of now."""

from contextlib import suppress
from typing import Any

from attrs import define, field

from mfa_flow.errors import MfaFlowError
from mfa_flow.handle import FlowHandle
from mfa_flow.kit.given import known
from mfa_flow.kit.people import Person
from mfa_flow.kit.recorder import RecordingClient
from mfa_flow.kit.recording import Recording, Step
from mfa_flow.machine.prompts import Choose, Prompt
from mfa_flow.wire.values import Authenticator

_TOKENS = {"refresh": "refresh_token", "manage": "access_token", "begin": "mfa_token"}
_APPROVED = {"tokens_issued", "mfa_demanded", "still_signed_in"}


async def replay(recording: Recording, mfa: RecordingClient, person: Person, **tokens: str) -> Recording:
    """Do it again with ``person``, at their tenant, and record that: it is equal where the same happened.

    The clock is moved to the time of each step, a code that was right is right again, one that was wrong is wrong, and
    a push is answered as it was. What a fault did is done again only if the fault is armed again. A flow that did not
    begin with a password wants what it began with: ``refresh_token=``, ``access_token=`` or ``mfa_token=``. Raises
    ValueError where that is missing, for a step that tells too little or has a verb there is not, and for no step.
    """
    if not (isinstance(recording, Recording) and isinstance(mfa, RecordingClient) and isinstance(person, Person)):
        raise TypeError("replay(recording, mfa, person) takes a Recording, a RecordingClient and a Person")
    if not recording.steps:
        raise ValueError("this recording has no step: there is nothing to play again")
    flow = mfa.flow()
    player = _Player(flow, person, tokens)
    began = person.tenant.clock.now()
    for step in recording.steps:
        person.tenant.clock.advance(max(0.0, began + step.at - person.tenant.clock.now()))
        with suppress(MfaFlowError):  # it is on record
            await player.play(step)
    return mfa.recording(flow.id, recording.title)


@define
class _Player:
    """Knows what the person sees, and does what they did."""

    flow: FlowHandle
    person: Person
    tokens: dict[str, str]
    choices: dict[str, Authenticator] = field(factory=dict)
    seen: Prompt | None = None

    async def play(self, step: Step) -> None:
        """One step."""
        given, named = self._given(step)
        found = await getattr(self.flow, known(step.verb))(*given, **named)
        self.seen = await self.flow.look() if step.verb == "authenticators" else found
        if isinstance(self.seen, Choose):
            self.choices = {one.factor: one for one in (*self.seen.authenticators, *self.seen.challenge)}

    def _given(self, step: Step) -> tuple[tuple[Any, ...], dict[str, Any]]:
        match step.verb:
            case "login":
                right = "password_rejected" not in step.events
                return (self.person.email, self.person.password if right else f"not {self.person.password}"), {}
            case "enroll":
                if not step.given.split():
                    raise ValueError("a recording says which factor was enrolled: this step does not")
                factor, *names = step.given.split()
                return (factor,), {name: self._detail(name) for name in names}
            case "challenge" | "remove":
                return (self._chosen(step.given),), {}
            case "confirm" | "wait":
                return self._proof(step)
            case verb if verb in _TOKENS:
                return (self._token(_TOKENS[verb]),), {}
        return (), {}

    def _proof(self, step: Step) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if step.given == "code":
            return (self._code(step),), {}
        self._decide(step)
        return (), {"timeout": 0} if step.verb == "wait" else {}

    def _code(self, step: Step) -> str:
        if step.error == "bad_input" or self.seen is None:
            return "no code"
        right = "code_rejected" not in step.events
        for find in (self.person.code, self.person.wrong_code)[not right :]:
            with suppress(LookupError):  # it went otherwise this time, and there is none
                return find(self.seen)
        return "000000"

    def _decide(self, step: Step) -> None:
        with suppress(LookupError, ValueError):  # it went otherwise this time, and there is no push
            if "push_denied" in step.events:
                self.person.deny()
            elif _APPROVED.intersection(step.events):
                self.person.approve()

    def _detail(self, name: str) -> str:
        known = {"phone_number": lambda: self.person.number, "email": lambda: self.person.email}
        if name not in known:
            raise ValueError(f"a recording does not hold the {name} that was given: it cannot be played again")
        return known[name]()

    def _chosen(self, factor: str) -> Authenticator:
        if factor not in self.choices:
            raise ValueError(f"{self.person.email} is offered no {factor}: give them what the recorded person had")
        return self.choices[factor]

    def _token(self, name: str) -> str:
        if name not in self.tokens:
            raise ValueError(f"this began with a token: replay(..., {name}=...)")
        return self.tokens[name]
