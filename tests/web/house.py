"""A service with the login pages in it, over a socket, as somebody's browser finds it."""

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import field, frozen

from mfa_flow import App, MfaClient
from mfa_flow.testing import Clock, Tenant, TenantTransport
from mfa_flow.testing.tls import server_context
from mfa_flow.web import mfa_web

# Each by the name of its file.
SHEETS = {
    "brand": ":root { --accent: #0a6b4d; --tint: #e4f3ec; --round: 0.25rem; }",
    "pink": ":root { --accent: #b00060; }",
    "logo": ":root { --logo: url(/logo.svg); }",
}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="90" height="30" fill="#0f0"/></svg>'


@frozen
class Brisk:
    """The tenant's clock, for a client under a real browser: a wait takes its time there, and a moment here."""

    clock: Clock

    def now(self):
        return self.clock.now()

    async def sleep(self, seconds):
        self.clock.advance(
            max(seconds, 0)
        )  # another request's sleep may have been longer; asyncio takes less than none
        await asyncio.sleep(0.02)


@frozen
class House:
    """A service, its tenant and its client; ``signed`` are the tokens that it was given."""

    tenant: Tenant
    mfa: MfaClient
    signed: list = field(factory=list)
    asked: list = field(factory=list)
    options: dict = field(factory=dict)

    @classmethod
    def of(cls, tenant, **options):
        clock = Brisk(tenant.clock)
        app = App("tenant.example", "demo-client", "demo-secret")
        return cls(tenant, MfaClient(app, transport=TenantTransport(tenant), clock=clock), options=options)

    async def on_done(self, request, tokens):
        self.signed.append(tokens)
        answer = web.HTTPSeeOther("/home")
        answer.set_cookie("session", "1", httponly=True)
        raise answer

    def app(self):
        @web.middleware
        async def noting(request, handler):
            self.asked.append(f"{request.method} {request.path_qs}")
            return await handler(request)

        service = web.Application(middlewares=[noting])
        service.add_subapp("/login/", mfa_web(self.mfa, on_done=self.on_done, **self.options))
        service.router.add_get("/home", self._home)
        service.router.add_get("/favicon.ico", self._nothing)
        service.router.add_get("/{name}.css", self._sheet)
        service.router.add_get("/logo.svg", self._logo)
        return service

    async def _home(self, request):
        who = "signed in" if request.cookies.get("session") else "nobody"
        page = f"<!doctype html><html lang=en><title>Home</title><h1>Home, {who}</h1></html>"
        return web.Response(text=page, content_type="text/html")

    async def _nothing(self, request):
        return web.Response(status=204)

    async def _sheet(self, request):
        return web.Response(text=SHEETS[request.match_info["name"]], content_type="text/css")

    async def _logo(self, request):
        return web.Response(text=LOGO, content_type="image/svg+xml")


@asynccontextmanager
async def open_house(house, *, https=False):
    """Its address."""
    server = TestServer(house.app(), scheme="https" if https else "http", host="localhost")
    await server.start_server(ssl=server_context() if https else None)
    try:
        yield str(server.make_url("/")).rstrip("/")
    finally:
        await server.close()
