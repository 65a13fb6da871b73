"""What an onlooker has not been told yet: the difference between what they know and what is so now.

Nothing is queued. Who looks seldom is told less often, and never more than what is there; so a slow reader holds up
nobody and costs no memory.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any

from attrs import asdict, define, field

from mfa_flow.testing.control.requests import Entry
from mfa_flow.testing.control.seeing import onlooked
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.world.inbox import Message
from mfa_flow.testing.world.sendings import Sending
from mfa_flow.testing.world.world import World

News = tuple[str, dict[str, Any]]  # its name, and what it says
_MESSAGES, _REQUESTS = 500, 200  # that many are shown, the newest
_JITTER = 0.05  # seconds by which two readings of clocks may differ


@define(eq=False)
class Watch:
    """One onlooker of a tenant, and what they know."""

    _tenant: Tenant
    _world: World | None = field(default=None, init=False)
    _known: dict[tuple[str, str], dict[str, Any]] = field(factory=dict, init=False, repr=False)
    _offset: float | None = field(default=None, init=False)
    _log: dict[int, tuple[str, Entry]] = field(factory=dict, init=False, repr=False)  # by identity, with a number
    _numbers: Iterator[int] = field(factory=count, init=False, repr=False)

    def look(self) -> list[News]:
        """What is new. The first time, and after a reset, that is everything, between ``reset`` and ``ready``."""
        if self._world is self._tenant.world:
            return self._changes()
        self._world, self._offset = self._tenant.world, None
        self._known.clear()
        return [("reset", {"tenant": self._tenant.name}), *self._changes(), ("ready", {})]

    def _changes(self) -> list[News]:
        before, self._known = self._known, dict(self._state())
        gone = [("gone", {"kind": kind, "key": name}) for kind, name in before.keys() - self._known.keys()]
        new = [(key[0], {"key": key[1], **now}) for key, now in self._known.items() if before.get(key) != now]
        return [*self._clock(), *gone, *new]

    def _clock(self) -> list[News]:
        """A clock that follows real time moves by itself: that is no news."""
        clock = self._tenant.clock
        now = clock.now()
        offset = now - time.time() if clock.follows else now
        if self._offset is not None and abs(offset - self._offset) < _JITTER:
            return []
        self._offset = offset
        return [("clock", {"now": now, "follows": clock.follows})]

    def _state(self) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
        """Everything, by its kind and name, oldest first."""
        tenant, world = self._tenant, self._tenant.world
        fates = {_name(each): each for each in world.sendings}
        for user in list(world.users):
            yield ("user", user.email), onlooked(world, user)
        for message in reversed(tenant.inbox.newest(_MESSAGES)):
            fate = fates.get(message.id) or fates.get(f"{message.to} {message.code}")
            yield ("message", message.id), _message(message, fate)
        for number, entry in self._newest_requests():
            yield ("request", number), asdict(entry)
        yield ("faults", ""), {"faults": [asdict(each) for each in tenant.faults]}

    def _newest_requests(self) -> Iterable[tuple[str, Entry]]:
        """Each with a number of its own, which it keeps while a log forgets what came before."""
        log, before = self._tenant.requests, self._log
        newest = list(islice(log, max(0, len(log) - _REQUESTS), None))
        self._log = {id(each): before.get(id(each)) or (str(next(self._numbers)), each) for each in newest}
        return self._log.values()


def _name(sending: Sending) -> str:
    """Its message's id. One that came late had none when it was sent: it is known by where it went, and its code."""
    return sending.message or f"{sending.authenticator.address} {sending.code}"


def _message(message: Message, sending: Sending | None) -> dict[str, Any]:
    """A message and what became of it. What is long over is forgotten."""
    fate = {} if sending is None else {name: getattr(sending, name) for name in ("until", "used", "decision")}
    return asdict(message) | fate
