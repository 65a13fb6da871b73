"""The crowd drill: ``python tests/drills/crowd.py --flows 20000 --processes 8 --store sqlite`` (or ``redis``).

So many logins by several processes on one store, with random verbs, duplicates, kills (-9) and broken connections. In
the end: every flow has come to an end, no message was sent on twice, nothing is held. ``--seed`` decides what people
do. Time runs ten times faster for leases, so that who died lets go within about a second.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from attrs import define, field
from redis.asyncio import Redis
from redis_servers import RedisServer

from drills.counting import code_of, email_of, phone_of
from drills.delivering import Platform
from drills.dying import opened
from drills.nursery import TESTS, Nursery
from drills.worker import TIMEOUT, Fast
from mfa_flow import AskCode, AskPassword, Choose, Done, Pause, Stopped, prompt_from_json
from mfa_flow.client import MARGIN
from mfa_flow.stores import Seal

SPEED = 10.0
LEASE = (MARGIN + TIMEOUT) / SPEED  # real seconds
AT_ONCE = 8  # flows under way, per process
STEPS = 60  # who is not done after so many messages never will be


@define(eq=False)
class Person:
    """Somebody who goes on until there are tokens, or gives up; what they do is decided by their own random numbers."""

    number: int
    platform: Platform
    random: Random
    seen: Counter
    messages: int = 0
    unanswered: int = 0  # how many of them got no answer from the tenant in time
    given: str | None = None  # the verb given last
    under_way: bool = False  # whether a factor was asked for, and nothing has ended it

    async def live(self):
        """From the password to the end; the name of the end."""
        prompt = await self.say("look")
        for _ in range(STEPS):
            self._note(prompt)
            match prompt:
                case Done():
                    return "tokens"
                case Stopped(reason="cancelled"):
                    return "cancelled"
            verb, *given = self._choice(prompt)
            details = given.pop() if given and isinstance(given[-1], dict) else {}
            prompt = await self.say(verb, *given, **details)
        return f"no end after {STEPS} messages, {self.unanswered} of them unanswered: {prompt.kind}"

    def _note(self, prompt):
        """A flow that was under way and is not known any more was lost, unless its last answer had ended it."""
        if prompt.interrupted:
            self.seen[f"interrupted {prompt.interrupted}"] += 1
        if self.under_way and isinstance(prompt, AskPassword) and self.given != "confirm":
            self.seen["LOST"] += 1
        self.under_way = not isinstance(prompt, AskPassword | Stopped)

    def _choice(self, prompt):
        """A verb, and what is given with it."""
        chance = self.random.random()
        match prompt:
            case Pause():
                return ("cancel",)
            case AskPassword() | Stopped():
                return "login", email_of(self.number), "pw" if chance < 0.95 else "wrong"
            case Choose() if chance < 0.03:
                return ("cancel",)
            case Choose(challenge=[first, *more]):
                phones = [one.id for one in (first, *more) if one.factor == "sms"]
                return ("challenge", phones[0]) if phones else ("cancel",)
            case Choose():
                return "enroll", "sms", {"phone_number": phone_of(self.number)}
            case AskCode() if chance < 0.03:
                return ("cancel",)
            case AskCode() if chance < 0.1:
                return ("go_back",)
            case AskCode() if chance < 0.2:
                return "confirm", "999999"
            case AskCode() if chance < 0.3 or self.given == "confirm":
                return ("resend",)
        return "confirm", code_of(self.number)

    async def say(self, verb, *given, **details):
        """A message; delivered twice now and then, at once or late. The prompt that stands then."""
        if verb == "look":
            return prompt_from_json((await self._delivered(verb)).prompt)
        self.messages += 1
        self.given = verb
        self.seen[verb] += 1
        details["once"] = f"{self.number}:{self.messages}"
        twice = self.random.random()
        if twice < 0.05:
            self.seen["delivered twice at once"] += 1
            answer, _ = await asyncio.gather(*(self._delivered(verb, *given, **details) for _ in range(2)))
        else:
            answer = await self._delivered(verb, *given, **details)
        if twice > 0.97:
            self.seen["delivered again later"] += 1
            await self._delivered(verb, *given, **details)
        if answer.error is None:
            return prompt_from_json(answer.prompt)
        self.seen[answer.error] += 1
        self.unanswered += answer.error == "TransportError"
        if answer.prompt is not None and isinstance(found := prompt_from_json(answer.prompt), Done):
            return found  # tokens that could not be kept are in the error
        return prompt_from_json((await self._delivered("look")).prompt)

    async def _delivered(self, verb, *given, **details):
        """Delivered until it was worked on: a look again where the store was away, any other where it was Busy."""
        while True:
            answer = await self.platform.deliver(f"chat-{self.number}", verb, *given, **details)
            if answer.error != "Busy" and (verb != "look" or answer.error is None):
                return answer
            self.seen[f"{verb}: {answer.error}"] += 1
            await asyncio.sleep(0.05)


@define(eq=False)
class Crowd:
    """One drill; the options are the command's."""

    flows: int
    processes: int
    store: str
    seed: int
    kill_every: int
    break_every: int
    seen: Counter = field(factory=Counter)
    ends: Counter = field(factory=Counter)

    async def run(self, folder, where, tenant, nursery):
        """All of it; what is left in the store at the end."""
        key, clock = Seal.generate_key(), Fast(time.time(), SPEED)
        given = {"where": where, "key": key, "tenant": tenant, "zero": clock.zero, "speed": SPEED}
        platform, socket = Platform(nursery, given, Random(self.seed)), str(folder / "work.sock")
        async with platform.open(socket, self.processes):
            troubles = [self._trouble(platform, self.kill_every, lambda: self._kill(platform, socket))]
            if "://" in where:
                troubles.append(self._trouble(platform, self.break_every, lambda: self._break(where)))
            tasks = [asyncio.create_task(trouble) for trouble in troubles]
            try:
                await self._live(platform)
            finally:
                for task in tasks:
                    task.cancel()
        await asyncio.sleep(LEASE)
        async with opened(where, key, clock.now) as store:
            return platform, await self._left(store)

    async def _live(self, platform):
        numbers = iter(range(self.flows))

        async def lives():
            for number in numbers:
                random = Random(f"{self.seed} {number}")
                self.ends[await Person(number, platform, random, self.seen).live()] += 1
                if not number % 1000:
                    print(f"flow {number}: {platform.kills} kills so far", file=sys.stderr, flush=True)

        await asyncio.gather(*(lives() for _ in range(AT_ONCE * self.processes)))

    async def _trouble(self, platform, every, make):
        """Make trouble after every so many messages answered: however slow the machine is, there is time to work."""
        due = every
        while True:
            await asyncio.sleep(0.01)
            if platform.answered >= due and len(platform.workers) == self.processes:
                due = platform.answered + every
                await make()

    async def _kill(self, platform, socket):
        platform.kill(socket)

    async def _break(self, url):
        """Close all connections to Redis."""
        with suppress(Exception):
            async with Redis.from_url(url) as redis:
                self.seen["connections to Redis closed"] += await redis.client_kill_filter(_type="normal")

    async def _left(self, store):
        """What the store holds: each flow loads, and none is held any more."""
        left = Counter()
        async for entry in store.flows():
            await store.load(entry.flow_id)
            left["flows in the store"] += 1
            left["HELD"] += entry.verb is not None
        return left


@contextmanager
def tenant_of(crowd, drops):
    """A counting tenant; gives its address, and a function that ends it and tells what it counted."""
    command = [sys.executable, "-m", "drills.counting", str(crowd.flows), str(drops), str(crowd.seed)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=TESTS, **pipes)

    def counted():
        process.stdin.close()
        return json.loads(process.stdout.readline())

    try:
        yield json.loads(process.stdout.readline())["url"], counted
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()


def drill(crowd, drops=0.01):
    """Run it: what was seen, and what went wrong (nothing, it is hoped)."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mfa")))
        where = str(folder / "flows.db")
        if crowd.store == "redis":
            server = RedisServer(folder).start()
            stack.callback(server.kill)
            where = server.url
        nursery = stack.enter_context(Nursery())
        url, counted = stack.enter_context(tenant_of(crowd, drops))
        begun = time.monotonic()
        platform, left = asyncio.run(crowd.run(folder, where, url, nursery))
        took = time.monotonic() - begun
        tenant = counted()
    summary = {
        "flows": crowd.flows,
        "seconds": round(took, 1),
        "ends": dict(crowd.ends),
        "kills": platform.kills,
        "messages answered": platform.answered,
        "redelivered after a death": platform.redelivered,
        "slowest message, seconds": round(platform.slowest, 2),
        "a lease lasts, seconds": LEASE,
        "requests": tenant["requests"],
        "connections to the tenant dropped": tenant["dropped"],
        **dict(sorted(crowd.seen.items())),
        **left,
    }
    wrong = [f"sent twice: {each}" for each in tenant["twice"]]
    wrong += [f"{count} flows: {end}" for end, count in crowd.ends.items() if end not in {"tokens", "cancelled"}]
    wrong += [f"{name}: {count}" for name, count in (crowd.seen + left).items() if name.isupper() and count]
    if sum(crowd.ends.values()) != crowd.flows:
        wrong.append(f"{sum(crowd.ends.values())} of {crowd.flows} flows came to an end")
    return summary, wrong


def main():
    """Print what happened; the exit code is 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--store", choices=["sqlite", "redis"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every", type=int, default=150, help="messages answered")
    parser.add_argument("--break-every", type=int, default=150, help="messages answered; Redis only")
    summary, wrong = drill(Crowd(**vars(parser.parse_args())))
    for name, value in summary.items():
        print(f"{name:36} {value}")
    print("\n".join(wrong) or "nothing lost, nothing sent twice, nothing held")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
