"""What stores cost: ``python tests/bench/stores.py`` prints a table. No test; it takes a minute or two."""

import asyncio
import gc
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from parking import filled, resident, verb
from redis_servers import RedisServer
from stores.typical import TYPICAL

from mfa_flow.stores import MemoryStore, RedisStore, Seal, SqliteStore
from mfa_flow.stores.codec import decode, encode

ROUNDS, VERBS = 7, 600
FEW, MANY = 100, 100_000
SEAL = Seal(Seal.generate_key())


async def at_once(store, workers, parked):
    """CPU of this process per hold and save, in microseconds; so many at once, over so many parked flows."""
    numbers = iter(range(VERBS))

    async def work():
        for number in numbers:
            await verb(store, number * 7919 % parked)

    begun = time.process_time()
    await asyncio.gather(*(work() for _ in range(workers)))
    return (time.process_time() - begun) / VERBS * 1e6


def median(values):
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:7.1f} ({low:.1f} .. {high:.1f})"


async def measured(name, store, size):
    """Print a store's lines."""
    await filled(store, 0, FEW)
    await at_once(store, 16, FEW)
    for workers in (1, 16, 64):
        values = [await at_once(store, workers, FEW) for _ in range(ROUNDS)]
        print(f"{name:8} hold + save, {workers:2} at once      us CPU  {median(values)}")
    few = [await at_once(store, 16, FEW) for _ in range(ROUNDS)]
    gc.collect()
    before, held = size(), resident()
    begun = time.perf_counter()
    await filled(store, FEW, MANY)
    took = time.perf_counter() - begun
    gc.collect()
    print(f"{name:8} parking {MANY - FEW} flows        s       {took:7.1f}")
    print(f"{name:8} store's size per parked flow  bytes   {(size() - before) / (MANY - FEW):7.0f}")
    print(f"{name:8} this process, per parked flow bytes   {(resident() - held) / (MANY - FEW):7.0f}")
    many = [await at_once(store, 16, MANY) for _ in range(ROUNDS)]
    ratio = statistics.median(many) / statistics.median(few)
    print(f"{name:8} a verb at {MANY} over {FEW}   ratio   {ratio:7.2f}")


def timed(work, count=2000):
    """Microseconds of CPU for one."""
    values = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(count):
            work()
        values.append((time.process_time() - begun) / count * 1e6)
    return median(values)


def snapshots():
    """Print what a snapshot and a seal cost."""
    text = encode(TYPICAL)
    sealed = SEAL.close(text, b"f")
    print(f"snapshot of {len(text)} bytes, written           us CPU  {timed(lambda: encode(TYPICAL))}")
    print(f"snapshot, read                       us CPU  {timed(lambda: decode(text))}")
    print(f"seal, closed                         us CPU  {timed(lambda: SEAL.close(text, b'f'))}")
    print(f"seal, opened                         us CPU  {timed(lambda: SEAL.open(sealed, b'f'))}")
    there_and_back = timed(lambda: decode(SEAL.open(SEAL.close(encode(TYPICAL), b"f"), b"f")))
    print(f"all four                             us CPU  {there_and_back}")


async def main():
    """Measure all."""
    snapshots()
    await measured("memory", MemoryStore(), lambda: 0)
    with tempfile.TemporaryDirectory(prefix="mfa") as name:
        folder = Path(name)
        async with SqliteStore(folder / "flows.db", seal=SEAL) as store:
            await measured("sqlite", store, lambda: sum(path.stat().st_size for path in folder.glob("flows.db")))
        server = RedisServer(folder).start()
        try:
            async with RedisStore(server.url, seal=SEAL) as store:
                statm = Path(f"/proc/{server.process.pid}/statm")
                await measured("redis", store, lambda: int(statm.read_text().split()[1]) * resource.getpagesize())
        finally:
            server.kill()


if __name__ == "__main__":
    asyncio.run(main())
