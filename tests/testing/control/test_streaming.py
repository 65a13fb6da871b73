"""Server-sent events over a socket: told at once, held up by nobody, closed with the server."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from mfa_flow.testing import serve
from mfa_flow.testing.control import streaming
from mfa_flow.testing.server import Server
from testing.conftest import PHONE, START, Wire

EVE = "eve@example.com"


class Listener:
    """Reads events one by one."""

    def __init__(self, reply: aiohttp.ClientResponse) -> None:
        self.reply = reply

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Its name, and what it says."""
        async with asyncio.timeout(5):
            while not (line := await self.reply.content.readline()).startswith(b"event: "):
                assert line, "the stream ended"
            data = await self.reply.content.readline()
        return line.decode().strip().removeprefix("event: "), json.loads(data.removeprefix(b"data: "))

    async def until(self, wanted: str) -> list[tuple[str, dict[str, Any]]]:
        """All of them up to one of that name."""
        found = [await self.next()]
        while found[-1][0] != wanted:
            found.append(await self.next())
        return found


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Listener]:
    async with aiohttp.ClientSession(server.url) as session, session.get("/_tenant/events") as reply:
        assert "text/event-stream" == reply.content_type
        yield Listener(reply)


async def test_what_happens_is_told(wide: Wire) -> None:
    """By the wire, by the control API and in process, without asking again."""
    async with (
        serve(wide.tenant) as server,
        listening(server) as listener,
        aiohttp.ClientSession(server.url) as session,
    ):
        await listener.until("ready")
        wide.add_sms(wide.login(EVE, "pw"))
        assert PHONE == (await listener.until("message"))[-1][1]["to"]
        await session.post("/_tenant/clock", json={"advance": 5})
        assert wide.tenant.clock.now() == (await listener.until("clock"))[-1][1]["now"]
        wide.tenant.users.add("new@example.com", "pw")
        assert "new@example.com" == (await listener.until("user"))[-1][1]["email"]


async def test_a_ring_is_heard_at_once(wide: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when one looks from time to time."""
    monkeypatch.setattr(streaming, "_GLANCE", 60)
    async with (
        serve(wide.tenant) as server,
        listening(server) as listener,
        aiohttp.ClientSession(server.url) as session,
    ):
        await listener.until("ready")
        await session.post("/_tenant/faults", json={"status": 503})
        assert 503 == (await listener.until("faults"))[-1][1]["faults"][0]["status"]
        await session.get("/userinfo")
        assert [] == (await listener.until("faults"))[-1][1]["faults"]


async def test_who_comes_again_is_told_everything(wide: Wire) -> None:
    """The second time as the first."""
    wide.add_sms(wide.login(EVE, "pw"))
    async with serve(wide.tenant) as server:
        async with listening(server) as listener:
            first = await listener.until("ready")
        async with listening(server) as listener:
            assert first == await listener.until("ready")


async def test_nobody_listens_when_they_have_gone(wide: Wire) -> None:
    """The bell rings for nobody: looking on leaves nothing behind."""
    async with serve(wide.tenant) as server:
        async with listening(server) as listener:
            await listener.until("ready")
            assert 1 == len(wide.tenant.bell._listeners)
        async with asyncio.timeout(5):
            while wide.tenant.bell._listeners:  # noqa: ASYNC110 - nothing tells when it is so
                await asyncio.sleep(0.005)


async def test_closing_the_server_ends_the_streams(wide: Wire) -> None:
    """At once, and as a stream ends."""
    async with aiohttp.ClientSession() as session:
        async with serve(wide.tenant) as server:
            reply = await session.get(f"{server.url}/_tenant/events")
            await Listener(reply).until("ready")
            began = time.monotonic()
        assert 0.5 > time.monotonic() - began
        with pytest.raises((aiohttp.ClientPayloadError, ConnectionResetError)):
            await reply.content.read()
        reply.close()


async def test_a_slow_reader_holds_up_nobody(wide: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """While they do not read, others are served and nothing piles up; when they read again they are told what is new."""
    monkeypatch.setattr(streaming, "_PAUSE", 0.001)
    monkeypatch.setattr(streaming, "_SHARE", 0)
    rounds, each = 30, 200
    say = teller(wide)
    async with serve(wide.tenant) as server:
        slow = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        slow.sendall(b"GET /_tenant/events HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(rounds):
            for _ in range(each):
                say("long" * 500)
            wide.tenant.bell.ring()
            await asyncio.sleep(0.003)
        say("the-last-one")
        async with aiohttp.ClientSession(server.url) as session, asyncio.timeout(1):
            assert 200 == (await session.get("/_tenant/clock")).status
        read = await all_up_to(slow, b"the-last-one")
        assert 2000 * rounds * each / 2 > read


async def test_closing_the_server_hangs_up_on_a_slow_reader(wide: Wire) -> None:
    """Who takes nothing does not keep the server open, and is not sent the rest afterwards."""
    async with serve(wide.tenant) as server:
        slow = await asyncio.to_thread(socket.create_connection, ("127.0.0.1", int(server.url.rpartition(":")[2])))
        slow.sendall(b"GET /_tenant/events HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(200):
            teller(wide)("long" * 20_000)
        await asyncio.sleep(0.05)
        began = time.monotonic()
    assert 0.5 > time.monotonic() - began
    assert 200 * 80_000 > await all_up_to(slow, b"what never comes")


def teller(wide: Wire) -> Callable[[str], object]:
    """Delivers a message with that text."""
    return lambda text: wide.tenant.inbox.deliver("sms", PHONE, "123456", text, START)


async def all_up_to(slow: socket.socket, wanted: bytes) -> int:
    """How many bytes had to be read to find that, or the end."""
    slow.setblocking(False)
    loop, size, tail = asyncio.get_running_loop(), 0, b""
    async with asyncio.timeout(5):
        while wanted not in tail:
            chunk = await received(loop, slow)
            if not chunk:
                break
            size, tail = size + len(chunk), (tail + chunk)[-70000:]
    slow.close()
    return size


async def received(loop: asyncio.AbstractEventLoop, slow: socket.socket) -> bytes:
    with suppress(ConnectionResetError):
        return await loop.sock_recv(slow, 65536)
    return b""
