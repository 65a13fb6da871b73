"""Somebody's front end, walked through: a person acts out each walk, and what is wrong is called by its name.

A front end is made from a ``Stage`` and does what a person asks of it::

    class Chat:                                      # around a bot; a service is spoken to by HTTP instead
        def __init__(self, stage):                   # a fresh process: again after each restart
            self.bot = MyBot(stage.client())         # or of stage.transport, stage.clock, stage.store

        async def act(self, verb, *given, **details):    # "login", "ada@...", "pw"; "confirm", "123456"; "go_back"
            return await self.bot.reply_to(...)      # what the person sees: a text, a prompt, or a prompt's JSON

    @every_walk("sms-*", "push-*")
    async def test_chat(walk):
        await through(walk, Chat)

``asking(ask)`` makes one of a function from a prompt to an answer. What our own client says on the same walk, to a twin
of the tenant, is what the person should see: the same kind of prompt, where JSON tells it, or the same question in the
library's words; why the last answer was refused; and the recovery codes. A front end with words of its own has a method
``reads(seen)`` that gives the kind of prompt and the key of the error (or None) they stand for.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from attrs import define, field

from mfa_flow.errors import FlowStopped
from mfa_flow.kit.accounts import Person
from mfa_flow.kit.covering import Coverage
from mfa_flow.kit.deeds import RESTART, Deed
from mfa_flow.kit.driving import WalkFailed, drive
from mfa_flow.kit.judging import judge_polls, judge_prompt, judge_recovery_codes, judge_spending, text_of
from mfa_flow.kit.stage import Stage
from mfa_flow.kit.walks import Walk
from mfa_flow.machine.prompts import Prompt
from mfa_flow.running import Answer


class FrontEnd(Protocol):
    """What a person can act with. One may have ``aclose()``, called when its process ends."""

    async def act(self, verb: str, *given: str, **details: str) -> object:
        """Do this; what the person sees then."""
        ...


Make = Callable[[Stage], FrontEnd]
Says = Callable[[str], Awaitable[Answer]]


async def through(walk: Walk, make: Make, coverage: Coverage | None = None) -> None:
    """Walk the front end through it. Raises WalkFailed, which names the bug; ``coverage`` is told of the rows taken.

    Only walks without a fault: what a front end says of a fault is its own.
    """
    expected = await drive(walk)
    stage = Stage(walk.scene)
    acting = _Acting(walk, stage, make, Person(stage), make(stage))
    try:
        for deed, prompt in zip(walk.steps, expected.prompts, strict=True):
            await acting.do(deed, prompt)
    finally:
        await acting.end()
    if coverage is not None:
        coverage.moved(*expected.moves)


@define(eq=False)
class _Acting:
    walk: Walk
    stage: Stage
    make: Make
    person: Person
    front: FrontEnd
    seen: list[str] = field(factory=list)

    async def do(self, deed: Deed, prompt: Prompt) -> None:
        """Act it out, and judge what is seen and what was sent."""
        self.person.meanwhile(deed.meanwhile)
        sent = len(self.stage.tenant.requests)
        seen = await self._act(deed)
        self.seen.append(text_of(seen))
        made = list(self.stage.tenant.requests)[sent:]
        for bug in (
            judge_polls(deed, made),
            judge_spending(deed, made),
            judge_recovery_codes(prompt, self.seen),
            judge_prompt(deed, prompt, seen, getattr(self.front, "reads", None)),
        ):
            if bug:
                raise WalkFailed(f"{self.walk.name}: at {deed.name!r} ({deed.verb}), the front end {bug}")

    async def _act(self, deed: Deed) -> object:
        if deed.verb == RESTART:
            await self.end()
            self.front = self.make(self.stage)
            return await self.front.act("look")
        given, details = self.person.given(deed)
        try:
            return await self.front.act(deed.verb, *given, **details)
        except Exception as error:
            told = f"fails with {type(error).__name__}: {error}"
            raise WalkFailed(f"{self.walk.name}: at {deed.name!r} ({deed.verb}), the front end {told}") from error

    async def end(self) -> None:
        """The front end's process ends."""
        aclose = getattr(self.front, "aclose", None)
        if aclose is not None:
            await aclose()


def asking(ask: Callable[[Prompt, Says], Awaitable[Any]]) -> Make:
    """A front end of a function for ``mfa.run``: ``ask(prompt, says)`` shows the prompt and gives the answer.

    ``await says(text)`` shows the person that text and gives what the person does. It cannot be restarted midway: leave
    that out by ``walks(verbs=...)``.
    """
    return lambda stage: _Asked(stage, ask)


class _Asked:
    def __init__(self, stage: Stage, ask: Callable[[Prompt, Says], Awaitable[Any]]) -> None:
        self._stage, self._ask = stage, ask
        self._shown: asyncio.Queue[object] = asyncio.Queue()
        self._deeds: asyncio.Queue[Answer] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def act(self, verb: str, *given: str, **details: str) -> object:
        if self._running is None:
            self._running = asyncio.create_task(self._run(*given))
        else:
            await self._deeds.put(Answer(verb, *given, **details))
        shown = asyncio.ensure_future(self._shown.get())
        await asyncio.wait({shown, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not shown.done() and self._running.exception() is not None:
            shown.cancel()
            self._running.result()
        return await shown

    async def aclose(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self, username: str, password: str) -> None:
        async with self._stage.client() as mfa:
            try:
                await mfa.run(username, password, answer=lambda prompt: self._ask(prompt, self._says))
            except FlowStopped as stopped:
                await self._shown.put(json.dumps({"kind": "stopped", "reason": stopped.reason}))
            else:
                await self._shown.put(json.dumps({"kind": "done"}))

    async def _says(self, text: str) -> Answer:
        await self._shown.put(text)
        return await self._deeds.get()
