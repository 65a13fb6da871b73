"""What became of a call: the answer, and what a fault does to its bytes on their way."""

import asyncio

from attrs import evolve, frozen

from mfa_flow.testing.control.faults import Fault
from mfa_flow.wire.call import Reply

DROPPED = "the connection was closed, as a fault wanted it"


@frozen
class Outcome:
    """An answer that is ready, and the fault that struck, if one did. Whatever the call was to cause has happened."""

    reply: Reply
    fault: Fault | None = None

    @property
    def lost(self) -> bool:
        """Whether a client gets no whole answer, but a broken connection."""
        return self.fault is not None and (self.fault.drop is not None or self.fault.bytes in ("cut", "reset"))

    @property
    def delay(self) -> float:
        """Seconds for which the answer is held back."""
        return 0 if self.fault is None else self.fault.delay or 0

    async def held_back(self) -> None:
        """Wait for as long as the fault wants, in real time: real timeouts are to fire."""
        if self.delay:
            await asyncio.sleep(self.delay)

    def arrived(self) -> Reply:
        """The answer as a client without a socket gets it. One that was lost raises ConnectionResetError."""
        if self.lost:
            raise ConnectionResetError(DROPPED)
        if self.fault is not None and self.fault.bytes == "garbled":
            return evolve(self.reply, body=garbled(self.reply.body))
        return self.reply


def garbled(body: bytes) -> bytes:
    """As many bytes, and none of them right: of JSON no character of ASCII is left."""
    return bytes(each ^ 0xFF for each in body)
