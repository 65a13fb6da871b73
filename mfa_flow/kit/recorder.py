"""A client that notes what is done with it: each flow's verbs, requests, events and prompts, and no secret."""

import json
import re
from asyncio import CancelledError
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from attrs import define, evolve, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError
from mfa_flow.factors.registry import installed
from mfa_flow.headers import ByPath
from mfa_flow.hooks import OnMove, tell
from mfa_flow.intent import Intent
from mfa_flow.kit.recording import Exchange, Recording, Step
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.prompts import Prompt
from mfa_flow.testing.wire.clients import ALL_GRANTS
from mfa_flow.transport import Transport
from mfa_flow.waiting import Clock
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.values import App, Authenticator

_UNKNOWN = "?"  # in the place of a word that could be a secret
_WORD = re.compile(r"[a-z][a-z_]{0,39}")
_PATHS = {"/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators"}
_GIVEN = {
    "login": "password",
    "refresh": "refresh_token",
    "manage": "access_token",
    "begin": "mfa_token",
}


@define
class _Noted:
    """What one verb came upon until now."""

    exchanges: list[Exchange] = field(factory=list)
    moves: list[Moved] = field(factory=list)


_NOTED: ContextVar[_Noted | None] = ContextVar("_NOTED", default=None)


class RecordingClient(MfaClient):
    """An ``MfaClient``, with all its options, that also keeps a ``Recording`` of each flow. Meant for tests: recordings
    grow as long as the client is there."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._transport = _Tap(self._transport)
        self._on_move = _Told(self._on_move)
        self._factors = frozenset(installed()) | {each.name for each in options.get("factors", ())}
        self._recordings: dict[str, _Flow] = {}

    @property
    def clock(self) -> Any:
        """The time it lives by, as it was given: what a fault may put wrong."""
        return self._clock

    def recording(self, flow_id: str | None = None, title: str = "") -> Recording:
        """What happened in that flow; without an id, in the one flow there is. Raises LookupError where there is none,
        or several."""
        if flow_id is None:
            if not self._recordings:
                raise LookupError("nothing happened yet: there is no flow to record")
            if len(self._recordings) != 1:
                raise LookupError(f"there are {len(self._recordings)} flows: say which, by its id")
            [flow_id] = self._recordings
        if flow_id not in self._recordings:
            raise LookupError(f"nothing happened in a flow {flow_id!r}")
        return Recording(tuple(self._recordings[flow_id].steps), title)

    async def _do(self, flow_id: str, once: str | None, intent: Intent, headers: ByPath) -> Prompt:
        noted, flow = _Noted(), self._recordings.setdefault(flow_id, _Flow(self._clock))
        step = Step(intent.verb, given_with(intent, self._factors), at=flow.seconds())
        token = _NOTED.set(noted)
        try:
            prompt = await super()._do(flow_id, once, intent, headers)
        except MfaFlowError as error:
            flow.state = error.state or flow.state
            flow.add(evolve(step, error=error.code), noted)
            raise
        except BaseException as error:
            flow.add(evolve(step, error=_called(error)), noted)
            raise
        finally:
            _NOTED.reset(token)
        flow.add(evolve(step, prompt=prompt.kind, error=prompt.error.key if prompt.error else None), noted)
        return prompt


@define
class _Flow:
    """What happened in one flow, and when it began."""

    clock: Clock
    began: float | None = None
    state: str = ""  # not known yet: it may have begun elsewhere
    steps: list[Step] = field(factory=list)

    def seconds(self) -> float:
        """Since the first step."""
        now = self.clock.now()
        self.began = now if self.began is None else self.began
        return round(now - self.began, 6)

    def add(self, step: Step, noted: _Noted) -> None:
        """A step that is over."""
        if noted.moves:
            self.state = noted.moves[-1].dest.value
        events = tuple(moved.event for moved in noted.moves)
        self.steps.append(evolve(step, exchanges=tuple(noted.exchanges), events=events, state=self.state))


@frozen
class _Tap:
    """Notes what goes by."""

    to: Transport

    async def send(self, call: Call) -> Reply:
        """Pass it on, and the answer back."""
        try:
            reply = await self.to.send(call)
        except BaseException:
            _note(exchange_of(call, None))
            raise
        _note(exchange_of(call, reply))
        return reply

    async def aclose(self) -> None:
        """Nothing of its own is open."""
        await self.to.aclose()


def _called(error: BaseException) -> str:
    """The name of what is no error of ours: ``cancelled`` where one did not wait for the verb."""
    return "cancelled" if isinstance(error, CancelledError) else type(error).__name__


def _note(exchange: Exchange) -> None:
    """What goes by belongs to the verb that is under way."""
    if (noted := _NOTED.get()) is not None:
        noted.exchanges.append(exchange)


@frozen
class _Told:
    """Notes the moves, and tells them to whoever else wanted to know."""

    other: OnMove | None

    def __call__(self, moved: Moved) -> None:
        if (noted := _NOTED.get()) is not None:
            noted.moves.append(moved)
        tell(self.other, [moved])


def exchange_of(call: Call, reply: Reply | None) -> Exchange:
    """What may be told of a request and its answer."""
    path, grant = shown_path(call.path), _grant(call.body)
    if reply is None:
        return Exchange(call.method, path, grant)
    return Exchange(call.method, path, grant, reply.status, _error(reply.body) if reply.status >= 400 else None)


def shown_path(path: str) -> str:
    """A path that is known, an authenticator's id left out. Any other may hold what somebody put there by mistake."""
    known = re.fullmatch(r"(/mfa/authenticators)/.+|(/mfa/\w+|/oauth/token)", path.partition("?")[0])
    if known is None or (known[2] or known[1]) not in _PATHS:
        return _UNKNOWN
    return known[2] or f"{known[1]}/{{id}}"


def given_with(intent: Intent, factors: Collection[str]) -> str:
    """The kind of what was given with a verb. A word shows only where it is one that everybody knows."""
    given = dict(intent.given)
    if intent.verb == "enroll":
        names = [name for name, _ in given.get("details", ()) if _WORD.fullmatch(str(name))]
        return " ".join([_known(given.get("factor"), factors), *names])
    if intent.verb in ("challenge", "remove"):
        kind = str(given.get("authenticator")).partition("|")[0]
        return _known(Authenticator(f"{kind}|").factor, factors)
    if intent.verb == "confirm":
        return "code" if "answer" in given else ""
    return _GIVEN.get(intent.verb, "")


def _known(name: Any, factors: Collection[str]) -> str:
    return name if isinstance(name, str) and name in factors else _UNKNOWN


def _grant(body: bytes) -> str | None:
    """The last word of a form's grant_type, where that is one of Auth0's."""
    found = parse_qs(body.decode("utf-8", "replace")).get("grant_type", [""])[0]
    return (found.rpartition("/")[2] if found in ALL_GRANTS else _UNKNOWN) if found else None


def _error(body: bytes) -> str | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    code = found.get("error") if isinstance(found, Mapping) else None
    return code if isinstance(code, str) and _WORD.fullmatch(code) else None
