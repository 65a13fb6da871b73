"""What a tenant remembers: a world is of one piece, and knows each session's pace."""

from mfa_flow.testing import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.world import World


def test_a_session_may_exchange_twelve_times_then_every_five_seconds(clock: Clock) -> None:
    """Twelve at once, the thirteenth too fast, one more after five seconds; another session is not slowed."""
    world = World("Demo", clock, Knobs(), Mint(7), Inbox(clock))
    assert [True] * 12 + [False] == [world.may_exchange("one") for _ in range(13)]
    assert world.may_exchange("other")
    clock.advance(4.99)
    assert not world.may_exchange("one")
    clock.advance(0.01)
    assert world.may_exchange("one")


def test_left_alone_it_knows_the_factors_that_the_knobs_name(clock: Clock) -> None:
    """A world made by hand has what its knobs say."""
    assert {"otp"} == World("Demo", clock, Knobs(factors=["otp"]), Mint(7), Inbox(clock)).factors.enabled
