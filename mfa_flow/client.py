"""The client: one for all flows of an application. Per verb: hold, plan, send, settle, save, look."""

from collections.abc import Awaitable, Collection, Iterable, Mapping
from contextlib import suppress
from ssl import SSLContext
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from aiohttp import ClientSession
from attrs import evolve

from mfa_flow.duplicates import SPENDING, done, is_double_click, marked, may_have_arrived
from mfa_flow.engine import Engine
from mfa_flow.errors import BadInput, MfaFlowError, MisuseError, StoreError, UnknownFlow
from mfa_flow.factors.base import Factor, Step
from mfa_flow.factors.registry import by_name, installed
from mfa_flow.handle import Ask, FlowHandle
from mfa_flow.headers import ByPath, about, checked
from mfa_flow.headers import telemetry as telemetry_headers
from mfa_flow.hooks import OnMove, tell
from mfa_flow.inflight import InFlight
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import Flow, remembered
from mfa_flow.machine.moves import Moved
from mfa_flow.machine.prompts import Prompt
from mfa_flow.machine.table import ON_THE_WAY, WAITING, State
from mfa_flow.polling import until_answered
from mfa_flow.repeating import BUDGET, send
from mfa_flow.running import Ask as Answering
from mfa_flow.running import run
from mfa_flow.stores.base import Held, Lease, Store
from mfa_flow.stores.memory import MemoryStore
from mfa_flow.transport import LONGEST, AiohttpTransport, Transport
from mfa_flow.waiting import Clock, SystemClock
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.changing import changed
from mfa_flow.wire.values import App, Tokens

if TYPE_CHECKING:
    from mfa_flow.stores.carried import Carried

# Seconds a second message of the same flow waits for the first.
BUSY_AFTER = 10.0
# Seconds for which a verb holds a flow longer than its request may take: it may read the list before and after it. A
# process that died lets go after that.
MARGIN = 2 * BUDGET + 5.0
# Seconds for which a flow is kept: when confirmed, only to answer redelivered messages; else for a while longer than it
# can be used, so that who comes too late is told so.
LINGER = 60.0
GRACE = 3600.0


class MfaClient:
    """Drives any number of flows of one application; use it as an async context manager, once per process.

    ``store`` keeps flows between messages (this process's memory, if none is given). ``session`` is an own
    ``aiohttp.ClientSession``, used as it is and never closed. ``base_url`` goes before the App's domain; ``headers`` go
    with every call; ``proxy`` is a URL; ``ssl`` a context with an own trust or a client certificate; ``timeout`` the
    seconds an exchange may take. ``telemetry=False`` keeps the library's name from Auth0's logs. ``auto=True`` takes
    the only choice there is instead of asking. ``on_move`` is told of every move. ``factors`` are added to those
    installed. ``transport`` and ``clock`` take the place of HTTP and of the real time, in tests. ``now()`` is its time,
    which a prompt's ``until`` is of.
    """

    def __init__(
        self,
        app: App,
        *,
        store: Store | None = None,
        session: ClientSession | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
        ssl: SSLContext | bool = True,
        timeout: float | None = None,
        telemetry: bool = True,
        auto: bool = False,
        on_move: OnMove | None = None,
        factors: Iterable[Factor] = (),
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        if not isinstance(app, App):
            raise BadInput("MfaClient takes an App: MfaClient(App(domain=..., client_id=...))")
        self._clock = SystemClock() if clock is None else clock
        self.now = self._clock.now
        self._engine = Engine(app, {**installed(), **by_name(factors)})
        self._store = MemoryStore(now=self._clock.now) if store is None else store
        if transport is None:
            if timeout is not None and not (type(timeout) in (int, float) and timeout > 0):
                raise BadInput("MfaClient(timeout=...) takes seconds, more than 0")
            sent = {**(telemetry_headers() if telemetry else {}), **checked(headers or {})}
            address = evolve(app, domain=base_url).base_url if base_url else app.base_url
            transport = AiohttpTransport(address, session, headers=sent, proxy=proxy, ssl=ssl, timeout=timeout)
        self._transport = transport
        # A choice that is taken for the person is one more request.
        self._lease = MARGIN + getattr(transport, "longest", LONGEST) * (2 if auto else 1)
        self._auto = auto
        self._on_move = on_move
        self._inflight: InFlight[Prompt] = InFlight()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    def flow(
        self, flow_id: str | None = None, *, forwarded_for: str | None = None, language: str | None = None
    ) -> FlowHandle:
        """A handle on the flow of this id (a new id, if none is given). Nothing is sent, nothing is stored.

        ``forwarded_for`` is the end user's IP address, which Auth0 heeds from confidential applications it trusts;
        ``language`` the language of the messages it sends, such as ``fr``. Raises BadInput.
        """
        if flow_id is not None and (not isinstance(flow_id, str) or not flow_id):
            raise BadInput("flow(flow_id) takes a text that is not empty, such as a chat's id")
        return FlowHandle(flow_id or uuid4().hex, self._do, self._look, self._wait, about(forwarded_for, language))

    async def run(self, username: str, password: str, *, answer: Answering, realm: str | None = None) -> Tokens:
        """A whole login in one call, for scripts and tests. ``answer`` is asked at every prompt, and gives

        * an ``Authenticator`` to be challenged by it, or the name of a factor to enrol (at ``Choose``);
        * the code (at ``AskCode`` and ``Scan``), the password (at ``AskPassword``);
        * ``Answer(verb, ...)`` for any other verb, ``enroll`` with details included;
        * None at ``Pause``, to wait that long and be asked again.

        After a recovery code was used it is shown the ``Done`` with the code that replaces it, too; what it gives then
        counts for nothing.

        Raises FlowStopped where the flow ends without tokens, and BadInput for an answer that fits no prompt.
        """
        return await run(self.flow(), self._clock, username, password, answer, realm)

    async def resume_token(self, flow: FlowHandle, carried: "Carried") -> str:
        """Take a flow out of the store, as a sealed text that travels with the person. Raises UnknownFlow and
        StoreError."""
        try:
            async with self._store.hold(flow.id, Lease("resume_token", self._lease), BUSY_AFTER) as held:
                if held.parked.flow is None:
                    raise UnknownFlow("nothing is known of a flow of this id, so there is nothing to take along")
                found = marked(held.parked.flow, held.parked)
                token = carried.pack(found, self._ttl(found))
                await self._store.forget(flow.id)
        except MfaFlowError as error:
            raise _bare(error.during(flow.id, "unknown", "resume_token"))  # noqa: B904 - it is the same error
        return token

    async def resume(self, token: str, carried: "Carried") -> FlowHandle:
        """Put a flow back that was taken along; what stands here under its id stays as it is. Raises Unreadable for a
        text that was changed or is over, and other kinds of StoreError."""
        flow_id = "unknown"
        try:
            flow = carried.unpack(token)
            flow_id = flow.id
            async with self._store.hold(flow_id, Lease("resume", self._lease), BUSY_AFTER) as held:
                if held.parked.flow is None:
                    await held.save(flow, self._ttl(flow))
        except MfaFlowError as error:
            raise _bare(error.during(flow_id, "unknown", "resume"))  # noqa: B904 - it is the same error
        return self.flow(flow_id)

    async def _look(self, flow_id: str) -> Prompt:
        try:
            parked = await self._store.load(flow_id)
            return self._shown(marked(parked.flow or Flow(id=flow_id), parked))
        except MfaFlowError as error:
            raise _bare(error.during(flow_id, "unknown", "look"))  # noqa: B904 - it is the same error

    async def _wait(self, poll: Ask, look: Ask, timeout: float | None) -> Prompt:
        return await until_answered(poll, look, self._clock, timeout)

    async def _do(self, flow_id: str, once: str | None, intent: Intent, headers: ByPath) -> Prompt:
        """One verb. The same answer given again while this one is in the air shares its one request."""
        return await self._inflight.share(
            (flow_id, intent), once, lambda ids: self._hold(flow_id, ids, intent, headers)
        )

    async def _hold(self, flow_id: str, ids: Collection[str], intent: Intent, headers: ByPath) -> Prompt:
        state, came = "unknown", self._clock.now()
        try:
            # The messages of what costs nothing are worked on again, should the process die.
            lease = Lease(intent.verb, self._lease, tuple(ids) if intent.verb in SPENDING else ())
            async with self._store.hold(flow_id, lease, BUSY_AFTER) as held:
                before = marked(held.parked.flow or Flow(id=flow_id), held.parked)
                state = before.state.value
                if not set(ids).isdisjoint(before.seen):
                    return self._shown(before)
                if held.parked.waited and is_double_click(before, intent, came):
                    if ids:
                        await self._save(held, remembered(before, ids), None)
                    return self._shown(before)
                flow, moves = await self._driven(held, before, ids, intent, headers)
                prompt = self._shown(flow)
                if moves or ids:
                    await self._save(held, flow, prompt)
        except MfaFlowError as error:
            raise _bare(error.during(flow_id, state, intent.verb))  # noqa: B904 - it is the same error
        tell(self._on_move, moves)
        return prompt

    async def _driven(
        self, held: Held, before: Flow, ids: Collection[str], intent: Intent, headers: ByPath
    ) -> tuple[Flow, list[Moved]]:
        """The flow after the verb, knowing it. What was sent and not answered is not to be sent again by a message that
        is delivered again, nor by a double click's other half."""
        try:
            flow, moves = await self._drive(before, intent, headers)
        except Exception as error:
            sent = intent.verb in SPENDING and may_have_arrived(error)
            if (sent and (ids or before.version)) or (ids and before.version and isinstance(error, MisuseError)):
                flow = done(before, intent, ids, self._clock.now()) if sent else remembered(before, ids)
                with suppress(StoreError):  # it would hide what happened
                    await held.save(flow, self._ttl(flow))
            raise
        if not moves:
            return remembered(flow, ids), moves
        if flow.cut_off and not (flow.error and flow.state is before.state):
            # Only who was refused is told once more: what was cut off may have been accepted.
            flow = changed(flow, cut_off=None)
        return done(flow, intent, ids, self._clock.now()), moves

    def _shown(self, flow: Flow) -> Prompt:
        return self._engine.look(flow, self._clock.now(), flow.cut_off)

    async def _drive(self, flow: Flow, intent: Intent, headers: ByPath) -> tuple[Flow, list[Moved]]:
        """Plan, send, settle, until the person can be asked something."""
        moves: list[Moved] = []
        flow = self._engine.opened(flow, intent, self._clock.now())
        if intent.verb != "cancel":
            flow = await self._take(flow, intent, self._engine.follow(flow), moves, headers)
            if moves and flow.ended:
                return flow, moves
        step = self._engine.plan(flow, intent, self._clock.now())
        flow = await self._take(flow, intent, step, moves, headers)
        if self._auto and moves and intent.verb in ON_THE_WAY:
            flow = await self._choose(flow, intent, moves, headers)
        return flow, moves

    async def _choose(self, flow: Flow, intent: Intent, moves: list[Moved], headers: ByPath) -> Flow:
        """Take the only choice there is, for the person."""
        try:
            step = self._engine.only_choice(flow)
        except Exception:
            if not _spent(moves):
                raise
            return flow  # whatever kept the request from being made, a client's signer for one, will be told again
        return await self._take(flow, intent, step, moves, headers)

    async def _take(self, flow: Flow, intent: Intent, step: Step | None, moves: list[Moved], headers: ByPath) -> Flow:
        """Take a step, and those that follow from it."""
        while step is not None:
            try:
                reply = await self._send(step.call, headers) if step.call else None
                settled = self._engine.settle(flow, intent, step, reply, self._clock.now())
            except MfaFlowError:
                if not _spent(moves):
                    raise
                # The code was accepted and cannot be given again: what it brought is kept, and the next verb reads
                # the list, if it is that which failed.
                return changed(flow, error="list_failed") if flow.authenticators is None else flow
            flow = settled.flow
            moves.extend(settled.moves)
            step = self._engine.follow(flow)
        return flow

    def _send(self, call: Call, headers: ByPath) -> Awaitable[Reply]:
        more = headers.get(call.path)
        call = evolve(call, headers={**call.headers, **more}) if more else call
        return send(self._transport, self._clock, call)

    async def _save(self, held: Held, flow: Flow, prompt: Prompt | None) -> None:
        try:
            await held.save(flow, self._ttl(flow))
        except StoreError as error:
            error.prompt = prompt
            raise

    def _ttl(self, flow: Flow) -> float:
        if flow.state is State.CONFIRMED:
            return LINGER
        return GRACE + (max(flow.expires_at - self._clock.now(), 0) if flow.expires_at else 0)


def _bare(error: MfaFlowError) -> MfaFlowError:
    """The error without the frames and the causes below: their variables hold what was sent and what came back."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _spent(moves: Iterable[Moved]) -> bool:
    """Whether something was spent on the way: then the flow has moved, whatever comes after."""
    return any(moved.source in WAITING or moved.event == "removed" for moved in moves)
