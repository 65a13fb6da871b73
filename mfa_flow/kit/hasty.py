"""Time for a client under test: who sleeps moves the clock on instead, so that no test ever waits."""

import asyncio

from attrs import define, field

from mfa_flow.testing.clock import Clock


@define(eq=False)
class Hasty:
    """The time of a tenant's clock, and ``ahead`` seconds more. ``sleep`` is over at once, and so much later.

    Two who sleep at the same time both move the clock: for a test of exact times, sleep by the clock itself.
    """

    clock: Clock
    ahead: float = field(default=0.0, kw_only=True)

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """Let the others run, and that many seconds pass."""
        await asyncio.sleep(0)
        self.clock.advance(max(0.0, seconds))
