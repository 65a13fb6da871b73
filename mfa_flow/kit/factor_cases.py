"""The cases of the suite for factors: one function each; its docstring says why callers rely on it."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, fields

from mfa_flow.client import MfaClient
from mfa_flow.errors import BadInput, MfaFlowError, TenantError
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.kit.finding import raised
from mfa_flow.kit.stage import START
from mfa_flow.machine.flow import NOTHING, Flow
from mfa_flow.machine.prompts import AskCode, Choose, Done, Prompt, prompt_from_json
from mfa_flow.machine.table import State
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.transport import TenantTransport
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Authenticator

_APP = App("tenant.example", "demo-client", "demo-secret")
_TOKEN = "Fe26.2*trial*"
# What no factor takes for an answer: each would spend an attempt.
MALFORMED = ("", " ", "\n", "?", "12345678901234567890123456789012345678901234567890", "\u2603")


class FactorFails(AssertionError):
    """A factor does not do what the engine relies on; the text says what was done, what was found, why it matters."""


@define(eq=False)
class Trial:
    """What a case has at hand: the factor, the ``details`` enrolling takes, bad ones, how to teach a tenant."""

    factor: Factor
    teach: Callable[[Tenant], object]
    details: Mapping[str, str] = field(default=NOTHING)
    bad_details: tuple[Mapping[str, str], ...] = ()
    code: Callable[[Tenant], str] | None = None

    @property
    def flow(self) -> Flow:
        """A flow that may choose a factor."""
        return Flow(id="trial", state=State.MFA_REQUIRED, version=1, mfa_token=Secret(_TOKEN), asked_at=START)

    @property
    def owned(self) -> Authenticator:
        """The person's authenticator, as Auth0 lists it."""
        name = self.factor.name
        return Authenticator(f"{name}|dev_1", "oob", active=True, oob_channel=name, name="shown")

    def asked(self, outcome: Outcome, **changes: Any) -> Flow:
        """The flow, once it was asked for the proof."""
        memory = {"memory": outcome.memory, "factor": self.factor.name, "state": State.CHALLENGING}
        return evolve(self.flow, **{**memory, "authenticator": self.owned, **changes})

    def challenged(self, **more: Any) -> Flow:
        """The flow after a challenge, whatever else stood in the answer."""
        step = self.factor.challenge(_APP, self.flow, self.owned)
        if step is None:
            return self.asked(Outcome("challenged"))
        answer = {"challenge_type": "oob", "oob_code": "Fe26.2*oob*", "binding_method": "prompt", **more}
        return self.asked(step.read(_reply(answer)))

    def expect(self, done: str, expected: object, found: object) -> None:
        """Raises FactorFails unless it is as expected. Of two flows it is told what differs, and no value."""
        if expected != found and isinstance(expected, Flow) and isinstance(found, Flow):
            raise FactorFails(f"{done}: of the flow there differs {', '.join(_differing(expected, found))}")
        if expected != found:
            raise FactorFails(f"{done}: expected {expected!r}, found {found!r}")

    def tenant(self) -> Tenant:
        """A tenant that was taught."""
        tenant = Tenant(clock=Clock(START), seed=1)
        self.teach(tenant)
        return tenant


Case = Callable[[Trial], Awaitable[None]]


async def the_name_is_its_own(trial: Trial) -> None:
    """It is offered, stored and asked for by its name: a text, the same each time."""
    name = trial.factor.name
    trial.expect("its name", True, isinstance(name, str) and name.isidentifier())
    trial.expect("its name, read again", name, trial.factor.name)


async def its_steps_are_pure(trial: Trial) -> None:
    """A verb is planned again when a message comes again: the same flow gives the same request, and is not changed."""
    for what, make in _steps(trial).items():
        one, other = make(), make()
        trial.expect(f"{what}, made twice, sends the same", _sent(one), _sent(other))
    flow = trial.challenged()
    trial.expect("ask, called twice, asks the same", trial.factor.ask(flow), trial.factor.ask(flow))
    trial.expect("the factor keeps nothing between steps", {}, {**getattr(trial.factor, "__dict__", {})})


async def malformed_answers_are_refused_before_sending(trial: Trial) -> None:
    """An answer that cannot be right costs the person one of ten attempts if it is sent: raise BadInput."""
    flow = trial.challenged()
    for answer in MALFORMED if isinstance(trial.factor.ask(flow), AskCode) else ():
        try:
            step = trial.factor.confirm(_APP, flow, answer)
        except BadInput as refused:
            if answer.strip() and answer in str(refused):
                raise FactorFails(f"confirm({answer!r}): the refusal shows what was typed") from None
        else:
            raise FactorFails(f"confirm({answer!r}): expected BadInput, but {_came_of(step)}")


async def bad_details_are_refused_before_sending(trial: Trial) -> None:
    """A number that cannot be right costs a message if it is sent: raise BadInput; so do details it does not know."""
    for details in ({**trial.details, "no_such_detail": "x"}, *trial.bad_details):
        try:
            step = trial.factor.associate(_APP, trial.flow, **details)
        except MfaFlowError as refused:
            trial.expect(f"associate({', '.join(details)}) with bad details raises", "bad_input", refused.code)
        except Exception as error:
            raise FactorFails(f"associate({details!r}): expected BadInput, but {raised(error)} was raised") from error
        else:
            raise FactorFails(f"associate({details!r}): expected BadInput, but {_came_of(step)}")


async def what_it_remembers_is_json(trial: Trial) -> None:
    """A flow rests in a store between two messages, as JSON: what a factor remembers must come back the same."""
    memory = dict(trial.challenged().memory)
    try:
        found = json.loads(json.dumps(memory))
    except (TypeError, ValueError) as error:
        raise FactorFails(f"memory {sorted(memory)} is no JSON: {error}") from None
    trial.expect("its memory, written and read again", {name: _plain(value) for name, value in memory.items()}, found)


async def unknown_fields_are_ignored(trial: Trial) -> None:
    """Auth0 adds fields to its answers without a word; that must break nobody."""
    more, expected = {"x_new": {"deep": [1]}, "another": None}, trial.challenged()
    try:
        found = trial.challenged(**more)
    except Exception as error:
        raise FactorFails(f"an answer with unknown fields: {raised(error)}") from error
    trial.expect("an answer with unknown fields", expected, found)


async def secrets_are_hidden(trial: Trial) -> None:
    """Logs and tracebacks show the repr of what is at hand: no code and no token may be in it."""
    flow, told = trial.challenged(), list[str]()
    told += [repr(flow), repr(trial.factor), repr(flow.memory.get("oob_code", ""))]
    told += [repr(make()) for make in _steps(trial).values()]
    shown = [text for text in told if "Fe26.2*" in text or "demo-secret" in text]
    trial.expect("reprs that show a secret", [], shown)


async def the_question_has_a_text(trial: Trial) -> None:
    """Chats and pages show prompt.text(), and send the prompt on as JSON."""
    prompt = trial.factor.ask(trial.challenged())
    trial.expect("ask gives a prompt whose text is not empty", True, bool(prompt.text().strip()))
    trial.expect("the prompt, as JSON and back", prompt, prompt_from_json(prompt.to_json()))


async def it_works_from_end_to_end(trial: Trial) -> None:
    """All of it together: enrol, mistype, resend, confirm; then log in again and be challenged."""
    tenant = trial.tenant()
    wire = TenantTransport(tenant)
    async with MfaClient(_APP, transport=wire, clock=tenant.clock, factors=[trial.factor]) as mfa:
        flow = mfa.flow("first")
        choose = await flow.login("ada@example.com", "correct-horse")
        trial.expect("it is offered", True, isinstance(choose, Choose) and trial.factor.name in choose.enroll)
        prompt = await _enrolled(trial, flow)
        if trial.factor.sends:
            prompt = await flow.resend()
        trial.expect("a right code after enrolling gives", "done", (await _proved(trial, tenant, flow, prompt)).kind)
        tenant.clock.advance(60)  # an app shows another code by then
        flow = mfa.flow("second")
        again = await flow.login("ada@example.com", "correct-horse")
        mine = [one for one in getattr(again, "challenge", ()) if one.factor == trial.factor.name]
        trial.expect("it is offered at the next login", 1, len(mine))
        prompt = await flow.challenge(mine[0])
        trial.expect("a right code after a challenge gives", "done", (await _proved(trial, tenant, flow, prompt)).kind)


async def _enrolled(trial: Trial, flow: Any) -> Prompt:
    name, details = trial.factor.name, ", ".join(trial.details)
    try:
        found: Prompt = await flow.enroll(name, **trial.details)
    except BadInput as error:
        raise FactorFails(f"enroll({details}) with the details check_factor was given: {raised(error)}") from error
    except TenantError as error:
        told = f"teach(tenant) should teach it: tenant.teach({name!r}, ...)"
        raise FactorFails(f"enroll({details}) at the tenant that was taught: {error}. {told}") from error
    return found


async def _proved(trial: Trial, tenant: Tenant, flow: Any, prompt: Prompt) -> Prompt:
    found: Prompt
    if not getattr(prompt, "length", None):
        tenant.push("ada@example.com").approve()
        found = await flow.wait()
        return found
    code = trial.code(tenant) if trial.code is not None else tenant.inbox.messages()[0].code or ""
    wrong = "".join("1" if one == "0" else "0" for one in code)
    trial.expect("a wrong code is answered by", "wrong_code", getattr((await flow.confirm(wrong)).error, "key", None))
    found = await flow.confirm(code)
    trial.expect("a Done carries tokens", True, not isinstance(found, Done) or found.tokens is not None)
    return found


def _came_of(step: Step | None) -> str:
    return f"it gave {step!r}, which is no Step" if not isinstance(step, Step) else "a request was made of it"


def _steps(trial: Trial) -> Mapping[str, Callable[[], Step | None]]:
    flow = trial.challenged()
    made: dict[str, Callable[[], Step | None]] = {
        "associate": lambda: trial.factor.associate(_APP, trial.flow, **trial.details),
        "challenge": lambda: trial.factor.challenge(_APP, trial.flow, trial.owned),
    }
    if not isinstance(trial.factor.ask(flow), AskCode):
        made["confirm"] = lambda: trial.factor.confirm(_APP, flow, None)
    return made


def _sent(step: Step | None) -> object:
    return step and step.call and (step.call.method, step.call.path, dict(step.call.headers), step.call.body)


def _reply(answer: Mapping[str, Any]) -> Reply:
    return Reply(200, {"content-type": "application/json"}, json.dumps(answer).encode())


def _differing(one: Flow, other: Flow) -> Iterator[str]:
    for each in fields(Flow):
        here, there = getattr(one, each.name), getattr(other, each.name)
        if here != there and each.name == "memory":
            yield from (f"memory[{name!r}]" for name in {**here, **there} if not _same(name, here, there))
        elif here != there:
            yield each.name


def _same(name: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    return name in here and name in there and bool(here[name] == there[name])


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


CASES: Iterable[Case] = (
    the_name_is_its_own,
    its_steps_are_pure,
    malformed_answers_are_refused_before_sending,
    bad_details_are_refused_before_sending,
    what_it_remembers_is_json,
    unknown_fields_are_ignored,
    secrets_are_hidden,
    the_question_has_a_text,
    it_works_from_end_to_end,
)
