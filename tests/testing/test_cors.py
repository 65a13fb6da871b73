"""Browsers' clients: what is asked before, and what every answer says."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from mfa_flow.testing import Tenant, serve

ORIGIN = "http://localhost:3000"
PATHS = ["/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators", "/mfa/authenticators/totp%7Cdev_x"]
PATHS += ["/userinfo", "/.well-known/openid-configuration", "/.well-known/jwks.json", "/_tenant/clock", "/nowhere"]


@pytest.fixture
async def browser(tenant: Tenant) -> AsyncIterator[aiohttp.ClientSession]:
    """A page of another origin."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url, headers={"Origin": ORIGIN}) as session:
        yield session


def seen(reply: aiohttp.ClientResponse) -> dict[str, str]:
    """What a browser looks at."""
    return {name.lower(): value for name, value in reply.headers.items() if name.lower().startswith(("access", "vary"))}


READABLE = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-synthetic",
    "vary": "Origin",
}


@pytest.mark.parametrize("path", PATHS)
async def test_preflight(tenant: Tenant, browser: aiohttp.ClientSession, path: str) -> None:
    """The method and headers asked for are allowed, and nothing is spent or logged by asking."""
    asked = {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization,auth0-client"}
    tenant.faults.add(status=500)
    async with browser.options(path, headers=asked) as reply:
        assert (204, b"") == (reply.status, await reply.read())
        assert READABLE | {
            "access-control-allow-methods": "DELETE",
            "access-control-allow-headers": "authorization,auth0-client",
            "access-control-max-age": "600",
        } == seen(reply)
    assert (0, 1) == (len(tenant.requests), len(tenant.faults))


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_can_be_read(browser: aiohttp.ClientSession, path: str) -> None:
    """Whatever the status is."""
    async with browser.get(path) as reply:
        assert READABLE == seen(reply)


async def test_answers_of_faults_too(tenant: Tenant, browser: aiohttp.ClientSession) -> None:
    """A strange answer is a page's to read, unless the fault says otherwise; other reasons to vary stay."""
    tenant.faults.add(status=503, body="<h1>down</h1>", headers={"vary": "Accept"})
    tenant.faults.add(headers={"access-control-allow-origin": "https://other.example"})
    async with browser.get("/userinfo") as reply:
        assert (503, READABLE | {"vary": "Accept, Origin"}) == (reply.status, seen(reply))
    async with browser.get("/userinfo") as reply:
        assert "https://other.example" == reply.headers["access-control-allow-origin"]


async def test_control_errors_and_other_ports(tenant: Tenant) -> None:
    """The control API is for pages as well, wherever it is."""
    async with serve(tenant, control_port=0) as server, aiohttp.ClientSession(server.control_url) as session:
        for path, status in (("/_tenant/clock", 200), ("/_tenant/x", 404), ("/oauth/token", 404)):
            async with session.get(path, headers={"Origin": "null"}) as reply:
                assert (status, "null") == (reply.status, reply.headers["access-control-allow-origin"])


async def test_who_is_no_browser_sees_nothing_of_it(tenant: Tenant) -> None:
    """No origin, or one that is none: no header, and OPTIONS is a method like others."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        for headers in ({}, {"Origin": "h\xe9"}, {"Origin": ""}):
            async with session.options("/oauth/token", headers=headers) as reply:
                assert (405, {}) == (reply.status, seen(reply))
