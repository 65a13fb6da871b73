"""``mfa-flow demo --web``: login pages and the simulated tenant side by side, for a person to play with."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from mfa_flow import App, MfaClient
from mfa_flow.cli.demo import ADA, ADAS_PASSWORD
from mfa_flow.cli.demo_site import demo_site
from mfa_flow.cli.stopping import told_to_stop
from mfa_flow.testing import Clock, Tenant, listening, serve

_HOST = "127.0.0.1"
_STOP = 0.01  # seconds; nobody waits for a page that waits for a push


async def run_web_demo(*, as_json: bool) -> None:
    """Serve both, say where, and end cleanly on SIGINT or SIGTERM. Raises MissingExtra."""
    stopped = told_to_stop()
    async with serve(Tenant(clock=Clock(follows=True)), _HOST) as tenant:
        app = App(tenant.url, "demo-client", "demo-secret", scope="openid email")
        async with MfaClient(app) as mfa, _served(demo_site(mfa, f"{tenant.url}/userinfo")) as url:
            print(_told(url, f"{tenant.url}/", as_json=as_json), flush=True)
            await stopped.wait()


@asynccontextmanager
async def _served(site: web.Application) -> AsyncIterator[str]:
    """Serve on this machine alone until the block ends; this is its URL."""
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=_STOP)
    await runner.setup()
    try:
        for sock in listening.listen(_HOST, 0):
            await web.SockSite(runner, sock).start()
        yield f"http://{_HOST}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _told(login: str, tenant: str, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"login": login, "tenant": tenant, "username": ADA, "password": ADAS_PASSWORD})
    return _WHERE.format(login=login, tenant=tenant, username=ADA, password=ADAS_PASSWORD)


_WHERE = """\
Log in:  {login}
    as   {username}, password {password}
Tenant:  {tenant}
    with her phone, her mailbox and her authenticator app
Ctrl-C ends both. Nothing is kept."""
