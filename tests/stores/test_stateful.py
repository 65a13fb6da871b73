"""Each store against a model: any order of holding, saving, leaving, being called off, dying and waiting, by several."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from attrs import define, evolve, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from mfa_flow import Busy, Conflict
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import Lease, Parked
from mfa_flow.testing import Clock
from stores.conftest import opener

IDS = ("a", "b")
OWNERS = (0, 1, 2)
LEASE, HOUR = 30, 3600


@define
class Model:
    """What should be stored of one flow. Written down as the contract tells it, not as a store does it."""

    saves: list = field(factory=list)  # every save that counted: (flow, until when)
    takers: list = field(factory=list)  # every hold since the last save that counted: [number, verb, ids, ends, how]
    holds: int = 0

    def flow(self, now):
        return self.saves[-1][0] if self.saves and now < self.saves[-1][1] else None

    def holder(self, now):
        return next((one for one in self.takers if one[4] is None and now < one[3]), None)

    def parked(self, now):
        flow = self.flow(now)
        if self.holder(now) is not None:
            return Parked(flow)
        dead = [one for one in self.takers if one[4] != "left"]
        # Where no flow is left, an hour after the last of them all of it is forgotten.
        known = flow is not None or any(now < one[3] + HOUR for one in self.takers if one[4] != "left")
        if not dead or not known:
            return Parked(flow)
        newest = sorted(dead, key=lambda one: one[0], reverse=True)
        return Parked(flow, newest[0][1], tuple(name for one in newest for name in one[2])[:16])


class Stores(RuleBasedStateMachine):
    """The rules. Times are short of an hour in all, so that what lives for an hour is there to the end."""

    opens = None
    holds = Bundle("holds")

    def __init__(self):
        super().__init__()
        self.clock = Clock(1_800_000_000)
        self.folder = Path(tempfile.mkdtemp(prefix="mfa"))
        self.opener = type(self).opens(self.folder)
        self.stores = [self.opener(self.clock.now) for _ in OWNERS]
        self.models = {flow_id: Model() for flow_id in IDS}
        self.runner = asyncio.Runner()
        self.count = 0

    def run(self, work):
        return self.runner.run(work)

    @rule(
        target=holds,
        owner=st.sampled_from(OWNERS),
        flow_id=st.sampled_from(IDS),
        verb=st.sampled_from(["login", "confirm"]),
    )
    def hold(self, owner, flow_id, verb):
        """Somebody wants it: gets it with what stands, or is told that it is busy."""
        model, now = self.models[flow_id], self.clock.now()
        self.count += 1
        holding = self.stores[owner].hold(flow_id, Lease(verb, LEASE, (f"m{self.count}",)), 0)
        if model.holder(now) is not None:
            with pytest.raises(Busy):
                self.run(holding.__aenter__())
            return None
        expected = model.parked(now)
        held = self.run(holding.__aenter__())
        assert expected == held.parked
        taken = [self.count, verb, (f"m{self.count}",), now + LEASE, None]
        saves = len(model.saves)
        model.takers.append(taken)
        return flow_id, holding, held, taken, saves

    @rule(one=consumes(holds), ttl=st.sampled_from([10, 100, 2000]))
    def save(self, one, ttl):
        """It is stored, unless another one was quicker."""
        if one is None:
            return
        flow_id, holding, held, taken, saves = one
        model, now = self.models[flow_id], self.clock.now()
        flow = evolve(held.parked.flow or Flow(id=flow_id), error=f"e{taken[0]}")
        overtaken = any(other[0] > taken[0] and other[4] != "left" for other in model.takers)
        # Of one that was saved and has ended since nothing is left: who is late cannot write it anew.
        late = held.parked.flow is not None and now >= taken[3]
        saved_over = len(model.saves) > saves and (model.flow(now) is not None or overtaken or late)
        if overtaken or saved_over:
            with pytest.raises(Conflict):
                self.run(held.save(flow, ttl))
            self.run(holding.__aexit__(Conflict, Conflict(""), None))
            return
        self.run(held.save(flow, ttl))
        self.run(holding.__aexit__(None, None, None))
        model.saves.append((evolve(flow, version=flow.version + 1), now + ttl))
        model.takers.clear()

    @rule(one=consumes(holds), error=st.sampled_from([None, ValueError]))
    def leave(self, one, error):
        """Nothing has changed, unless another one had taken it over: then it counts as dead."""
        if one is None:
            return
        _, holding, _, taken, _ = one
        self.run(holding.__aexit__(error, error and error(), None))
        if not self.overtaken(one):
            taken[4] = "left"

    @rule(one=consumes(holds), error=st.sampled_from([asyncio.CancelledError, KeyboardInterrupt, GeneratorExit]))
    def called_off(self, one, error):
        """It is free at once, and marked."""
        if one is None:
            return
        _, holding, _, taken, _ = one
        self.run(self.aexit(holding, error))
        if not self.overtaken(one):
            taken[4] = "died"
            taken[3] = self.clock.now()

    async def aexit(self, holding, error):
        await holding.__aexit__(error, error(), None)
        await holding._shelf.load("")  # who is thrown away waits for nothing; what was asked before this is done

    @rule(one=consumes(holds))
    def die(self, one):
        """Nothing is said any more."""

    @rule(seconds=st.sampled_from([1, 9, 29, 30, 31, 100]))
    def wait(self, seconds):
        """Time passes."""
        self.clock.advance(seconds)

    @rule(owner=st.sampled_from(OWNERS), flow_id=st.sampled_from(IDS))
    def restart(self, owner, flow_id):
        """A process ends in order and begins anew; a memory store lives on, since it is its process."""
        if hasattr(self.stores[owner], "aclose"):
            self.run(self.stores[owner].aclose())
            self.stores[owner] = self.opener(self.clock.now)

    @invariant()
    def what_stands_is_seen(self):
        """Everybody sees the same, and it is what the model says."""
        for flow_id, model in self.models.items():
            for store in self.stores[:2]:
                assert model.parked(self.clock.now()) == self.run(store.load(flow_id))

    def overtaken(self, one):
        """Whether it was taken by another since, or is over by a save."""
        flow_id, _, _, taken, _ = one
        takers = self.models[flow_id].takers
        return not any(other is taken for other in takers) or any(other[0] > taken[0] for other in takers)

    def teardown(self):
        self.run(self.opener.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_as_the_model_says(request, kind):
    """Whatever happens in whichever order, each store does what the model says."""

    class Kind(Stores):
        opens = staticmethod(lambda folder: opener(request, kind, folder))

    count = {"memory": 150, "sqlite": 40, "redis": 40}[kind]
    run_state_machine_as_test(Kind, settings=settings(max_examples=count, stateful_step_count=30, deadline=None))
