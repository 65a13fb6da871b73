"""Interleaved rounds: every contender once in each, in another order, each in a process of its own."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from contenders import Contender

from mfa_flow.kit import redis_server

HERE = Path(__file__).parent


@dataclass
class Worker:
    """A contender's process; ``took`` is the CPU of each round, in microseconds per flow."""

    contender: Contender
    process: subprocess.Popen[str]
    took: list[float] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)
    count: int = 0
    warm: int = 0

    def begun(self) -> None:
        """Wait until it is ready; what it has to tell of that."""
        self.told = self._line()

    def ask(self, flows: int) -> None:
        """Begin some flows: so many that as many as the table says are under way at once, for half of the time at least."""
        at_once = self.contender.at_once
        self.count = max(2 * at_once, round(flows * self.contender.share))
        self.warm = max(self.count // 10, at_once)
        line = {"flows": self.count, "at_once": at_once, "warm": self.warm}
        print(json.dumps(line), file=self.process.stdin, flush=True)

    def done(self) -> None:
        """Wait for them. Raises RuntimeError when it brings fewer tokens than flows."""
        told = self._line()
        if told["tokens"] != self.count:
            raise RuntimeError(f"{self.contender.name}: {told['tokens']} tokens of {self.count} flows")
        self.took.append(told["cpu"] / self.count * 1e6)

    def _line(self) -> dict[str, object]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.contender.name} ended; its traceback is above")
        return json.loads(line)


@contextmanager
def stub() -> Iterator[str]:
    """The server's URL, while it runs."""
    command = [sys.executable, HERE / "stub.py"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


def server() -> str:
    """Where a redis-server is."""
    if found := redis_server.found():
        return found
    raise SystemExit("RedisStore needs a redis-server: put one on the PATH, or leave it out with --only")


@contextmanager
def workers(
    contenders: list[Contender], python: dict[bool, Path | str], places: dict[str, str]
) -> Iterator[list[Worker]]:
    """All of them, ready; ``python`` are the interpreters of our own and of the peers."""
    with ExitStack() as stack:
        begun = [stack.enter_context(_worker(each, str(python[each.peer]), places)) for each in contenders]
        for each in begun:
            each.begun()
        yield begun


@contextmanager
def _worker(contender: Contender, python: str, places: dict[str, str]) -> Iterator[Worker]:
    place = {name: places[name] for name in ("url", *contender.wants)} | contender.given
    command = [python, HERE / "worker.py", contender.code, json.dumps(place)]
    # A group of its own: Ctrl-C is for who measures, and ends these without a traceback of each.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0)
    try:
        yield Worker(contender, process)
    finally:
        process.kill()
        process.communicate()


def run(asked: list[Worker], rounds: int, flows: int) -> Iterator[float]:
    """Round after round; the seconds each took."""
    chance = random.Random(42)
    for _ in range(rounds):
        began = time.perf_counter()
        for worker in chance.sample(asked, len(asked)):
            worker.ask(flows)
            worker.done()
        yield time.perf_counter() - began


def check(url: str) -> None:
    """Raises RuntimeError if the stub had to refuse anything, or was asked for steps in other numbers than flows."""
    connection = HTTPConnection(url.removeprefix("http://"))
    connection.request("GET", "/_counts")
    told = json.loads(connection.getresponse().read())
    if told.pop("refused", 0) or len(set(told.values())) > 1:
        raise RuntimeError(f"not four requests a flow: {told}")
