"""A thread that works on one SQLite file: what is asked for while it commits is committed together next time."""

import asyncio
import os
import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from time import monotonic
from typing import Any

from attrs import define, field, frozen

from mfa_flow.errors import StoreError
from mfa_flow.stores.sqlite_file import FORKED, close, is_locked, opened, told

# How much is committed together at the most, and the seconds that the end of a loop's turn is waited for.
TOGETHER = 256
A_TURN = 0.02
Work = Callable[[sqlite3.Connection], Any]
Queue = SimpleQueue["Turn | None"]


@frozen(eq=False)
class Asked:
    """Something to do, until when (in monotonic time) it can wait for a locked file, and who wants to know: whether it
    is left undone (``dropped``) when nobody does any more before it is begun."""

    work: Work
    writes: bool
    until: float
    answer: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    dropped: bool = False

    @property
    def wanted(self) -> bool:
        """Whether it is still to be done."""
        return not (self.dropped and self.answer.cancelled())


@define(eq=False)
class Turn:
    """What is asked for in one turn of a loop. The thread knows of it from the first of it on, and begins when the turn
    is over: else it would commit the first alone."""

    loop: asyncio.AbstractEventLoop | None
    _asked: list[Asked] = field(factory=list)
    _lock: Lock = field(factory=Lock)
    _over: Lock = field(factory=Lock)

    def __attrs_post_init__(self) -> None:
        self._over.acquire()

    def take_along(self, asked: Asked) -> bool:
        """Whether the thread has not begun yet; then it does this, too."""
        with self._lock:
            if self.loop is not None:
                self._asked.append(asked)
            return self.loop is not None

    def end(self) -> None:
        """The turn is over."""
        self._over.release()

    def all(self) -> list[Asked]:
        """All that was asked for by the end of the turn, or until now if that does not come."""
        self._over.acquire(timeout=A_TURN)
        with self._lock:
            self.loop, asked, self._asked = None, self._asked, []
            return asked


class SqliteThread:
    """Begun when first needed, ended by ``aclose`` or with its last user; may be used again after that. Any number of
    event loops may ask, whichever threads they run in."""

    def __init__(self, path: Path, swept: Work) -> None:
        self._path, self._swept = path, swept
        self._queue: Queue | None = None
        self._pid = 0
        self._beginning = Lock()
        self._turn = Turn(None)

    def ask(self, work: Work, *, writes: bool, patience: float, dropped: bool = False) -> "asyncio.Future[Any]":
        """Have it done soon: what it returns, or a StoreError. It is done whether or not anybody waits for it, unless
        it is to be ``dropped`` then. Neither the thread nor SQLite's locks come along into a forked process."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        asked = Asked(work, writes, monotonic() + patience, answer, loop, dropped)
        if self._queue is not None and self._pid != os.getpid():
            answer.set_exception(StoreError(FORKED))
            return answer
        turn = self._turn
        if turn.loop is loop and turn.take_along(asked):
            return answer
        turn = Turn(loop, [asked])
        try:
            with self._beginning:
                (self._queue or self._begun()).put(turn)
        except RuntimeError as error:
            answer.set_exception(StoreError(f"the store cannot begin to work: {error}"))
            return answer
        loop.call_soon(turn.end)
        self._turn = turn
        return answer

    async def aclose(self) -> None:
        """Do what was asked for, close the file, end the thread."""
        if self._queue is not None and self._pid == os.getpid():
            with self._beginning:
                self._queue, end = None, self._end
            await asyncio.to_thread(end)

    def _begun(self) -> Queue:
        """A thread that knows its queue and not its user, so that it ends when nobody uses it any more."""
        queue: Queue = SimpleQueue()
        thread = Thread(target=_Worker(self._path, self._swept, queue).run, name="mfa_flow sqlite", daemon=True)
        thread.start()
        self._queue, self._pid = queue, os.getpid()
        self._end = weakref.finalize(self, _end, thread, queue)
        return queue


def _end(thread: Thread, queue: Queue) -> None:
    queue.put(None)
    if thread is not current_thread() and thread.is_alive():
        thread.join(timeout=5)


@define(eq=False)
class _Worker:
    """What runs in the thread."""

    _path: Path
    _swept: Work
    _queue: Queue
    _connection: sqlite3.Connection | None = None
    _answers: list[tuple[Asked, Any, Exception | None]] = field(factory=list)

    def run(self) -> None:
        waiting: list[Asked] = []
        ended = False
        try:
            while waiting or not ended:
                ended = self._gathered(waiting) or ended
                if waiting:
                    waiting = self._worked(waiting[:TOGETHER]) + waiting[TOGETHER:]
                    self._tell()
        finally:
            self._close()

    def _gathered(self, waiting: list[Asked]) -> bool:
        """Collect what is asked for; wait for the first of it. Whether that was all there will be."""
        with suppress(Empty):
            while len(waiting) < TOGETHER:
                turn = self._queue.get(block=not waiting)
                if turn is None:
                    return True
                waiting += turn.all()
        return False

    def _worked(self, batch: list[Asked]) -> list[Asked]:
        """Do it, in one transaction if all goes well. Gives back what still waits for a locked file."""
        try:
            connection = self._connection = self._connection or opened(self._path)
        except Exception as error:  # noqa: BLE001 - told to those who asked
            return self._refused(batch, error)
        if any(asked.writes for asked in batch):
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                reading = [asked for asked in batch if not asked.writes]
                late = self._done(connection, reading) if reading else []
                return late + self._refused([asked for asked in batch if asked.writes], error)
        return self._done(connection, batch)

    def _done(self, connection: sqlite3.Connection, batch: list[Asked]) -> list[Asked]:
        """Do all of it, and commit. If that fails, each on its own: one that cannot be done spoils no other."""
        try:
            done = [(asked, asked.work(connection), None) for asked in batch if asked.wanted]
            if connection.in_transaction:
                self._swept(connection)
                connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - told to those who asked
            with suppress(sqlite3.Error):
                connection.rollback()
            if len(batch) > 1:
                return [late for asked in batch for late in self._worked([asked])]
            return self._refused(batch, error)
        self._answers += done
        return []

    def _refused(self, batch: list[Asked], error: Exception) -> list[Asked]:
        """Tell what went wrong, but to those who can wait until the file is free again."""
        now, locked = monotonic(), is_locked(error)
        if not locked:
            self._close()
        late = [asked for asked in batch if locked and asked.until > now]
        self._answers += [(asked, None, told(error, self._path)) for asked in batch if asked not in late]
        return late

    def _tell(self) -> None:
        by_loop = defaultdict(list)
        for answer in self._answers:
            by_loop[answer[0].loop].append(answer)
        self._answers = []
        for loop, answers in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_answer, answers)

    def _close(self) -> None:
        if self._connection is not None:
            close(self._connection)
            self._connection = None


def _answer(answers: list[tuple[Asked, Any, Exception | None]]) -> None:
    for asked, value, error in answers:
        if asked.answer.done():
            continue
        if error is None:
            asked.answer.set_result(value)
        else:
            asked.answer.set_exception(error)
