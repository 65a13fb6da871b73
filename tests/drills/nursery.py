"""A nursery: a warm process from which others are forked, since starting an interpreter takes longer than a verb."""

import asyncio
import importlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from attrs import frozen

TESTS = Path(__file__).parents[1]
WARM = ("mfa_flow.client", "mfa_flow.stores.sqlite", "mfa_flow.stores.redis", "redis.asyncio.retry")


@frozen
class End:
    """How a process ended: what it said (None if nothing), and the number of the signal that killed it."""

    said: object
    signal: int | None


class Nursery:
    """``run`` waits for a process to end, ``begin`` does not. Each runs an async function, named "module:function"."""

    def __init__(self):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
        command = [sys.executable, "-m", "drills.nursery"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def begin(self, work, *, waits=False, **given):
        """Begin a process."""
        self._process.stdin.write(json.dumps({"work": work, "waits": waits, "given": given}) + "\n")
        self._process.stdin.flush()

    def run(self, work, **given):
        """Begin a process, and wait for its end."""
        self.begin(work, waits=True, **given)
        said = None
        while "ended" not in (line := json.loads(self._process.stdout.readline())):
            said = line["said"]
        return End(said, os.WTERMSIG(line["ended"]) if os.WIFSIGNALED(line["ended"]) else None)


def _main():
    for name in WARM:
        importlib.import_module(name)
    for line in sys.stdin:
        order = json.loads(line)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        pid = os.fork()
        if pid == 0:
            _live(**order)
        if order["waits"]:
            _tell({"ended": os.waitpid(pid, 0)[1]})


def _live(work, waits, given):
    """What a forked process does; it never returns."""
    code = 1
    try:
        module, name = work.split(":")
        said = asyncio.run(getattr(importlib.import_module(module), name)(**given))
        if waits:
            _tell({"said": said})
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is: a child must not go on as its parent
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _tell(line):
    os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    _main()
