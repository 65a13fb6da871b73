"""Pictures over the socket."""

import builtins

import aiohttp
import pytest

from mfa_flow.testing import serve
from testing.conftest import Wire, has


async def fetched(wide: Wire, name: str) -> tuple[int, str, bytes]:
    async with serve(wide.tenant) as server, aiohttp.ClientSession(server.url) as session:
        reply = await session.get(f"/_tenant/qr/{name}")
        return reply.status, reply.content_type, await reply.read()


@pytest.mark.parametrize(
    ("kind", "content_type", "begin"),
    [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG\r\n\x1a\n")],
)
async def test_a_picture_of_each_kind(wide: Wire, kind: str, content_type: str, begin: bytes) -> None:
    """Of an app, by its id; the pipe in it as it is or encoded."""
    device = has(wide, "otp").apps[0].id
    for name in (device, device.replace("|", "%7C")):
        status, said, body = await fetched(wide, f"{name}.{kind}")
        assert (200, content_type, begin) == (status, said, body[: len(begin)])


@pytest.mark.parametrize("name", ["nobody.svg", "nobody.gif", "", "x"])
async def test_what_is_no_picture(wide: Wire, name: str) -> None:
    """Is told so, in JSON; a phone has no picture either."""
    phone = has(wide, "sms").of_kind("sms")[0].id
    assert (404, "application/json") == (await fetched(wide, name))[:2]
    assert (404, "application/json") == (await fetched(wide, f"{phone}.svg"))[:2]


async def test_without_segno(wide: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that is missing is named."""
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "segno":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    status, _, body = await fetched(wide, f"{has(wide, 'otp').apps[0].id}.svg")
    assert (501, True) == (status, b"mfa_flow[qr]" in body)
