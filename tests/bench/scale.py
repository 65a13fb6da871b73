"""What more of it costs: ``python tests/bench/scale.py`` prints three tables.

Flows parked by the hundred and by the million, 2,000 under way at once in one process, four processes on one Redis. The
million is there twice, one after the other, and takes five gigabytes of memory each time; ``--most`` asks for fewer. It
needs the extras ``redis`` and ``seal``, and a redis-server. By default it takes some ten
minutes; ``--write`` puts the tables into the README, which says with what it was asked.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import Any

import asking
import readme
import rounds
import surroundings
from contenders import ALL, Contender
from figures import Figure, figures, quartiles
from table import cpu, ratio, rows, spread

from mfa_flow.errors import MissingExtra
from mfa_flow.extras import need_extra
from mfa_flow.kit import redis_server

FEW, SOME = 100, 10_000
SELDOM = 50_000  # new objects before Python looks for garbage; it is 700, or 2,000 from 3.13 on


def main() -> None:
    """Measure, and print."""
    asked = _asked()
    _needed()
    server = rounds.server()
    with ExitStack() as stack:
        places = {"url": stack.enter_context(rounds.stub())}
        places["redis"] = stack.enter_context(redis_server.running(server))
        places["folder"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="mfa"))
        found = [_told(measure(asked, places)) for measure in (_parked, _at_once, _together)]
        rounds.check(places["url"])
    found.append(_told(f"Measured in {asked.rounds} rounds on {surroundings.told(None, server)}\n"))
    if asked.write:
        readme.fill("scale", "\n".join(found))


def _asked() -> argparse.Namespace:
    parser = asking.parser(__doc__)
    parser.add_argument("--rounds", type=asking.count, default=7, help="of each table")
    parser.add_argument("--verbs", type=asking.count, default=2000, help="in a round, of each store")
    parser.add_argument("--most", type=asking.count, default=1_000_000, help="flows parked in memory, 5 kB each")
    parser.add_argument("--many", type=asking.count, default=100_000, help="flows parked in SQLite and in Redis")
    parser.add_argument("--crowd", type=asking.count, default=2000, help="flows at once in one process")
    parser.add_argument("--processes", type=asking.count, default=4, help="on one Redis")
    parser.add_argument("--write", action="store_true", help="the tables, into the README")
    return parser.parse_args()


def _needed() -> None:
    """Raises SystemExit where an extra is missing."""
    try:
        need_extra("redis", "redis")
        need_extra("cryptography", "seal")
    except MissingExtra as error:
        raise SystemExit(str(error)) from None


def _told(text: str) -> str:
    """At once: the next one takes minutes."""
    print(text, flush=True)
    return text


def _resting(asked: argparse.Namespace) -> Iterator[list[Contender]]:
    """A verb among few and among many, each in a process of its own: nobody bears another's garbage."""
    of_memory, of_others = _sizes(SOME, asked.most), _sizes(asked.many)
    yield _group("memory", "`MemoryStore`: hold, save", of_memory)
    yield _group("passing", "`MemoryStore`: a new flow, while an old one passes away", _sizes(SOME, asked.many))
    yield _group("whole", "`MemoryStore`: all that is ours in a verb", of_memory)
    yield _group("sqlite", "`SqliteStore`: hold, save", of_others, "folder")
    yield _group("sqlite_passing", "`SqliteStore`: a new flow, while an old one passes away", of_others, "folder")
    yield _group("redis", "`RedisStore`: hold, save", of_others, "redis")


def _sizes(*asked: int) -> list[int]:
    """The few, and those that are more."""
    return sorted({FEW, *(size for size in asked if FEW < size <= asked[-1])})


def _group(name: str, told: str, sizes: list[int], *wants: str) -> list[Contender]:
    """One store's lines: the few one at a time, then every size with 16 at once."""
    parts = {"code": f"parking:{name}", "told": told, "wants": wants, "against": f"{name}-{FEW}", "part": True}
    alone = Contender(name=f"{name}-alone", at_once=1, given={"parked": FEW}, **parts)
    return [alone, *(Contender(name=f"{name}-{size}", given={"parked": size}, **parts) for size in sizes)]


def _parked(asked: argparse.Namespace, places: dict[str, str]) -> str:
    """One group after the other: of those that fill the memory only one is there at a time."""
    lines: list[tuple[object, ...]] = []
    for group in _resting(asked):
        with rounds.workers(group, (sys.executable, None), places) as workers:
            found = _figures(workers, asked.rounds, asked.verbs)
            lines += [_among(worker, figure) for worker, figure in zip(workers, found, strict=True)]
    heads = ("", "parked", "at once", "CPU per verb", f"over {FEW} parked, 16 at once", "bytes of each, or flows kept")
    return rows(heads, lines)


def _among(worker: rounds.Worker, figure: Figure) -> tuple[object, ...]:
    parked = worker.contender.given["parked"]
    told = worker.told.get("told", "") if parked > FEW else ""
    return figure.told, f"{parked:,}", figure.at_once, cpu(figure), ratio(figure), told


def _at_once(asked: argparse.Namespace, places: dict[str, str]) -> str:
    """A crowd in one process, and one whose garbage is looked for less often."""
    sizes = sorted({16, asked.crowd})
    crowd = [replace(ALL[name], at_once=size, part=True) for name in ("base", "mfa_flow") for size in sizes]
    crowd = [replace(each, name=f"{each.name}-{each.at_once}", against=f"{each.name}-16") for each in crowd]
    told, given = f"{crowd[-1].told}, `gc.set_threshold({SELDOM:_})`", {"threshold": SELDOM}
    crowd.append(replace(crowd[-1], name="seldom", told=told, given=given))
    with rounds.workers(crowd, (sys.executable, None), places) as workers:
        found = _figures(workers, asked.rounds, asked.crowd)
    lines = [(each.told, f"{each.at_once:,}", cpu(each), ratio(each)) for each in found]
    return rows(("one process", "at once", "CPU per flow", "over 16 at once"), lines)


def _figures(workers: list[rounds.Worker], count: int, flows: int) -> list[Figure]:
    for number, took in enumerate(rounds.run(workers, count, flows), 1):
        print(f"round {number} of {count}: {took:.0f} s", file=sys.stderr)
    return figures(workers)


def _together(asked: argparse.Namespace, places: dict[str, str]) -> str:
    """Processes on one Redis: each one's CPU per flow, and the server's."""
    server = need_extra("redis", "redis").Redis.from_url(places["redis"])
    counts = sorted({1, asked.processes})
    all_of_them = [replace(ALL["redis"], name=f"redis-{number}") for number in range(counts[-1])]
    lines = []
    with rounds.workers(all_of_them, (sys.executable, None), places) as workers:
        took = [[_once(workers[:count], server, asked.verbs // 4) for count in counts] for _ in range(asked.rounds)]
    for count, measured in zip(counts, zip(*took, strict=True), strict=True):
        own, servers, second = (quartiles(column) for column in zip(*measured, strict=True))
        lines.append((count, spread(*own, _us), spread(*servers, _us), spread(*second, "{:,.0f}".format)))
    return rows(("processes on one Redis", "CPU per flow", "Redis's CPU per flow", "flows per second"), lines)


def _us(value: float) -> str:
    return f"{value:,.0f} us"


def _once(workers: list[rounds.Worker], server: Any, flows: int) -> tuple[float, float, float]:
    """All of them at the same time. Redis's part is of the flows that warm up, too."""
    before, began = _busy(server), time.perf_counter()
    for worker in workers:
        worker.ask(flows)
    for worker in workers:
        worker.done()
    took, done = time.perf_counter() - began, sum(worker.count + worker.warm for worker in workers)
    return median(each.took[-1] for each in workers), (_busy(server) - before) / done * 1e6, done / took


def _busy(server: Any) -> float:
    told = server.info("cpu")
    return told["used_cpu_sys"] + told["used_cpu_user"]


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("stopped: the tables above are whole") from None
