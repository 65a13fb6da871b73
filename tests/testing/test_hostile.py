"""What is slow, huge, malformed or too much leaves the tenant serving, and never meets a 500."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from mfa_flow.testing import Clock, Tenant, serve
from mfa_flow.testing.server import Server
from mfa_flow.wire.call import Call, Reply

from .conftest import START, Wire, json_call
from .mutants import FREE, Mutants

HEAD = b" HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /oauth/token" + HEAD + b"Content-Type: application/json\r\n"
LOGIN = {"grant_type": "password", "client_id": "demo-public", "username": FREE, "password": "pw"}


def sized(body: bytes, *headers: bytes) -> bytes:
    """A POST to the token endpoint."""
    return POST + b"".join(headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A tenant on a socket. Whoever is free@example.com needs no second factor."""
    async with serve(Tenant(clock=Clock(START))) as server:
        server.tenant.users.add(FREE, "pw", mfa=False)
        yield server


async def connect(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]), limit=2**22)


async def said(server: Server, *pieces: bytes) -> bytes:
    """All that it says to these bytes, until it hangs up."""
    reader, writer = await connect(server)
    for piece in pieces:
        writer.write(piece)
    try:
        async with asyncio.timeout(10):
            await writer.drain()
            return await reader.read()
    except ConnectionError:  # it had heard enough
        return b""
    finally:
        writer.close()


async def serves(server: Server) -> bool:
    """Whether a login still works."""
    async with aiohttp.ClientSession(server.url) as session, session.post("/oauth/token", data=LOGIN) as reply:
        return reply.status == 200


def check(call: Call, reply: Reply) -> None:
    """No 500; JSON unless there is nothing; a refusal has its error."""
    assert reply.status < 500, (call, call.headers, call.body)
    body = json.loads(reply.body) if reply.status != 204 else None
    assert reply.status < 400 or isinstance(body["error"], str), (call, reply.body)


def test_ten_thousand_spoiled_requests() -> None:
    """In process: valid requests, spoiled in up to three places; some still pass, none breaks the tenant."""
    tenant = Tenant(clock=Clock(START), seed=5)
    statuses: Counter[int] = Counter()
    for call in Mutants(tenant, seed=5).calls(10_000):
        reply = tenant.answer(call)
        check(call, reply)
        statuses[reply.status] += 1
    assert {200, 400, 401, 403, 404, 405} <= {status for status, count in statuses.items() if count > 100}


async def test_spoiled_requests_over_a_socket(server: Server) -> None:
    """The same stream, forty at a time, as far as an HTTP client lets it pass."""
    statuses: Counter[int] = Counter()
    server.tenant.users.remove(FREE)
    async with aiohttp.ClientSession() as session:
        calls = [call for call in Mutants(server.tenant, seed=6).calls(600) if can_be_sent(call)]

        async def send(call: Call) -> None:
            url = URL(server.url + call.path.partition("#")[0], encoded=True)
            async with session.request(
                call.method, url, headers=call.headers, data=call.body, allow_redirects=False
            ) as got:
                body = await got.read()
            check(call, Reply(got.status, {}, body or b'{"error":"none is said to HEAD"}'))
            statuses[got.status] += 1

        for first in range(0, len(calls), 40):
            await asyncio.gather(*map(send, calls[first : first + 40]))
    assert statuses.total() > 400
    assert await serves(server)


def can_be_sent(call: Call) -> bool:
    """Whether aiohttp's client takes it; what it does not is sent below, as bytes."""
    return (
        call.method != "X"
        and call.path.startswith("/")
        and call.path.isascii()
        and all(map(str.isascii, call.headers.values()))
    )


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        (b'{"grant_type":"\\ud800"}', 400, "not a readable"),
        (b'{"grant_type":NaN}', 400, "not a readable"),
        (b'{"a":' + b"9" * 5000 + b"}", 400, "not a readable"),
        (b'{"a":' + b"[" * 60 + b"]" * 60 + b"}", 400, "not a readable"),
        (b'{"a":' + b"[" * 900_000, 400, "not a readable"),
        (b'{"a":' * 100_000, 400, "not a readable"),
        (b"\xff\xfe", 400, "not a readable"),
        (b"\xef\xbb\xbf{}", 400, "not a readable"),
        (b'"grant_type"', 400, "not a readable"),
        (b"[]", 400, "not a readable"),
        (b'{"grant_type":1e999}', 400, "must be a string"),
        (b'{"grant_type":"x","grant_type":"password"}', 401, "Missing client_id"),
        (b'{"grant_type":"\\u0000","client_id":"demo-public"}', 400, "Grant type not supported"),
    ],
)  # fmt: skip
def test_json_that_is_none(wire: Wire, body: bytes, status: int, hint: str) -> None:
    """Half characters, numbers that are none, brackets without end: 400, and what is wrong."""
    reply = wire.send("POST", "/oauth/token", body, content_type="application/json")
    assert (status, True) == (reply.status, hint in json.loads(reply.body)["error_description"])


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b"&".join(b"a%d=1" % number for number in range(2000)), "not a readable"),
        (b"\xff=\xff", "not a readable"),
        (b"%ff=%zz&%", "Missing required parameter: grant_type"),
        (b"grant_type=a&grant_type=b", "grant_type must be a string"),
        (b"", "Missing required parameter: grant_type"),
        (b"&&&===;;;", "Missing required parameter: grant_type"),
    ],
)
def test_forms_that_are_none(wire: Wire, body: bytes, hint: str) -> None:
    """Too many fields, no text, broken percents: 400, and what is wrong."""
    reply = wire.send("POST", "/oauth/token", body, content_type="application/x-www-form-urlencoded")
    assert (400, True) == (reply.status, hint in json.loads(reply.body)["error_description"])


@pytest.mark.parametrize("name", ["audience", "scope", "nonce", "username", "client_id"])
def test_half_a_character_is_never_signed(wire: Wire, name: str) -> None:
    """A lone surrogate, which no token could hold, is refused where it comes in."""
    wire.tenant.users.add(FREE, "pw", mfa=False)
    answer = wire.answer(json_call("/oauth/token", {**LOGIN, "scope": "openid", name: "\ud800"}))
    assert (400, "invalid_request") == (answer.status, answer.body["error"])


def test_a_host_that_is_no_text(wire: Wire) -> None:
    """A Host header of odd bytes gives odd tokens, and tokens nevertheless."""
    wire.tenant.users.add(FREE, "pw", mfa=False)
    fields = {**LOGIN, "scope": "openid", "audience": "x"}
    call = json_call("/oauth/token", fields)
    reply = wire.tenant.answer(Call("POST", call.path, {**call.headers, "Host": "a\udcff"}, call.body))
    assert 200 == reply.status


BIG = b'{"a":"' + b"a" * 2**20 + b'"}'


@pytest.mark.parametrize(
    ("request_bytes", "status", "hint"),
    [
        (sized(BIG), 413, b"larger than 1048576 bytes"),
        (sized(BIG).replace(b"/oauth/token", b"/_tenant/users"), 413, b"larger than 1048576 bytes"),
        (sized(gzip.compress(b" " * 30_000_000), b"Content-Encoding: gzip\r\n"), 413, b"larger than 1048576 bytes"),
        (sized(b"no gzip at all", b"Content-Encoding: gzip\r\n"), 400, b"does not arrive as its headers say"),
        (sized(BIG[:1000]), 400, b"not a readable"),
        (b"OPTIONS *" + HEAD + b"\r\n", 404, b"no path"),
        (b"CONNECT a.example:443" + HEAD + b"\r\n", 404, b"no path"),
        (b"GET //a.example/x" + HEAD + b"\r\n", 404, b"There is nothing at //a.example/x"),
        (b"GET /%ff%00%" + HEAD + b"\r\n", 404, b"There is nothing at"),
        (b"GET /a%0Ab" + HEAD + b"\r\n", 404, b"There is nothing at /a"),
        (b"GET /mfa/authenticators" + HEAD + b"Authorization: Bearer \xff\xfe\r\n\r\n", 401, b"invalid_grant"),
        (sized(b"{}", b"Authorization: Basic \xff\xfe\r\n"), 400, b"grant_type"),
        (b"GET /_tenant/inbox?to=%ff&wait=%00" + HEAD + b"\r\n", 400, b"wait is a number"),
        (b"GET /_tenant/users/%ff" + HEAD + b"\r\n", 404, b"no user"),
        (sized(b'{"email":"a\\ud800@b","password":"pw"}').replace(b"/oauth/token", b"/_tenant/users"), 400, b"a JSON object"),
        (sized(b'{"body":' + b"[" * 900 + b"]" * 900 + b"}").replace(b"/oauth/token", b"/_tenant/faults"), 400, b"a JSON object"),
    ],
)  # fmt: skip
async def test_odd_requests_get_json(server: Server, request_bytes: bytes, status: int, hint: bytes) -> None:
    """What is HTTP, however strange, is answered in JSON with an error."""
    line, separator, rest = request_bytes.partition(b"\r\n")
    answer = await said(server, line + separator + b"Connection: close\r\n" + rest)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (b"HTTP/1.1 %d" % status, True) == (head[:12], hint in body)
    assert b"application/json" in head
    assert isinstance(json.loads(body)["error"], str)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03rrrr\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\x00" + HEAD + b"\r\n",
        b"GET /" + b"a" * 9000 + HEAD + b"\r\n",
        b"GET /" + HEAD + b"X: " + b"a" * 2**20 + b"\r\n\r\n",
        b"GET /" + HEAD + b"".join(b"X%d: 1\r\n" % number for number in range(5000)) + b"\r\n",
        b"GET /" + HEAD + b"Host: y\r\n\r\n",
        b"GET /" + HEAD + b"X: a\x00b\r\n\r\n",
        b"A" * 20_000 + b" / HTTP/1.1\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    ],
)
async def test_no_http(server: Server, request_bytes: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """What is no HTTP is told so, or hung up on; the next one is served."""
    answer = await said(server, request_bytes)
    assert answer[:12] in (b"", b"HTTP/1.0 400")
    assert await serves(server)
    assert "Unhandled exception" not in caplog.text


async def test_slow_ones_hold_nobody_up(server: Server) -> None:
    """Two hundred connections that never finish a head or a body; others are served, and the server still stops."""
    slow = [await connect(server) for _ in range(200)]
    for number, (_, writer) in enumerate(slow):
        writer.write((POST + b"Content-Length: 100\r\n\r\n{")[: 10 + number])
    for _ in range(5):
        for _, writer in slow:
            writer.write(b"a")
        assert await serves(server)
    for _, writer in slow:
        writer.close()


async def test_those_who_vanish(server: Server) -> None:
    """Clients that hang up in the middle of a request, of an answer, of a long poll: nobody notices."""
    for request in (
        POST[:30],
        POST + b"Content-Length: 9\r\n\r\n{",
        sized(b"{}"),
        b"GET /_tenant/inbox?wait=60" + HEAD + b"\r\n",
    ):
        for _ in range(20):
            _, writer = await connect(server)
            writer.write(request)
            await writer.drain()
            writer.transport.abort()
    assert await serves(server)
    async with asyncio.timeout(10):
        while server.tenant.inbox._bell._listeners:  # noqa: ASYNC110 - nobody tells when a poll was given up
            await asyncio.sleep(0.001)


async def test_two_thousand_at_once(server: Server) -> None:
    """Two thousand requests in the air, on two hundred connections: each is answered."""
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(server.url, connector=connector) as session:

        async def ask(number: int) -> tuple[int, str]:
            async with session.get(f"/nothing/{number}") as reply:
                return reply.status, (await reply.json())["error_description"].split(". ")[0]

        answers = await asyncio.gather(*map(ask, range(2000)))
    assert [(404, f"There is nothing at /nothing/{number}") for number in range(2000)] == answers
