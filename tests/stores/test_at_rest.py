"""At rest: no secret is readable in a store's bytes, and no byte of a record can be changed unnoticed."""

import sqlite3
from contextlib import closing, suppress

import pytest
import redis.asyncio
from attrs import evolve

from mfa_flow import Unreadable
from mfa_flow.stores import PLAINTEXT, Lease
from stores.conftest import opener
from stores.flows import EVERYTHING
from stores.typical import TYPICAL

SECRETS = {
    *(TYPICAL.mfa_token, TYPICAL.memory["oob_code"], EVERYTHING.mfa_token, EVERYTHING.access_token),
    *(EVERYTHING.recovery_code, *EVERYTHING.recovery_codes, EVERYTHING.details["phone_number"]),
}
FLOWS = [TYPICAL, evolve(EVERYTHING, id="chat-1", memory={"oob_code": TYPICAL.memory["oob_code"]})]


async def filled(opens):
    """A store in which flows were saved, held, cut off and saved again."""
    store = opens()
    for flow in FLOWS:
        async with store.hold(flow.id, Lease("login", 30, ("m1",)), 5) as held:
            await held.save(flow, 600)
        with suppress(KeyboardInterrupt):
            async with store.hold(flow.id, Lease("confirm", 30, ("m2",)), 5):
                raise KeyboardInterrupt
    return store


async def bytes_of(opens):
    """All that lies around: the file and those beside it, or the keys and the dump of the database."""
    if opens.kind == "sqlite":
        return b"".join(path.read_bytes() for path in sorted(opens.folder.iterdir()))
    async with redis.asyncio.from_url(opens.server.url) as client:
        keys = await client.keys(f"{opens.prefix}*")
        await client.config_set("rdbcompression", "no")
        await client.save()
        found = b"".join([await client.dump(key) for key in keys])
        return found + (opens.server.folder / "dump.rdb").read_bytes()


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "plaintext"])
async def test_no_secret_is_readable(kept_open, sealed):
    """Sealed, nothing secret is found in its bytes. Unsealed all of it is: so the search finds what is there."""
    if not sealed:
        kept_open.seal = PLAINTEXT
    await filled(kept_open)
    found = await bytes_of(kept_open)
    readable = {secret for secret in SECRETS if secret.encode() in found or secret[:30].encode() in found}
    assert readable == (set() if sealed else SECRETS)
    assert b"chat-42" in found


async def test_one_changed_byte_is_refused(request, tmp_path):
    """Whichever byte of a record is changed in the file, the flow is refused when it is loaded."""
    opens = opener(request, "sqlite", tmp_path)
    store = await filled(opens)
    with closing(sqlite3.connect(tmp_path / "flows.db", isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = OFF")
        [[content]] = file.execute("SELECT content FROM flows WHERE id = ?", (b"chat-1",)).fetchall()
        for index in range(len(content)):
            changed = bytearray(content)
            changed[index] ^= 1 + index % 255
            file.execute("UPDATE flows SET content = ? WHERE id = ?", (bytes(changed), b"chat-1"))
            with pytest.raises(Unreadable):
                await store.load("chat-1")
        file.execute("UPDATE flows SET content = ? WHERE id = ?", (content, b"chat-1"))
        assert EVERYTHING.error == (await store.load("chat-1")).flow.error
    await opens.aclose()


async def test_a_moved_record_is_refused(request, tmp_path):
    """A record that was put under another flow's id is refused, sealed or not."""
    for number, seal in enumerate((None, PLAINTEXT)):
        folder = tmp_path / str(number)
        folder.mkdir()
        opens = opener(request, "sqlite", folder, **({} if seal is None else {"seal": seal}))
        store = await filled(opens)
        with closing(sqlite3.connect(folder / "flows.db", isolation_level=None)) as file:
            file.execute("UPDATE flows SET content = (SELECT content FROM flows WHERE id = X'636861742d31')")
        with pytest.raises(Unreadable, match="belongs to another flow"):
            await store.load("chat-42")
        await opens.aclose()
