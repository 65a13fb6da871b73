"""One HTTP exchange as two values: the Call that is sent and the Reply that comes back.

Nothing here touches a network. A call carries ready bytes, so whoever sends it (a pooled session, a tenant in
the same process) only moves them.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote_plus

from attrs import field, frozen

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# What a form holds as it is. Sealed tokens hold ``*``, which any server reads as it stands.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~*"
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@frozen
class Call:
    """A request, ready to be sent. Its ``repr`` shows neither headers nor body: both hold secrets."""

    method: str
    path: str
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def operation(self) -> str:
        """Its method and path: how errors speak of it."""
        return f"{self.method} {self.path}"

    @classmethod
    def form(cls, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = NO_HEADERS) -> "Call":
        """A POST with a form body."""
        body = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in fields.items()]).encode()
        return cls("POST", path, {"Content-Type": FORM_TYPE, **headers}, body)

    @classmethod
    def json(cls, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] = NO_HEADERS) -> "Call":
        """A POST with a compact JSON body."""
        return cls("POST", path, {"Content-Type": JSON_TYPE, **headers}, _write(fields).encode())

    @classmethod
    def get(cls, path: str, bearer: str) -> "Call":
        """A GET with a bearer token."""
        return cls("GET", path, bearer_of(bearer))

    @classmethod
    def delete(cls, path: str, bearer: str) -> "Call":
        """A DELETE with a bearer token."""
        return cls("DELETE", path, bearer_of(bearer))


@frozen
class Reply:
    """What came back. Header names are lower case, or found in any case; the ``repr`` hides the body."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


def _quoted(text: str) -> str:
    """The text as a form holds it. Most of what is sent needs no quoting, and a token is long."""
    return quote_plus(text, safe="*") if text.encode().translate(None, _PLAIN) else text


def bearer_of(token: str) -> dict[str, str]:
    """The header of a bearer token."""
    return {"Authorization": f"Bearer {token}"}
