"""One request to the control API, read strictly: a slip in a test is told, not waved through."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from attrs import frozen

from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.wire.exchange import read_object

Kinds = Mapping[str, type | tuple[type, ...]]


class Bad(Exception):
    """A request that cannot be done, and what to do instead."""

    def __init__(self, what_to_do: str, status: int = 400) -> None:
        super().__init__(what_to_do)
        self.status = status


@frozen
class Ask:
    """Which tenant, and what is asked of it."""

    tenant: Tenant
    rest: str  # what follows the resource's name in the path
    query: Mapping[str, str]
    body: bytes

    def fields(self, kinds: Kinds) -> dict[str, Any]:
        """The body's fields, each of its kind. Null counts as left out."""
        values = _object(self.body)
        if values is None or not values.keys() <= kinds.keys():
            raise Bad(f"send a JSON object with nothing but: {', '.join(kinds)}")
        given = {name: value for name, value in values.items() if value is not None}
        for name, value in given.items():
            if not isinstance(value, kinds[name]) or (isinstance(value, bool) and kinds[name] is not bool):
                raise Bad(f"{name} is of the wrong type")
        return given


def _object(body: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        return read_object(body)
    return None
