"""The tenant behind a real socket: what only a socket can get wrong."""

import asyncio
import json
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from mfa_flow.testing import Tenant, serve
from mfa_flow.testing.tls import ca_pem

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


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
async def test_this_machine_is_found_by_both_addresses(tenant: Tenant, host: str) -> None:
    """Whichever a client tries first, the port is the same, also where it was given."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    async with serve(tenant, host) as server:
        port = int(server.url.rpartition(":")[2])
        assert ("http://[::1]" if host == "::1" else "http://127.0.0.1") == server.url.removesuffix(f":{port}")
        for address in ("127.0.0.1", "::1"):
            _, writer = await asyncio.open_connection(address, port)
            writer.close()
    async with serve(tenant, host, port) as server:
        assert server.url.endswith(f":{port}")


async def test_a_free_port_is_free_at_both_addresses(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the other address has the port taken, another is found."""
    create, taken = socket.create_server, list[socket.socket]()

    def crowded(address: tuple[str, int], **how: object) -> socket.socket:
        if address[0] == "::1" and not taken:
            taken.append(create(address, family=socket.AF_INET6))
        return create(address, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_server", crowded)
    async with serve(tenant) as server, aiohttp.request("GET", f"{server.url}/_tenant/clock") as reply:
        assert (200, True) == (reply.status, f":{taken[0].getsockname()[1]}" not in server.url)
    taken[0].close()


async def test_the_control_api_switched_off(tenant: Tenant) -> None:
    """Its paths are unknown ones, and are told so in the words of the wire."""
    async with serve(tenant, control=False, https=True) as server, aiohttp.ClientSession(server.url) as session:
        for path in ("/_tenant/inbox", "/_tenant/ca.pem"):
            async with session.get(path, ssl=False) as reply:
                assert (404, "not_found", None) == (reply.status, (await reply.json())["error"], server.control_url)
    assert 2 == len(tenant.requests)


async def test_the_control_api_elsewhere(tenant: Tenant) -> None:
    """At its own port, and only there; the tenant is not at that."""
    async with serve(tenant, control_port=0) as server, aiohttp.ClientSession() as session:
        found = {}
        for url in (server.url, str(server.control_url)):
            for path in ("/_tenant/clock", "/userinfo"):
                async with session.get(url + path) as reply:
                    found[url == server.url, path] = reply.status
    assert {
        (True, "/_tenant/clock"): 404,
        (True, "/userinfo"): 401,
        (False, "/_tenant/clock"): 200,
        (False, "/userinfo"): 404,
    } == found


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/mfa/associates", "/mfa/associate"), ("/oauth/tokens", "/oauth/token"), ("/oauth/token/", "/oauth/token"),
        ("/mfa/authenticator", "/mfa/authenticators"), ("/.well-known/openid-config", "/.well-known/openid-configuration"),
    ],
)  # fmt: skip
async def test_an_unknown_path_is_told_the_nearest(session: aiohttp.ClientSession, path: str, nearest: str) -> None:
    """What was meant is easier to see so."""
    async with session.get(path) as reply:
        said = (await reply.json())["error_description"]
        assert f"There is nothing at {path}. The nearest thing served is {nearest}." == said


BROKEN = {
    "nothing": b"",
    "half a line": b"POST /oauth/tok",
    "half a header": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-",
    "half a body": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\ngrant",
    "half a body to the control api": b"POST /_tenant/clock HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
    "half a chunk": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "a long poll": b"GET /_tenant/inbox?wait=60 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fault that waits": b"GET /userinfo HTTP/1.1\r\nHost: x\r\n\r\n",
    "no body for its encoding": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "a wrong chunk": b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("sent", BROKEN)
@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
async def test_who_goes_away_is_no_error(
    tenant: Tenant, caplog: pytest.LogCaptureFixture, sent: str, *, https: bool, reset: bool
) -> None:
    """Whatever was half said when a client went, nothing is logged, nobody waits, and the next one is served."""
    tenant.faults.add("/userinfo", delay=60)
    context = ssl.create_default_context(cadata=ca_pem()) if https else None
    async with serve(tenant, https=https) as server:
        port = int(server.url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("localhost" if https else "127.0.0.1", port, ssl=context)
        writer.write(BROKEN[sent])
        await writer.drain()
        await asyncio.sleep(0.005)
        if reset:
            writer.transport.abort()
        else:
            writer.close()
        await asyncio.sleep(0.005)
        async with aiohttp.request("GET", f"{server.url}/_tenant/clock", ssl=context or False) as reply:
            assert 200 == reply.status
        started = time.perf_counter()
    assert time.perf_counter() - started < 0.5
    assert [] == [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


@pytest.mark.parametrize("path", ["/oauth/token", "/_tenant/clock"])
async def test_a_body_that_cannot_be_read_is_refused(session: aiohttp.ClientSession, path: str) -> None:
    """What is said to be compressed and is not gets an answer, not a failure of the server."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    async with session.post(path, data=b"abc", headers=headers) as reply:
        assert (400, "invalid_request") == (reply.status, (await reply.json())["error"])


async def test_a_failure_is_told_in_json(
    tenant: Tenant, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody thought of is a 500 that reads like every refusal."""
    monkeypatch.setattr(tenant, "perform", lambda _: 1 / 0)
    async with session.get("/userinfo") as reply:
        assert (500, "server_error") == (reply.status, (await reply.json())["error"])


async def test_two_ports_are_two(tenant: Tenant) -> None:
    """One for both is said to be one."""
    with pytest.raises(ValueError, match="8123 cannot be both ports"):
        async with serve(tenant, port=8123, control_port=8123):
            pass
