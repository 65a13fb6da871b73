"""The server of the comparison, in a process of its own: ``python tests/bench/stub.py`` prints its port.

Thin, so that two cores are enough for it and for who is measured. It answers the four requests of a flow, and nothing
else: a body is read in full the first time it is seen, and a wrong one is refused. ``GET /_counts`` tells how many of
each there were.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from functools import lru_cache
from itertools import cycle
from urllib.parse import parse_qsl

import scene

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
BEARER = re.compile(rb"(?i)\r\nauthorization: *bearer (\S+)")
TYPE = re.compile(rb"(?i)\r\ncontent-type: *([\w/-]+)")
WHO = {token: number for number, token in enumerate(scene.MFA_TOKENS)}
COUNTS: Counter[str] = Counter()
TURNS = cycle(range(scene.PEOPLE))


class Refused(Exception):
    """This is none of the four requests."""


class Stub(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport):
        """Begin."""
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        """Answer each request that is complete."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, length = self.buffer[:end], LENGTH.search(self.buffer, 0, end)
            until = end + 4 + int(length[1] if length else 0)
            if len(self.buffer) < until:
                return
            body, self.buffer = self.buffer[end + 4 : until], self.buffer[until:]
            self.transport.write(answer(head, body))


def answer(head: bytes, body: bytes) -> bytes:
    """The ready-made bytes."""
    try:
        return _answer(head, body)
    except (Refused, ValueError, KeyError) as error:
        COUNTS["refused"] += 1
        print(f"refused: {error!r}", file=sys.stderr, flush=True)
        return scene.refused(repr(error))


def _answer(head: bytes, body: bytes) -> bytes:
    request = head.split(b" HTTP/1.1\r\n", 1)[0]
    if request == b"POST /oauth/token":
        return _granted(head, body)
    if request == b"POST /mfa/challenge":
        COUNTS["challenges"] += 1
        return scene.CHALLENGED[_challenged(_type(head), body)]
    if request == b"GET /mfa/authenticators" and (bearer := BEARER.search(head)) and bearer[1].decode() in WHO:
        COUNTS["lists"] += 1
        return scene.LIST
    if request == b"GET /_counts":
        return scene.told(COUNTS)
    raise Refused("no such request, or without its bearer token")


def _granted(head: bytes, body: bytes) -> bytes:
    who = _proved(_type(head), body)
    COUNTS["passwords" if who is None else "proofs"] += 1
    return scene.DEMANDED[next(TURNS)] if who is None else scene.ISSUED[who]


def _type(head: bytes) -> bytes:
    found = TYPE.search(head)
    return found[1] if found else b""


@lru_cache(maxsize=16384)
def _proved(kind: bytes, body: bytes) -> int | None:
    """Whose proof this is; None for the right password."""
    fields = _fields(kind, body)
    if fields["grant_type"] == "password":
        _same(fields, username=scene.USERNAME, password=scene.PASSWORD)
        return None
    who = WHO[fields["mfa_token"]]
    _same(fields, grant_type=scene.OOB, oob_code=scene.OOB_CODES[who], binding_code=scene.CODE)
    return who


@lru_cache(maxsize=16384)
def _challenged(kind: bytes, body: bytes) -> int:
    fields = _fields(kind, body)
    _same(fields, authenticator_id=scene.PHONE)
    return WHO[fields["mfa_token"]]


def _fields(kind: bytes, body: bytes) -> dict[str, str]:
    if kind not in (scene.FORM.encode(), b"application/json"):
        raise Refused("neither a form nor JSON")
    fields = json.loads(body) if kind == b"application/json" else dict(parse_qsl(body.decode(), strict_parsing=True))
    _same(fields, **scene.CLIENT)
    return fields


def _same(fields: dict[str, str], **wanted: str) -> None:
    for name, value in wanted.items():
        if fields[name] != value:
            raise Refused(f"not the right {name}")


async def main() -> None:
    """Serve until the end."""
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
