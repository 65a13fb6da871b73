"""Stores: where a flow rests between two messages. Names are loaded when they are first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfa_flow.stores.base import Entry, Held, Lease, Parked, Store
    from mfa_flow.stores.carried import Carried
    from mfa_flow.stores.memory import MemoryStore
    from mfa_flow.stores.redis import RedisStore
    from mfa_flow.stores.reference import Reference
    from mfa_flow.stores.seal import PLAINTEXT, Seal
    from mfa_flow.stores.sqlite import SqliteStore

_NAMES = {
    "base": "Entry Held Lease Parked Store",
    "carried": "Carried",
    "memory": "MemoryStore",
    "redis": "RedisStore",
    "reference": "Reference",
    "seal": "PLAINTEXT Seal",
    "sqlite": "SqliteStore",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

__all__ = [
    "PLAINTEXT",
    "Carried",
    "Entry",
    "Held",
    "Lease",
    "MemoryStore",
    "Parked",
    "RedisStore",
    "Reference",
    "Seal",
    "SqliteStore",
    "Store",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
