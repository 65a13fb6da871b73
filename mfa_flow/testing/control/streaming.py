"""``GET /_tenant/events``: what happens, as it happens, as server-sent events. Who comes again is told everything."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress

from aiohttp import web

from mfa_flow.testing.control.watching import News, Watch
from mfa_flow.testing.tenant import Tenant

_GLANCE = 0.2  # seconds; what a test changes in this process rings no bell, so that one looks from time to time
_PAUSE = 0.02  # seconds between two looks; a burst of changes is one look
_SHARE = 4  # looking takes one part of the time, the tenant has this many
_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}


async def events(tenant: Tenant, request: web.Request) -> web.StreamResponse:
    """Tell for as long as anybody listens. A client that lost the connection is to come again after half a second."""
    response, transport = web.StreamResponse(headers=_HEADERS), request.transport
    try:
        with suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(b"retry: 500\n\n")
            await _tell(tenant, response)
    finally:
        if transport is not None:
            transport.abort()  # what a slow reader has not taken yet does not keep the connection open
    return response


async def _tell(tenant: Tenant, response: web.StreamResponse) -> None:
    loop, changed, watch = asyncio.get_running_loop(), asyncio.Event(), Watch(tenant)

    def wake() -> None:
        loop.call_soon_threadsafe(changed.set)

    with tenant.bell.listening(wake), tenant.clock.listening(wake):
        while True:
            changed.clear()
            began = loop.time()
            news = watch.look()
            took = loop.time() - began
            if news:
                await response.write(_lines(news))
            await asyncio.sleep(max(_PAUSE, _SHARE * took))
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), _GLANCE)


def _lines(news: Iterable[News]) -> bytes:
    return "".join(f"event: {name}\ndata: {json.dumps(data, default=str)}\n\n" for name, data in news).encode()
