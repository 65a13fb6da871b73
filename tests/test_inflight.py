"""One answer, one request: who shares work in the air, and what remains when they go."""

import asyncio
import gc

import pytest

from mfa_flow.inflight import InFlight


class Work:
    """Work that lands when told to, and cleans up when told to."""

    def __init__(self):
        self.runs = 0
        self.cleaned = 0
        self.land = asyncio.Event()
        self.clean = asyncio.Event()

    async def __call__(self):
        """One run; its result is its number."""
        self.runs += 1
        run = self.runs
        try:
            await self.land.wait()
        except asyncio.CancelledError:
            await self.clean.wait()
            self.cleaned += 1
            raise
        return run


@pytest.fixture
async def inflight():
    """A registry, which is empty in the end: no entry, no task, nothing that went wrong unseen."""
    unseen, loop = [], asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: unseen.append(context["message"]))
    before = asyncio.all_tasks()
    inflight = InFlight()
    yield inflight
    await turns()
    gc.collect()
    assert ({}, set(), []) == (inflight._shared, asyncio.all_tasks() - before - {asyncio.current_task()}, unseen)


@pytest.fixture
async def work():
    """Work that does not stay in anybody's way in the end."""
    work = Work()
    yield work
    work.clean.set()


async def turns():
    """Let everybody run who can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def joined(inflight, work, *keys):
    """One sharer a key, all of them in the air."""
    sharers = [asyncio.create_task(inflight.share(key, None, lambda _: work())) for key in keys]
    await turns()
    return sharers


async def results(*sharers):
    """What they get, be it an error; nobody waits for ever."""
    async with asyncio.timeout(2):
        return await asyncio.gather(*sharers, return_exceptions=True)


async def cancelled(*sharers):
    """Cancel them, and see them cancelled."""
    for sharer in sharers:
        sharer.cancel()
    ended = await results(*sharers)
    assert [asyncio.CancelledError] * len(sharers) == [type(one) for one in ended]


async def test_one_alone(inflight, work):
    """Who is alone gets the result of one run."""
    work.land.set()
    assert 1 == await inflight.share("f", None, lambda _: work())


async def test_the_same_key_is_one_run(inflight, work):
    """Three who ask the same at once get the one result of one run."""
    sharers = await joined(inflight, work, "f", "f", "f")
    work.land.set()
    assert [1, 1, 1] == await results(*sharers)
    assert 1 == work.runs


async def test_different_keys_are_apart(inflight, work):
    """Others' work is their own."""
    sharers = await joined(inflight, work, ("f", 1), ("f", 2), ("g", 1))
    work.land.set()
    assert [1, 2, 3] == await results(*sharers)


async def test_after_landing_the_key_is_free(inflight, work):
    """The same again, later, is another run."""
    work.land.set()
    assert [1, 2, 3] == [await inflight.share("f", None, lambda _: work()) for _ in range(3)]


async def test_an_error_reaches_all(inflight):
    """What the work raises, all who wait for it get; then the key is free."""
    land, error = asyncio.Event(), OSError("no line")

    async def broken():
        await land.wait()
        raise error

    async def fine():
        return "fine"

    sharers = await joined(inflight, broken, "f", "f")
    land.set()
    assert [error, error] == await results(*sharers)
    assert "fine" == await inflight.share("f", None, lambda _: fine())


@pytest.mark.parametrize("leaver", [0, 1, 2])
async def test_one_who_leaves_takes_nothing_along(inflight, work, leaver):
    """Cancelling one sharer, the first included, leaves the others their result."""
    sharers = await joined(inflight, work, "f", "f", "f")
    await cancelled(sharers.pop(leaver))
    work.land.set()
    assert ([1, 1], 0) == (await results(*sharers), work.cleaned)


async def test_who_comes_after_one_left_shares_too(inflight, work):
    """The work goes on as long as anybody waits, and is still the one of its key."""
    first, second = await joined(inflight, work, "f", "f")
    await cancelled(first)
    [third] = await joined(inflight, work, "f")
    await cancelled(second)
    work.land.set()
    assert ([1], 1) == (await results(third), work.runs)


async def test_the_last_calls_it_off_and_waits(inflight, work):
    """Cancelling the last cancels the work, and is not over before its clean-up is."""
    [last] = await joined(inflight, work, "f")
    last.cancel()
    await turns()
    assert (False, 0) == (last.done(), work.cleaned)
    work.clean.set()
    await cancelled(last)
    assert 1 == work.cleaned


async def test_all_leave_at_once(inflight, work):
    """Two who are cancelled in the same moment are the last together: the work is called off."""
    work.clean.set()
    await cancelled(*await joined(inflight, work, "f", "f"))
    assert (1, 1) == (work.runs, work.cleaned)


async def test_cleaning_up_does_not_hold_the_key(inflight, work):
    """Who comes while called-off work cleans up begins anew, and is not called off with it; the next one joins that."""
    [last] = await joined(inflight, work, "f")
    last.cancel()
    await turns()
    [late] = await joined(inflight, work, "f")
    work.clean.set()
    await cancelled(last)
    [next_one] = await joined(inflight, work, "f")
    work.land.set()
    assert ([2, 2], 2, 1) == (await results(late, next_one), work.runs, work.cleaned)


async def test_clean_up_that_fails_is_not_the_callers(inflight):
    """Who cancelled gets the cancellation, even if the work breaks on its way out."""

    async def broken():
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("no line")

    await cancelled(*await joined(inflight, broken, "f"))


async def test_a_timeout_is_a_timeout(inflight, work):
    """``asyncio.timeout`` around it raises TimeoutError, and the work is called off."""
    work.clean.set()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.005):
            await inflight.share("f", None, lambda _: work())
    assert 1 == work.cleaned


async def test_many_come_and_go(inflight, work):
    """A thousand keys, half of whose sharers leave: the rest get theirs, and nothing is left."""
    sharers = await joined(inflight, work, *range(1000))
    work.clean.set()
    await cancelled(*sharers[::2])
    work.land.set()
    assert 500 == len(set(await results(*sharers[1::2])))
    assert 500 == work.cleaned
