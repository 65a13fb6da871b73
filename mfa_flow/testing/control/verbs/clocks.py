"""The tenant's time: what it is, and how it goes on."""

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.control.asks import NUMBER, Answer, Ask, Bad

_FURTHEST_ADVANCE = 10**9  # seconds, some thirty years


async def now(ask: Ask) -> Answer:
    """What time it is, and whether it goes on by itself."""
    return 200, _shown(ask.tenant.clock)


async def tell(ask: Ask) -> Answer:
    """Move the clock by ``advance`` seconds, ``freeze`` it, or let it ``follow`` the wall's from where it stands."""
    told = ask.fields({"advance": NUMBER, "freeze": bool, "follow": bool})
    if len(told) != 1:
        raise Bad("send one of: advance (seconds), freeze (true), follow (true)")
    [(name, value)] = told.items()
    clock = ask.tenant.clock
    if name == "advance":
        _advance(clock, value)
    elif not value:
        raise Bad(f"{name} is true: to undo it send {'follow' if name == 'freeze' else 'freeze'}, or advance")
    else:
        {"freeze": clock.freeze, "follow": clock.follow}[name]()
    return 200, _shown(clock)


def _advance(clock: Clock, seconds: float) -> None:
    if not (0 <= seconds <= _FURTHEST_ADVANCE):
        raise Bad(f"advance is a number of seconds from 0 to {_FURTHEST_ADVANCE}: a clock only moves forward")
    clock.advance(seconds)


def _shown(clock: Clock) -> dict[str, float | bool]:
    return {"now": clock.now(), "follows": clock.follows}
