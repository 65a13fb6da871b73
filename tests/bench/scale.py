"""What more of it costs: ``python tests/bench/scale.py`` prints three tables.

Flows parked by the hundred and by the million, 2,000 under way at once in one process, four processes on one Redis. A
million of them take five gigabytes; ``--most`` asks for fewer. ``--write`` puts the tables into the README.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

import readme
import redis
import rounds
from contenders import ALL, Contender
from figures import Figure, figures
from table import digits, rows

from mfa_flow.kit import redis_server

FEW = 100
SELDOM = 50_000  # new objects before Python looks for garbage; it is 700, or 2,000 from 3.13 on


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--verbs", type=int, default=2000, help="in a round, of each store")
    parser.add_argument("--most", type=int, default=1_000_000, help="flows parked in memory")
    parser.add_argument("--many", type=int, default=100_000, help="flows parked in SQLite and in Redis")
    parser.add_argument("--crowd", type=int, default=2000, help="flows at once in one process")
    parser.add_argument("--processes", type=int, default=4, help="on one Redis")
    parser.add_argument("--write", action="store_true", help="the tables, into the README")
    asked = parser.parse_args()
    with ExitStack() as stack:
        places = {"url": stack.enter_context(rounds.stub())}
        places["redis"] = stack.enter_context(redis_server.running(rounds.server()))
        places["folder"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="mfa"))
        found = [_told(measure(asked, places)) for measure in (_parked, _at_once, _together)]
        rounds.check(places["url"])
    if asked.write:
        readme.fill("scale", "\n".join(found))


def _told(text: str) -> str:
    """At once: the next one takes minutes."""
    print(text, flush=True)
    return text


def _resting(asked: argparse.Namespace) -> Iterator[Contender]:
    """A verb among few and among many, each in a process of its own: nobody bears another's garbage."""
    for name, told, sizes, wants in (
        ("memory", "`MemoryStore`: hold, save", {FEW, min(10_000, asked.most), asked.most}, ()),
        ("whole", "`MemoryStore`: all that is ours in a verb", {FEW, min(10_000, asked.most), asked.most}, ()),
        ("sqlite", "`SqliteStore`: hold, save", {FEW, asked.many}, ("folder",)),
        ("redis", "`RedisStore`: hold, save", {FEW, asked.many}, ("redis",)),
    ):
        for size in sorted(sizes):
            given = {"given": {"parked": size}, "wants": wants, "against": f"{name}-{FEW}", "part": True}
            yield Contender(f"{name}-{size}", told, f"parking:{name}", **given)


def _parked(asked: argparse.Namespace, places: dict[str, str]) -> str:
    with rounds.workers(list(_resting(asked)), (sys.executable, None), places) as workers:
        found = _figures(workers, asked.rounds, asked.verbs)
        lines = [_among(worker, figure) for worker, figure in zip(workers, found, strict=True)]
    heads = ("", "parked", "CPU per verb", f"over {FEW} parked", "bytes of the process per flow, beyond its strings")
    return rows(heads, lines)


def _among(worker: rounds.Worker, figure: Figure) -> tuple[str, ...]:
    parked = worker.contender.given["parked"]
    taken = f"{worker.told['bytes']:,.0f}" if worker.told and parked > FEW else ""
    ratio = "1" if parked == FEW else f"{digits(figure.middle)} ({digits(figure.low)} .. {digits(figure.high)})"
    return figure.told, f"{parked:,}", f"{figure.cpu:,.0f} us", ratio, taken


def _at_once(asked: argparse.Namespace, places: dict[str, str]) -> str:
    """A crowd in one process, and one whose garbage is looked for less often."""
    crowd = [replace(ALL[name], at_once=size) for name in ("base", "mfa_flow") for size in (16, asked.crowd)]
    crowd = [replace(each, name=f"{each.name}-{each.at_once}", against=f"{each.name}-16") for each in crowd]
    told, given = f"{crowd[-1].told}, `gc.set_threshold({SELDOM:_})`", {"threshold": SELDOM}
    crowd.append(replace(crowd[-1], name="seldom", told=told, given=given))
    with rounds.workers(crowd, (sys.executable, None), places) as workers:
        found = _figures(workers, max(2, asked.rounds // 3), asked.crowd)
    lines = [(each.told, f"{each.at_once:,}", f"{each.cpu:,.0f} us", digits(1 / each.middle)) for each in found]
    return rows(("one process", "at once", "CPU per flow", "over 16 at once"), lines)


def _figures(workers: list[rounds.Worker], count: int, flows: int) -> list[Figure]:
    for number, took in enumerate(rounds.run(workers, count, flows), 1):
        print(f"round {number} of {count}: {took:.0f} s", file=sys.stderr)
    return figures(workers)


def _together(asked: argparse.Namespace, places: dict[str, str]) -> str:
    """Processes on one Redis: each one's CPU per flow, and the server's."""
    server = redis.Redis.from_url(places["redis"])
    all_of_them = [replace(ALL["redis"], name=f"redis-{number}") for number in range(asked.processes)]
    lines = []
    with rounds.workers(all_of_them, (sys.executable, None), places) as workers:
        for count in (1, asked.processes):
            measured = [_once(workers[:count], server, asked.verbs // 4) for _ in range(max(2, asked.rounds // 3))]
            own, servers, second = (median(column) for column in zip(*measured, strict=True))
            lines.append((count, f"{own:,.0f} us", f"{servers:,.0f} us", f"{second:,.0f}"))
    return rows(("processes on one Redis", "CPU per flow", "Redis's CPU per flow", "flows per second"), lines)


def _once(workers: list[rounds.Worker], server: redis.Redis, flows: int) -> tuple[float, float, float]:
    """All of them at the same time. Redis's part is of the flows that warm up, too."""
    before, began = _busy(server), time.perf_counter()
    for worker in workers:
        worker.ask(flows)
    for worker in workers:
        worker.done()
    took, done = time.perf_counter() - began, len(workers) * (flows + max(flows // 10, 16))
    return median(each.took[-1] for each in workers), (_busy(server) - before) / done * 1e6, done / took


def _busy(server: redis.Redis) -> float:
    told = server.info("cpu")
    return told["used_cpu_sys"] + told["used_cpu_user"]


if __name__ == "__main__":
    main()
