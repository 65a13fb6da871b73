"""A memory that stays flat."""

from mfa_flow.testing.world.recent import KEPT, Recent


def test_forgets_the_oldest() -> None:
    """Ten thousand are kept, and the newest are among them."""
    recent: Recent[int, str] = Recent()
    for number in range(KEPT + 5):
        recent[number] = "x"
    assert (KEPT, False, True, True) == (len(recent), 4 in recent, 5 in recent, KEPT + 4 in recent)


def test_the_same_key_is_kept_once() -> None:
    """A new value takes the old one's place."""
    recent = Recent([("a", 1), ("b", 2)])
    recent["a"] = 3
    assert [("a", 3), ("b", 2)] == list(recent.items())
