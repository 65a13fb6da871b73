"""A trial: what a case of the conformance suite has at hand: stores, time that passes, explained expectations."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import Any

from attrs import asdict, define, field

from mfa_flow.errors import Busy, Conflict
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.table import State
from mfa_flow.stores.base import Held, Lease, Parked, Store
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements

# Opens the store under trial by the given time; called again with the same, it is the store of another process.
Open = Callable[[Callable[[], float] | None], Store]
# Real seconds for one of the trial's, where the store takes no other time.
SCALE = 0.02
# For how many real seconds a loser waits, and nobody but one who is stuck.
SOON = 0.03
PATIENT = 20.0


class NotConforming(AssertionError):
    """A store does not do what callers rely on; the text says what was done, what was expected, and why it matters."""


@define(eq=False)
class Trial:
    """``one`` and ``other`` are the same store as two processes have it; ``flow_id`` is new in each trial."""

    _open: Open
    virtual: bool
    time: float = 1_800_000_000.0
    flow_id: str = field(factory=lambda: f"trial-{token_hex(8)}")
    stores: list[Store] = field(factory=list)

    @property
    def one(self) -> Store:
        """The store, as one process has it."""
        return self._opened(0)

    @property
    def other(self) -> Store:
        """The store, as another process has it."""
        return self._opened(1)

    def _opened(self, index: int) -> Store:
        while len(self.stores) <= index:
            self.stores.append(self._open(self.now if self.virtual else None))
        return self.stores[index]

    def now(self) -> float:
        """The trial's time, where the store takes one."""
        return self.time

    async def close(self) -> None:
        """Leave nothing behind."""
        for store in dict.fromkeys(self.stores):
            with suppress(Exception):
                await store.forget(self.flow_id)
            if (aclose := getattr(store, "aclose", None)) is not None:
                await aclose()

    def seconds(self, count: float) -> float:
        """That many seconds of the trial, as the store counts them."""
        return count if self.virtual else count * SCALE

    async def passed(self, count: float) -> None:
        """Let time pass."""
        self.time += count
        if not self.virtual:
            await asyncio.sleep(count * SCALE)

    def lease(self, verb: str = "confirm", *ids: str, seconds: float = 20) -> Lease:
        """A lease on the trial's flow."""
        return Lease(verb, self.seconds(seconds), ids)

    def flow(self, **changes: Any) -> Flow:
        """A flow with something of everything in it."""
        sms = Authenticator("sms|dev_1", "oob", active=True, oob_channel="sms", name="XXXXXXXX42")
        given: dict[str, Any] = {
            "state": State.CHALLENGING,
            "mfa_token": Secret("Fe26.2*trial*"),
            "requirements": Requirements(challenge=("oob",)),
            "authenticators": (sms,),
            "recovery_codes": (Secret("ABCDEFGHIJ"),),
            "factor": "sms",
            "authenticator": sms,
            "details": {"phone_number": "+15551230042"},
            "memory": {"oob_code": Secret("Fe26.2*oob*"), "interval": 5.5, "more": [1, None, {"ü": "✓"}]},
            "asked_at": 1_800_000_000.25,
            "seen": ("m0",),
        }
        return Flow(id=self.flow_id, **(given | changes))

    async def saved(self, flow: Flow | None = None, ttl: float = 600) -> Flow:
        """Store a flow; gives it as it should be found."""
        flow = self.flow() if flow is None else flow
        async with self.one.hold(self.flow_id, self.lease("login"), PATIENT) as held:
            await held.save(flow, self.seconds(ttl))
        found = (await self.one.load(self.flow_id)).flow
        return flow if found is None else found

    async def died(self, verb: str = "confirm", *ids: str, store: Store | None = None) -> None:
        """Take the flow for a verb that is called off midway."""
        with suppress(asyncio.CancelledError):
            async with (store or self.one).hold(self.flow_id, self.lease(verb, *ids), PATIENT):
                raise asyncio.CancelledError

    async def abandoned(self, verb: str = "confirm", *ids: str) -> Any:
        """Take the flow in the other process, which then says nothing more; gives what it held."""
        return await self.other.hold(self.flow_id, self.lease(verb, *ids), PATIENT).__aenter__()

    def expect(self, done: str, expected: Any, actual: Any) -> None:
        """Raises NotConforming unless it is as expected."""
        if isinstance(actual, Parked):
            actual = (actual.flow, actual.interrupted, tuple(actual.ids))
        if expected != actual:
            raise NotConforming(f"{done}: {_told(expected, actual)}")

    async def expect_parked(self, done: str, flow: Flow | None, interrupted: str | None = None, *ids: str) -> None:
        """Expect this to be found, by who looks and by who holds."""
        expected = (flow, interrupted, ids)
        self.expect(f"{done}, then load()", expected, await self.one.load(self.flow_id))
        self.expect(f"{done}, then load() in another process", expected, await self.other.load(self.flow_id))
        async with self.other.hold(self.flow_id, self.lease(), PATIENT) as held:
            self.expect(f"{done}, then hold()", expected, held.parked)

    async def expect_free(self, flow_id: str) -> None:
        """Expect that the other process gets it without waiting."""
        try:
            async with self.other.hold(flow_id, self.lease(), 0):
                pass
        except Busy:
            raise NotConforming("nobody holds this flow: expected it to be free at once, but it is Busy") from None

    async def expect_busy(self, store: Store, wait: float, done: str) -> None:
        """Expect Busy, in time."""
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(PATIENT), store.hold(self.flow_id, self.lease(), wait):
                raise NotConforming(f"{done}: expected Busy, but two hold it at once")
        except Busy:
            took = asyncio.get_running_loop().time() - begun
            if took < wait * 0.5 or took > wait + 2:
                raise NotConforming(f"{done}: expected Busy after {wait} s, it came after {took:.3f} s") from None
        except TimeoutError:
            raise NotConforming(f"{done}: expected Busy after {wait} s, it still waits after {PATIENT:g} s") from None

    async def expect_conflict(self, slow: Held, flow: Flow, done: str) -> None:
        """Expect that the slow one cannot save."""
        try:
            await slow.save(flow, self.seconds(600))
        except Conflict:
            return
        raise NotConforming(f"{done}: expected Conflict, but it was stored")

    async def seen(self, store: Store) -> Parked:
        """What one sees who waits for it, and holds it then."""
        async with store.hold(self.flow_id, self.lease(), PATIENT) as held:
            return held.parked

    async def raised(self, error: BaseException, *ids: str) -> None:
        """Hold the flow, and leave by this."""
        try:
            async with self.one.hold(self.flow_id, self.lease("confirm", *ids), PATIENT):
                raise error
        except type(error) as found:
            if found is error:
                return
        raise NotConforming(f"it was held and left by {type(error).__name__}: expected that to be raised on")

    async def entry(self) -> Any:
        """The flow's line in the list."""
        found = [entry async for entry in self.other.flows() if entry.flow_id == self.flow_id]
        return found[0] if found else None


def _told(expected: Any, actual: Any) -> str:
    """What differs: of two flows that were found alike but for some fields, those."""
    match expected, actual:
        case (Flow() as one, *rest), (Flow() as other, *found) if rest == found:
            names = [name for name in asdict(one, recurse=False) if getattr(one, name) != getattr(other, name)]
            return "; ".join(
                f"of the flow, {name}: expected {getattr(one, name)!r}, found {getattr(other, name)!r}"
                for name in names
            )
        case (Flow(), *_), (None, *_):
            return "expected the flow that was saved, found none"
    return f"expected {expected!r}, found {actual!r}"
