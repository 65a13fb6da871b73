"""A round is what the table says of it: so many at once, and so many that it can be."""

import asyncio
import json
from io import StringIO
from types import SimpleNamespace

import pytest
from contenders import ALL
from rounds import Worker
from worker import burst


class Counted:
    """A flow that takes two turns of the loop, and the most of them that were there at the same time."""

    def __init__(self):
        self.now, self.most, self.count = 0, 0, 0

    async def __call__(self, number):
        """One flow."""
        self.now, self.count = self.now + 1, self.count + 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.now -= 1
        return "no token"


@pytest.mark.parametrize("flows", [1, 150])
@pytest.mark.parametrize("contender", ALL.values(), ids=ALL)
async def test_as_many_are_under_way_as_the_table_says(contender, flows):
    """However few were asked for, and however small a slow one's share is."""
    line = StringIO()
    worker = Worker(contender, SimpleNamespace(stdin=line))
    worker.ask(flows)
    flow = Counted()
    await burst(flow, **json.loads(line.getvalue()))
    assert contender.at_once == flow.most
    assert worker.count >= 2 * contender.at_once
    assert flow.count == worker.count + worker.warm


@pytest.mark.parametrize("name", [name for name, each in ALL.items() if each.at_once == 1 and not each.part])
def test_one_at_a_time_stands_against_one_at_a_time(name):
    """No peer that waits for each answer is told over a base, or under us, that does not."""
    own = ALL[name]
    assert [1, 1] == [ALL[other].at_once for other in (own.against, own.ours)]
