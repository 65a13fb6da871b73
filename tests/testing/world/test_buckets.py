"""Both sides of every limit of a token bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_flow.testing.world.buckets import Bucket

NOW = 1_726_830_000.123456


def emptied() -> Bucket:
    """Ten taken at once, one back every six minutes."""
    bucket = Bucket(10, 360)
    assert [True] * 10 == [bucket.take(NOW) for _ in range(10)]
    return bucket


def test_the_tenth_is_there_and_the_eleventh_is_not() -> None:
    """The capacity is exact."""
    bucket = emptied()
    assert not bucket.has_one(NOW)
    assert not bucket.take(NOW)
    assert 0 == bucket.left(NOW)


def test_one_is_back_at_the_sixth_minute_and_not_before() -> None:
    """The refill is exact, and it is one."""
    bucket = emptied()
    assert [False, True, False] == [bucket.take(NOW + after) for after in (359.99, 360, 360)]


@pytest.mark.parametrize(("after", "wait"), [(0, 360), (1, 359), (359.5, 0.5), (360, 0), (9999, 0)])
def test_it_says_how_long_to_wait(after: float, wait: float) -> None:
    """Until the next one, and no longer."""
    assert wait == pytest.approx(emptied().wait(NOW + after), abs=1e-5)


def test_a_refused_take_costs_nothing() -> None:
    """Knocking at an empty bucket does not delay its refill."""
    bucket = emptied()
    for _ in range(50):
        bucket.take(NOW)
    assert bucket.take(NOW + 360)


def test_is_full_again_after_all_came_back() -> None:
    """Ten refills later it is as good as new, and never better."""
    bucket = emptied()
    assert [False, True] == [bucket.is_full(NOW + 3599), bucket.is_full(NOW + 3600)]
    assert [10, 10] == [bucket.left(NOW + 3600), bucket.left(NOW + 10**6)]


@given(st.lists(st.floats(0, 2000), max_size=60))
def test_never_gives_more_than_it_has(pauses: list[float]) -> None:
    """In any window, takes are bounded by the capacity and the refills; what is left agrees with what is given."""
    bucket, now, given_out = Bucket(3, 60), NOW, 0
    for pause in pauses:
        now += pause
        assert (bucket.left(now) > 0) == bucket.has_one(now)
        given_out += bucket.take(now)
    assert given_out <= 3 + (now - NOW) / 60 + 1e-3
