"""Flows in a file: for the processes of one machine."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from os import PathLike
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any, Self

from mfa_flow.errors import BadInput
from mfa_flow.stores.base import Entry, Lease, Parked
from mfa_flow.stores.envelope import Envelope, name
from mfa_flow.stores.holding import Holding, parked
from mfa_flow.stores.lines import Lines
from mfa_flow.stores.record import Note, Record, Stamp, Standing, listed, noted
from mfa_flow.stores.seal import Plaintext, Seal, needed
from mfa_flow.stores.sqlite_thread import SqliteThread

# Seconds for which a save or a look waits for a file that another process has locked.
PATIENCE = 5.0
# How many flows whose time is over are dropped with each commit, at the most; more than a commit can add.
SWEPT = 300
# How many lines of the list are read at once.
PAGE = 500

_FIND = "SELECT content, expires, stamp, owner, until, seconds, lease, mark, gone FROM flows WHERE id = ? AND gone > ?"
_KEEP = """INSERT INTO flows (id, owner, until, seconds, lease, mark, gone, expires)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
    ON CONFLICT (id) DO UPDATE SET owner = ?2, until = ?3, seconds = ?4, lease = ?5, mark = ?6, gone = ?7"""
_SAVE = """INSERT INTO flows (id, content, stamp, expires, gone, until) VALUES (?1, ?2, ?3, ?4, ?4, 0)
    ON CONFLICT (id) DO UPDATE SET content = ?2, stamp = ?3, expires = ?4, gone = ?4,
    owner = NULL, until = 0, seconds = 0, lease = NULL, mark = NULL"""
_DROP = "DELETE FROM flows WHERE id = ? AND gone > ?"
_CLEAR = "DELETE FROM flows WHERE gone > ?"
_SWEEP = "DELETE FROM flows WHERE id IN (SELECT id FROM flows WHERE gone <= ? LIMIT ?)"
# A mark may outlive its flow, whose content goes all the same.
_FADE = """UPDATE flows SET content = NULL WHERE id IN (SELECT id FROM flows
    WHERE content IS NOT NULL AND gone > expires AND expires <= ? LIMIT ?)"""
_LIST = """SELECT id, length(content), expires, stamp, owner, until, seconds, lease, mark, gone FROM flows
    WHERE id > ? AND gone > ? ORDER BY id LIMIT ?"""


class SqliteStore:
    """``path`` is the file; it is made, for its owner's eyes only, when first needed, in a folder that is there.

    ``seal`` is a ``Seal``, or ``PLAINTEXT``. ``now`` tells the time in unix seconds. Use it as an async context
    manager, or call ``aclose``; one store serves any number of flows and clients, and a process needs no second one
    for the same file. What a killed process had saved is kept; after a power failure the last moments may be missing.

    It is safe between tasks, between the event loops of several threads, which may share one store, and between
    processes, each with a store of its own. Make it after forking: a process that was forked while the file was in use
    gets StoreError for each verb on it, also from a new store. Processes that are spawned have no such limit.

    Raises BadInput, and MissingExtra without the extra ``seal``.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        seal: Seal | Plaintext | None = None,
        now: Callable[[], float] = time,
    ) -> None:
        if not isinstance(path, (str, PathLike)) or str(path) in {"", ":memory:"}:
            raise BadInput("SqliteStore(path) takes the path of a file; MemoryStore() keeps flows in memory")
        envelope = Envelope(needed(seal, "SqliteStore"))
        self.pack, self.unpack = envelope.pack, envelope.unpack
        self._path = Path(path).absolute()  # the process may change its folder
        self._now = now
        self._lines = Lines()
        self._thread = SqliteThread(self._path, lambda file: _sweep(file, now()))

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._path)!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the file. Using the store again opens it again."""
        await self._thread.aclose()

    def hold(self, flow_id: str, lease: Lease, wait: float) -> Holding:
        """Take the flow, then load it. Waiting for a locked file counts as waiting."""
        return Holding(self, self._lines, flow_id, lease, wait)

    async def load(self, flow_id: str) -> Parked:
        """What is stored of the flow."""
        now = self._now()
        record: Record | None = await self._asked(lambda file: _found(file, name(flow_id), now), writes=False)
        if record is None:
            return Parked()
        content, mark, _ = record.standing(now)
        return parked(self.unpack(flow_id, content), mark)

    async def flows(self) -> AsyncIterator[Entry]:
        """Everything that is stored."""
        after = b""
        while rows := await self._asked(self._page(after), writes=False):
            for after, size, *row in rows:
                yield _record(listed, None, *row).entry(after.decode("utf-8", "surrogatepass"), size or 0, self._now())

    async def forget(self, flow_id: str) -> bool:
        """Drop all that is stored of the flow; whether there was anything."""
        count: int = await self._asked(lambda file: file.execute(_DROP, (name(flow_id), self._now())).rowcount)
        return count > 0

    async def clear(self) -> int:
        """Drop everything; how many flows that was."""
        count: int = await self._asked(lambda file: file.execute(_CLEAR, (self._now(),)).rowcount)
        return count

    def take(self, flow_id: str, owner: str, lease: Lease, patience: float) -> "asyncio.Future[Standing | float]":
        """What stands, now the owner's; or for how many seconds it is still another's."""
        key = name(flow_id)

        def work(file: sqlite3.Connection) -> Standing | float:
            now = self._now()
            record = _found(file, key, now) or Record()
            found = record.taken(owner, lease, now)
            if isinstance(found, tuple):
                _keep(file, key, record)
            return found

        return self._asked(work, patience=patience, dropped=True)

    def put(self, flow_id: str, owner: str, stamp: Stamp | None, content: bytes, ttl: float) -> "asyncio.Future[bool]":
        """Store it and let go, if nobody else was quicker."""
        key = name(flow_id)

        def work(file: sqlite3.Connection) -> bool:
            now = self._now()
            record = _found(file, key, now) or Record()
            if not record.may_save(owner, stamp, now):
                return False
            file.execute(_SAVE, (key, content, owner, now + ttl))
            return True

        return self._asked(work)

    def leave(self, flow_id: str, owner: str, *, died: bool) -> "asyncio.Future[None]":
        """Let go, or leave the verb marked as interrupted."""
        key = name(flow_id)

        def work(file: sqlite3.Connection) -> None:
            now = self._now()
            record = _found(file, key, now)
            if record is None or not record.leave(owner, died, now):
                return
            _keep(file, key, record)  # what is over by now is swept right after

        return self._asked(work)

    def _asked(
        self,
        work: Callable[[sqlite3.Connection], Any],
        *,
        writes: bool = True,
        patience: float = PATIENCE,
        dropped: bool = False,
    ) -> "asyncio.Future[Any]":
        return self._thread.ask(work, writes=writes, patience=patience, dropped=dropped)

    def _page(self, after: bytes) -> Callable[[sqlite3.Connection], list[Any]]:
        now = self._now()
        return lambda file: file.execute(_LIST, (after, now, PAGE)).fetchall()


def _found(file: sqlite3.Connection, key: bytes, now: float) -> Record | None:
    row = file.execute(_FIND, (key, now)).fetchone()
    return None if row is None else _record(noted, *row)


def _record(read: Callable[[str | None], Note | None], *row: Any) -> Record:
    content, expires, stamp, owner, until, seconds, lease, mark, gone = row
    return Record(content, expires, stamp, owner, until, seconds, read(lease), read(mark), gone)


def _sweep(file: sqlite3.Connection, now: float) -> None:
    for statement in (_SWEEP, _FADE):
        file.execute(statement, (now, SWEPT))


def _keep(file: sqlite3.Connection, key: bytes, record: Record) -> None:
    notes = (None if note is None else json.dumps(note) for note in (record.lease, record.mark))
    file.execute(_KEEP, (key, record.owner, record.until, record.seconds, *notes, record.gone))
