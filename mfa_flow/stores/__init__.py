"""Stores: where a flow rests between two messages."""

from mfa_flow.stores.base import Held, Parked, Store
from mfa_flow.stores.memory import MemoryStore

__all__ = ["Held", "MemoryStore", "Parked", "Store"]
