"""The conformance suite: our stores pass it, and a store that breaks one promise fails in the case that says so."""

import asyncio
from functools import cache

import pytest
from attrs import evolve

from mfa_flow.errors import Busy
from mfa_flow.stores import MemoryStore, Parked, cases
from mfa_flow.stores.conformance import CASES, NotConforming, check, conform, named
from mfa_flow.wire.secret import Secret


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_our_stores_conform(opens, case):
    """Each case, on each store, by virtual time."""
    await check(case, opens)


async def test_in_real_time(opens, monkeypatch):
    """All of it in one call by real time, as for a store that knows no other; and one case for those that wait for
    others than themselves."""
    if opens.kind == "memory":
        monkeypatch.setattr("mfa_flow.stores.trial.SCALE", 0.005)
        await conform(opens, virtual=False)
    else:
        await check(cases.a_dead_process_is_remembered, opens, virtual=False)


class Wrapped(MemoryStore):
    """A memory store that does one thing wrong; so far nothing."""


class Leaky(Wrapped):
    async def load(self, flow_id):
        return Parked(None, "login", ())


class Forgetful(Wrapped):
    def pack(self, flow, version):
        return evolve(super().pack(flow, version), memory={})


class Uncounted(Wrapped):
    def pack(self, flow, version):
        return super().pack(flow, flow.version)


class Plain(Wrapped):
    def pack(self, flow, version):
        return evolve(super().pack(flow, version), mfa_token=str.__str__(flow.mfa_token or Secret("")) or None)


class Trimming(Wrapped):
    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id.strip(), lease, wait)

    async def load(self, flow_id):
        return await super().load(flow_id.strip())


class Lowering(Wrapped):
    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id.lower(), lease, wait)

    async def load(self, flow_id):
        return await super().load(flow_id.lower())


class Shared(Wrapped):
    """Takes what is another's."""

    async def take(self, flow_id, owner, lease, patience):
        if (kept := self._kept.get(flow_id)) is not None:
            kept.owner = None
        return await super().take(flow_id, owner, lease, patience)


class Impatient(Wrapped):
    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id, lease, 0)


class Patient(Wrapped):
    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id, lease, wait + 3)


class Stale(Wrapped):
    """Loads first, and then waits."""

    def hold(self, flow_id, lease, wait):
        found = super().hold(flow_id, lease, wait)
        before = self._kept.get(flow_id)
        return StaleHolding(found, before and before.standing(self._now())[0])


class StaleHolding:
    def __init__(self, found, before):
        self._found, self._before = found, before

    async def __aenter__(self):
        held = await self._found.__aenter__()
        if held.parked.flow is not None:
            held.parked = evolve(held.parked, flow=self._before)
        return held

    async def __aexit__(self, *raised):
        return await self._found.__aexit__(*raised)


class Oblivious(Wrapped):
    """Nobody is told that they waited."""

    def hold(self, flow_id, lease, wait):
        return WaitedHolding(super().hold(flow_id, lease, wait), waited=False)


class Apologetic(Wrapped):
    """Everybody is told that they waited."""

    def hold(self, flow_id, lease, wait):
        return WaitedHolding(super().hold(flow_id, lease, wait), waited=True)


class WaitedHolding(StaleHolding):
    def __init__(self, found, waited):
        self._found, self._waited = found, waited

    async def __aenter__(self):
        held = await self._found.__aenter__()
        held.parked = evolve(held.parked, waited=self._waited)
        return held


class Unfair(Wrapped):
    """The last one is served first."""

    def __init__(self, *given):
        super().__init__(*given)
        self._held, self._waiting = False, []

    def hold(self, flow_id, lease, wait):
        return UnfairHolding(self, super().hold(flow_id, lease, wait))


class UnfairHolding:
    def __init__(self, store, found):
        self._store, self._found = store, found

    async def __aenter__(self):
        if self._store._held:
            turn = asyncio.get_running_loop().create_future()
            self._store._waiting.append(turn)
            await turn
        self._store._held = True
        return await self._found.__aenter__()

    async def __aexit__(self, *raised):
        await self._found.__aexit__(*raised)
        self._store._held = False
        if self._store._waiting:
            self._store._waiting.pop().set_result(None)


class OneForAll(Wrapped):
    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id[:22], lease, wait)


class Alarmed(Wrapped):
    """Says that what is in the air was interrupted."""

    async def load(self, flow_id):
        found, kept = await super().load(flow_id), self._kept.get(flow_id)
        return evolve(found, interrupted=kept.lease[0]) if kept and kept.lease else found


class Sticky(Wrapped):
    """Never lets go."""

    def leave(self, flow_id, owner, *, died):
        if died:
            super().leave(flow_id, owner, died=died)


class Blaming(Wrapped):
    """Whoever leaves without a save was interrupted."""

    def leave(self, flow_id, owner, *, died):
        super().leave(flow_id, owner, died=True)


class Calm(Wrapped):
    """Nobody was ever interrupted."""

    def leave(self, flow_id, owner, *, died):
        super().leave(flow_id, owner, died=False)


class Nameless(Wrapped):
    """Knows the verb, and not its messages."""

    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id, evolve(lease, ids=()), wait)


class Swallowing(Wrapped):
    def hold(self, flow_id, lease, wait):
        return SwallowingHolding(super().hold(flow_id, lease, wait))


class SwallowingHolding(StaleHolding):
    def __init__(self, found):
        self._found = found

    async def __aenter__(self):
        return await self._found.__aenter__()

    async def __aexit__(self, *raised):
        await self._found.__aexit__(*raised)
        return True


class ToldOnce(Wrapped):
    """The mark is gone once somebody has held it."""

    def leave(self, flow_id, owner, *, died):
        if not died and flow_id in self._kept:
            self._kept[flow_id].mark = None
        super().leave(flow_id, owner, died=died)


class LastOnly(Wrapped):
    """The second interruption makes the first one's messages forgotten."""

    def leave(self, flow_id, owner, *, died):
        if died:
            self._kept[flow_id].mark = None
        super().leave(flow_id, owner, died=died)


class Indelible(Wrapped):
    """A save leaves the mark."""

    async def put(self, flow_id, owner, stamp, content, ttl):
        mark = self._kept[flow_id].mark if flow_id in self._kept else None
        done = await super().put(flow_id, owner, stamp, content, ttl)
        self._kept[flow_id].mark = mark
        return done


class Eternal(Wrapped):
    """Leases that never run out."""

    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id, evolve(lease, seconds=1e9), wait)


class Hasty(Wrapped):
    """Leases that run out early."""

    def hold(self, flow_id, lease, wait):
        return super().hold(flow_id, evolve(lease, seconds=lease.seconds / 2), wait)


class FlowsOnly(Wrapped):
    """Keeps no mark where there is no flow."""

    def leave(self, flow_id, owner, *, died):
        super().leave(flow_id, owner, died=died and self._kept[flow_id].content is not None)


class Hoarding(Wrapped):
    """Marks that never go."""

    def leave(self, flow_id, owner, *, died):
        super().leave(flow_id, owner, died=died)
        if died:
            self._kept[flow_id].gone = float("inf")


class LastWriterWins(Wrapped):
    async def put(self, flow_id, owner, stamp, content, ttl):
        self._kept.pop(flow_id, None)
        return await super().put(flow_id, owner, stamp, content, ttl)


class Overwriting(Wrapped):
    """Sees who holds it, and not who has saved."""

    async def put(self, flow_id, owner, stamp, content, ttl):
        kept = self._kept.get(flow_id)
        return await super().put(flow_id, owner, kept and (kept.stamp, kept.until), content, ttl)


class Strict(Wrapped):
    """Refuses to save when the time of the lease is over."""

    async def put(self, flow_id, owner, stamp, content, ttl):
        kept = self._kept.get(flow_id)
        if kept is not None and kept.until <= self._now():
            return False
        return await super().put(flow_id, owner, stamp, content, ttl)


class Anxious(Wrapped):
    """Refuses to save what vanished."""

    async def put(self, flow_id, owner, stamp, content, ttl):
        if flow_id not in self._kept:
            return False
        return await super().put(flow_id, owner, stamp, content, ttl)


class Immortal(Wrapped):
    async def put(self, flow_id, owner, stamp, content, ttl):
        return await super().put(flow_id, owner, stamp, content, 1e9)


class Renewing(Wrapped):
    """Holding puts the end off."""

    async def take(self, flow_id, owner, lease, patience):
        found = await super().take(flow_id, owner, lease, patience)
        self._kept[flow_id].expires += 15 if self._kept[flow_id].content else 0
        return found


class FirstSaveDecides(Wrapped):
    async def put(self, flow_id, owner, stamp, content, ttl):
        kept = self._kept.get(flow_id)
        if kept is not None and kept.content is not None:
            ttl = kept.expires - self._now()
        return await super().put(flow_id, owner, stamp, content, ttl)


class Punctual(Wrapped):
    """What ends while it is held is lost."""

    async def put(self, flow_id, owner, stamp, content, ttl):
        kept = self._kept.get(flow_id)
        if kept is not None and kept.content is not None and kept.expires <= self._now():
            return False
        return await super().put(flow_id, owner, stamp, content, ttl)


class Talkative(Wrapped):
    """Its list shows what it should not."""

    async def flows(self):
        async for entry in super().flows():
            yield evolve(entry, interrupted=str(self._kept[entry.flow_id].content.mfa_token))


class Silent(Wrapped):
    async def flows(self):
        for _ in ():
            yield


class Blind(Wrapped):
    """Its list does not know what is in the air."""

    async def flows(self):
        async for entry in super().flows():
            yield evolve(entry, verb=None)


class Undroppable(Wrapped):
    async def clear(self):
        return 1


class Crashing(Wrapped):
    def hold(self, flow_id, lease, wait):
        raise Busy("no reason")


BROKEN = {
    Leaky: cases.unknown_flows_are_empty,
    Forgetful: cases.what_is_saved_is_found,
    Uncounted: cases.what_is_saved_is_found,
    Plain: cases.secrets_come_back_hidden,
    Trimming: cases.ids_may_be_anything,
    Lowering: cases.ids_may_be_anything,
    Shared: cases.one_at_a_time,
    Impatient: cases.one_at_a_time,
    Patient: cases.one_at_a_time,
    Stale: cases.who_waits_sees_the_winners_result,
    Oblivious: cases.who_waited_is_told,
    Apologetic: cases.who_waited_is_told,
    Unfair: cases.first_come_first_served,
    OneForAll: cases.flows_are_apart,
    Alarmed: cases.looking_waits_for_nobody,
    Sticky: cases.leaving_changes_nothing,
    Blaming: cases.leaving_changes_nothing,
    Calm: cases.a_cancelled_verb_is_remembered,
    Nameless: cases.a_cancelled_verb_is_remembered,
    Swallowing: cases.leaving_changes_nothing,
    ToldOnce: cases.the_mark_stays_until_a_save,
    LastOnly: cases.the_mark_stays_until_a_save,
    Indelible: cases.the_mark_stays_until_a_save,
    Eternal: cases.a_dead_process_is_remembered,
    Hasty: cases.a_dead_process_is_remembered,
    FlowsOnly: cases.a_dead_login_is_remembered,
    Hoarding: cases.a_dead_login_goes_away,
    LastWriterWins: cases.a_lost_lease_is_a_conflict,
    Overwriting: cases.a_lost_lease_is_a_conflict,
    Strict: cases.a_late_save_is_kept,
    Anxious: cases.what_vanished_is_written_anew,
    Immortal: cases.flows_end_in_time,
    Renewing: cases.flows_end_in_time,
    FirstSaveDecides: cases.flows_end_in_time,
    Punctual: cases.a_flow_may_end_while_it_is_held,
    Talkative: cases.the_list_tells_no_secrets,
    Silent: cases.the_list_tells_no_secrets,
    Blind: cases.the_list_tells_no_secrets,
    Undroppable: cases.all_can_be_dropped,
    Crashing: cases.unknown_flows_are_empty,
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda store: store.__name__)
async def test_a_broken_store_fails(broken, monkeypatch):
    """A store that breaks this promise fails in its case, and is told why it matters."""
    case = BROKEN[broken]
    monkeypatch.setattr(cases, "PATIENT", 0.2)
    monkeypatch.setattr("mfa_flow.stores.trial.PATIENT", 0.2)
    with pytest.raises(NotConforming) as caught:
        await asyncio.wait_for(check(case, cache(broken)), 10)
    told = str(caught.value)
    assert told.startswith(f"{named(case)}: ")
    assert told.endswith(f"Why it matters: {case.__doc__}")


def test_every_case_can_fail():
    """No case is without a store that fails it."""
    assert set(CASES) == set(BROKEN.values())


async def test_the_wrapped_store_is_right():
    """What is wrong with the broken stores is only what they say."""
    await conform(cache(Wrapped))


async def test_one_call_tells_all():
    """All that is wrong is told at once; what is right is not."""
    with pytest.raises(NotConforming) as caught:
        await conform(cache(Anxious))
    assert str(caught.value).startswith(f"1 of {len(CASES)} cases failed.\nwhat vanished is written anew: ")
