"""A tenant's world as it was, to be put back any number of times."""

import itertools
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from attrs import field, frozen

from mfa_flow.testing.control.faults import Fault
from mfa_flow.testing.control.requests import Log
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.testing.world.factors import RECOVERY
from mfa_flow.testing.world.inbox import Box

_MOST = 100


@frozen
class Snapshot:
    """All that a tenant remembered at a moment. It belongs to that tenant, and nothing in it changes any more."""

    at: float
    _desk: Desk = field(repr=False)
    _limit: RateLimit = field(repr=False)
    box: Box = field(repr=False)
    faults: list[Fault] = field(repr=False)
    log: Log = field(repr=False)
    seed: int | None = field(default=None, repr=False)

    def is_of(self, desk: Desk) -> bool:
        """Whether it was taken of the tenant with that desk."""
        return self._desk.world.inbox is desk.world.inbox

    def world(self) -> tuple[Desk, RateLimit]:
        """A fresh copy of what was there."""
        return copied(self._desk, self._limit)


def copied(desk: Desk, limit: RateLimit) -> tuple[Desk, RateLimit]:
    """People and what they own, buckets, clients, what is on its way, tokens, and the next random numbers.

    The clock, the inbox and what a tenant knows stay the same ones: others hold them.
    """
    world = desk.world
    shared: list[Any] = [world.clock, world.knobs, world.inbox, world.factors, RECOVERY, *world.factors, *desk.clients]
    if not world.mint.seeded:
        shared.append(world.mint)  # nobody asked for the same values again
    return deepcopy((desk, limit), {id(each): each for each in shared})


class Snapshots:
    """Those that the control API took, by their ids."""

    def __init__(self) -> None:
        self._by_id: dict[str, Snapshot] = {}
        self._numbers = itertools.count(1)

    def keep(self, snapshot: Snapshot) -> str:
        """Put one away; the result names it."""
        if len(self._by_id) >= _MOST:
            raise ValueError(f"{_MOST} snapshots are enough: throw some away first")
        name = f"snap_{next(self._numbers)}"
        self._by_id[name] = snapshot
        return name

    def drop(self, name: str) -> None:
        """Throw one away."""
        del self._by_id[name]

    def get(self, name: str) -> Snapshot | None:
        """The snapshot of that name."""
        return self._by_id.get(name)

    def items(self) -> Iterable[tuple[str, Snapshot]]:
        """Names and snapshots."""
        return tuple(self._by_id.items())

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._by_id))
