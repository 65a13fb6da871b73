"""One flow against a model: any verbs, by two processes, cut off, restarted, delivered twice, as time jumps."""

import asyncio
import itertools
import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from stopping import Line
from stores.conftest import opener, redis_folder, redis_server

from mfa_flow import App, Choose, Done, MfaClient, MisuseError, TransportError
from mfa_flow.client import MARGIN
from mfa_flow.stores import Lease
from mfa_flow.testing import Clock, Tenant, TenantTransport
from mfa_flow.transport import LONGEST

__all__ = ["redis_folder", "redis_server"]

APP = App("tenant.example", "demo-client", "demo-secret")
BO, PHONE, CODE = "bo@example.com", "+15551230042", "135790"
LEASE = MARGIN + LONGEST
# What each verb may spend, as the tenant counts it.
SPENDS = {"login": "password", "challenge": "message", "resend": "message", "confirm": "mfa-oob"}
PROCESSES = st.sampled_from([0, 1])
SAYINGS = st.sampled_from(
    [
        ("login", BO, "pw"),
        ("login", BO, "wrong"),
        ("challenge",),
        ("confirm", CODE),
        ("confirm", "000000"),
        ("resend",),
        ("go_back",),
        ("cancel",),
    ]
)


class Issuing(TenantTransport):
    """Remembers which tokens the tenant has given for a proof."""

    issued = ()

    async def send(self, call):
        """The answer."""
        reply = await super().send(call)
        if reply.status == 200 and b"binding_code" in call.body:
            Issuing.issued = (*Issuing.issued, json.loads(reply.body)["access_token"])
        return reply


class Survival(RuleBasedStateMachine):
    """The rules. A message is a verb, what is given with it, and its id."""

    opens = None

    def __init__(self):
        super().__init__()
        self.tenant = Tenant(clock=Clock(1_800_000_000), seed=1)
        self.tenant.users.add(BO, "pw", phone=PHONE, authenticators=["sms"])
        self.tenant.pin(PHONE, CODE)
        self.folder = Path(tempfile.mkdtemp(prefix="mfa"))
        self.opener = type(self).opens(self.folder)
        self.runner = asyncio.Runner()
        self.lines = [Line(Issuing(self.tenant)) for _ in range(2)]
        self.stores, self.clients = [None, None], [None, None]
        for process in (0, 1):
            self._begin(process)
        self.numbers = itertools.count(1)
        self.sms = "unknown"
        self.asked = Counter()  # what was asked for, by what it may spend
        self.known = []  # messages that must not be worked on again
        self.cut = None  # the verb that was cut off last, until a save

    def _begin(self, process):
        self.stores[process] = self.opener(self.tenant.clock.now)
        client = MfaClient(APP, store=self.stores[process], transport=self.lines[process], clock=self.tenant.clock)
        self.clients[process] = client

    def _spent(self):
        found = self.tenant.requests
        return Counter(
            {
                "password": found.count("password"),
                "mfa-oob": found.count("mfa-oob"),
                "message": len(self.tenant.inbox.messages(PHONE)),
            }
        )

    async def _say(self, process, verb, *given, once=None):
        """The prompt; None where it was refused before anything was sent, or where no answer came."""
        given = (self.sms,) if verb == "challenge" else given
        try:
            prompt = await getattr(self.clients[process].flow("f"), verb)(*given, once=once)
        except (MisuseError, TransportError) as error:
            if isinstance(error, TransportError) and once is not None:
                self.known.append((verb, *given, once))
            return None
        if isinstance(prompt, Choose):
            self.sms = next(one.id for one in prompt.challenge if one.factor == "sms")
        if once is not None:
            self.known.append((verb, *given, once))
        assert not isinstance(prompt, Done) or prompt.tokens.access_token in Issuing.issued
        return prompt

    def _asks(self, verb, count=1):
        """Each message may be spent on once."""
        self.asked[SPENDS.get(verb)] += count
        return f"m{next(self.numbers)}"

    @rule(process=PROCESSES, saying=SAYINGS, with_id=st.booleans())
    def say(self, process, saying, with_id):
        """A message."""
        once = self._asks(saying[0])
        self.runner.run(self._say(process, *saying, once=once if with_id else None))

    @rule(process=PROCESSES, back=st.integers(1, 10))
    def deliver_again(self, process, back):
        """A message that was delivered before: nothing is spent."""
        if len(self.known) < back:
            return
        verb, *given, once = self.known[-back]
        before = self._spent()
        self.runner.run(self._say(process, verb, *given, once=once))
        if verb in SPENDS:
            assert before == self._spent(), (verb, given, once)

    @rule(saying=SAYINGS, apart=st.booleans(), with_id=st.booleans())
    def twice_at_once(self, saying, apart, with_id):
        """The same at the same time: one, if it is of one message or in one process."""
        once = self._asks(saying[0], 2 if apart and not with_id else 1)
        given = {"once": once if with_id else None}

        async def both():
            await asyncio.gather(self._say(0, *saying, **given), self._say(1 if apart else 0, *saying, **given))

        self.runner.run(both())

    @rule(process=PROCESSES, saying=SAYINGS, stop=st.sampled_from(["before", "after"]))
    def cut_off(self, process, saying, stop):
        """A process ends with a call in the air: it is told."""
        once, line = self._asks(saying[0]), self.lines[process]
        line.stop, line.reached, line.freed = stop, asyncio.Event(), asyncio.Event()

        async def work():
            running = asyncio.create_task(self._say(process, *saying, once=once))
            reached = asyncio.create_task(line.reached.wait())
            await asyncio.wait([running, reached], return_when=asyncio.FIRST_COMPLETED)
            for task in (running, reached):
                task.cancel()
            await asyncio.wait([running, reached])
            return line.reached.is_set()

        cut = self.runner.run(work())
        line.stop = None
        if cut:
            given = (self.sms,) if saying[0] == "challenge" else saying[1:]
            self.cut = saying[0]
            self.known.append((saying[0], *given, once))
            assert saying[0] == self.runner.run(self.clients[0].flow("f").look()).interrupted

    @rule(process=PROCESSES, verb=st.sampled_from(["confirm", "resend"]))
    def die(self, process, verb):
        """A process says nothing more; its lease runs out."""
        once = f"m{next(self.numbers)}"
        holding = self.stores[process].hold("f", Lease(verb, LEASE, (once,)), 0)
        self.runner.run(holding.__aenter__())
        self.tenant.clock.advance(LEASE)
        self.cut = verb
        self.known.append((verb, *(("000000",) if verb == "confirm" else ()), once))

    @rule(drop=st.sampled_from(["before", "after"]))
    def lose_an_answer(self, drop):
        """The next answer does not come."""
        self.tenant.faults.add("/oauth/token", drop=drop)

    @rule(process=PROCESSES)
    def restart(self, process):
        """A process ends in order and begins anew; memory is shared by both, and stays."""
        if hasattr(self.stores[process], "aclose"):
            self.runner.run(self.stores[process].aclose())
        self._begin(process)

    @rule(seconds=st.sampled_from([1, 29, 61, 301, 700]))
    def wait(self, seconds):
        """Time passes."""
        self.tenant.clock.advance(seconds)

    @invariant()
    def nothing_is_spent_unasked(self):
        """No code, message, or attempt more than distinct actions asked for."""
        spent = self._spent()
        assert all(spent[what] <= self.asked[what] for what in spent), (spent, self.asked)

    @invariant()
    def it_loads(self):
        """Both processes see the same; what is said to be interrupted was cut off, and is not told after a save."""
        one, other = (self.runner.run(client.flow("f").look()) for client in self.clients)
        assert one == other
        parked = self.runner.run(self.stores[0].load("f"))
        if one.interrupted is not None:
            assert self.cut == one.interrupted
        else:
            self.cut = None
        if parked.flow is None:  # its time is over: what was seen is forgotten with it
            self.known = [message for message in self.known if message[-1] in parked.ids]

    def teardown(self):
        self.runner.run(self.opener.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_as_the_model_says(request, kind):
    """Whatever people, platforms and processes do in whichever order, on each store."""

    class Kind(Survival):
        opens = staticmethod(lambda folder: opener(request, kind, folder))

    count = {"memory": 60, "sqlite": 25, "redis": 25}[kind]
    run_state_machine_as_test(Kind, settings=settings(max_examples=count, stateful_step_count=25, deadline=None))
