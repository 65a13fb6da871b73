"""From bytes to values: the client's own reading of Auth0's replies, every field checked, nothing trusted.

Unknown fields, types and channels are let through; ``null`` means absent, as it does to most servers. A field of the
wrong type is an UnexpectedReply, which shows names and types but never a value.
"""

import json
from contextlib import suppress
from typing import Any

from attrs import field, frozen

from mfa_flow.errors import UnexpectedReply
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements, Tokens

Body = dict[str, Any]


@frozen
class Problem:
    """A reply that is no success: Auth0's error code and description where it gave them, else empty.

    ``retry_after`` is in seconds, ``resets_at`` a unix time: from Retry-After and x-ratelimit-reset.
    """

    status: int
    error: str = ""
    description: str = field(default="", repr=False)
    retry_after: float | None = None
    resets_at: float | None = None
    request_id: str | None = None
    body: Body = field(factory=dict, repr=False)

    def says(self, text: str) -> bool:
        """Whether the description begins with this text, whatever its case."""
        return self.description.casefold().startswith(text.casefold())


def problem_of(reply: Reply) -> Problem | None:
    """The problem a reply tells of; None for a success. Never raises: gateways answer in HTML."""
    if 200 <= reply.status < 300:
        return None
    body = _parsed(reply)
    found = body if isinstance(body, dict) else {}
    return Problem(
        reply.status,
        _text_or_empty(found.get("error") or found.get("code")),
        _text_or_empty(found.get("error_description") or found.get("description")),
        _seconds(reply.headers.get("retry-after")),
        _seconds(reply.headers.get("x-ratelimit-reset"), digits=10),
        reply.headers.get("x-auth0-requestid"),
        found,
    )


def object_of(reply: Reply) -> Body:
    """The JSON object of a success."""
    body = _parsed(reply)
    if not isinstance(body, dict):
        raise UnexpectedReply("the reply is not a JSON object", status=reply.status)
    return body


def tokens_of(body: Body) -> Tokens:
    """The tokens of a token answer. One that brings a recovery code comes only once: what else is of a wrong type in
    it is passed over, for the code is not to be lost with it."""
    if text(body, "recovery_code"):
        body = {name: value for name, value in body.items() if isinstance(value, _TOKEN_FIELDS.get(name, object))}
    return Tokens(
        access_token=need(body, "access_token"),
        id_token=text(body, "id_token"),
        refresh_token=text(body, "refresh_token"),
        scope=text(body, "scope"),
        expires_in=_integer(body, "expires_in"),
        token_type=text(body, "token_type") or "Bearer",
    )


_TOKEN_FIELDS: dict[str, type] = {
    **dict.fromkeys(("id_token", "refresh_token", "scope", "token_type"), str),
    "expires_in": int,
}


def authenticators_of(reply: Reply) -> tuple[Authenticator, ...]:
    """The list of authenticators, in Auth0's order."""
    entries = _parsed(reply)
    if not isinstance(entries, list):
        raise UnexpectedReply("the list of authenticators is not a JSON array", status=reply.status)
    return tuple(_authenticator(entry) for entry in entries)


def requirements_of(body: Body) -> Requirements | None:
    """The ``mfa_requirements`` of an ``mfa_required`` answer; None where any factor will do."""
    found = body.get("mfa_requirements")
    if not isinstance(found, dict):
        return None
    return Requirements(_types(found.get("challenge")), _types(found.get("enroll")))


def text(body: Body, name: str) -> str | None:
    """An optional text field."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise UnexpectedReply(f"the reply's {name} is not a text but a {type(value).__name__}")


def need(body: Body, name: str) -> str:
    """A text field that must be there and not be empty."""
    value = text(body, name)
    if not value:
        raise UnexpectedReply(f"the reply has no {name}")
    return value


def token(body: Body, name: str) -> Secret:
    """An opaque token that will be sent back: plain printable characters, or it could not be."""
    value = need(body, name)
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise UnexpectedReply(f"the reply's {name} holds characters no token can hold")
    return Secret(value)


def texts(body: Body, name: str) -> tuple[Secret, ...]:
    """An optional list of secret texts, such as ``recovery_codes``."""
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnexpectedReply(f"the reply's {name} is not a list of texts")
    return tuple(Secret(item) for item in value)


def _authenticator(entry: object) -> Authenticator:
    if not isinstance(entry, dict):
        raise UnexpectedReply("an entry of the list of authenticators is not an object")
    active = entry.get("active")
    if active is not None and not isinstance(active, bool):
        raise UnexpectedReply(f"an authenticator's active is not true or false but a {type(active).__name__}")
    return Authenticator(
        id=need(entry, "id"),
        authenticator_type=text(entry, "authenticator_type"),
        active=bool(active),
        oob_channel=text(entry, "oob_channel") or _first(entry.get("oob_channels")),
        name=_printable(text(entry, "name")),
        type=text(entry, "type"),
    )


def _parsed(reply: Reply) -> Any:
    for read in (_as_utf8, json.loads):  # which finds out the encoding, and takes twice as long
        with suppress(ValueError, RecursionError):
            return read(reply.body)
    return None


def _as_utf8(body: bytes) -> Any:
    return json.loads(body.decode())


def _printable(name: str | None) -> str | None:
    """A name people gave to a device, without what would move a cursor or break a line."""
    if name is None or name.isprintable():
        return name
    return "".join(one for one in name if one.isprintable())


def _integer(body: Body, name: str) -> int | None:
    value = body.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise UnexpectedReply(f"the reply's {name} is not a whole number but a {type(value).__name__}")


def _types(entries: object) -> tuple[str, ...] | None:
    if not isinstance(entries, list):
        return None
    named = (entry.get("type") for entry in entries if isinstance(entry, dict))
    return tuple(name for name in named if isinstance(name, str))


def _first(entries: object) -> str | None:
    return next((entry for entry in entries if isinstance(entry, str)), None) if isinstance(entries, list) else None


def _text_or_empty(value: object) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: str | None, digits: int = 9) -> float | None:
    """Whole seconds; a number of more digits is no time but nonsense."""
    given = (value or "").strip()
    return float(given) if given.isascii() and given.isdecimal() and len(given) <= digits else None
