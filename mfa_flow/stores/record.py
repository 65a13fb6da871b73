"""The rules of holding: what becomes of a record when it is taken, saved or left. Pure; times are unix seconds.

The scripts of the Redis store say the same in Lua.
"""

import json
from math import inf
from typing import Any

from attrs import define

from mfa_flow.errors import Unreadable
from mfa_flow.machine.flow import SEEN
from mfa_flow.stores.base import Entry, Lease

# For how many seconds an interrupted verb is remembered where no flow was saved yet: longer than its mfa_token lives.
REMEMBERED = 3600.0

# By how many seconds a clock may be set back before the leases of the time ahead count as over.
SET_BACK = 1.0

# What stands for the name of a verb that cannot be read.
DAMAGED = ("?",)
# A verb, and the ids of its messages.
Note = tuple[str, ...]
# By whom the content was saved that was found, and the end of the lease that found it, in the store's own time.
Stamp = tuple[str, float]
# The content, who died with it, and the stamp that saving it wants to know.
Standing = tuple[Any, Note | None, Stamp | None]


@define(weakref_slot=False)
class Record:
    """What a store keeps of one flow: its content until ``expires``, by whom it was saved (``stamp``), who holds it
    ``until`` when, for how many ``seconds`` and for what (``lease``), and who died with it (``mark``). The content goes
    when it has expired; all of it may go when ``gone`` is past."""

    content: Any = None
    expires: float = 0.0
    stamp: str | None = None
    owner: str | None = None
    until: float = 0.0
    seconds: float = 0.0
    lease: Note | None = None
    mark: Note | None = None
    gone: float = 0.0

    def take(self, owner: str, lease: Lease, now: float) -> float:
        """Become the owner's: 0. Or for how many seconds it is still another's. Who died with it is marked."""
        if self.held(now):
            return self.until - now
        self.mark = self.marked(now)
        self.owner, self.until, self.seconds = owner, now + lease.seconds, lease.seconds
        self.lease = (lease.verb, *lease.ids)
        self.gone = max(self.gone, self.until + REMEMBERED)
        return 0.0

    def held(self, now: float) -> bool:
        """Whether a lease is in time. One with more left than it was given for is of a clock that was set back."""
        return self.owner is not None and 0 < self.until - now <= self.seconds + SET_BACK

    def may_save(self, owner: str, stamp: Stamp | None, now: float) -> bool:
        """Whether nobody else holds it, or has saved since the owner took it and found this ``stamp``. Where nothing is
        left of what was found, who is late cannot know how it ended meanwhile."""
        if self.owner is not None:
            return self.owner == owner
        found, until = stamp or (None, inf)
        return self.stamp == found or (self.expires <= now < until)

    def leave(self, owner: str, died: bool, now: float) -> bool:  # noqa: FBT001 - one of two ways to leave
        """Let go, or leave the lease as one that ran out. Whether anything changed."""
        if self.owner != owner:
            return False
        if died:
            self.until, self.gone = now, max(self.gone, now + REMEMBERED)
        else:
            self.owner, self.until, self.seconds, self.lease = None, 0.0, 0.0, None
            self.gone = self.gone if self.mark else self.expires
        return True

    def standing(self, now: float) -> tuple[Any, Note | None, str | None]:
        """What is there now: the content, the mark, and the stamp."""
        stands = now < self.expires
        return self.content if stands else None, self.marked(now), self.stamp if stands else None

    def taken(self, owner: str, lease: Lease, now: float) -> Standing | float:
        """What stands, now the owner's; or for how many seconds it is still another's."""
        content, mark, stamp = self.standing(now)
        if left := self.take(owner, lease, now):
            return left
        return content, mark, None if stamp is None else (stamp, self.until)

    def marked(self, now: float) -> Note | None:
        """Who died with it; nobody, while it is held."""
        if self.owner is None:
            return self.mark
        return None if self.held(now) else folded(self.lease, self.mark)

    def entry(self, flow_id: str, size: int, now: float) -> Entry:
        """Its line in the list."""
        mark, stands = self.marked(now), now < self.expires
        return Entry(
            flow_id,
            self.expires if stands else None,
            self.lease[0] if self.held(now) and self.lease else None,
            mark[0] if mark else None,
            size if stands else 0,
        )


def folded(newer: Note | None, older: Note | None) -> Note | None:
    """The newer verb, with the message ids of both. One without ids has cost nothing: it hides none that has some."""
    if not newer or not older:
        return newer or older
    (verb, *ids), (cut_off, *others) = newer, older
    return (cut_off if others and not ids else verb, *ids, *others)[: SEEN + 1]


def noted(text: str | bytes | None) -> Note | None:
    """The note that was written as JSON. Raises Unreadable."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or {*map(type, found)} != {str}:
        raise Unreadable("what is stored of a verb is damaged, or was changed by somebody else: drop the flow")
    return tuple(found)


def listed(text: str | bytes | None) -> Note | None:
    """The note for a list: one that is damaged hides no other flow."""
    try:
        return noted(text)
    except Unreadable:
        return DAMAGED
