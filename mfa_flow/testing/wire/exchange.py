"""Bytes to fields and answers to bytes: how a tenant reads what came in and writes what goes out."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus

from attrs import Factory, define, field, frozen

from mfa_flow.testing.texts import MISSING, NOT_A_STRING, TOO_LONG, UNREADABLE, WRONG_TYPE, Refusal, Refused
from mfa_flow.wire.call import Call

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HOME = "https://tenant.example/"  # the issuer, where no Host header names another
_DEEPEST = 50  # levels of JSON; nobody writes more, and programs that go down them lose their footing
_MOST_FIELDS = 1000  # of a form
_LONGEST = 2000  # characters


@frozen
class Fields:
    """The parameters of a request. What is null, or an empty string, counts as not sent."""

    _values: Mapping[str, Any] = field(repr=False)

    def text(self, name: str) -> str | None:
        """A parameter that must be one string, if it is there."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Refused(NOT_A_STRING, name=name)
        return value

    def short(self, name: str) -> str | None:
        """The same, for what is kept: it must be no longer than anybody needs."""
        value = self.text(name)
        if value is not None and len(value) > _LONGEST:
            raise Refused(TOO_LONG, name=name, most=str(_LONGEST))
        return value

    def need(self, name: str, missing: Refusal = MISSING) -> str:
        """A parameter without which nothing goes on."""
        value = self.text(name)
        if value is None:
            raise Refused(missing, name=name)
        return value

    def all(self) -> Mapping[str, Any]:
        """Every parameter, of whatever type."""
        return self._values

    def raw(self, name: str) -> Any:
        """A parameter of whatever type."""
        return self._values.get(name)


@define
class Request:
    """A call as the tenant reads it: one path, decoded once, and header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    issuer: str = HOME
    grant: str | None = None  # noted by the token endpoint, for the log
    # Several look into the same body.
    _kind: str = field(default=Factory(lambda self: _kind_of(self.headers), takes_self=True), init=False, repr=False)
    _read: Fields | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, call: Call, home: str = HOME) -> "Request":
        """Read a call. A query string means nothing to any of the paths served here."""
        headers = {name.lower(): value for name, value in call.headers.items()}
        path = unquote(call.path.partition("?")[0])
        return cls(call.method.upper(), path, headers, call.body, _issuer(headers) or home)

    def fields(self, *kinds: str) -> Fields:
        """The body's parameters, if its content type is one of these. Parameters of the type itself do not matter."""
        if self._kind not in kinds:
            raise Refused(WRONG_TYPE, kinds=" or ".join(kinds))
        if self._read is None:
            self._read = self._reading(self._kind)
        return self._read

    def _reading(self, kind: str) -> Fields:
        try:
            return Fields(_READERS[kind](self.body))
        except (ValueError, RecursionError):
            raise Refused(UNREADABLE, kind=kind) from None

    def glance(self) -> Mapping[str, Any]:
        """Whatever parameters can be read: for who only looks on."""
        try:
            return self.fields(FORM, JSON).all()
        except Refused:
            return {}

    def bearer(self) -> str | None:
        """The token of an ``Authorization: Bearer`` header."""
        return self._authorization("bearer")

    def basic(self) -> tuple[str, str] | None:
        """The name and secret of an ``Authorization: Basic`` header; a garbled one is nobody's."""
        word = self._authorization("basic")
        if word is None:
            return None
        try:
            name, _, secret = b64decode(word, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return unquote_plus(name), unquote_plus(secret)

    def _authorization(self, scheme: str) -> str | None:
        said, _, word = self.headers.get("authorization", "").strip().partition(" ")
        return word.strip() if said.lower() == scheme else None


def _kind_of(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _issuer(headers: Mapping[str, str]) -> str | None:
    """A tenant is called by the name it was reached under. What is no text in it cannot be signed."""
    host, scheme = headers.get("host"), headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{host}/".encode(errors="replace").decode() if host else None


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object, read as strictly as JavaScript does; ValueError if it is none that can be written down again."""
    try:
        values = json.loads(body.decode(), parse_constant=_refuse)
        if b"\\u" in body:
            json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(values, dict) or _is_deep(values, _DEEPEST):
        raise ValueError("not an object")
    return values


def _refuse(constant: str) -> None:
    """NaN and its like are Python's, not JSON's."""
    raise ValueError(constant)


def _is_deep(value: Any, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_is_deep(each, left - 1) for each in inner)


def _form_fields(body: bytes) -> Mapping[str, Any]:
    pairs = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    return {name: values[0] if len(values) == 1 else values for name, values in pairs.items()}


_READERS: dict[str, Callable[[bytes], Mapping[str, Any]]] = {JSON: read_object, FORM: _form_fields}


def to_bytes(body: Any) -> bytes:
    """JSON as Auth0 writes it: compact, UTF-8, no newline at the end."""
    return _write(body).encode(errors="replace")


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
