"""The tenant behind a real socket: what only a socket can get wrong."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from mfa_flow.testing import Tenant, serve

from .conftest import PHONE, Wire

LOGIN = {
    "grant_type": "password",
    "username": "ada@example.com",
    "password": "correct-horse",
    "client_id": "demo-public",
}


@pytest.fixture
async def session(tenant: Tenant) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client of the served tenant."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        yield session


async def test_a_walk_in_form_and_json(tenant: Tenant, session: aiohttp.ClientSession) -> None:
    """Password, phone, code: tokens, over a socket, as the documents' samples send it."""
    async with session.post("/oauth/token", data=LOGIN) as reply:
        mfa_token = (await reply.json())["mfa_token"]
    bearer = {"Authorization": f"Bearer {mfa_token}"}
    fields = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": PHONE}
    async with session.post("/mfa/associate", json=fields, headers=bearer) as reply:
        oob_code = (await reply.json())["oob_code"]
    proof = {
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "client_id": "demo-public",
        "mfa_token": mfa_token,
        "oob_code": oob_code,
        "binding_code": tenant.inbox.code(PHONE),
    }
    async with session.post("/oauth/token", json=proof) as reply:
        assert (200, "Bearer") == (reply.status, (await reply.json())["token_type"])
    headers = bearer | {"Content-Type": "application/json"}
    async with session.get("/mfa/authenticators", headers=headers) as reply:
        assert [True, True] == [each["active"] for each in await reply.json()]


@pytest.mark.parametrize("charset", ["charset=utf-8", "charset=UTF-8", 'charset="utf8"', "CHARSET=x"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_charset_spellings(session: aiohttp.ClientSession, kind: str, charset: str) -> None:
    """Clients spell it in every way."""
    body = json.dumps(LOGIN) if "json" in kind else "&".join(f"{name}={value}" for name, value in LOGIN.items())
    headers = {"Content-Type": f"{kind};{charset}"}
    async with session.post("/oauth/token", data=body.encode(), headers=headers) as reply:
        assert (403, "mfa_required") == (reply.status, (await reply.json())["error"])


async def test_bytes_and_headers_are_the_tenants(session: aiohttp.ClientSession) -> None:
    """Nothing is added to the content type, nothing lost of the rest."""
    async with session.post("/oauth/token", data={"client_id": "x"}) as reply:
        body = b'{"error":"invalid_request","error_description":"Missing required parameter: grant_type"}'
        assert (body, "application/json") == (await reply.read(), reply.headers["Content-Type"])
        assert "no-store" == reply.headers["Cache-Control"]
        assert "WWW-Authenticate" not in reply.headers
        assert int(reply.headers["X-RateLimit-Remaining"]) > 0


async def test_paths_are_decoded_once(tenant: Tenant) -> None:
    """An encoded pipe is a pipe, an encoded percent sign stays one."""
    async with serve(tenant) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        writer.write(b"GET /mfa/totp%7Cdev_%257C?secret=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n")
        writer.close()
    assert ["/mfa/totp|dev_%7C"] == [each.path for each in tenant.requests]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_unknown_paths_are_json_too(session: aiohttp.ClientSession, method: str) -> None:
    """The server's own error pages never show."""
    async with session.request(method, "/nowhere") as reply:
        assert (404, "not_found") == (reply.status, (await reply.json())["error"])


async def test_stops_at_once_and_frees_its_port(tenant: Tenant) -> None:
    """An idle connection and a long poll do not hold it up."""
    async with aiohttp.ClientSession() as session:
        async with serve(tenant) as server:
            async with session.get(f"{server.url}/_tenant/clock") as reply:
                await reply.read()
            poll = asyncio.create_task(session.get(f"{server.url}/_tenant/inbox?wait=60"))
            await asyncio.sleep(0.01)
            started = time.perf_counter()
        assert time.perf_counter() - started < 0.5
        with pytest.raises(aiohttp.ClientError):
            await poll
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))


async def test_two_servers_share_nothing(wire: Wire) -> None:
    """Each has its own port and its own tenant."""
    async with serve(wire.tenant) as one, serve(Tenant()) as other:
        assert one.url != other.url
        async with aiohttp.ClientSession() as session, session.get(f"{other.url}/x") as reply:
            assert 404 == reply.status
    assert 0 == len(wire.tenant.requests)


async def test_ipv6_has_brackets(tenant: Tenant) -> None:
    """The address is what the socket says, fit for a URL."""
    try:
        async with serve(tenant, host="::1") as server:
            assert server.url.startswith("http://[::1]:")
    except OSError:
        pytest.skip("no IPv6 here")


async def test_a_port_in_use_is_an_error(tenant: Tenant) -> None:
    """A second server on the same port does not pretend to listen."""
    async with serve(tenant) as server:
        with pytest.raises(OSError, match="Address already in use"):
            async with serve(tenant, port=int(server.url.rpartition(":")[2])):
                pass
