"""What the simulated tenant costs: ``python tests/bench/tenant.py`` prints a table. A walk is one whole login."""

import asyncio
import gc
import time
from collections.abc import Iterator
from pathlib import Path

import asking
import walks

from mfa_flow.testing import Clock, Tenant, serve

PEOPLE = 1000
PAGE = 4096


def main() -> None:
    """Measure, and print line by line."""
    parser = asking.parser(__doc__)
    parser.add_argument("--walks", type=asking.count, default=100_000, help="in process, for the memory")
    parser.add_argument("--people", type=asking.count, default=2000, help="at once, over a socket")
    asked = parser.parse_args()
    for what, figure in [
        ("server up and down", f"{start_up():.1f} ms"),
        *in_process(min(asked.walks, 5000)),
        *asyncio.run(over_a_socket(asked.people)),
    ]:
        print(f"{what:<44}{figure:>16}")
    for what, figure in memory(asked.walks):
        print(f"{what:<44}{figure:>16}", flush=True)


def start_up() -> float:
    """Milliseconds, of a tenant and its server, the best of five."""

    async def once() -> float:
        begun = time.perf_counter()
        async with serve(Tenant()):
            pass
        return 1000 * (time.perf_counter() - begun)

    return min(asyncio.run(once()) for _ in range(5))


def in_process(count: int) -> Iterator[tuple[str, str]]:
    """Walks a second of this process's own time, without a socket."""
    tenant = peopled()
    begun = time.process_time()
    for _ in walking(tenant, count):
        pass
    yield "walks in process (4 requests)", f"{count / (time.process_time() - begun):,.0f} /s"


async def over_a_socket(count: int) -> list[tuple[str, str]]:
    """People who enrol and log in at once; client and server share this process."""
    tenant = Tenant(clock=Clock())
    walks.people(tenant, count)
    begun, busy = time.perf_counter(), time.process_time()
    async with serve(tenant) as server:
        told = await walks.crowd(server.url, count)
    took, busy = time.perf_counter() - begun, time.process_time() - busy
    return [
        ("walks over a socket, all at once", f"{2 * count / busy:,.0f} /s"),
        (f"{count:,} people enrolled and logged in", f"{took:.1f} s"),
        ("of them mixed up", str(len(walks.mixed_up(tenant, told)))),
    ]


def memory(count: int) -> Iterator[tuple[str, str]]:
    """What the process holds after a tenth, a half and all of the walks."""
    tenant = peopled()
    for done in walking(tenant, count):
        if done in (max(count // 10, 1), count // 2, count):
            gc.collect()
            yield f"memory after {done:,} walks", f"{resident():.0f} MiB"


def peopled() -> Tenant:
    """A thousand people with a phone."""
    tenant = Tenant(clock=Clock())
    walks.people(tenant, PEOPLE, "sms")
    return tenant


def walking(tenant: Tenant, count: int) -> Iterator[int]:
    """One after the other, each a little later; how many are done."""
    for done in range(count):
        walks.walk(tenant, done % PEOPLE)
        tenant.clock.advance(walks.PAUSE)
        yield done + 1


def resident() -> float:
    """MiB of this process, where the system tells."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * PAGE / 2**20 if statm.exists() else float("nan")


if __name__ == "__main__":
    main()
