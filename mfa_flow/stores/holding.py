"""Holding: one verb's hold on one flow, from standing in line to letting go. The same for every store of ours."""

import asyncio
import os
from collections.abc import Awaitable
from contextlib import suppress
from random import Random, uniform
from types import TracebackType
from typing import Any, Protocol, Self

from attrs import define, field

from mfa_flow.errors import Busy, Conflict, StoreError
from mfa_flow.machine.flow import Flow
from mfa_flow.stores.base import Lease, Parked
from mfa_flow.stores.lines import Line, Lines, Place
from mfa_flow.stores.record import Note, Stamp, Standing

# Seconds between two looks at a flow that another process holds; each pause is twice as long as the one before.
SOON, LATER = 0.005, 0.1

# Where owners have their names from. They may be guessed, but no two may be the same, not even in processes that
# were forked. To ask the system for each would be a quarter of what holding a flow costs.
_CHANCE = Random()  # noqa: S311 - they are no secrets
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CHANCE.seed)


class Shelf(Protocol):
    """What a store of ours can do with a record; each is one atomic step, and one round trip."""

    def take(self, flow_id: str, owner: str, lease: Lease, patience: float) -> Awaitable[Standing | float]:
        """What stands, now the owner's; or for how many seconds it is still another's. Called off before it is done,
        it may be left undone."""
        ...

    def put(self, flow_id: str, owner: str, stamp: Stamp | None, content: Any, ttl: float) -> Awaitable[bool]:
        """Store it and let go; False if another was quicker."""
        ...

    def leave(self, flow_id: str, owner: str, *, died: bool) -> Awaitable[None] | None:
        """Let go, or leave the verb marked as interrupted. Begun at once, whether it is awaited or not."""
        ...

    def pack(self, flow: Flow, version: int) -> Any:
        """The content that stands for this version of a flow."""
        ...

    def unpack(self, flow_id: str, content: Any) -> Flow | None:
        """The flow that a content stands for."""
        ...


@define(eq=False)
class Holding:
    """An async context manager, and what it gives: see ``Held``."""

    _shelf: Shelf
    _lines: Lines
    _flow_id: str
    _lease: Lease
    _wait: float
    parked: Parked = field(default=Parked(), init=False)
    _owner: str = field(factory=lambda: f"{_CHANCE.getrandbits(64):016x}", init=False)
    _stamp: Stamp | None = field(default=None, init=False)
    _place: Place = field(init=False)
    _saved: bool | None = field(default=None, init=False)  # None: not tried yet
    _waited: bool = field(default=False, init=False)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._wait
        self._place = (loop, self._flow_id)
        line = self._lines.enter(self._place)
        self._waited = line is None
        try:
            line = line or await self._lines.join(self._place, until)
        except TimeoutError:
            raise self._busy() from None
        try:
            content, mark, self._stamp = await self._taken(line, until)
        except Busy:
            raise
        except (StoreError, asyncio.CancelledError):
            # It may have been taken all the same, and nothing has been done with it yet.
            self._let_go(died=False)
            raise
        finally:
            self._lines.leave(self._place, line)
        try:
            self.parked = parked(self._shelf.unpack(self._flow_id, content), mark, waited=self._waited)
        except StoreError:
            await self._left(died=False)
            raise
        return self

    async def _taken(self, line: Line, until: float) -> Standing:
        """Ask until it is ours."""
        loop, pause = asyncio.get_running_loop(), SOON
        while True:
            line.rung, left = False, until - loop.time()
            found = await self._shelf.take(self._flow_id, self._owner, self._lease, max(left, 0))
            if isinstance(found, tuple):
                return found
            self._waited = True
            left = until - loop.time()
            if left <= 0:
                raise self._busy()
            if not line.rung:
                # The other's lease may end sooner than the pause; and many who wait should not ask all at once.
                await line.pause(min(uniform(pause / 2, pause), left, max(found, 0.001)))  # noqa: S311
                pause = min(2 * pause, LATER)

    async def save(self, flow: Flow, ttl: float) -> None:
        """Store it for ``ttl`` seconds and let go."""
        if self._saved:
            raise Conflict(f"flow {self._flow_id!r} was saved and let go; hold it again to save it again")
        self._saved = False
        if flow.id != self._flow_id:
            raise StoreError(f"flow {flow.id!r} cannot be saved where flow {self._flow_id!r} is held")
        content = self._shelf.pack(flow, flow.version + 1)
        if not await self._shelf.put(self._flow_id, self._owner, self._stamp, content, ttl):
            raise Conflict(f"flow {self._flow_id!r} was changed meanwhile; what is stored stands")
        self._saved = True
        self._lines.ring(self._place)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._saved:
            return
        # What was to be saved and was not has happened all the same: it was interrupted, too.
        died = self._saved is False or (kind is not None and not issubclass(kind, Exception))
        if kind is GeneratorExit:  # nothing can be awaited any more
            self._let_go(died=died)
        else:
            await self._left(died=died)

    async def _left(self, *, died: bool) -> None:
        """Let go. Where the store fails the lease is left to run out."""
        leaving = self._shelf.leave(self._flow_id, self._owner, died=died)
        if leaving is not None:
            with suppress(StoreError):
                await leaving
        self._lines.ring(self._place)

    def _let_go(self, *, died: bool) -> None:
        """The same, without waiting for it; nor is anybody told where the store fails."""
        leaving = self._shelf.leave(self._flow_id, self._owner, died=died)
        if isinstance(leaving, asyncio.Future):
            leaving.add_done_callback(lambda left: left.cancelled() or left.exception())
        self._lines.ring(self._place)

    def _busy(self) -> Busy:
        told = f"another message of flow {self._flow_id!r} is still being worked on after {self._wait:g} s"
        return Busy(told)


def parked(flow: Flow | None, mark: Note | None, *, waited: bool = False) -> Parked:
    """A flow and a mark, as callers see them."""
    verb, *ids = mark or (None,)
    return Parked(flow, verb, tuple(map(str, ids)), waited)
