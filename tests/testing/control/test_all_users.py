"""Looking at everybody, over the socket."""

import aiohttp

from mfa_flow.testing import serve
from testing.conftest import PHONE, Wire, has


async def test_all_users(wide: Wire) -> None:
    """What one user's own path tells, and what changes by the minute beside it."""
    has(wide, "otp", "sms")
    async with serve(wide.tenant) as server, aiohttp.ClientSession(server.url) as session:
        everybody = (await (await session.get("/_tenant/users")).json())["users"]
        cy = await (await session.get("/_tenant/users/cy@example.com")).json()
    assert ["ada@example.com", "eve@example.com", "cy@example.com"] == [each["email"] for each in everybody]
    seen = everybody[2]
    assert {**cy, "authenticators": None} == {name: seen[name] for name in cy} | {"authenticators": None}
    assert [PHONE, PHONE] == [each["to"] for each in seen["authenticators"] if each["kind"] in ("sms", "voice")]
    assert [2] == [len(each["shows"]) for each in seen["authenticators"] if each["kind"] == "totp"]
    assert {"code attempts", "recovery code attempts"} <= seen["limits"].keys()
