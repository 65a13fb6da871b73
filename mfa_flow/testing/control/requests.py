"""What was asked of a tenant, without anything secret: for a test to count, for a person to follow."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from mfa_flow.testing.control.redaction import redacted, unknown
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import Request
from mfa_flow.testing.wire.routes import PATHS

_KEPT = 10_000


@frozen
class Entry:
    """One request and how it ended: ``status`` 0 for a connection that was closed before anything was read."""

    at: float
    method: str
    path: str
    grant: str | None
    status: int
    error: str | None
    user: str | None = None  # whom it was about, where that is known
    fields: Mapping[str, Any] = field(factory=dict)  # what was sent; a secret is ***
    unknown: tuple[str, ...] = ()  # names of what was sent that mean nothing here

    @classmethod
    def of(cls, desk: Desk, request: Request, user: str | None, status: int, error: str | None) -> "Entry":
        """What may be known of a request."""
        sent, known = request.glance(), user is not None and user in desk.world.users
        return cls(
            desk.world.clock.now(), request.method, request.path, request.grant, status, error,
            user if known else None, redacted(sent, desk), unknown(sent, desk),
        )  # fmt: skip


@frozen
class Log:
    """All that is in a log, to be put back."""

    entries: tuple[Entry, ...]
    gone: Mapping[str, int]


class RequestLog:
    """The newest ten thousand requests, oldest first.

    Older ones are gone, but ``count`` goes on counting them by grant and by the paths that a tenant serves. Of other
    paths, one authenticator's or one that leads nowhere, it counts those that are still there.
    """

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._gone: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        """Note a request."""
        self._entries.append(entry)
        if len(self._entries) > _KEPT:
            oldest = self._entries.popleft()
            self._gone.update([name for name in (oldest.grant,) if name] + [*PATHS.intersection([oldest.path])])

    def count(self, what: str) -> int:
        """How many went to a path (``/mfa/challenge``) or asked for a grant (``mfa-otp``)."""
        return self._gone[what] + sum(what in (each.path, each.grant) for each in tuple(self._entries))

    def clear(self) -> None:
        """Forget them."""
        self.put_back(Log((), {}))

    def saved(self) -> Log:
        """All that is in it, to be put back."""
        return Log(tuple(self._entries), dict(self._gone))

    def put_back(self, log: Log) -> None:
        """Hold that, and nothing else."""
        self._entries = deque(log.entries)
        self._gone = Counter(log.gone)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))  # others may go on asking meanwhile

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))
