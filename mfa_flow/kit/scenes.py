"""The runs that the sequence diagrams are drawn from: each factor set up and used, and what most often goes otherwise.

They are played by the client against a tenant, here and now; nothing in them is written by hand.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from attrs import define, field, frozen

from mfa_flow.errors import MfaFlowError
from mfa_flow.kit.hasty import Hasty
from mfa_flow.kit.people import Accounts, Person
from mfa_flow.kit.recorder import RecordingClient
from mfa_flow.kit.recording import Recording
from mfa_flow.kit.transport import InProcess
from mfa_flow.machine.prompts import Choose, Prompt
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.tenant import Tenant
from mfa_flow.wire.values import App

_APP = App("tenant.example", "demo-client", "demo-secret")


@frozen
class Diagram:
    """One diagram: a ``name`` for its file, a ``title``, and what is played in it, one flow after the other."""

    name: str
    title: str
    recordings: tuple[Recording, ...]


@define
class _Stage:
    """A tenant, a client, and the flows so far."""

    tenant: Tenant = field(factory=lambda: Tenant(clock=Clock(1_726_830_000), seed=1))
    mfa: RecordingClient = field(init=False)
    titles: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        clock = Hasty(self.tenant.clock)
        self.mfa = RecordingClient(_APP, transport=InProcess(self.tenant, clock=clock), clock=clock)

    def person(self, *factors: str, **more: Any) -> Person:
        """Somebody with these."""
        return Accounts(self.tenant)(*factors, **more)

    def begin(self, title: str) -> Any:
        """A new flow, under this heading."""
        self.titles.append(title)
        return self.mfa.flow(title)

    def recordings(self) -> tuple[Recording, ...]:
        """What was played, in order."""
        return tuple(self.mfa.recording(title, title) for title in self.titles)


_Play = Callable[[_Stage], Awaitable[None]]


async def scenes() -> tuple[Diagram, ...]:
    """Play all of them. One that goes otherwise than it was meant ends there, and its diagram shows that."""
    found = []
    for name, (title, play) in _PLAYS.items():
        stage = _Stage()
        with suppress(MfaFlowError, LookupError):
            await play(stage)
        found.append(Diagram(name, title, stage.recordings()))
    return tuple(found)


async def _chosen(stage: _Stage, title: str, person: Person, factor: str) -> tuple[Any, Prompt]:
    """A login, up to the question that this factor asks."""
    flow = stage.begin(title)
    choose = await flow.login(person.email, person.password)
    return flow, await flow.challenge(_of(choose, factor))


def _of(choose: Prompt, factor: str) -> Any:
    known = {one.factor: one for one in choose.challenge} if isinstance(choose, Choose) else {}
    return known[factor]


def _twice(factor: str) -> _Play:
    """Set up at the first login, used at the second."""

    async def play(stage: _Stage) -> None:
        person = stage.person()
        flow = stage.begin("The first login: it is set up")
        await flow.login(person.email, person.password)
        await _prove(flow, person, await flow.enroll(factor, **person.details(factor)))
        flow, prompt = await _chosen(stage, "The next login: it is asked for", person, factor)
        await _prove(flow, person, prompt)

    return play


async def _prove(flow: Any, person: Person, prompt: Prompt) -> None:
    if getattr(prompt, "length", None) is not None:
        await flow.confirm(person.code(prompt))
        return
    await flow.confirm()  # nobody has answered yet
    person.approve()
    await flow.wait()


async def _recovery(stage: _Stage) -> None:
    person = stage.person("otp")
    title = "The phone is at home: a recovery code, and another takes its place"
    flow, prompt = await _chosen(stage, title, person, "recovery")
    await flow.confirm(person.code(prompt))


async def _wrong_code(stage: _Stage) -> None:
    person = stage.person("sms")
    flow, prompt = await _chosen(stage, "Mistyped, sent once more, and right", person, "sms")
    await flow.confirm(person.wrong_code(prompt))
    await flow.confirm(person.code(await flow.resend()))


async def _push_denied(stage: _Stage) -> None:
    person = stage.person("push")
    flow, _ = await _chosen(stage, "No by mistake, then Yes", person, "push")
    person.deny()
    await flow.challenge(_of(await flow.wait(), "push"))
    person.approve()
    await flow.wait()


async def _expired(stage: _Stage) -> None:
    person = stage.person("sms")
    flow, prompt = await _chosen(stage, "A code is good for five minutes, the mfa_token for ten", person, "sms")
    stage.tenant.clock.advance(301)
    again = await flow.challenge(_of(await flow.confirm(person.code(prompt)), "sms"))
    stage.tenant.clock.advance(300)
    await flow.confirm(person.code(again))


async def _chained(stage: _Stage) -> None:
    person = stage.person("otp", "sms", factors=2)
    flow, prompt = await _chosen(stage, "A tenant that asks for two factors", person, "otp")
    ask = await flow.challenge(_of(await flow.confirm(person.code(prompt)), "sms"))
    await flow.confirm(person.code(ask))


_PLAYS: dict[str, tuple[str, _Play]] = {
    "otp": ("An authenticator app", _twice("otp")),
    "sms": ("A code by text message", _twice("sms")),
    "voice": ("A code by phone call", _twice("voice")),
    "email": ("A code by e-mail", _twice("email")),
    "push": ("A push notification", _twice("push")),
    "recovery": ("A recovery code", _recovery),
    "wrong-code": ("A wrong code", _wrong_code),
    "push-denied": ("A push that is denied", _push_denied),
    "expired": ("Too late", _expired),
    "chained": ("Two factors in a row", _chained),
}
