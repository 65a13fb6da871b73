"""One HTTP exchange as two values: the Call that is sent and the Reply that comes back.

Nothing here touches a network. A call carries ready bytes, so whoever sends it (a pooled session, a tenant in
the same process) only moves them.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


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
        """A POST with a form body. Sealed tokens hold ``*``: leaving it as it is keeps urlencode on its fast path."""
        return cls("POST", path, {"Content-Type": FORM_TYPE, **headers}, urlencode(fields, safe="*").encode())

    @classmethod
    def json(cls, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] = NO_HEADERS) -> "Call":
        """A POST with a compact JSON body."""
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        return cls("POST", path, {"Content-Type": JSON_TYPE, **headers}, body)

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
    """What came back. Header names are lower case; the ``repr`` hides the body."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


def bearer_of(token: str) -> dict[str, str]:
    """The header of a bearer token."""
    return {"Authorization": f"Bearer {token}"}
