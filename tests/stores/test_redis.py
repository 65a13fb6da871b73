"""The Redis store, on real servers: what it keeps there, and what it says when a server cannot be had."""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from secrets import token_hex

import pytest
import redis.asyncio
from redis_servers import RedisServer, free_port

from mfa_flow import BadInput, MissingExtra, State, StoreError
from mfa_flow.machine.flow import Flow
from mfa_flow.stores import PLAINTEXT, Lease, Parked, RedisStore
from mfa_flow.stores.record import REMEMBERED
from mfa_flow.stores.redis_courier import Courier
from stores.conftest import SEAL

CONFIRM = Lease("confirm", 30, ("m1",))
FLOW = Flow(id="f", state=State.MFA_REQUIRED)


@pytest.fixture
def prefix():
    return f"t{token_hex(6)}:"


@pytest.fixture
async def store(redis_server, prefix):
    async with RedisStore(redis_server.url, seal=SEAL, prefix=prefix) as store:
        yield store


@pytest.fixture
async def client(redis_server):
    async with redis.asyncio.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
def servers(redis_folder):
    """Servers of one's own, to be killed."""
    made = []

    def start(*options):
        folder = redis_folder / token_hex(3)
        folder.mkdir()
        made.append(RedisServer(folder, options).start())
        return made[-1]

    yield start
    for each in made:
        each.kill()


async def saved(store, flow=FLOW, ttl=600):
    async with store.hold(flow.id, Lease("login", 30), 5) as held:
        await held.save(flow, ttl)


async def failed(store, told):
    """What each verb that writes says of this server."""
    for verb in (saved(store), store.forget("f")):
        with pytest.raises(StoreError, match=told) as caught:
            await verb
        assert (None, None) == (caught.value.__cause__, caught.value.__context__)


async def listed(store):
    return [entry async for entry in store.flows()]


async def test_one_key_per_flow(store, client, prefix):
    """A flow is one key, under the prefix, and ends by itself; a flow that is held lives as long as its mark would."""
    await saved(store, ttl=600)
    [key] = await client.keys(f"{prefix}*")
    assert f"{prefix}f".encode() == key
    assert 595_000 < await client.pttl(key) <= 600_000
    async with store.hold("f", CONFIRM, 5):
        assert await client.pttl(key) > REMEMBERED * 1000
    assert await client.pttl(key) <= 600_000
    assert {b"flow", b"expires", b"stamp"} == set(await client.hkeys(key))


async def test_nothing_is_left_of_a_refused_verb(store, client, prefix):
    """Holding what is not there leaves no key."""
    async with store.hold("f", CONFIRM, 5):
        pass
    assert [] == await client.keys(f"{prefix}*")


async def test_prefixes_are_apart(store, client, redis_server, prefix):
    """A store sees and drops what is under its prefix, characters of patterns included, and nothing else."""
    async with RedisStore(redis_server.url, seal=SEAL, prefix=f"{prefix}[a-z]*?\\") as other:
        await saved(store)
        await saved(other)
        await client.set(f"{prefix}b:else", "x")
        assert ["f"] == [entry.flow_id for entry in await listed(other)]
        assert 1 == await other.clear()
    assert 1 == (await store.load("f")).flow.version
    await client.delete(f"{prefix}b:else")


async def test_two_round_trips(store, client, monkeypatch):
    """A verb is two commands: one script to hold, one to save. What is asked for at once goes together."""
    await saved(store)  # the server knows the scripts now
    before = await calls(client)
    await saved(store)
    assert {"evalsha": 2} == await since(client, before)
    trips = []
    done = Courier._done
    monkeypatch.setattr(Courier, "_done", lambda self, batch: trips.append(len(batch)) or done(self, batch))
    await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}")) for number in range(64)))
    assert (128, True) == (sum(trips), len(trips) < 10)


async def calls(client):
    found = await client.info("commandstats")
    return {name.removeprefix("cmdstat_"): each["calls"] for name, each in found.items()}


async def since(client, before):
    inside = {"hmget", "hget", "hset", "hdel", "del", "pexpire", "time", "info", "hstrlen"}
    now = await calls(client)
    return {
        name: count - before.get(name, 0)
        for name, count in now.items()
        if count != before.get(name, 0) and name not in inside
    }


async def test_forgotten_scripts(store, client):
    """A server that forgot the scripts is given them again, in the middle of a batch."""
    await saved(store)
    await client.script_flush()
    await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}")) for number in range(8)))
    assert 9 == len(await listed(store))


async def test_killed_and_restarted_empty(servers):
    """A server that dies in the middle of a verb: the save that comes when it is back is kept, though all else is gone."""
    server = servers()
    async with RedisStore(server.url, seal=SEAL) as store:
        await saved(store)
        async with store.hold("f", CONFIRM, 5) as held:
            server.kill()
            await failed(store, "cannot be reached, or went away")
            with pytest.raises(StoreError, match="cannot be reached"):
                await store.load("f")
            with pytest.raises(StoreError, match="cannot be reached"):
                await listed(store)
            server.start()
            await held.save(held.parked.flow, 600)
        assert 2 == (await store.load("f")).flow.version


async def test_gone_while_saving(servers):
    """A server that is gone when a verb is saved: the error says so, and leaving does not hide it."""
    server = servers()
    async with RedisStore(server.url, seal=SEAL) as store:
        with pytest.raises(StoreError, match="cannot be reached"):
            async with store.hold("f", CONFIRM, 5) as held:
                server.kill()
                await held.save(FLOW, 600)


async def test_gone_while_leaving(servers):
    """A server that is gone when a verb that changed nothing is left: what was raised is raised on."""
    server = servers()
    async with RedisStore(server.url, seal=SEAL) as store:
        with pytest.raises(KeyError, match="mine"):
            async with store.hold("f", CONFIRM, 5):
                server.kill()
                raise KeyError("mine")


async def test_dropped_connections(store, client):
    """Connections that are cut under a store are made anew; nothing is done twice, nothing is lost."""
    await saved(store)

    async def cut():
        for _ in range(20):
            with suppress(redis.ConnectionError):
                await client.client_kill_filter(_type="normal", skipme=True)
            await asyncio.sleep(0.001)

    async def count(number):
        for _ in range(5):
            async with store.hold(f"chat-{number}", CONFIRM, 5) as held:
                await held.save(held.parked.flow or Flow(id=f"chat-{number}"), 600)

    await asyncio.gather(cut(), *(count(number) for number in range(10)))
    assert [5] * 10 == [(await store.load(f"chat-{number}")).flow.version for number in range(10)]


async def test_a_script_that_ran_twice(store):
    """A script whose answer was lost is sent again: it is held by who took it, saved once, and left once."""
    lease = Lease("confirm", 30, ("m1",))
    one = await store.take("f", "me", lease, 1)
    assert one == await store.take("f", "me", lease, 1)
    content = store.pack(FLOW, 1)
    assert [True, True] == [await store.put("f", "me", None, content, 600) for _ in range(2)]
    assert Parked(Flow(id="f", state=State.MFA_REQUIRED, version=1)) == await store.load("f")
    await store.leave("f", "me", died=True)
    assert None is (await store.load("f")).interrupted


async def test_a_read_only_replica(servers):
    """A replica is read, and says that it is one when something is to be stored."""
    primary = servers()
    replica = servers("--replicaof", "127.0.0.1", str(primary.port), "--replica-read-only", "yes")
    async with RedisStore(replica.url, seal=SEAL) as store:
        await failed(store, "is a read-only replica: give RedisStore the primary's address")
        assert Parked() == await store.load("f")


async def test_out_of_memory(servers):
    """A server that is full: nothing is begun, what is there can be read, and who held a flow already can save it."""
    server = servers("--maxmemory-policy", "noeviction")
    async with RedisStore(server.url, seal=SEAL) as store, redis.asyncio.from_url(server.url) as client:
        await saved(store)
        async with store.hold("f", CONFIRM, 5) as held, store.hold("g", CONFIRM, 5):
            await client.config_set("maxmemory", "1")
            await held.save(held.parked.flow, 600)
        with pytest.raises(StoreError, match="is out of memory"):
            await saved(store)
        assert ["f"] == [entry.flow_id for entry in await listed(store)]
        assert 2 == (await store.load("f")).flow.version


async def test_a_wrong_password(servers):
    """A server that asks for a password, and gets none or a wrong one; it shows nowhere."""
    server = servers("--requirepass", "right")
    for password in ("", ":hush@"):
        url = f"redis://{password}127.0.0.1:{server.port}"
        async with RedisStore(url, seal=SEAL) as store:
            with pytest.raises(StoreError, match="refuses this user or password") as caught:
                await store.load("f")
            assert "hush" not in f"{caught.value} {store!r}"
    async with RedisStore(f"redis://:right@127.0.0.1:{server.port}", seal=SEAL) as store:
        assert Parked() == await store.load("f")


async def test_a_server_that_hangs(servers):
    """A server that answers no more is waited for as long as the address says, and no longer."""
    server = servers()
    async with RedisStore(f"{server.url}?socket_timeout=0.05", seal=SEAL) as store:
        await saved(store)
        server.process.send_signal(19)
        with pytest.raises(StoreError, match="does not answer in time"):
            await store.load("f")
        server.process.send_signal(18)
        assert 1 == (await store.load("f")).flow.version


async def test_nobody_listens():
    """An address where nobody is."""
    async with RedisStore(f"redis://127.0.0.1:{free_port()}", seal=SEAL) as store:
        await failed(store, "cannot be reached")


@pytest.mark.parametrize("url", ["localhost:6379", "http://:hush@localhost", "", 5, None], ids=str)
def test_it_takes_an_address(url):
    """What is no address and no client is refused, unseen."""
    with pytest.raises(BadInput, match="takes an address") as caught:
        RedisStore(url, seal=SEAL)
    assert "hush" not in str(caught.value)


async def test_an_own_client(redis_server, prefix):
    """An own client is used and not closed; one that turns bytes into texts is refused."""
    async with redis.asyncio.from_url(redis_server.url) as client:
        async with RedisStore(client, seal=SEAL, prefix=prefix) as store:
            await saved(store)
            assert 1 == (await store.load("f")).flow.version
        assert await client.ping()
    async with redis.asyncio.from_url(redis_server.url, decode_responses=True) as client:
        with pytest.raises(BadInput, match="without decode_responses"):
            RedisStore(client, seal=SEAL)


async def test_a_cluster(servers):
    """The same on a cluster (of one server): each script touches one key."""
    server = servers("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf")
    async with redis.asyncio.from_url(server.url) as client:
        await client.execute_command("CLUSTER ADDSLOTS", *range(16384))
        async with asyncio.timeout(10):
            while (await client.execute_command("CLUSTER INFO"))["cluster_state"] != "ok":  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    cluster = redis.asyncio.RedisCluster(host="127.0.0.1", port=server.port)
    async with cluster, RedisStore(cluster, seal=SEAL) as store:
        await asyncio.gather(*(saved(store, Flow(id=f"chat-{number}")) for number in range(40)))
        assert 40 == len(await listed(store))
        assert [1] * 40 == [(await store.load(f"chat-{number}")).flow.version for number in range(40)]
        assert 40 == await store.clear()


async def test_the_servers_time_decides(redis_server, prefix, monkeypatch):
    """Machines whose clocks are wrong agree all the same about who holds what until when."""
    async with RedisStore(redis_server.url, seal=SEAL, prefix=prefix) as store:
        monkeypatch.setattr("time.time", lambda: 0.0)
        await saved(store, ttl=600)
        [entry] = await listed(store)
        monkeypatch.undo()
        assert 590 < entry.expires_at - time.time() < 601


def test_several_processes(redis_server, prefix):
    """Processes that use one server at once: every save counts, none is lost."""
    program = (
        "import asyncio, sys; from mfa_flow.machine.flow import Flow; from mfa_flow.stores import *\n"
        "async def save(store, number):\n"
        "    name = f'chat-{number % 5}'\n"
        "    async with store.hold(name, Lease('login', 30), 20) as held:\n"
        "        await held.save(held.parked.flow or Flow(id=name), 600)\n"
        "async def main():\n"
        "    async with RedisStore(sys.argv[1], seal=PLAINTEXT, prefix=sys.argv[2]) as store:\n"
        "        await asyncio.gather(*(save(store, number) for number in range(50)))\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-W", "error", "-c", program, redis_server.url, prefix]
    running = [subprocess.Popen(command) for _ in range(3)]
    assert [0, 0, 0] == [each.wait() for each in running]

    async def versions():
        async with RedisStore(redis_server.url, seal=PLAINTEXT, prefix=prefix) as store:
            return [(await store.load(f"chat-{number}")).flow.version for number in range(5)]

    assert [30] * 5 == asyncio.run(versions())


def test_without_the_extra(monkeypatch):
    """Without the package it says how to get it."""
    monkeypatch.setitem(sys.modules, "redis.asyncio.retry", None)
    with pytest.raises(MissingExtra, match=r"pip install 'mfa_flow\[redis\]'"):
        RedisStore("redis://localhost", seal=SEAL)
