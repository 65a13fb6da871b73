"""What a store must do: hold a flow for one verb, save it and let go in one step."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from attrs import frozen

from mfa_flow.machine.flow import Flow


@frozen
class Parked:
    """What is stored of a flow: None if there is nothing. ``interrupted`` names a verb that died with it."""

    flow: Flow | None = None
    interrupted: str | None = None


class Held(Protocol):
    """A flow that is held: nobody else moves it until it is saved or let go."""

    @property
    def parked(self) -> Parked:
        """What was stored when the lease was taken."""
        ...

    async def save(self, flow: Flow, ttl: float) -> None:
        """Store it for ``ttl`` seconds and let go, in one atomic step. Raises Conflict if the lease was lost."""
        ...


class Store(Protocol):
    """Where flows rest. At most two round trips per verb: hold, and save."""

    def hold(self, flow_id: str, verb: str, wait: float) -> AbstractAsyncContextManager[Held]:
        """Take the lease, *then* load. Leaving without ``save`` lets go and changes nothing.

        Raises Busy after ``wait`` seconds in which somebody else held it.
        """
        ...

    async def load(self, flow_id: str) -> Parked:
        """What is stored, without holding it."""
        ...
