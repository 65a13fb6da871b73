"""How an answer travels over a socket when a fault has something to do with its bytes."""

import asyncio
import socket
import struct
from collections.abc import Iterator

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from mfa_flow.testing.control.outcome import DROPPED, Outcome
from mfa_flow.wire.call import Reply

_PIECES = 10
_NO_LINGERING = struct.pack("ii", 1, 0)  # what is not sent is thrown away, and the other side is told so by a reset


async def deliver(outcome: Outcome) -> web.Response:
    """The answer to a request, once it is due. It looks whole: what goes wrong goes wrong while it is written."""
    kind, reply = _kind(outcome), outcome.reply
    if kind == "dribbled":
        return _Dribbled(reply, outcome.delay)
    await outcome.held_back()
    return _Whole(outcome.arrived()) if kind is None else _BROKEN[kind](reply)


def _kind(outcome: Outcome) -> str | None:
    """What goes wrong while it is written. Of an answer without a body nothing can be cut off or come in pieces."""
    fault, body = outcome.fault, outcome.reply.body
    if fault is None or (fault.bytes == "dribbled" and not body):
        return None
    if fault.drop or (fault.bytes == "cut" and not body):
        return "closed"
    return None if fault.bytes == "garbled" else fault.bytes


class _Whole(web.Response):
    """An answer as it is."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(status=reply.status or 200, headers=reply.headers, body=reply.body)
        self.whole = reply.body


class _Closed(_Whole):
    """The connection is closed, and nothing of the answer is written."""

    async def _start(self, request: web.BaseRequest) -> AbstractStreamWriter:
        raise _hung_up(request)


class _Reset(_Whole):
    """The same, but the other side is told that its connection was reset."""

    async def _start(self, request: web.BaseRequest) -> AbstractStreamWriter:
        raise _hung_up(request, reset=True)


class _Cut(_Whole):
    """The headers promise all of the answer; half of it comes, and then the connection is closed."""

    async def write_eof(self, data: bytes = b"") -> None:
        request = self._req
        await self.write(self.whole[: len(self.whole) // 2])
        raise _hung_up(request)


class _Dribbled(_Whole):
    """All of it comes, little by little."""

    def __init__(self, reply: Reply, seconds: float) -> None:
        super().__init__(reply)
        self._seconds = seconds

    async def write_eof(self, data: bytes = b"") -> None:
        pieces = list(_pieces(self.whole))
        for piece in pieces:
            await self.write(piece)
            await asyncio.sleep(self._seconds / len(pieces))
        await web.StreamResponse.write_eof(self)


_BROKEN: dict[str, type[_Whole]] = {"closed": _Closed, "reset": _Reset, "cut": _Cut}


def _pieces(body: bytes) -> Iterator[bytes]:
    size = -(-len(body) // _PIECES) or 1
    return (body[start : start + size] for start in range(0, len(body), size))


def _hung_up(request: web.BaseRequest | None, *, reset: bool = False) -> ConnectionResetError:
    """Close the connection at once; the server takes the error for a client that went away."""
    if request is not None and (transport := request.transport) is not None:
        if reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        transport.abort()
    return ConnectionResetError(DROPPED)
