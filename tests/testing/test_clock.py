"""Clocks move only as they are told, and wake those whose time has come."""

import asyncio
import time

import pytest

from mfa_flow.testing.clock import Clock


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_starts_at_the_real_time() -> None:
    """Without a start it shows the present."""
    before = time.time()
    assert before - 1e-5 <= Clock().now() <= time.time() + 1e-5


def test_stands_still() -> None:
    """Looking at it does not move it."""
    clock = Clock()
    assert clock.now() == clock.now()


def test_advance_moves_and_tells() -> None:
    """Advancing returns the new time."""
    clock = Clock(100)
    assert 130.0 == clock.advance(30)
    assert 130.0 == clock.now()


def test_small_steps_add_up_exactly() -> None:
    """Ten tenths of a second are one second, whatever floats think."""
    clock = Clock(1_726_830_000.1)
    for _ in range(10):
        clock.advance(0.1)
    assert 1_726_830_001.1 == clock.now()


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf")])
def test_refuses_to_go_back(seconds: float) -> None:
    """Time neither goes back nor leaves the numbers."""
    clock = Clock(100)
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(seconds)
    assert 100.0 == clock.now()


async def test_sleeps_until_advanced_far_enough() -> None:
    """A sleeper wakes at its time and not a step before."""
    clock = Clock(0)
    sleeper = asyncio.create_task(clock.sleep(5))
    await settle()
    clock.advance(2)
    clock.advance(2.999)
    await settle()
    assert not sleeper.done()
    clock.advance(0.001)
    await asyncio.wait_for(sleeper, 1)


async def test_wakes_only_those_whose_time_has_come() -> None:
    """Sleepers of different lengths wake one by one."""
    clock = Clock(0)
    short, long = asyncio.create_task(clock.sleep(1)), asyncio.create_task(clock.sleep(2))
    await settle()
    clock.advance(1)
    await settle()
    assert [True, False] == [short.done(), long.done()]
    clock.advance(1)
    await asyncio.wait_for(long, 1)


@pytest.mark.parametrize("seconds", [0, -3])
async def test_no_sleep_still_lets_others_run(seconds: float) -> None:
    """A sleep of nothing returns by itself, after the others had a turn."""
    ran: list[str] = []
    asyncio.get_running_loop().call_soon(ran.append, "other")
    await Clock().sleep(seconds)
    assert ["other"] == ran


async def test_cancelled_sleepers_are_forgotten() -> None:
    """A cancelled sleep leaves nothing behind."""
    clock = Clock(0)
    sleeper = asyncio.create_task(clock.sleep(5))
    await settle()
    sleeper.cancel()
    await settle()
    assert sleeper.cancelled()
    assert set() == clock._sleepers


def test_serves_one_loop_after_the_other() -> None:
    """A sleeper of a loop that is gone does not disturb the next loop's."""
    clock = Clock(0)

    async def nap() -> None:
        sleeper = asyncio.create_task(clock.sleep(1))
        await settle()
        clock.advance(1)
        await asyncio.wait_for(sleeper, 1)

    for _ in range(2):
        asyncio.run(nap())
    assert 2.0 == clock.now()


def test_a_sleeper_whose_loop_is_gone_is_left_alone() -> None:
    """Advancing past somebody who can no longer wake is harmless."""
    clock = Clock(0)
    loop = asyncio.new_event_loop()
    sleeper = loop.create_task(clock.sleep(1))
    loop.run_until_complete(settle())
    loop.close()
    assert 1.0 == clock.advance(1)
    with pytest.raises(RuntimeError, match="closed"):
        sleeper.cancel()


def test_is_advanced_from_another_thread() -> None:
    """Whoever advances need not live in the sleeper's loop."""
    clock = Clock(0)

    async def nap() -> None:
        sleeper = asyncio.create_task(clock.sleep(60))
        await settle()
        await asyncio.to_thread(clock.advance, 60)
        await asyncio.wait_for(sleeper, 1)

    asyncio.run(nap())
    assert 60.0 == clock.now()


def test_running_clock_follows_the_wall() -> None:
    """It is ahead of the wall clock by what was advanced."""
    clock = Clock(follows=True)
    assert clock.advance(600) == pytest.approx(time.time() + 600, abs=1)
    assert clock.now() == pytest.approx(time.time() + 600, abs=1)


async def test_running_clock_wakes_by_itself() -> None:
    """A sleep on it ends in real time."""
    await asyncio.wait_for(Clock(follows=True).sleep(0.005), 1)


async def test_running_clock_wakes_when_advanced() -> None:
    """A long sleep on it ends at once when the clock is moved."""
    clock = Clock(follows=True)
    sleeper = asyncio.create_task(clock.sleep(3600))
    await settle()
    clock.advance(3600)
    await asyncio.wait_for(sleeper, 1)
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(-1)


def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall's clock, whose one number a test may change."""
    shown = [1000.0]
    monkeypatch.setattr(time, "time", lambda: shown[0])
    return shown


def test_freezes_and_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on from where it stands, and makes up for nothing."""
    shown, clock = wall(monkeypatch), Clock(50, follows=True)
    shown[0] += 5
    assert (55.0, True) == (clock.now(), clock.follows)
    assert (55.0, False) == (clock.freeze(), clock.follows)
    shown[0] += 100
    assert 55.0 == clock.now()
    assert (55.0, True) == (clock.follow(), clock.follows)
    shown[0] += 2
    assert [57.0, 67.0] == [clock.now(), clock.advance(10)]


def test_being_told_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second freeze or follow is none."""
    shown, clock = wall(monkeypatch), Clock(50)
    assert [50.0, 50.0] == [clock.freeze(), clock.freeze()]
    clock.follow()
    shown[0] += 3
    clock.follow()
    shown[0] += 3
    assert 56.0 == clock.now()


@pytest.mark.parametrize("follows", [False, True])
def test_is_put_back(monkeypatch: pytest.MonkeyPatch, *, follows: bool) -> None:
    """To an earlier time, from which it goes on as it did."""
    shown, clock = wall(monkeypatch), Clock(50, follows=follows)
    clock.advance(30)
    shown[0] += 5
    assert 60.0 == clock.put_back(60)
    shown[0] += 5
    assert (65.0 if follows else 60.0, follows) == (clock.now(), clock.follows)


async def test_following_wakes_a_sleeper() -> None:
    """Who fell asleep while it stood still wakes when it goes on long enough."""
    clock = Clock(0)
    sleeper = asyncio.create_task(clock.sleep(0.005))
    await settle()
    clock.follow()
    await asyncio.wait_for(sleeper, 1)


async def test_freezing_keeps_a_sleeper() -> None:
    """Who fell asleep while it went on is woken when it is moved, and moves it if nobody else does."""
    clock = Clock(0, follows=True)
    long, short = asyncio.create_task(clock.sleep(3600)), asyncio.create_task(clock.sleep(0.01))
    await settle()
    stood = clock.freeze()
    await asyncio.wait_for(short, 1)
    assert (True, False, False) == (stood < clock.now() < stood + 0.011, clock.follows, long.done())
    clock.advance(3600)
    await asyncio.wait_for(long, 1)


async def test_a_sleep_that_nobody_ends_ends_by_itself() -> None:
    """After as much real time, of which the clock then knows; two who sleep at once share it."""
    clock, began = Clock(100), time.monotonic()
    await asyncio.wait_for(asyncio.gather(clock.sleep(0.002), clock.sleep(0.004)), 1)
    assert (100.004, True) == (clock.now(), time.monotonic() - began >= 0.003)


def test_listeners_hear_what_it_is_told() -> None:
    """Each advance, freeze, follow, until their block ends."""
    clock, heard = Clock(0), []
    with clock.listening(lambda: heard.append(clock.follows)):
        clock.advance(1)
        clock.follow()
        clock.freeze()
    clock.advance(1)
    assert [False, True, False] == heard


async def test_being_put_back_keeps_a_sleeper_s_time() -> None:
    """Who had five seconds left has them still."""
    clock = Clock(1000)
    sleeper = asyncio.create_task(clock.sleep(5))
    await settle()
    clock.put_back(0)
    clock.advance(5)
    await asyncio.wait_for(sleeper, 1)
    assert 5.0 == clock.now()
