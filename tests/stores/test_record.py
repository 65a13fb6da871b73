"""What becomes of a record, on every store: late saves, clocks that are set back, marks upon marks, odd message ids."""

import asyncio
from contextlib import closing, suppress

import pytest
import redis.asyncio

from mfa_flow import Busy, Conflict, State, StoreError, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import Lease, Parked, sqlite_file
from mfa_flow.stores.record import folded
from stores.conftest import opener

FLOW = Flow(id="f", state=State.MFA_REQUIRED)
CONFIRM = Lease("confirm", 30, ("m1",))


async def saved(store, ttl=600):
    async with store.hold("f", Lease("login", 30), 5) as held:
        await held.save(held.parked.flow or FLOW, ttl)


async def cut_off(store, lease=CONFIRM):
    with suppress(asyncio.CancelledError):
        async with store.hold("f", lease, 5):
            raise asyncio.CancelledError


async def test_a_late_save_raises_no_dead(store, other, mfa_clock):
    """Who is so late that the winner's flow has ended and is gone writes nothing: it would be the loser's."""
    await saved(store)
    slow = await store.hold("f", CONFIRM, 5).__aenter__()
    mfa_clock.advance(31)
    await saved(other, ttl=60)
    mfa_clock.advance(61)
    with pytest.raises(Conflict):
        await slow.save(slow.parked.flow, 600)
    assert None is (await other.load("f")).flow


async def test_in_time_it_is_written_anew(store, other, mfa_clock):
    """A store that lost all is given anew what one holds whose lease is in time, up to its last moment."""
    for passed, kept in ((29.9, True), (30, False)):
        await saved(store)
        held = await store.hold("f", CONFIRM, 5).__aenter__()
        await other.forget("f")
        mfa_clock.advance(passed)
        with suppress(Conflict):
            await held.save(held.parked.flow, 600)
        assert kept is ((await other.load("f")).flow is not None)


async def test_a_late_login_is_kept(store, mfa_clock):
    """Where nothing stood when it was begun nothing was lost either: what was paid for is kept."""
    held = await store.hold("f", CONFIRM, 5).__aenter__()
    await store.forget("f")
    mfa_clock.advance(31)
    await held.save(FLOW, 600)
    assert 1 == (await store.load("f")).flow.version


async def test_a_clock_that_is_set_back(opens):
    """A lease is not longer for a clock that is set back by an hour; by a moment it is kept."""
    now = [1_800_000_000.0]
    store = opens(lambda: now[0])
    await saved(store)
    await store.hold("f", CONFIRM, 5).__aenter__()
    now[0] -= 0.5
    with pytest.raises(Busy):
        await store.hold("f", CONFIRM, 0).__aenter__()
    now[0] -= 3600
    assert "confirm" == (await store.load("f")).interrupted
    assert [None] == [entry.verb async for entry in store.flows()]
    async with store.hold("f", CONFIRM, 0) as held:
        assert "confirm" == held.parked.interrupted


async def test_what_costs_nothing_hides_nothing(store):
    """A resend that was cut off stays told after a wait that was cut off; one that spent something names itself."""
    await saved(store)
    flow = (await store.load("f")).flow
    await cut_off(store, Lease("resend", 30, ("m1",)))
    await cut_off(store, Lease("wait", 30))
    assert Parked(flow, "resend", ("m1",)) == await store.load("f")
    await cut_off(store, Lease("confirm", 30, ("m2",)))
    assert Parked(flow, "confirm", ("m2", "m1")) == await store.load("f")


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (("wait",), ("resend", "1"), ("resend", "1")),
        (("wait",), ("cancel",), ("wait",)),
        (("confirm", "2"), ("resend", "1"), ("confirm", "2", "1")),
        (None, ("resend", "1"), ("resend", "1")),
        (("wait",), None, ("wait",)),
        (("a", *"123456789"), ("b", *"abcdefghi"), ("a", *"123456789abcdefg")),
    ],
    ids=str,
)
def test_folded(newer, older, expected):
    """The newest that cost something is named; the ids of both are kept, the newest first, 16 in all."""
    assert expected == folded(newer, older)


@pytest.mark.parametrize("message", ["\ud800", "x\udfffy", "é👋", '"\\\n\x00\x7f/', ""], ids=ascii)
async def test_any_message_id(store, message):
    """Whatever a platform calls its messages, half a surrogate pair included, is known again, and spoils nothing."""
    await saved(store)
    for _ in range(3):
        await cut_off(store, Lease("confirm", 30, (message,)))
    assert (message,) * 3 == (await store.load("f")).ids
    assert ["confirm"] == [entry.interrupted async for entry in store.flows()]
    await saved(store)
    assert None is (await store.load("f")).interrupted


async def put_into(opens, column, text):
    """Change what is stored of flow ``f`` behind the store's back."""
    if opens.kind == "sqlite":
        with closing(sqlite_file.opened(opens.folder / "flows.db")) as file:
            file.execute(f"UPDATE flows SET {column} = ? WHERE id = ?", (text, b"f"))
    else:
        async with redis.asyncio.from_url(opens.server.url) as client:
            await client.hset(f"{opens.prefix}f", column, text)


@pytest.mark.parametrize("text", ["nonsense", "5", "[]", "[1]", "{}", '["confirm", null]', '"confirm"'])
@pytest.mark.parametrize("column", ["mark", "lease"])
async def test_a_damaged_note(kept_open, mfa_clock, column, text):
    """A note that somebody damaged is told in plain words, keeps nobody's flow held, and hides no other flow."""
    store = kept_open(mfa_clock.now)
    await saved(store)
    async with store.hold("g", CONFIRM, 5) as held:
        await held.save(Flow(id="g"), 600)
    if column == "lease":
        await store.hold("f", CONFIRM, 5).__aenter__()
        mfa_clock.advance(31)
    await put_into(kept_open, column, text)
    for _ in range(2):
        for looking in (store.load("f"), store.hold("f", CONFIRM, 0).__aenter__()):
            with pytest.raises(Unreadable, match="is damaged"):
                await looking
    listed = {entry.flow_id: (entry.verb, entry.interrupted) async for entry in store.flows()}
    assert {"f": (None, "?"), "g": (None, None)} == listed
    assert await store.forget("f")


async def test_a_mark_keeps_no_tokens(request, tmp_path, mfa_clock):
    """A flow that ended goes when its time is over, though the mark of one that died with it stays."""
    for kind in ("memory", "sqlite"):
        opens = opener(request, kind, tmp_path)
        store = opens(mfa_clock.now)
        await saved(store, ttl=60)
        await cut_off(store)
        mfa_clock.advance(61)
        async with store.hold("g", CONFIRM, 5) as held:
            await held.save(Flow(id="g"), 600)
        assert Parked(None, "confirm", ("m1",)) == await store.load("f")
        if kind == "memory":
            assert None is store._kept["f"].content
        else:
            with closing(sqlite_file.opened(tmp_path / "flows.db")) as file:
                assert (None,) == file.execute("SELECT content FROM flows WHERE id = ?", (b"f",)).fetchone()
        await opens.aclose()


@pytest.mark.parametrize("value", [{1}, float("nan"), b"x", (1,), {1: 2}], ids=str)
async def test_what_is_no_json(store, value):
    """Every store refuses to keep what not every store can keep, and says which factor keeps it where."""
    with pytest.raises(StoreError, match=r"factor 'sms' keeps in memory\.x what is not JSON"):
        async with store.hold("f", CONFIRM, 5) as held:
            await held.save(Flow(id="f", factor="sms", memory={"x": value}), 600)
    assert None is (await store.load("f")).flow
