"""A request and its answer as values, whatever framework brings the one and sends the other."""

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from attrs import field, frozen

from mfa_flow.wire.values import Tokens

Headers = tuple[tuple[str, str], ...]
# Bytes: of a form or of JSON. No answer to a prompt comes near it.
LARGEST = 16_384
_FIELDS = 20


class Malformed(ValueError):
    """The body is not what its content type says, or too large; ``status`` is what HTTP calls that, the message what
    is wrong, for those who write a client."""

    def __init__(self, status: int, wrong: str) -> None:
        super().__init__(wrong)
        self.status = status


@frozen
class HandedOver:
    """What the service answered when it was given the tokens: where it sends the person, the headers that have to
    reach the browser (its session's cookie), and the answer itself, to be sent as it is, with its status."""

    location: str | None
    headers: Headers = field(default=(), repr=False)
    answer: Any = field(default=None, repr=False)
    status: int = 200

    @property
    def refuses(self) -> bool:
        """Whether the service does not let the person in, by a page of its own."""
        return self.location is None and self.status >= HTTPStatus.BAD_REQUEST


@frozen
class Asked:
    """A request. ``path`` is what comes after the mount, with no slash before it; names of headers are lower-case.

    ``hand_over`` gives the tokens to the service; ``flow_id`` is the flow's, and ``forwarded_for`` the person's IP
    address, where the service knows it.
    """

    method: str
    path: str
    scheme: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    hand_over: Callable[[Tokens], Awaitable[HandedOver]] = field(repr=False)
    flow_id: str | None = None
    forwarded_for: str | None = None

    @property
    def host(self) -> str:
        """The host's name and port, as the browser gave them."""
        return self.headers.get("host", "")

    def form(self) -> dict[str, str]:
        """The fields of a form. Raises Malformed."""
        self._check("application/x-www-form-urlencoded")
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=_FIELDS))
        except ValueError:
            raise Malformed(400, "the body is no form") from None

    def json(self) -> dict[str, Any]:
        """The JSON object, an empty one for no body. Raises Malformed."""
        self._check("application/json")
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise Malformed(400, "the body is no JSON") from None
        if not isinstance(found, dict):
            raise Malformed(400, 'the body is no JSON object, such as {"code": "123456"}')
        return found

    def _check(self, kind: str) -> None:
        if self.body and self.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
            raise Malformed(415, f"the Content-Type has to be {kind}")
        if len(self.body) > LARGEST:
            raise Malformed(413, f"the body is longer than {LARGEST} bytes")


@frozen
class Answered:
    """An answer. ``handed`` is the service's own, to be sent in place of the body, with these headers added."""

    status: int = 200
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    handed: HandedOver | None = None

    def having(self, *headers: tuple[str, str]) -> "Answered":
        """The same, with more headers."""
        return Answered(self.status, (*self.headers, *headers), self.body, self.handed)
