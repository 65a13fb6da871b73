"""Snapshots: a flow as compact JSON with a format number, and back. Strict in writing, tolerant in reading.

What is as it was in a new flow is left out. A ``Secret`` among a factor's ``memory`` or ``details`` is written as an
object with one empty key, and so comes back as a ``Secret``. By hand: a library for this takes longer.
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from attrs import fields

from mfa_flow.errors import StoreError, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.table import State
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens

FORMAT = 1
# From each older format to the one after it. A sample of every released format is kept in the tests.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

_SECRETS = ("mfa_token", "access_token", "recovery_code")
_TEXTS = ("factor", "error", "accepted", "last", "cut_off")
_TIMES = ("expires_at", "paused_until", "locked_until")
_PLAIN = (*_SECRETS, *_TEXTS, *_TIMES)
_UNLESS_EMPTY = ("asked_at", "recovery_codes", "seen", "proved", "last_at")
_OPEN = ("details", "memory")
# Whatever is true or false in a flow, and false in a new one.
_FLAGS = tuple(each.name for each in fields(Flow) if each.type is bool)

_write = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def encode(flow: Flow, version: int | None = None) -> bytes:
    """The flow as JSON (as of another ``version``, if one is given).

    Raises StoreError for what is not JSON in a factor's ``memory`` or ``details``, and for numbers that are not finite.
    """
    try:
        return _write(_written(flow, version)).encode("ascii")
    except (ValueError, TypeError, RecursionError):
        pass  # raised below, where nothing secret is in a variable
    raise StoreError("this flow holds what is not JSON, such as a time that is no finite number: it cannot be stored")


def refuse_what_is_no_json(flow: Flow) -> None:
    """Raises StoreError for what a factor keeps and no store on a disk could."""
    for name in _OPEN:
        if value := getattr(flow, name):
            _marked(dict(value), flow, name)


def _written(flow: Flow, version: int | None) -> dict[str, Any]:
    written: dict[str, Any] = {"format": FORMAT, "id": flow.id, "state": flow.state.value}
    written["version"] = flow.version if version is None else version
    for name in _PLAIN:
        if (value := getattr(flow, name)) is not None:
            written[name] = value
    for name in (*_UNLESS_EMPTY, *_FLAGS):
        if value := getattr(flow, name):
            written[name] = value
    for name in _OPEN:
        if value := getattr(flow, name):
            written[name] = _marked(dict(value), flow, name)
    written.update(_nested(flow))
    return written


def _nested(flow: Flow) -> Iterator[tuple[str, list[Any]]]:
    """The values within the flow, as lists: names would take more than what they name."""
    if (asked := flow.requirements) is not None:
        yield "requirements", [asked.challenge, asked.enroll]
    if flow.authenticators is not None:
        yield "authenticators", [_listed(each) for each in flow.authenticators]
    if flow.authenticator is not None:
        yield "authenticator", _listed(flow.authenticator)
    if (got := flow.tokens) is not None:
        yield "tokens", [getattr(got, name) for name in _TOKENS]


def decode(text: bytes) -> Flow:
    """The flow of a snapshot. Raises Unreadable: it is none, or was written by a newer version."""
    found = _tried(text)
    if isinstance(found, str):
        del text  # it is readable, and this frame is part of the error
        raise Unreadable(found)
    return found


def _tried(text: bytes) -> Flow | str:
    """The flow, or what is wrong."""
    try:
        return _flow(_current(json.loads(text.decode())))
    except Unreadable as error:
        return str(error)
    except (ValueError, TypeError, KeyError, LookupError, AttributeError, RecursionError):
        return "what is stored is no flow: it was damaged, or changed by somebody else"


def _current(found: dict[str, Any]) -> dict[str, Any]:
    """The snapshot in today's format."""
    number = found["format"]
    if type(number) is not int or number > FORMAT:
        raise Unreadable("what is stored was written by a newer mfa_flow (another snapshot format): update this one")
    while number < FORMAT:
        found, number = MIGRATIONS[number](found), number + 1
    return found


def _flow(found: dict[str, Any]) -> Flow:
    given: dict[str, Any] = {name: _text(found[name]) for name in _TEXTS if name in found}
    given.update({name: Secret(_text(found[name])) for name in _SECRETS if name in found})
    given.update({name: _number(found[name]) for name in (*_TIMES, "asked_at", "last_at") if name in found})
    given.update({name: _flag(found[name]) for name in _FLAGS if name in found})
    for name in _OPEN:
        if name in found:
            given[name] = _mapping(_unmarked(found[name]))
    if "recovery_codes" in found:
        given["recovery_codes"] = tuple(Secret(_text(code)) for code in found["recovery_codes"])
    for name in ("seen", "proved"):
        if name in found:
            given[name] = tuple(map(_text, found[name]))
    if "requirements" in found:
        asked = found["requirements"][:2]
        given["requirements"] = Requirements(*(None if kinds is None else tuple(map(_text, kinds)) for kinds in asked))
    if "authenticators" in found:
        given["authenticators"] = tuple(_authenticator(each) for each in found["authenticators"])
    if "authenticator" in found:
        given["authenticator"] = _authenticator(found["authenticator"])
    if "tokens" in found:
        given["tokens"] = Tokens(*found["tokens"][: len(_TOKENS)])
    return Flow(id=_text(found["id"]), state=State(found["state"]), version=_number(found["version"]), **given)


_TOKENS = ("access_token", "id_token", "refresh_token", "scope", "expires_in", "token_type")


def _listed(one: Authenticator) -> list[Any]:
    return [one.id, one.authenticator_type, one.active, one.oob_channel, one.name, one.type]


def _authenticator(found: list[Any]) -> Authenticator:
    return Authenticator(_text(found[0]), *found[1:6])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise TypeError
    return value


def _number(value: Any) -> Any:
    if type(value) not in (int, float):
        raise TypeError
    return value


def _marked(value: Any, flow: Flow, *path: str) -> Any:
    """The value with its secrets marked. Only what JSON gives back as it was passes."""
    kind = type(value)
    if kind is str or kind is bool or value is None or kind is int or (kind is float and math.isfinite(value)):
        return value
    if kind is Secret:
        return {"": value}
    if kind is list:
        return [_marked(each, flow, *path, str(index)) for index, each in enumerate(value)]
    if kind is dict and all(type(key) is str for key in value):
        marked = {key: _marked(each, flow, *path, key) for key, each in value.items()}
        return {"": marked} if value.keys() == _ONE_EMPTY else marked
    told = f"factor {flow.factor!r} keeps in {'.'.join(path)} what is not JSON ({kind.__name__}): it cannot be stored"
    raise StoreError(told)


_ONE_EMPTY = {"": None}.keys()


def _unmarked(value: Any) -> Any:
    if type(value) is list:
        return [_unmarked(each) for each in value]
    if type(value) is not dict:
        return value
    if value.keys() != _ONE_EMPTY:
        return {key: _unmarked(each) for key, each in value.items()}
    only = value[""]
    return Secret(only) if type(only) is str else {"": _unmarked(only[""])}
