"""A tenant behind a real socket, some of whose answers are spoiled on their way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import define, field

from mfa_flow import App, MfaClient
from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Call, Reply

Spoil = Callable[[web.Request, Reply], Awaitable[web.StreamResponse]]


@define
class Spoiler:
    """Spoils the answers to one path for as long as ``spoil`` is set. ``asked`` counts all requests by path."""

    tenant: Tenant
    path: str = ""
    spoil: Spoil | None = None
    asked: list[str] = field(factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Pass the request on, and the answer back, spoiled or not."""
        self.asked.append(request.path)
        call = Call(request.method, request.path, dict(request.headers), await request.read())
        reply = self.tenant.answer(call)
        if self.spoil and request.path == self.path:
            return await self.spoil(request, reply)
        return web.Response(status=reply.status, headers=dict(reply.headers), body=reply.body)


@asynccontextmanager
async def spoiled(tenant: Tenant, **options: object) -> AsyncIterator[tuple[Spoiler, MfaClient]]:
    """A spoiler that listens, and a client of it."""
    spoiler = Spoiler(tenant)
    server = web.Application(client_max_size=0)
    server.router.add_route("*", "/{path:.*}", spoiler.answer)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.01, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        app = App(f"http://{host}:{port}", "demo-client", "demo-secret")
        async with MfaClient(app, **{"clock": Impatient(tenant.clock), **options}) as mfa:
            yield spoiler, mfa
    finally:
        await runner.cleanup()


@define
class Impatient:
    """The tenant's time; who sleeps by it is awake at once."""

    clock: Clock

    def now(self) -> float:
        """What time it is."""
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        """Let others run."""
        await asyncio.sleep(0)


def with_body(body: bytes) -> Spoil:
    """The same answer with another body."""

    async def spoil(_: web.Request, reply: Reply) -> web.StreamResponse:
        return web.Response(status=reply.status, headers=dict(reply.headers), body=body)

    return spoil


async def cut(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Half of the body, then the connection is closed."""
    response = web.StreamResponse(status=reply.status, headers={"content-length": str(len(reply.body))})
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    request.transport.close()
    return response


async def hang(_: web.Request, __: Reply) -> web.StreamResponse:
    """The request took effect, and no answer ever comes."""
    await asyncio.Event().wait()
    raise AssertionError
