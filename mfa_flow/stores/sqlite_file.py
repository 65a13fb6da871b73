"""The file of an SqliteStore: opened when needed, with its schema, its pragmas, and its errors in plain words."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock

from mfa_flow.errors import StoreError, Unreadable

VERSION = 1
# Marks the file as ours: "mfaf".
APPLICATION = 0x6D666166
SCHEMA = (
    """CREATE TABLE flows (
        id BLOB PRIMARY KEY NOT NULL,
        gone REAL NOT NULL, expires REAL NOT NULL, stamp TEXT,
        owner TEXT, until REAL NOT NULL, seconds REAL NOT NULL DEFAULT 0, lease TEXT, mark TEXT,
        content BLOB
    )""",
    "CREATE INDEX flows_gone ON flows (gone)",
    "CREATE INDEX flows_outlived ON flows (expires) WHERE content IS NOT NULL AND gone > expires",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
# A page holds three typical flows.
PAGE = "PRAGMA page_size = 8192"
# Who loses power may lose the last moments, never the file; who dies loses nothing.
PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
# Seconds for which SQLite itself waits for another process; whoever can wait longer asks again.
PAUSE = 0.05

# Closing a file that SQLite has open elsewhere in the process would drop its locks; so no two are created at once.
_CREATING = Lock()
# The files that are open, and the processes that opened them. SQLite keeps books of its locks in the process's memory:
# after a fork they are wrong for each file that was open then, and what is written there would be lost.
_OPEN: dict[int, tuple[tuple[int, int], int]] = {}
FORKED = "the store was in use when this process was forked: make the store in each process, after forking"


def opened(path: Path) -> sqlite3.Connection:
    """A connection, the schema made if it is not there. Raises sqlite3.Error, OSError and StoreError."""
    _create(path)
    status = path.stat()
    file, process = (status.st_dev, status.st_ino), os.getpid()
    if any(each == file and owner != process for each, owner in list(_OPEN.values())):
        raise StoreError(FORKED)
    connection = sqlite3.connect(path, timeout=PAUSE, isolation_level=None, check_same_thread=False)
    _OPEN[id(connection)] = (file, process)
    try:
        connection.execute(PAGE)
        _prepare(connection, path)
        for pragma in PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        close(connection)
        raise
    return connection


def close(connection: sqlite3.Connection) -> None:
    """Close it, whatever happens."""
    with suppress(sqlite3.Error):
        connection.close()
    _OPEN.pop(id(connection), None)


def _create(path: Path) -> None:
    """An empty file that only its owner reads; the -wal and -shm files beside it will be the same. A symbolic link that
    leads nowhere yet is followed."""
    with _CREATING:
        if not path.exists():
            try:
                os.close(os.open(os.path.realpath(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                return  # another process was quicker


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the schema, unless it is there, or another process makes it meanwhile."""
    if _is_ours(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    if not _is_ours(connection, path):
        for statement in SCHEMA:
            connection.execute(statement)
    connection.commit()


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the schema is there. Raises StoreError for one of another program, Unreadable for a newer one of ours."""
    [found] = connection.execute("PRAGMA user_version").fetchone()
    [application] = connection.execute("PRAGMA application_id").fetchone()
    if application == APPLICATION and found > VERSION:
        raise Unreadable(f"{path} was written by a newer mfa_flow (schema {found}): update this one")
    [tables] = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION and tables:
        raise StoreError(f"{path} is the database of another program: give SqliteStore a file of its own")
    return bool(application == APPLICATION)


def is_locked(error: Exception) -> bool:
    """Whether another process has the file, so that asking again makes sense."""
    return isinstance(error, sqlite3.Error) and _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def told(error: Exception, path: Path) -> StoreError:
    """The error as a StoreError, whose text says what is wrong with the file."""
    if isinstance(error, StoreError):
        return type(error)(str(error))
    if isinstance(error, OSError):
        return StoreError(f"the store {path} cannot be opened: {error.strerror or type(error).__name__}")
    if not isinstance(error, sqlite3.Error):
        return StoreError(f"the store {path} failed: {type(error).__name__}")
    return StoreError(f"the store {path} {_WORDS.get(_code(error), f'failed: {error}')}")


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary error code."""
    return (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF


_WORDS = {
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is its folder there, and may this process write into it?",
    sqlite3.SQLITE_NOTADB: "is not an SQLite database, or was damaged",
    sqlite3.SQLITE_CORRUPT: "is damaged: move it away, and flows begin anew",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
}
