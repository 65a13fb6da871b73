"""The cases of the conformance suite: one function each; its docstring says why callers rely on it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mfa_flow.machine.flow import Flow
from mfa_flow.stores.record import REMEMBERED
from mfa_flow.stores.trial import PATIENT, SOON, Trial
from mfa_flow.wire.secret import Secret

Case = Callable[[Trial], Awaitable[None]]


async def unknown_flows_are_empty(trial: Trial) -> None:
    """Any message of any chat may be the first; looking must not make a flow of it."""
    await trial.expect_parked("nothing was ever saved", None)
    await trial.expect_parked("nothing was ever saved, and it was held once", None)


async def what_is_saved_is_found(trial: Trial) -> None:
    """A reloaded page or a restarted bot asks the same question again: nothing of the flow may be missing."""
    flow = trial.flow()
    async with trial.one.hold(trial.flow_id, trial.lease("login"), PATIENT) as held:
        await held.save(flow, trial.seconds(600))
    await trial.expect_parked("a flow was saved", trial.flow(version=1))


async def secrets_come_back_hidden(trial: Trial) -> None:
    """What is a Secret shows in no log and no traceback; as a plain text it would."""
    found: Any = await trial.saved()
    kinds = {type(found.mfa_token), type(found.recovery_codes[0]), type(found.memory["oob_code"])}
    trial.expect("a flow with secrets was saved", {Secret}, kinds)


async def ids_may_be_anything(trial: Trial) -> None:
    """Flow ids are those of chats, users and sessions; each is a flow of its own."""
    ends = ("", " ", "a", "A", "'", "*", "[a-z]?", "{x}", "\\", "/", "\n", "é", "👋", "%", "x" * 300)
    ids = [trial.flow_id + end for end in ends]
    for flow_id in ids:
        async with trial.one.hold(flow_id, trial.lease("login", f"m{flow_id}"), PATIENT) as held:
            trial.expect(f"nothing was saved for {flow_id!r}", (None, None, ()), held.parked)
            await held.save(Flow(id=flow_id, error=flow_id), trial.seconds(600))
    for flow_id in ids:
        found = (await trial.other.load(flow_id)).flow
        trial.expect(f"a flow was saved for {flow_id!r}", flow_id, found and found.error)
        await trial.one.forget(flow_id)


async def one_at_a_time(trial: Trial) -> None:
    """Two quick messages must not spend two codes: the loser waits its time, is told Busy, and disturbs nobody."""
    before = await trial.saved()
    async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT) as held:
        for store, where in ((trial.one, "the same process"), (trial.other, "another process")):
            for wait in (0, SOON):
                await trial.expect_busy(store, wait, f"{where} held it while one held it, waiting {wait} s")
        await held.save(before, trial.seconds(600))
    found = (await trial.one.load(trial.flow_id)).flow
    trial.expect("Busy was raised for others, then the holder saved", 2, found and found.version)


async def who_waits_sees_the_winners_result(trial: Trial) -> None:
    """The second message is worked on where the first has led; else it would act on a question that is over."""
    await trial.saved()
    for store, where in ((trial.one, "in the same process"), (trial.other, "in another process")):
        async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT) as held:
            waiting = asyncio.create_task(trial.seen(store))
            await asyncio.sleep(SOON)
            before = held.parked.flow
            await held.save(trial.flow(version=before.version if before else 0), trial.seconds(600))
        async with asyncio.timeout(PATIENT):
            seen = await waiting
        version = before.version + 1 if before else None
        trial.expect(f"one saved while another waited {where}", version, seen.flow and seen.flow.version)


async def who_waited_is_told(trial: Trial) -> None:
    """A double click is one answer, in two processes too: the second half is known by having waited for the first."""
    await trial.saved()
    for store, where in ((trial.one, "in the same process"), (trial.other, "in another process")):
        await trial.seen(store)  # connected by now: the other may be quick to ask
        async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT):
            waiting = asyncio.create_task(trial.seen(store))
            await asyncio.sleep(4 * SOON)
        async with asyncio.timeout(PATIENT):
            seen = await waiting
        trial.expect(f"one held it while another waited {where}: parked.waited", True, seen.waited)
        seen = await trial.seen(store)
        trial.expect(f"one held it {where}, and nobody else: parked.waited", False, seen.waited)


async def first_come_first_served(trial: Trial) -> None:
    """Messages of one chat are answers to different questions: within a process they keep their order."""
    served: list[int] = []

    async def message(number: int) -> None:
        async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(message(number) for number in range(8)))
    trial.expect("eight messages came at once", list(range(8)), served)


async def flows_are_apart(trial: Trial) -> None:
    """One person's slow login keeps nobody else waiting."""
    async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT):
        await trial.expect_free(f"{trial.flow_id}-b")


async def looking_waits_for_nobody(trial: Trial) -> None:
    """``look`` shows what stands while a verb is in the air; it is not said to be interrupted, since it is not."""
    before = await trial.saved()
    await trial.died("confirm", "m1")
    async with trial.one.hold(trial.flow_id, trial.lease("challenge", "m2"), PATIENT):
        async with asyncio.timeout(PATIENT):
            found = await trial.other.load(trial.flow_id)
        trial.expect("load() while another process held it", (before, None, ()), found)


async def leaving_changes_nothing(trial: Trial) -> None:
    """A verb that was refused before anything was sent leaves the flow as it was, free for the next message at once."""
    before = await trial.saved()
    async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT):
        pass
    await trial.expect_parked("it was held and left without save", before)
    await trial.raised(ValueError())
    await trial.expect_parked("it was held and left by a ValueError", before)
    await trial.expect_free(trial.flow_id)


async def a_cancelled_verb_is_remembered(trial: Trial) -> None:
    """The call may have been in the air: the person must be told so, and the message not be worked on again."""
    before = await trial.saved()
    for error in (asyncio.CancelledError(), KeyboardInterrupt()):
        await trial.raised(error, "m1", "m2")
        await trial.expect_parked(f"it was held and left by {type(error).__name__}", before, "confirm", "m1", "m2")
        await trial.expect_free(trial.flow_id)
        await trial.saved(before)
        before = (await trial.one.load(trial.flow_id)).flow or before


async def the_mark_stays_until_a_save(trial: Trial) -> None:
    """Who was told once and went away is told again; a saved result makes it the past."""
    before = await trial.saved()
    await trial.died("confirm", "m1")
    await trial.raised(ValueError())
    await trial.expect_parked("a verb was interrupted, then held by one who saved nothing", before, "confirm", "m1")
    await trial.died("challenge", "m2")
    expected = ("challenge", "m2", "m1")
    await trial.expect_parked("another verb was interrupted after that", before, *expected)
    after = await trial.saved(before)
    await trial.expect_parked("then somebody saved", after)


async def a_dead_process_is_remembered(trial: Trial) -> None:
    """A process that dies says nothing: its lease runs out, no sooner and no later, and then names its verb."""
    before = await trial.saved()
    await trial.abandoned("confirm", "m1")
    await trial.passed(15)
    await trial.expect_busy(trial.one, 0, "another process held it 15 of its 20 seconds ago")
    trial.expect("and load()", (before, None, ()), await trial.one.load(trial.flow_id))
    await trial.passed(6)
    await trial.expect_parked("another process held it and died; its 20 seconds are over", before, "confirm", "m1")


async def a_dead_login_is_remembered(trial: Trial) -> None:
    """A login that died had no flow yet; it is known all the same, so that its message is not worked on again."""
    await trial.died("login", "m1")
    await trial.expect_parked("a login was interrupted", None, "login", "m1")
    after = await trial.saved()
    await trial.expect_parked("then a login was saved", after)


async def a_dead_login_goes_away(trial: Trial) -> None:
    """Nothing grows without bound, marks without a flow included."""
    await trial.died("login", "m1")
    await trial.passed(2 * REMEMBERED)
    await trial.expect_parked("a login was interrupted two hours ago", None)


async def a_lost_lease_is_a_conflict(trial: Trial) -> None:
    """Who was too slow must not write over what another has done meanwhile: the winner's result stands."""
    before = await trial.saved()
    slow = await trial.abandoned()
    await trial.passed(21)
    async with trial.one.hold(trial.flow_id, trial.lease("challenge"), PATIENT) as held:
        await trial.expect_conflict(slow, before, "another held it when the slow one saved")
        await held.save(trial.flow(version=before.version, error="winner"), trial.seconds(600))
    await trial.expect_conflict(slow, before, "another had saved when the slow one saved")
    await trial.expect_parked("then", trial.flow(version=before.version + 1, error="winner"))


async def a_late_save_is_kept(trial: Trial) -> None:
    """A lease that ran out harms nobody while nobody else took it: the result was paid for, and is kept."""
    before = await trial.saved()
    slow = await trial.abandoned()
    await trial.passed(21)
    await slow.save(before, trial.seconds(600))
    await trial.expect_parked("saved after the lease ran out", trial.flow(version=before.version + 1))


async def what_vanished_is_written_anew(trial: Trial) -> None:
    """A store that was cleared or restarted empty keeps what is saved next: it is all there is."""
    before = await trial.saved()
    async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT) as held:
        trial.expect("forget() of a flow that was there", True, await trial.other.forget(trial.flow_id))
        await held.save(before, trial.seconds(600))
    await trial.expect_parked("dropped while it was held, then saved", trial.flow(version=before.version + 1))


async def flows_end_in_time(trial: Trial) -> None:
    """A flow lives as long as its token. The last save decides, and neither looking nor holding puts it off."""
    before = await trial.saved(ttl=30)
    await trial.passed(20)
    await trial.expect_parked("20 of its 30 seconds are over", before)
    after = await trial.saved(before, ttl=30)
    await trial.passed(20)
    await trial.expect_parked("saved anew, and 20 of its 30 seconds are over", after)
    await trial.passed(11)
    await trial.expect_parked("31 of its 30 seconds are over", None)
    trial.expect("and forget()", False, await trial.one.forget(trial.flow_id))


async def a_flow_may_end_while_it_is_held(trial: Trial) -> None:
    """An answer given in time is kept, even if the flow's time ends while it is in the air."""
    before = await trial.saved(ttl=5)
    async with trial.one.hold(trial.flow_id, trial.lease(), PATIENT) as held:
        await trial.passed(8)
        await held.save(before, trial.seconds(600))
    await trial.expect_parked("it ended while it was held, and was saved", trial.flow(version=before.version + 1))


async def the_list_tells_no_secrets(trial: Trial) -> None:
    """Whoever runs the service sees which flows rest, until when, and what is in the air; and can drop one."""
    await trial.saved()
    entry = await trial.entry()
    size, ends = getattr(entry, "size", 0), getattr(entry, "expires_at", None)
    trial.expect("flows(): size and end are numbers", (True, True), (size > 0, isinstance(ends, float)))
    async with trial.other.hold(trial.flow_id, trial.lease("challenge"), PATIENT):
        trial.expect("flows() while it is held: the verb", "challenge", getattr(await trial.entry(), "verb", None))
    await trial.died("confirm")
    entry = await trial.entry()
    found = (getattr(entry, "verb", None), getattr(entry, "interrupted", None))
    trial.expect("flows() after an interruption: verb in the air, verb interrupted", (None, "confirm"), found)
    trial.expect("flows() shows a secret", False, "Fe26.2" in repr(entry))
    trial.expect("forget()", True, await trial.one.forget(trial.flow_id))
    trial.expect("flows() after forget()", None, await trial.entry())


async def all_can_be_dropped(trial: Trial) -> None:
    """``clear`` leaves nothing: for tests, and for a key that got lost. It drops *all* flows of the store."""
    await trial.saved()
    trial.expect("clear() drops the one flow, if not more", True, await trial.other.clear() >= 1)
    trial.expect("flows() after clear()", [], [entry async for entry in trial.one.flows()])
    await trial.expect_parked("clear()", None)


CASES: tuple[Case, ...] = (
    unknown_flows_are_empty,
    what_is_saved_is_found,
    secrets_come_back_hidden,
    ids_may_be_anything,
    one_at_a_time,
    who_waits_sees_the_winners_result,
    who_waited_is_told,
    first_come_first_served,
    flows_are_apart,
    looking_waits_for_nobody,
    leaving_changes_nothing,
    a_cancelled_verb_is_remembered,
    the_mark_stays_until_a_save,
    a_dead_process_is_remembered,
    a_dead_login_is_remembered,
    a_dead_login_goes_away,
    a_lost_lease_is_a_conflict,
    a_late_save_is_kept,
    what_vanished_is_written_anew,
    flows_end_in_time,
    a_flow_may_end_while_it_is_held,
    the_list_tells_no_secrets,
    all_can_be_dropped,
)
# Those that take hours, which only a store that takes a ``now`` can show.
TAKE_HOURS: frozenset[Case] = frozenset({a_dead_login_goes_away})
