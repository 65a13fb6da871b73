"""A tenant for a crowd: one user and phone per flow, dropped connections, and a count of what each message sent.

Pinned codes, so that nobody has to read an inbox of twenty thousand people. Ends when its input does.
"""

import asyncio
import json
import sys
from collections import Counter
from random import Random

from mfa_flow.testing import Tenant, serve

MARK = "x-message"


def email_of(number):
    """Whose flow it is."""
    return f"user{number}@example.com"


def phone_of(number):
    """Everybody has one."""
    return f"+1555{number:07d}"


def code_of(number):
    """Each message there carries this code."""
    return f"{number % 900_000:06d}"


class Counting(Tenant):
    """Counts requests by the message that caused them, and drops some connections, before or after all happened."""

    def __init__(self, drops, seed):
        super().__init__(seed=seed)
        self.sent, self.dropped = Counter(), 0
        self._drops, self._random = drops, Random(seed)

    def perform(self, call):
        """Answer, or not."""
        self.sent[call.headers.get(MARK, "nobody"), call.method, call.path] += 1
        if self._random.random() < self._drops:
            self.dropped += 1
            self.faults.add(drop=self._random.choice(["before", "after"]))
        return super().perform(call)


def told(tenant):
    """What is to be known at the end: requests in all, connections dropped, and what was sent twice."""
    twice = [
        f"{message} {path}" for (message, method, path), count in tenant.sent.items() if method != "GET" and count > 1
    ]
    return {"requests": sum(tenant.sent.values()), "dropped": tenant.dropped, "twice": twice}


async def main(users, drops, seed):
    """Serve."""
    tenant = Counting(drops, seed)
    for number in range(users):  # every second one has a phone enrolled
        has = ["sms"] if number % 2 else []
        tenant.users.add(email_of(number), "pw", phone=phone_of(number), authenticators=has)
        tenant.pin(phone_of(number), code_of(number))
    async with serve(tenant) as server:
        print(json.dumps({"url": server.url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps(told(tenant)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
