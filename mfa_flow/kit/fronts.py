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
of the tenant, is what the person should see: the same kind of prompt and why the last answer was refused, as JSON tells
it or in the library's words, and nothing that these say at other moments; the recovery codes; and no token. A front end
with words of its own has a method ``reads(seen)`` that gives the kind of prompt and the key of the error (or None) they
stand for. What it sends is compared, too, but for reading the list and the number of polls: what was typed or chosen is
what reaches Auth0.

A walk's fault strikes the front end as it did the twin. What it says of an error is its own, and it may raise the
library's; but it claims nothing that is not so, sends nothing again by itself, and who looks again sees that the
question still stands.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from inspect import isawaitable, iscoroutine, signature
from typing import Any, Protocol

from attrs import define, field

from mfa_flow.errors import FlowStopped, MfaFlowError
from mfa_flow.kit.claims import Reads, Told, text_of
from mfa_flow.kit.covering import Coverage
from mfa_flow.kit.deeds import RESTART
from mfa_flow.kit.driving import Turn, WalkFailed, befall, drive
from mfa_flow.kit.finding import discreet, raised
from mfa_flow.kit.judging import Seen, bugs
from mfa_flow.kit.report import report
from mfa_flow.kit.stage import Stage
from mfa_flow.kit.walking import Walk
from mfa_flow.machine.prompts import AskPassword, Prompt
from mfa_flow.running import Answer


class FrontEnd(Protocol):
    """What a person can act with. One may have ``aclose()``, called when its process ends."""

    async def act(self, verb: str, *given: str, **details: str) -> object:
        """Do this; what the person sees then. ``look`` is to look again, after a restart or an error.

        ``authenticators`` reads the list anew; what is seen then is the prompt that stands, as after ``look``.
        """
        ...


Make = Callable[[Stage], FrontEnd]
Says = Callable[[str], Awaitable[Answer]]


async def through(walk: Walk, make: Make, coverage: Coverage | None = None) -> None:
    """Walk the front end through it. Raises WalkFailed, which names the bug, TypeError for what is no walk or cannot
    make a front end.

    ``coverage`` is told of the rows of each turn whose requests and prompt were right: these the front end took.
    """
    if not callable(make):
        raise TypeError("through(walk, make) takes one of walks(), and a class or function that makes a front end")
    if not isinstance(coverage, Coverage | None):
        raise TypeError("through(walk, make, coverage) takes a Coverage(), made before")
    expected = await drive(walk)
    acting = _Acting(walk, Stage(walk.scene), make)
    asked: Prompt = AskPassword()
    try:
        for turn in expected.turns:
            await acting.take(turn, asked)
            asked = turn.prompt
            if coverage is not None:
                coverage.moved(*turn.moves)
    except WalkFailed as failed:
        failed.add_note(report(acting.stage.tenant))
        with suppress(WalkFailed):  # what went wrong first is told
            await acting.end()
        raise
    await acting.end()


@define(eq=False)
class _Acting:
    walk: Walk
    stage: Stage
    make: Make
    front: FrontEnd | None = None
    texts: list[str] = field(factory=list, repr=False)
    known: set[str] = field(init=False, repr=False)  # numbers and addresses

    def __attrs_post_init__(self) -> None:
        self.known = {self.stage.person.email, *self._addresses()}

    async def take(self, turn: Turn, asked: Prompt) -> None:
        """Act it out, and judge what is seen and what was sent."""
        __tracebackhide__ = True  # of pytest: what is seen here may be a secret
        given, details = self._given(turn, asked)
        self.known.update(details.values())
        if self.front is None:
            self.front = self._made()
        if not turn.again:
            befall(self.stage, self.walk, turn.deed, struck=turn.struck, at=next(iter(turn.made), None))
        sent = len(self.stage.tenant.requests)
        shown = await self._act(turn, *given, **details)
        looked = await self._do(turn, "look") if turn.error else None
        self.texts.append(text_of(shown))
        made = list(self.stage.tenant.requests)[sent:]
        strange, issued = self._addresses() - self.known, self.stage.transport.issued
        for bug in bugs(turn, Seen(shown, looked, self.texts, made, self._reads(turn), given, strange, issued)):
            raise self._failed(turn, bug)

    def _given(self, turn: Turn, asked: Prompt) -> tuple[tuple[str, ...], dict[str, str]]:
        try:
            return self.stage.given(turn.deed, asked)
        except LookupError as error:
            raise self._failed(turn, f"left the person without what this takes: {raised(error)}") from error

    def _addresses(self) -> set[str]:
        """Where the tenant would send the person something."""
        return {each.address for each in self.stage.person.user.authenticators if each.address}

    def _reads(self, turn: Turn) -> Reads | None:
        reads = getattr(self.front, "reads", None)
        return None if reads is None else partial(self._read, turn, reads)

    def _read(self, turn: Turn, reads: Callable[[object], object], seen: object) -> Told:
        __tracebackhide__ = True
        try:
            return _pair(reads(seen))
        except Exception as error:
            raise self._failed(turn, f"fails with {discreet(error)}") from error

    async def _act(self, turn: Turn, *given: str, **details: str) -> object:
        if turn.deed.verb == RESTART:
            await self.end()
            self.front = self._made()
            return await self._do(turn, "look")
        return await self._do(turn, turn.deed.verb, *given, **details)

    async def _do(self, turn: Turn, verb: str, *given: str, **details: str) -> object:
        __tracebackhide__ = True
        act = getattr(self.front, "act", None)
        if act is None:
            raise self._failed(turn, "has no method act(verb, *given, **details)")
        try:
            return await _awaited(act(verb, *given, **details), "act")
        except Exception as error:
            if turn.error and verb != "look" and isinstance(error, MfaFlowError):
                return None  # it leaves it to whoever calls it to tell the person
            raise self._failed(turn, f"fails with {discreet(error)}") from error

    def _made(self) -> FrontEnd:
        __tracebackhide__ = True
        try:
            return self.make(self.stage)
        except Exception as error:
            raise WalkFailed(f"{self.walk.name}: the front end cannot be made: {discreet(error)}") from error

    def _failed(self, turn: Turn, bug: str) -> WalkFailed:
        return WalkFailed(f"{self.walk.name}: at {turn.deed.name!r} ({turn.deed.verb}), the front end {bug}")

    async def end(self) -> None:
        """The front end's process ends."""
        __tracebackhide__ = True
        try:
            if (aclose := getattr(self.front, "aclose", None)) is not None and isawaitable(closing := aclose()):
                await closing
        except Exception as error:
            raise WalkFailed(f"{self.walk.name}: the front end cannot be closed: {discreet(error)}") from error


async def _awaited(found: object, name: str) -> object:
    if not isawaitable(found):
        raise Unable(f"{name} gives {type(found).__name__}, which cannot be awaited: make it async def {name}(...)")
    return await found


def _pair(found: object) -> Told:
    match found:
        case [str(kind), str() | None as error]:
            return kind, error
    if iscoroutine(found):
        found.close()
    raise Unable(f"reads gives {type(found).__name__}: make it def reads(seen), of a kind and an error's key or None")


class Unable(ValueError):
    """A front end cannot do this; the text says how it is to be made, or which walks to leave out."""


def asking(ask: Callable[[Prompt, Says], Awaitable[Any]]) -> Make:
    """A front end of a function for ``mfa.run``: ``ask(prompt, says)`` shows the prompt and gives the answer.

    ``await says(text)`` shows the person that text and gives what the person does, an ``Answer``. ``run`` begins with a
    login and ends with an error or a restart: take walks that begin so, without ``restart`` and without faults.
    Raises TypeError for a function that does not take these two.
    """
    try:
        signature(ask).bind(None, None)
    except TypeError:
        raise TypeError("asking takes a function of two: async def ask(prompt, says)") from None
    return lambda stage: _Asked(stage, ask)


class _Asked:
    def __init__(self, stage: Stage, ask: Callable[[Prompt, Says], Awaitable[Any]]) -> None:
        self._stage, self._ask = stage, ask
        self._shown: asyncio.Queue[object] = asyncio.Queue()
        self._deeds: asyncio.Queue[Answer] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def act(self, verb: str, *given: str, **details: str) -> object:
        if self._running is None and verb == "login":
            self._running = asyncio.create_task(self._run(*given))
        elif self._running is None:
            raise Unable(f"mfa.run begins with a login: leave out walks that begin with {verb}, or restart")
        elif self._running.done():
            raise Unable("mfa.run is over with an error: leave out walks with faults")
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
                await mfa.run(username, password, answer=self._answer)
            except FlowStopped as stopped:
                await self._shown.put(json.dumps({"kind": "stopped", "reason": stopped.reason}))
            else:
                await self._shown.put(json.dumps({"kind": "done"}))

    async def _answer(self, prompt: Prompt) -> Any:
        return await _awaited(self._ask(prompt, self._says), "ask")

    async def _says(self, text: str) -> Answer:
        await self._shown.put(text)
        return await self._deeds.get()
