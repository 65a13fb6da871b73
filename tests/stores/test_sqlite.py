"""The SQLite store: its file, its thread, and what it says when the file cannot be had."""

import asyncio
import gc
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from contextlib import closing
from pathlib import Path

import pytest

from mfa_flow import BadInput, State, StoreError, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import PLAINTEXT, Lease, SqliteStore, sqlite_file
from mfa_flow.stores.sqlite_file import APPLICATION
from stores.conftest import SEAL

CONFIRM = Lease("confirm", 30, ("m1",))
FLOW = Flow(id="f", state=State.MFA_REQUIRED)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "flows.db"


@pytest.fixture
def open_path():
    """A path in a folder that every user may look into."""
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "flows.db"


@pytest.fixture
async def store(path, mfa_clock):
    async with SqliteStore(path, seal=SEAL, now=mfa_clock.now) as store:
        yield store


async def saved(store, flow=FLOW, ttl=600, wait=5):
    async with store.hold(flow.id, Lease("login", 30), wait) as held:
        await held.save(flow, ttl)


async def failed(path, told, **more):
    """What each verb says of this file."""
    async with SqliteStore(path, seal=SEAL, **more) as store:
        for verb in (saved(store, wait=0), store.load("f"), store.forget("f"), store.clear(), listed(store)):
            with pytest.raises(StoreError, match=told) as caught:
                await verb
            assert (None, None) == (caught.value.__cause__, caught.value.__context__)
            assert str(path) in str(caught.value)


def threads():
    """How many of ours there are."""
    return [each.name for each in threading.enumerate()].count("mfa_flow sqlite")


async def listed(store):
    return [entry async for entry in store.flows()]


async def test_its_files_are_its_owners(store, path):
    """The file and those beside it are for its owner alone, from the moment they are there."""
    await saved(store)
    assert {"flows.db", "flows.db-wal", "flows.db-shm"} == {each.name for each in path.parent.iterdir()}
    assert {0o600} == {each.stat().st_mode & 0o777 for each in path.parent.iterdir()}


def test_nothing_is_opened_before_it_is_needed(path):
    """Making a store makes no file and no thread."""
    before = threads()
    assert f"SqliteStore({str(path)!r})" == repr(SqliteStore(path, seal=SEAL))
    assert (False, before) == (path.exists(), threads())


@pytest.mark.parametrize("path", ["", ":memory:", None, 5, b"x"], ids=str)
def test_it_takes_a_path(path):
    """What is no file's path is refused."""
    with pytest.raises(BadInput, match="takes the path of a file"):
        SqliteStore(path, seal=SEAL)


async def test_closing(path):
    """Closing does what was asked for, ends the thread and leaves one file; the store may be used again."""
    store = SqliteStore(str(path), seal=SEAL)
    before = threads()
    for version in (1, 2):
        saving = asyncio.create_task(saved(store, Flow(id="f", version=version - 1)))
        await asyncio.sleep(0)
        await saving
        await store.aclose()
        await store.aclose()
        assert (before, [path]) == (threads(), list(path.parent.iterdir()))
        assert version == (await store.load("f")).flow.version
    await store.aclose()


async def test_never_closed(path):
    """A store that nobody holds any more closes its file and ends its thread, without a warning."""
    before = threads()
    store = SqliteStore(path, seal=SEAL)
    await saved(store)
    del store
    for _ in range(1000):  # the thread may just be about to let go of what it did last
        gc.collect()
        if threads() == before:
            break
        await asyncio.sleep(0.001)
    assert (before, [path]) == (threads(), list(path.parent.iterdir()))


def test_never_closed_at_exit(path):
    """A process that ends without closing it loses nothing and says nothing."""
    program = (
        "import asyncio, sys; from mfa_flow.machine.flow import Flow; from mfa_flow.stores import *\n"
        "store = SqliteStore(sys.argv[1], seal=PLAINTEXT)\n"
        "async def save():\n"
        "    async with store.hold('f', Lease('login', 30), 1) as held: await held.save(Flow(id='f'), 600)\n"
        "asyncio.run(save())"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, path], check=False, capture_output=True, text=True
    )
    assert (0, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert [path] == list(path.parent.iterdir())
    assert 1 == asyncio.run(version(path))


async def version(path):
    async with SqliteStore(path, seal=PLAINTEXT) as store:
        return (await store.load("f")).flow.version


def test_after_a_fork(path):
    """A forked process refuses what its parent had in use, in plain words, and spoils nothing: neither with the store
    that was used before nor with a new one for the same file."""

    async def verbs():
        await saved(store)
        told = [in_a_fork(lambda: store), in_a_fork(lambda: SqliteStore(path, seal=SEAL))]
        await saved(store, (await store.load("f")).flow)
        versions = (await store.load("f")).flow.version, (await store.load("child")).flow
        await store.aclose()
        return told, versions

    store = SqliteStore(path, seal=SEAL)
    told, versions = asyncio.run(verbs())
    assert [True, True] == ["make the store in each process, after forking" in each for each in told], told
    assert (2, None) == versions


def test_made_before_a_fork(path):
    """A store that was only made before the fork, or was closed, serves each process."""
    store = SqliteStore(path, seal=SEAL)
    assert "" == in_a_fork(lambda: store)
    asyncio.run(closed(store))
    assert "" == in_a_fork(lambda: store)


async def closed(store):
    await saved(store)
    await store.aclose()


def in_a_fork(open_store):
    """What went wrong when a forked process saved a flow; nothing, if all went well."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        told = ""
        try:
            asyncio.events._set_running_loop(None)
            loop = asyncio.new_event_loop()
            loop.run_until_complete(asyncio.wait_for(closed_in_the_end(open_store()), 5))
        except BaseException as error:  # noqa: BLE001 - told to the parent
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        found = told.read()
    os.waitpid(child, 0)
    return found


async def closed_in_the_end(store):
    await saved(store, Flow(id="child"))
    await store.aclose()


async def test_what_is_over_is_swept(store, path, mfa_clock):
    """Rows whose time is over go along the way, a bounded number with each commit."""
    await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}"), ttl=10) for number in range(500)))
    assert 500 == rows(path)
    mfa_clock.advance(10)
    assert [] == await listed(store)
    await saved(store)
    assert rows(path) <= 201
    await saved(store)
    assert 1 == rows(path)


def rows(path):
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT count(*) FROM flows").fetchone()[0]


async def test_together(store, path):
    """What is asked for in one turn of the loop is committed together."""
    await saved(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        commits = []

        def note(statement):
            commits.append(statement)

        await store._thread.ask(lambda file: file.set_trace_callback(note), writes=False, patience=1)
        await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}")) for number in range(64)))
        file.execute("SELECT 1")
    assert 128 == sum(one.startswith("INSERT") for one in commits)
    assert 2 == commits.count("COMMIT")  # one for all that took a flow, one for all that saved


async def test_no_thread_can_be_started(store, monkeypatch):
    """Whoever asks is told; later ones are served."""

    def refused(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refused)
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot begin to work: can't start new thread"):
                await store.load("f")
    await saved(store)
    assert FLOW.id == (await store.load("f")).flow.id


def test_asked_in_the_last_turn_of_a_loop(path):
    """A save is kept that was begun when its loop ended, and the loop is not."""
    store, loop = SqliteStore(path, seal=SEAL), asyncio.new_event_loop()

    async def last():
        asyncio.get_running_loop().stop()  # at the end of this turn
        store.put("f", "owner", None, store.pack(FLOW, 1), 600)

    waiting = loop.create_task(last())
    loop.run_forever()
    loop.close()
    gone = weakref.ref(loop)
    del loop, waiting
    assert FLOW.id == asyncio.run(store.load("f")).flow.id
    gc.collect()
    assert gone() is None
    asyncio.run(store.aclose())


def test_closed_by_another_loop(path):
    """What was asked for before is done before the file is closed, and nobody opens it again."""
    store = SqliteStore(path, seal=SEAL)

    async def busy():
        put = store.put("f", "owner", None, store.pack(FLOW, 1), 600)
        closing = threading.Thread(target=lambda: asyncio.run(store.aclose()))
        closing.start()
        closing.join()
        assert store._thread._queue is None
        return await put

    assert asyncio.run(busy())
    assert store._thread._queue is None


async def test_one_that_fails_spoils_no_other(store):
    """Of those committed together, one that cannot be done fails alone."""

    def wrong(file):
        file.execute("INSERT INTO flows (id) VALUES (NULL)")

    asked = [saved(store, Flow(id=f"chat-{number}")) for number in range(8)]
    broken = store._thread.ask(wrong, writes=True, patience=1)
    results = await asyncio.gather(*asked[:4], broken, *asked[4:], return_exceptions=True)
    assert [4] == [index for index, one in enumerate(results) if isinstance(one, StoreError)]
    assert 8 == len(await listed(store))


async def test_no_folder(tmp_path):
    """A folder that is not there is not made, and is said to be missing."""
    await failed(tmp_path / "none" / "flows.db", "cannot be opened: No such file or directory")


async def test_a_folder(tmp_path):
    """A folder is no file."""
    await failed(tmp_path, "cannot be opened")


async def test_no_database(path):
    """A file that is no database stays as it is."""
    path.write_bytes(b"shopping list\n" * 100)
    await failed(path, "is not an SQLite database")
    assert b"shopping list\n" * 100 == path.read_bytes()


async def test_another_programs_database(path):
    """A database of another program stays as it is."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE flows (id)")
        file.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    await failed(path, "the database of another program")
    assert before == path.read_bytes()


async def test_a_newer_schema(path):
    """A file of a newer release is refused, and says so."""
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA application_id = {APPLICATION}")
        file.execute("PRAGMA user_version = 2")
    await failed(path, "written by a newer mfa_flow")
    async with SqliteStore(path, seal=SEAL) as store:
        with pytest.raises(Unreadable):
            await store.load("f")


async def test_a_locked_file(store, path):
    """A file that another process has locked: looking goes on, a verb waits its time, and is told."""
    await saved(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for wait, least in ((0, 0), (0.1, 0.1)):
            begun = time.monotonic()
            with pytest.raises(StoreError, match="is locked by another process"):
                await saved(store, wait=wait)
            assert least <= time.monotonic() - begun < least + 2
        assert 1 == (await store.load("f")).flow.version
        waiting = asyncio.create_task(saved(store))
        await asyncio.sleep(0.001)
        other.execute("COMMIT")
        await waiting
    assert 1 == (await store.load("f")).flow.version


async def test_a_full_disk(store, path, monkeypatch):
    """A full disk: the verb fails in plain words, what was stored stands, and all goes on when there is room."""
    await saved(store)
    await store._thread.ask(lambda file: file.execute("PRAGMA max_page_count = 1").fetchone(), writes=False, patience=1)
    big = Flow(id="g", error="x" * 300_000)
    with pytest.raises(StoreError, match="cannot be written: the disk is full") as caught:
        await saved(store, big)
    assert None is caught.value.__cause__
    assert 1 == (await store.load("f")).flow.version
    await saved(store, big)  # the file is opened anew after an error, and the limit with it
    assert 1 == (await store.load("g")).flow.version


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts; the test above fills the disk for everybody")
async def test_a_really_full_disk(tmp_path):
    """The same on a disk of one megabyte."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=True)
    try:
        async with SqliteStore(tmp_path / "flows.db", seal=SEAL) as store:
            await saved(store)
            (tmp_path / "more").write_bytes(b"x" * (os.statvfs(tmp_path).f_bavail * 4096))
            with pytest.raises(StoreError, match="the disk is full"):
                await saved(store, Flow(id="g", error="x" * 300_000))
            assert 1 == (await store.load("f")).flow.version
            (tmp_path / "more").unlink()
            await saved(store, Flow(id="g"))
            assert 1 == (await store.load("g")).flow.version
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_read_only_file(open_path):
    """A file that may not be written: verbs say so. (In a process of a user who is not root, who may do anything.)"""
    path = open_path
    asyncio.run(filled(path))
    path.chmod(0o444)
    program = (
        "import asyncio, os, sys; from mfa_flow.machine.flow import Flow; from mfa_flow.stores import *\n"
        "import concurrent.futures.thread\n"
        "from mfa_flow import StoreError\n"
        "async def save(store):\n"
        "    async with store.hold('f', Lease('login', 30), 1) as held: await held.save(Flow(id='f'), 600)\n"
        "async def main():\n"
        "    async with SqliteStore(sys.argv[1], seal=PLAINTEXT) as store:\n"
        "        try: await save(store)\n"
        "        except StoreError as error: print(error)\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "asyncio.run(main())"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], check=False, capture_output=True, text=True)
    assert ("", True) == (ran.stderr, ran.stdout.rstrip().endswith(("read-only", "may this process write into it?"))), (
        ran
    )


async def filled(path):
    async with SqliteStore(path, seal=PLAINTEXT) as store:
        await saved(store)


async def test_a_damaged_file(path):
    """A damaged file is told as such; nothing is made up."""
    await filled(path)
    found = bytearray(path.read_bytes())
    found[8192:] = b"\xff" * (len(found) - 8192)
    path.write_bytes(found)
    async with SqliteStore(path, seal=SEAL) as store:
        with pytest.raises(StoreError, match=r"is damaged|no flow|failed"):
            await store.load("f")


async def test_several_processes(path):
    """Processes that use one file at once: every save counts, none is lost."""
    program = (
        "import asyncio, sys; from mfa_flow.machine.flow import Flow; from mfa_flow.stores import *\n"
        "async def save(store, number):\n"
        "    name = f'chat-{number % 5}'\n"
        "    async with store.hold(name, Lease('login', 30), 20) as held:\n"
        "        await held.save(held.parked.flow or Flow(id=name), 600)\n"
        "async def main():\n"
        "    async with SqliteStore(sys.argv[1], seal=PLAINTEXT) as store:\n"
        "        await asyncio.gather(*(save(store, number) for number in range(50)))\n"
        "asyncio.run(main())"
    )
    running = [subprocess.Popen([sys.executable, "-W", "error", "-c", program, path]) for _ in range(3)]
    assert [0, 0, 0] == [each.wait() for each in running]
    async with SqliteStore(path, seal=PLAINTEXT) as store:
        assert [30] * 5 == [(await store.load(f"chat-{number}")).flow.version for number in range(5)]


async def test_errors_are_no_chain(tmp_path, monkeypatch):
    """Whatever goes wrong in the thread is told as a StoreError, without what was in its variables."""

    def broken(path):
        raise RuntimeError("hush")

    monkeypatch.setattr("mfa_flow.stores.sqlite_thread.opened", broken)
    async with SqliteStore(tmp_path / "flows.db", seal=SEAL) as store:
        with pytest.raises(StoreError, match="failed: RuntimeError") as caught:
            await store.load("f")
    assert "hush" not in str(caught.value)


def test_the_pragmas_hold(path):
    """The file is in WAL mode."""
    asyncio.run(filled(path))
    with closing(sqlite_file.opened(Path(path))) as file:
        assert ("wal",) == file.execute("PRAGMA journal_mode").fetchone()


def test_loops_of_several_threads(path):
    """Event loops in several threads share one store: every save counts, nobody waits in vain."""
    store = SqliteStore(path, seal=PLAINTEXT)

    async def verbs():
        await asyncio.gather(*(count() for _ in range(25)))

    async def count():
        async with store.hold("f", CONFIRM, 20) as held:
            await asyncio.sleep(0)
            await held.save(held.parked.flow or FLOW, 600)

    errors = []

    def run():
        try:
            asyncio.run(verbs())
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    before = threads()
    running = [threading.Thread(target=run) for _ in range(4)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    found = asyncio.run(store.load("f"))
    assert ([], 100, before + 1, {}) == (errors, found.flow.version, threads(), store._lines._lines)
    asyncio.run(store.aclose())


async def test_called_off_while_it_is_locked(store, path):
    """A verb that is called off before its turn at a locked file is not begun when the file is free."""
    await saved(store)
    begun = []
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        holding = store.hold("f", CONFIRM, 5)
        task = asyncio.create_task(holding.__aenter__())
        await asyncio.sleep(0.01)
        leave, store.leave = store.leave, lambda *given, **more: begun.append(given)  # as one that fails
        task.cancel()
        await asyncio.wait([task])
        other.execute("COMMIT")
    store.leave = leave
    async with store.hold("f", CONFIRM, 1) as held:
        assert (None, 1) == (held.parked.interrupted, len(begun))


async def test_a_save_that_nobody_awaits_is_done(store):
    """What was paid for is kept, though who asked for it was called off meanwhile."""
    async with store.hold("f", CONFIRM, 5) as held:
        store.put("f", held._owner, None, store.pack(FLOW, 1), 600).cancel()
        assert 1 == (await store.load("f")).flow.version
        held._saved = True


async def test_a_link_that_leads_nowhere(tmp_path):
    """A file that is made through a symbolic link is its owner's alone, too."""
    before = os.umask(0o022)
    try:
        (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
        async with SqliteStore(tmp_path / "link.db", seal=SEAL) as store:
            await saved(store)
            modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert dict.fromkeys(("link.db", "real.db", "real.db-wal", "real.db-shm"), 0o600) == modes


async def test_the_folder_is_changed(path, tmp_path, monkeypatch):
    """A relative path means the same file all the time, whichever folder the process goes to."""
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path)
    store = SqliteStore("flows.db", seal=SEAL)
    await saved(store)
    await store.aclose()
    monkeypatch.chdir(tmp_path / "else")
    assert 1 == (await store.load("f")).flow.version
    await store.aclose()
    assert (repr(store), [path]) == (
        f"SqliteStore({str(path)!r})",
        [each for each in tmp_path.iterdir() if each.is_file()],
    )
