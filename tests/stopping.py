"""A way to the tenant on which a call may stand still, so that a test can cut it off there."""

import asyncio

from attrs import define, field

from mfa_flow.testing import TenantTransport


@define
class Line:
    """The way to the tenant, on which a call may stand still: before it arrives, or with its answer on the way back."""

    to: TenantTransport
    stop: str | None = None  # before, after
    reached: asyncio.Event = field(factory=asyncio.Event)
    freed: asyncio.Event = field(factory=asyncio.Event)

    async def send(self, call):
        """The answer, unless it stands still."""
        if self.stop == "before":
            await self._stand()
        reply = await self.to.send(call)
        if self.stop == "after":
            await self._stand()
        return reply

    async def _stand(self):
        self.reached.set()
        await self.freed.wait()

    async def aclose(self):
        """Nothing is held."""
