"""Bytes that go wrong on their way, over a real socket; and what that means without one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from mfa_flow.testing import TenantTransport, serve
from testing.conftest import GRANT, PHONE, Wire, form_call, get_call

BOB = "bob@example.com"
LOGIN = {
    "grant_type": "password",
    "username": "ada@example.com",
    "password": "correct-horse",
    "client_id": "demo-public",
}
CALL = form_call("/oauth/token", LOGIN)
BROKEN = "broken"


class Socket:
    """A client of a served tenant."""

    def __init__(self, wire: Wire, session: aiohttp.ClientSession, port: int) -> None:
        self.wire, self.session, self.port = wire, session, port

    async def post(self, path: str = "/oauth/token", **body: Any) -> object:
        """The status of an answer that came whole, or that it did not."""
        try:
            async with self.session.post(path, **(body or {"data": LOGIN})) as reply:
                await reply.read()
                return reply.status
        except aiohttp.ClientError:
            return BROKEN

    async def raw(self, path: str = "/nowhere") -> tuple[bytes, bytes, str | None]:
        """Every byte that comes: head, body, and what ended it if not the other side's goodbye."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got, ended = b"", None
        try:
            async with asyncio.timeout(10):
                while piece := await reader.read(65536):
                    got += piece
        except ConnectionResetError as error:
            ended = type(error).__name__
        writer.close()
        head, _, body = got.partition(b"\r\n\r\n")
        return head, body, ended


@pytest.fixture
async def client(wire: Wire) -> AsyncIterator[Socket]:
    """The tenant over a socket."""
    patience = aiohttp.ClientTimeout(total=10)
    async with serve(wire.tenant) as server, aiohttp.ClientSession(server.url, timeout=patience) as session:
        yield Socket(wire, session, int(server.url.rpartition(":")[2]))


async def test_cut(client: Socket) -> None:
    """The head promises all of it, half of it comes, and the connection closes; the next answer is whole."""
    _, whole, _ = await client.raw()
    client.wire.tenant.faults.add(bytes="cut")
    head, body, ended = await client.raw()
    assert f"Content-Length: {len(whole)}".encode() in head
    assert (whole[: len(whole) // 2], None) == (body, ended)
    assert whole == (await client.raw())[1]


async def test_reset(client: Socket) -> None:
    """Not a byte, and the peer is told of a reset."""
    client.wire.tenant.faults.add(bytes="reset")
    assert (b"", b"", "ConnectionResetError") == await client.raw()


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_dropped(client: Socket, drop: Any) -> None:
    """Not a byte, and a quiet goodbye."""
    client.wire.tenant.faults.add(drop=drop)
    assert (b"", b"", None) == await client.raw()


async def test_garbled(client: Socket) -> None:
    """As long as it should be; no byte is right, and it is no text."""
    _, whole, _ = await client.raw()
    client.wire.tenant.faults.add(bytes="garbled")
    head, body, ended = await client.raw()
    assert (len(whole), None) == (len(body), ended)
    assert head.startswith(b"HTTP/1.1 404")
    assert not any(one == other for one, other in zip(whole, body, strict=True))
    with pytest.raises(UnicodeDecodeError):
        body.decode()


async def test_dribbled(client: Socket) -> None:
    """Whole, in ten pieces, over the time of its delay."""
    _, whole, _ = await client.raw()
    client.wire.tenant.faults.add(bytes="dribbled", delay=0.05)
    started, pieces = time.perf_counter(), []
    async with client.session.get("/nowhere") as reply:
        pieces = [piece async for piece in reply.content.iter_any()]
    assert (whole, True) == (b"".join(pieces), len(pieces) > 1)
    assert time.perf_counter() - started > 0.045


async def test_a_client_that_goes_away_while_it_dribbles(client: Socket) -> None:
    """Leaves the tenant serving."""
    client.wire.tenant.faults.add(bytes="dribbled", delay=3600)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02), client.session.get("/nowhere") as reply:
            await reply.read()
    assert 403 == await client.post()


async def test_an_empty_answer_that_is_cut(client: Socket) -> None:
    """Nothing can be cut off it: the connection closes."""
    client.wire.tenant.faults.add(status=503, bytes="cut")
    assert (b"", b"", None) == await client.raw()


async def test_an_empty_answer_that_dribbles(client: Socket) -> None:
    """It is late."""
    client.wire.tenant.faults.add(status=503, bytes="dribbled", delay=0.02)
    started = time.perf_counter()
    assert (503, True) == (await client.post(), time.perf_counter() - started > 0.015)


async def test_a_late_end(client: Socket) -> None:
    """A drop with a delay leaves the client hanging first; what was asked has happened by then."""
    mfa_token = client.wire.login()
    client.wire.tenant.faults.add(drop="after", delay=0.02)
    fields = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": PHONE}
    started = time.perf_counter()
    sent = await client.post("/mfa/associate", json=fields, headers={"Authorization": f"Bearer {mfa_token}"})
    assert (BROKEN, 1, True) == (sent, len(client.wire.tenant.inbox.messages()), time.perf_counter() - started > 0.015)


@pytest.mark.parametrize("how", ["cut", "reset"])
async def test_it_has_happened_all_the_same(client: Socket, how: Any) -> None:
    """A code is spent, though nobody was told."""
    mfa_token, code = client.wire.login(BOB, "pw"), client.wire.tenant.otp(BOB)
    client.wire.tenant.faults.add(grant="mfa-otp", bytes=how)
    proof = {"grant_type": f"{GRANT}mfa-otp", **client.wire.client, "mfa_token": mfa_token, "otp": code}
    assert [BROKEN, 403] == [await client.post(data=proof) for _ in range(2)]


@pytest.mark.parametrize("how", ["cut", "reset", "garbled"])
async def test_by_path(client: Socket, how: Any) -> None:
    """Where it is meant to, and nowhere else."""
    client.wire.tenant.faults.add(path="/mfa/*", bytes=how)
    assert [403, BROKEN if how != "garbled" else 401] == [
        await client.post(),
        await client.post("/mfa/associate", json={}),
    ]
    assert (0, 401) == (len(client.wire.tenant.faults), await client.post("/mfa/associate", json={}))


async def test_by_grant(client: Socket) -> None:
    """Of two to one path the one that asks for it."""
    client.wire.tenant.faults.add(grant="mfa-otp", bytes="cut")
    assert [403, BROKEN] == [await client.post(), await client.post(data={"grant_type": f"{GRANT}mfa-otp"})]


async def test_by_user(client: Socket) -> None:
    """By the name at a password, by the token afterwards."""
    mfa_token = client.wire.login(BOB, "pw")
    client.wire.tenant.faults.add(user=BOB, bytes="cut", times=2)
    bobs = [
        await client.post(data={**LOGIN, "username": BOB}),
        await client.post("/mfa/challenge", json={"mfa_token": mfa_token}),
    ]
    assert ([BROKEN, BROKEN], 403) == (bobs, await client.post())


async def test_nth_and_times(client: Socket) -> None:
    """Two pass, two are struck, and then no more."""
    client.wire.tenant.faults.add(bytes="reset", nth=3, times=2)
    assert [403, 403, BROKEN, BROKEN, 403] == [await client.post() for _ in range(5)]


async def test_an_own_answer_can_be_cut_too(client: Socket) -> None:
    """Status and body of a fault, and half of it."""
    client.wire.tenant.faults.add(status=418, body="teapot", headers={"X-Trace": "1"}, bytes="cut")
    head, body, _ = await client.raw()
    assert (b"tea", True, True) == (
        body,
        head.startswith(b"HTTP/1.1 418"),
        b"X-Trace: 1" in head or b"x-trace: 1" in head,
    )


@pytest.mark.parametrize("how", ["cut", "reset"])
async def test_broken_in_process(wire: Wire, how: Any) -> None:
    """The same exception as for a drop, after everything happened."""
    wire.tenant.faults.add(bytes=how)
    with pytest.raises(ConnectionResetError):
        await TenantTransport(wire.tenant).send(CALL)
    assert [403] == [each.status for each in wire.tenant.requests]


async def test_garbled_in_process(wire: Wire) -> None:
    """An answer that nobody can read."""
    wire.tenant.faults.add(bytes="garbled")
    reply = await TenantTransport(wire.tenant).send(CALL)
    assert 403 == reply.status
    with pytest.raises(ValueError, match="decode"):
        json.loads(reply.body)


async def test_dribbled_in_process(wire: Wire) -> None:
    """A late answer."""
    wire.tenant.faults.add(bytes="dribbled", delay=0.02)
    started = time.perf_counter()
    reply = await TenantTransport(wire.tenant).send(get_call("/nowhere", "x"))
    assert (404, True) == (reply.status, time.perf_counter() - started > 0.015)


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        ({}, "a fault does something"),
        ({"path": "/x", "times": 3}, "a fault does something"),
        ({"drop": "before", "status": 500}, "drop sends no answer: leave out status, or drop"),
        ({"drop": "after", "body": "x", "headers": {"a": "b"}}, "leave out body, headers, or drop"),
        ({"drop": "after", "bytes": "cut"}, "leave out bytes, or drop"),
        ({"bytes": "dribbled"}, "dribbled needs a delay"),
        ({"bytes": "dribbled", "delay": 0}, "dribbled needs a delay"),
        ({"bytes": "mangled"}, "bytes"),
        ({"status": 204, "body": "x"}, "status 204 has no body"),
        ({"delay": 3601}, "delay"),
        ({"delay": float("nan")}, "delay"),
        ({"headers": {"a b": "c"}}, "headers has a name or a value"),
        ({"headers": {"a": "b\r\nc: d"}}, "headers has a name or a value"),
        ({"headers": {"Content-Length": "5"}}, "to break an answer use bytes"),
    ],
)
def test_contradictions_are_refused(wire: Wire, fault: dict[str, Any], hint: str) -> None:
    """With what to do instead, and nothing is armed."""
    with pytest.raises(ValueError, match=hint):
        wire.tenant.faults.add(**fault)
    assert 0 == len(wire.tenant.faults)


async def test_contradictions_over_the_control_api(client: Socket) -> None:
    """400, with the same words; a good one goes through."""
    async with client.session.post("/_tenant/faults", json={"drop": "after", "bytes": "cut"}) as reply:
        assert (400, {"error": "drop sends no answer: leave out bytes, or drop"}) == (reply.status, await reply.json())
    async with client.session.post("/_tenant/faults", json={"bytes": "cut", "nth": 2}) as reply:
        assert (201, {"path": "*", "times": 1, "bytes": "cut", "nth": 2, "struck": 0}) == (
            reply.status,
            await reply.json(),
        )
    assert [403, BROKEN] == [await client.post() for _ in range(2)]
