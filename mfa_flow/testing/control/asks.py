"""One request to the control API, read strictly: a slip in a test is told, not waved through."""

from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from aiohttp import web
from attrs import frozen

from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.wire.exchange import read_object

Kinds = Mapping[str, type | tuple[type, ...]]
NUMBER = (int, float)


class Bad(Exception):
    """A request that cannot be done, and what to do instead."""

    def __init__(self, what_to_do: str, status: int = 400) -> None:
        super().__init__(what_to_do)
        self.status = status


@frozen
class Ask:
    """Which tenant, and what is asked of it."""

    tenant: Tenant
    rest: str  # what stands in the path for the braces of a verb's
    query: Mapping[str, str]
    body: bytes
    request: web.Request | None = None  # for what answers over time

    def fields(self, kinds: Kinds, emptied: Container[str] = ()) -> dict[str, Any]:
        """The body's fields, each of its kind. Null counts as left out, but for what may be ``emptied`` by it."""
        values = _object(self.body)
        if values is None:
            raise Bad(f"send a JSON object with nothing but: {', '.join(kinds)}")
        _check_names(values, kinds, "send a JSON object with nothing but")
        given = {name: value for name, value in values.items() if value is not None or name in emptied}
        for name, value in given.items():
            if value is not None and not _fits(value, kinds[name]):
                raise Bad(f"{name} is of the wrong type: it is {_wanted(kinds[name])}")
        return given

    def options(self, kinds: Kinds) -> dict[str, Any]:
        """The same, where no body is needed."""
        return self.fields(kinds) if self.body else {}

    def asked(self, *names: str) -> list[str | None]:
        """The query's parameters, of which there are no others."""
        if self.query and not names:
            raise Bad(f"this takes no query: not {next(iter(self.query))!a}")
        _check_names(self.query, names, "the query has nothing but")
        return [self.query.get(name) for name in names]


Answer = tuple[int, Any]  # a status, and values for JSON or a response that is no JSON
Action = Callable[[Ask], Awaitable[Answer]]


def nearest(name: str, known: Iterable[str]) -> str:
    """A question, if something known looks like it."""
    found: list[str] = get_close_matches(name, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def recipient(told: str | None) -> str | None:
    """A number or an address of a query, where an unescaped plus is a blank."""
    if told is not None and (told.startswith(" ") or "@" in told):
        return told.replace(" ", "+")
    return told


def words(name: str, value: object) -> list[str]:
    """A list of strings, and nothing else."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise Bad(f"{name} is a list of strings")


def _check_names(given: Iterable[str], known: Iterable[str], allowed: str) -> None:
    known = list(known)
    for name in given:
        if name not in known:
            raise Bad(f"{allowed}: {', '.join(known) or 'nothing'}: not {name!a}{nearest(name, known)}")


_CALLED: dict[type, str] = {
    str: "a string", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "an object",
}  # fmt: skip


def _fits(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _wanted(kind: type | tuple[type, ...]) -> str:
    return _CALLED[kind] if isinstance(kind, type) else " or ".join(_CALLED[each] for each in kind)


def _object(body: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        return read_object(body)
    return None
