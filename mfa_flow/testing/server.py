"""The same tenant as a real server, for clients in other processes and in other languages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import frozen

from mfa_flow.testing.control import paths
from mfa_flow.testing.page.files import file
from mfa_flow.testing.tenant import Tenant
from mfa_flow.wire.call import Call

_STOP = 0.01  # seconds; nobody waits for a long poll or for an idle connection


@frozen
class Server:
    """A tenant that listens at ``url``."""

    tenant: Tenant
    url: str


@asynccontextmanager
async def serve(tenant: Tenant, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Server]:
    """Serve for as long as the block lasts. Port 0 takes a free one."""
    runner = web.AppRunner(_application(tenant), access_log=None, shutdown_timeout=_STOP, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield Server(tenant, _url(*runner.addresses[0][:2]))
    finally:
        await runner.cleanup()


def _cut(request: web.Request) -> web.Response:
    """The connection is closed, really, and what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _application(tenant: Tenant) -> web.Application:
    async def respond(request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path  # as sent: who answers decodes it, once
        if path.startswith(paths.PREFIX):
            return await paths.respond(tenant, request)
        if path == "/" and request.method in ("GET", "HEAD") and (page := file("index.html")):
            return page
        headers = {**request.headers, "x-forwarded-proto": request.scheme}
        try:
            reply = await tenant.respond(Call(request.method, path, headers, await request.read()))
        except ConnectionResetError:
            return _cut(request)
        return web.Response(status=reply.status, headers=reply.headers, body=reply.body)

    application = web.Application(client_max_size=0)
    application.router.add_route("*", "/{path:.*}", respond)
    return application
