"""One contender in a process of its own: ``python tests/bench/worker.py module:name '{"url": ...}'``.

A line in, ``{"flows": 150, "at_once": 16, "warm": 16}``, is so many flows after some to warm up; a line out is what they
took, in seconds of this process's CPU: user and system, of all its threads. What goes wrong is a traceback, and the end.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from itertools import chain, count

import scene

Flow = Callable[[int], Awaitable[str]]
RIGHT = frozenset(scene.ACCESS_TOKENS)
NUMBERS = count(1)


async def burst(flow: Flow, flows: int, at_once: int, warm: int) -> dict[str, float]:
    """Some flows to warm up, then those that count."""
    await _many(flow, warm, at_once)
    gc.collect()
    clock = getattr(flow, "clock", time.process_time)
    began = clock()
    tokens = await _many(flow, flows, at_once)
    return {"cpu": clock() - began, "tokens": sum(token in RIGHT for token in tokens)}


async def _many(flow: Flow, flows: int, at_once: int) -> list[str]:
    left = iter(range(flows))

    async def work() -> list[str]:
        return [await flow(next(NUMBERS)) for _ in left]

    return list(chain.from_iterable(await asyncio.gather(*(work() for _ in range(at_once)))))


def main() -> None:
    """Open the contender, and do what is asked until nothing more is."""
    module, name = sys.argv[1].split(":")
    place = json.loads(sys.argv[2])
    gc.set_threshold(place.pop("threshold", gc.get_threshold()[0]))
    loop = import_module("uvloop").new_event_loop if place.pop("uvloop", False) else None
    with asyncio.Runner(loop_factory=loop) as runner:
        opened = getattr(import_module(module), name)(**place)
        flow = runner.run(opened.__aenter__())
        print(json.dumps(getattr(flow, "told", {})), flush=True)
        for line in sys.stdin:
            print(json.dumps(runner.run(burst(flow, **json.loads(line)))), flush=True)
        runner.run(opened.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
