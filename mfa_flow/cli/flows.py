"""``mfa-flow flows``: what rests in a store, without its key."""

import sys
import time
from pathlib import Path

from mfa_flow.errors import BadInput, MfaFlowError
from mfa_flow.stores import PLAINTEXT, Entry, RedisStore, SqliteStore

Persistent = SqliteStore | RedisStore


async def run_flows(action: str, flow_id: str | None, sqlite: Path | None, redis: str | None, prefix: str) -> int:
    """List, clear or forget. 0 is done, 1 is that there was nothing to forget, 2 is that it could not be done."""
    try:
        _check(action, flow_id)
        async with _store(sqlite, redis, prefix) as store:
            if action == "list":
                return await _list(store)
            return await (_clear(store) if flow_id is None else _forget(store, flow_id))
    except MfaFlowError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _check(action: str, flow_id: str | None) -> None:
    if action not in {"list", "clear", "forget"}:
        raise BadInput(f"{action!r} is none of list, clear, forget")
    if (action == "forget") != (flow_id is not None):
        raise BadInput("forget takes the ID of a flow, and only forget does")


def _store(sqlite: Path | None, redis: str | None, prefix: str) -> Persistent:
    """The store. What is stored is not read, so it needs no key."""
    if (sqlite is None) == (redis is None):
        raise BadInput("say which store: --sqlite PATH or --redis URL")
    if redis is not None:
        return RedisStore(redis, seal=PLAINTEXT, prefix=prefix)
    if sqlite is None or not sqlite.is_file():
        raise BadInput(f"there is no file {sqlite}")
    return SqliteStore(sqlite, seal=PLAINTEXT)


async def _list(store: Persistent) -> int:
    count = 0
    async for entry in store.flows():
        print(_line(entry))
        count += 1
    print(f"{count} flow{'' if count == 1 else 's'}", file=sys.stderr)
    return 0


def _line(entry: Entry) -> str:
    """Its id, when it ends, its size, and what is in the air or was cut off; between tabs."""
    ends = "no flow yet" if entry.expires_at is None else time.strftime("%F %TZ", time.gmtime(entry.expires_at))
    said = f"{entry.verb} in the air" if entry.verb else f"{entry.interrupted} interrupted" if entry.interrupted else ""
    shown = entry.flow_id if entry.flow_id.isprintable() else repr(entry.flow_id)
    return f"{shown}\t{ends}\t{entry.size} bytes\t{said}".rstrip()


async def _clear(store: Persistent) -> int:
    print(f"{await store.clear()} dropped")
    return 0


async def _forget(store: Persistent, flow_id: str) -> int:
    if await store.forget(flow_id):
        print("1 dropped")
        return 0
    print(f"error: there is no flow {flow_id!r}", file=sys.stderr)
    return 1
