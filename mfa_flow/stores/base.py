"""What a store must do: hold a flow for one verb, save it and let go in one step, and remember who died."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from attrs import field, frozen

from mfa_flow.machine.flow import Flow


@frozen
class Lease:
    """What a flow is held for: the verb, for how many ``seconds`` at the most, and the ids of its messages."""

    verb: str
    seconds: float
    ids: tuple[str, ...] = ()


@frozen
class Parked:
    """What is stored of a flow: None if there is nothing. ``interrupted`` names a verb that was cut off with a call
    that may have been in the air; ``ids`` are those of its messages, so that none of them is worked on again.
    ``waited`` tells that somebody held the flow when this verb came, and nothing of when that one had begun."""

    flow: Flow | None = None
    interrupted: str | None = None
    ids: tuple[str, ...] = ()
    waited: bool = field(default=False, eq=False)


@frozen
class Entry:
    """One line of a store's list. ``expires_at`` is in unix seconds (None: no flow yet); ``verb`` is in the air now;
    ``interrupted`` was cut off; ``?`` is a name that is damaged; ``size`` is what the flow takes, in bytes."""

    flow_id: str
    expires_at: float | None = None
    verb: str | None = None
    interrupted: str | None = None
    size: int = 0


class Held(Protocol):
    """A flow that is held: nobody else moves it until it is saved, or let go, or the lease runs out."""

    @property
    def parked(self) -> Parked:
        """What was stored when the lease was taken."""
        ...

    async def save(self, flow: Flow, ttl: float) -> None:
        """Store it, one version further, for ``ttl`` seconds, and let go, in one atomic step.

        A lease that ran out is no harm as long as nobody else took it; else this raises Conflict, and what the other
        one stored stands. Whatever is raised, the verb counts as interrupted: it was not kept.
        """
        ...


class Store(Protocol):
    """Where flows rest. At most two round trips per verb: hold, and save. All raise StoreError, and nothing else, for
    what goes wrong in it. ``mfa_flow.stores.conformance`` checks one."""

    def hold(self, flow_id: str, lease: Lease, wait: float) -> AbstractAsyncContextManager[Held]:
        """Take the lease, *then* load. Raises Busy after ``wait`` seconds in which others held it.

        Leaving the block normally or by an ``Exception`` without ``save`` lets go and changes nothing. Leaving it by a
        cancellation, or any other ``BaseException``, marks the verb as interrupted, as a process does that dies and
        leaves a lease that runs out. The mark stays until a ``save``.
        """
        ...

    async def load(self, flow_id: str) -> Parked:
        """What is stored, without holding it. No interruption shows while somebody holds it."""
        ...

    def flows(self) -> AsyncIterator[Entry]:
        """Everything that is stored, in no order. Nothing secret is in it."""
        ...

    async def forget(self, flow_id: str) -> bool:
        """Drop all that is stored of a flow; whether there was anything."""
        ...

    async def clear(self) -> int:
        """Drop everything; how many flows that was."""
        ...
