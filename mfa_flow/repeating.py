"""What may be repeated: reading the list. Nothing that spends a code, a message or an attempt ever is."""

import asyncio
from collections.abc import Awaitable

from mfa_flow.errors import TransportError
from mfa_flow.transport import Transport
from mfa_flow.waiting import Clock
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.reading import problem_of

# Seconds before the second and the third try; how long a server may ask us to wait before we give up; and what all of
# it may take.
BACKOFF = (0.2, 1.0)
PATIENCE = 5.0
BUDGET = 10.0


def send(transport: Transport, clock: Clock, call: Call) -> Awaitable[Reply]:
    """Send a call; a GET up to three times, where the answer did not come or says that the server is busy."""
    return _in_time(transport, clock, call) if call.method == "GET" else _sent(transport, call)


async def _in_time(transport: Transport, clock: Clock, call: Call) -> Reply:
    try:
        async with asyncio.timeout(BUDGET):
            return await _repeated(transport, clock, call)
    except TimeoutError:
        raise TransportError(f"no answer to {call.operation} within {BUDGET:g} s") from None


async def _repeated(transport: Transport, clock: Clock, call: Call) -> Reply:
    for pause in BACKOFF:
        try:
            reply = await _sent(transport, call)
        except TransportError:
            wait = pause
        else:
            if reply.status < 500 and reply.status != 429:
                return reply
            problem = problem_of(reply)
            wait = max(pause, (problem and problem.retry_after) or pause)
            if wait > PATIENCE:
                return reply
        await clock.sleep(wait)
    return await _sent(transport, call)


async def _sent(transport: Transport, call: Call) -> Reply:
    """The reply. A transport of somebody else's may tell of a lost connection in Python's own words."""
    try:
        return await transport.send(call)
    except OSError as error:
        told = f"no answer to {call.operation} ({type(error).__name__}); it may have arrived"
        raise TransportError(told, may_have_arrived=True) from None
