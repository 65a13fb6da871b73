"""The verbs of who only looks on: all people at once, and the answers that are no JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from mfa_flow.testing.control.asks import Ask, Bad
from mfa_flow.testing.control.pictures import picture
from mfa_flow.testing.control.seeing import onlooked
from mfa_flow.testing.control.streaming import events
from mfa_flow.testing.page.files import NAMES, file
from mfa_flow.testing.tenant import Tenant


async def users(ask: Ask) -> tuple[int, Any]:
    """Everybody, with their codes of now and their limits."""
    return 200, {"users": [onlooked(ask.tenant.world, each) for each in ask.tenant.users]}


async def _events(tenant: Tenant, request: web.Request, rest: str) -> web.StreamResponse:
    return await events(tenant, request)


async def _qr(tenant: Tenant, request: web.Request, rest: str) -> web.StreamResponse:
    return picture(tenant, rest)


async def _page(tenant: Tenant, request: web.Request, rest: str) -> web.StreamResponse:
    found = file(rest)
    if found is None:
        raise Bad(f"the page has no file {rest}: there are {', '.join(NAMES)}", 404)
    return found


LOOKED = (("events", ""), ("qr", "{authenticator id}.svg"))  # as paths tells of them
# What is looked at with GET and answers in bytes of its own, by name.
LOOKS: dict[str, Callable[[Tenant, web.Request, str], Awaitable[web.StreamResponse]]] = {
    "events": _events,
    "qr": _qr,
    "page": _page,
}
