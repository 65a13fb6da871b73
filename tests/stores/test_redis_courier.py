"""The way to the server: what goes wrong with one script spoils its own reply, and nobody waits for ever."""

import asyncio

import pytest
import redis
import redis.asyncio

from mfa_flow import BadInput, StoreError
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import PLAINTEXT, Lease, Parked, RedisStore
from mfa_flow.stores.redis_scripts import LEAVE, TAKE
from stores.conftest import opener

CONFIRM = Lease("confirm", 30, ("m1",))


class Nodes:
    """A cluster's client, as far as the store knows one: ``away`` is what each command to the other node raises."""

    def __init__(self, client, away=None, slow=0.0):
        self.client, self.away, self.slow, self.done = client, away, slow, []

    def get_node_from_key(self, key):
        """Only clusters have this."""

    async def execute_command(self, *command):
        if self.away is not None and command[3].endswith(b"away"):
            await asyncio.sleep(self.slow)
            raise self.away
        if command[1] == TAKE.sha:
            await asyncio.sleep(0.003)  # what is sent at the same time overtakes it
        self.done.append(command[1])
        return await self.client.execute_command(*command)


@pytest.fixture
async def opens(request, tmp_path):
    found = opener(request, "redis", tmp_path, seal=PLAINTEXT)
    yield found
    await found.aclose()


@pytest.fixture
async def client(redis_server):
    async with redis.asyncio.from_url(redis_server.url) as client:
        yield client


async def saved(store, flow_id):
    async with store.hold(flow_id, CONFIRM, 5) as held:
        await held.save(held.parked.flow or Flow(id=flow_id), 600)


@pytest.mark.parametrize(
    "error", [redis.ConnectionError("gone"), redis.exceptions.SlotNotCoveredError("7"), KeyError("hush")], ids=repr
)
async def test_a_node_that_is_away(opens, client, error):
    """One node of a cluster that is away fails its own flows, and leaves no other held."""
    await saved(opens(), "warm")
    store = RedisStore(Nodes(client, error), seal=PLAINTEXT, prefix=opens.prefix)
    results = await asyncio.gather(*(saved(store, each) for each in ("a", "away", "b")), return_exceptions=True)
    assert [type(None), StoreError, type(None)] == list(map(type, results))
    assert "hush" not in str(results[1])
    assert [1, 1] == [(await opens().load(each)).flow.version for each in ("a", "b")]
    assert {None} == {entry.verb async for entry in opens().flows()}


async def test_a_slow_node(opens, client):
    """Who waits for a node that is away keeps nobody waiting for another."""
    store = RedisStore(Nodes(client, redis.ConnectionError("gone"), slow=0.2), seal=PLAINTEXT, prefix=opens.prefix)
    away, here = (asyncio.ensure_future(store.load(each)) for each in ("away", "a"))
    await asyncio.wait([away, here], return_when=asyncio.FIRST_COMPLETED)
    assert (False, Parked()) == (away.done(), await here)
    await asyncio.wait([away])
    assert isinstance(away.exception(), StoreError)


async def taken_and_left(store):
    """Both are asked for before either is sent."""
    taking = asyncio.create_task(store.take("f", "me", CONFIRM, 0))
    await asyncio.sleep(0)
    await store.leave("f", "me", died=False)
    await taking


async def test_one_key_in_order(opens, client):
    """What is asked for one flow at once is done in that order, on a cluster, too."""
    await saved(opens(), "f")
    nodes = Nodes(client)
    store = RedisStore(nodes, seal=PLAINTEXT, prefix=opens.prefix)
    await taken_and_left(store)
    assert [TAKE.sha, LEAVE.sha] == nodes.done[:2]
    assert [None] == [entry.verb async for entry in opens().flows()]


async def test_one_key_in_order_of_forgotten_scripts(opens, client):
    """The same where the server knows only the second of two scripts."""
    store = opens()
    await saved(store, "f")
    await client.script_flush()
    await store.leave("f", "nobody", died=False)
    await taken_and_left(store)
    assert [None] == [entry.verb async for entry in store.flows()]


async def test_nobody_waits_for_ever(opens, client, monkeypatch):
    """Whatever ends the courier, all who wait are told, those of the next batch included."""
    monkeypatch.setattr("mfa_flow.stores.redis_courier.TOGETHER", 1)
    store = opens()
    await saved(store, "f")
    asked = [asyncio.ensure_future(store.load(each)) for each in ("a", "b", "c")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    store._courier._task.cancel()
    done, waiting = await asyncio.wait(asked, timeout=2)
    assert (3, set(), {StoreError}) == (len(done), waiting, {type(each.exception()) for each in done})
    assert 1 == (await store.load("f")).flow.version


async def test_a_save_whose_reply_was_lost(opens):
    """A save that is sent again has been done, also when somebody who waited has taken the flow since."""
    store, other = opens(), opens()
    await store.take("f", "me", CONFIRM, 0)
    content = store.pack(Flow(id="f"), 1)
    assert await store.put("f", "me", None, content, 600)
    async with other.hold("f", CONFIRM, 0) as held:
        assert await store.put("f", "me", None, content, 600)
        assert not await store.put("f", "another", None, content, 600)
        await held.save(held.parked.flow, 600)
    assert 2 == (await store.load("f")).flow.version


async def test_a_take_whose_answer_was_lost(opens, monkeypatch, mfa_clock):
    """Who does not hear that it was taken lets go: nothing was sent, so nobody is told of an interruption."""
    store, other = opens(mfa_clock.now), opens(mfa_clock.now)
    await saved(store, "f")
    taken = type(store).take

    async def lost(self, *given):
        await taken(self, *given)
        raise StoreError("the Redis server does not answer in time")

    with monkeypatch.context() as patch:
        patch.setattr(type(store), "take", lost)
        with pytest.raises(StoreError, match="in time"):
            await store.hold("f", CONFIRM, 5).__aenter__()
    await store._courier.idle()
    async with other.hold("f", CONFIRM, 0) as held:
        assert None is held.parked.interrupted


async def test_nobody_hears_of_a_failed_leave(opens, monkeypatch, mfa_clock):
    """A cancelled verb whose leave fails says nothing to the log of the event loop."""
    heard = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: heard.append(context["message"]))
    store = opens(mfa_clock.now)
    await saved(store, "f")

    def failing(*given, **more):
        found = asyncio.get_running_loop().create_future()
        found.set_exception(StoreError("gone"))
        return found

    monkeypatch.setattr(type(store), "leave", failing)
    task = asyncio.create_task(store.hold("f", CONFIRM, 5).__aenter__())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    del task
    await asyncio.sleep(0)
    assert [] == heard


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (redis.Redis, "a client of redis.asyncio"),
        (lambda: redis.asyncio.Redis(decode_responses=True), "without decode_responses"),
        (lambda: redis.asyncio.RedisCluster(host="127.0.0.1", decode_responses=True), "without decode_responses"),
    ],
    ids=["sync", "decoding", "decoding cluster"],
)
async def test_clients_that_will_not_do(made, told):
    """A client that does not await, or that gives texts, is refused before anything is lost, a cluster's, too."""
    with pytest.raises(BadInput, match=told):
        RedisStore(made(), seal=PLAINTEXT)


@pytest.mark.parametrize("prefix", ["", None, b"x"], ids=repr)
def test_a_prefix_is_needed(prefix):
    """Without a prefix every key of the database would be ours."""
    with pytest.raises(BadInput, match="prefix="):
        RedisStore("redis://localhost", seal=PLAINTEXT, prefix=prefix)


async def test_foreign_keys_stay(opens, client):
    """Keys of others under our prefix, of whatever kind, are neither listed nor dropped, and hide none of ours."""
    store = opens()
    await saved(store, "f")
    await client.hset(f"{opens.prefix}session", "user", "ada")
    await client.set(f"{opens.prefix}text", "x")
    await client.hset(opens.prefix.encode() + b"\xff", "expires", "9999999999999")
    assert ["f"] == [entry.flow_id async for entry in store.flows()]
    assert [False, False] == [await store.forget(each) for each in ("session", "text")]
    await store.clear()
    assert 2 == await client.exists(f"{opens.prefix}session", f"{opens.prefix}text")
    assert None is (await store.load("f")).flow
