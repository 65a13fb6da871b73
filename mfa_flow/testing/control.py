"""What a test can do in process, over HTTP: read the inbox, move the clock, add people, start over."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from attrs import asdict, frozen

from mfa_flow.testing.exchange import to_bytes
from mfa_flow.testing.inbox import Inbox
from mfa_flow.testing.people import Authenticator, User
from mfa_flow.testing.tenant import Tenant

PREFIX = "/_tenant/"
_LONGEST_WAIT = 600  # seconds
_FURTHEST_ADVANCE = 10**9  # seconds, some thirty years


class _Bad(Exception):
    """A request that cannot be done, and what to do instead."""

    def __init__(self, what_to_do: str, status: int = 400) -> None:
        super().__init__(what_to_do)
        self.status = status


@frozen
class _Ask:
    """One control request."""

    tenant: Tenant
    rest: str  # what follows the resource's name in the path
    query: Mapping[str, str]
    body: bytes

    def fields(self, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
        """The body's fields, each of its kind. Null counts as left out."""
        values = _object(self.body)
        if values is None or not values.keys() <= kinds.keys():
            raise _Bad(f"send a JSON object with nothing but: {', '.join(kinds)}")
        given = {name: value for name, value in values.items() if value is not None}
        for name, value in given.items():
            if not isinstance(value, kinds[name]) or (isinstance(value, bool) and kinds[name] is not bool):
                raise _Bad(f"{name} is of the wrong type")
        return given


def _object(body: bytes) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        if isinstance(values := json.loads(body), dict):
            return values
    return None


async def respond(tenant: Tenant, request: web.Request) -> web.Response:
    """Answer anything under the control API's prefix."""
    path = unquote(request.rel_url.raw_path).removeprefix(PREFIX)
    name, _, rest = path.partition("/")
    try:
        action = _find(request.method, (name, bool(rest)))
        status, body = await action(_Ask(tenant, rest, request.query, await request.read()))
    except _Bad as bad:
        status, body = bad.status, {"error": str(bad)}
    return web.Response(status=status, body=to_bytes(body), content_type="application/json")


async def _inbox(ask: _Ask) -> tuple[int, Any]:
    to, channel = ask.query.get("to"), ask.query.get("channel")
    messages = await _arrived(ask.tenant.inbox, to, channel, _seconds(ask.query.get("wait", "0")))
    return 200, {"messages": messages}


async def _arrived(inbox: Inbox, to: str | None, channel: str | None, wait: float) -> list[dict[str, Any]]:
    """The messages, at once if there are any, else as soon as one comes."""
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    with suppress(TimeoutError), inbox.listening(lambda: loop.call_soon_threadsafe(arrived.set)):
        async with asyncio.timeout(wait):
            while not inbox.messages(to, channel):
                await arrived.wait()
                arrived.clear()
    return [asdict(each) for each in inbox.messages(to, channel)]


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) <= _LONGEST_WAIT:
            return seconds
    raise _Bad(f"wait is a number of seconds from 0 to {_LONGEST_WAIT}")


async def _now(ask: _Ask) -> tuple[int, Any]:
    return 200, {"now": ask.tenant.clock.now()}


async def _advance(ask: _Ask) -> tuple[int, Any]:
    seconds = ask.fields(advance=(int, float)).get("advance")
    if seconds is None or not (0 <= seconds <= _FURTHEST_ADVANCE):
        raise _Bad(f"advance is a number of seconds from 0 to {_FURTHEST_ADVANCE}: a clock only moves forward")
    return 200, {"now": ask.tenant.clock.advance(seconds)}


async def _add_user(ask: _Ask) -> tuple[int, Any]:
    fields = ask.fields(email=str, password=str, phone=str, verified=bool, authenticators=list)
    if missing := {"email", "password"} - {name for name, value in fields.items() if value}:
        raise _Bad(f"a user needs: {', '.join(sorted(missing))}")
    if not all(isinstance(each, str) for each in fields.get("authenticators", ())):
        raise _Bad("authenticators is a list of strings")
    try:
        return 201, _person(ask.tenant.users.add(**fields))
    except ValueError as wrong:
        raise _Bad(str(wrong)) from None


async def _user(ask: _Ask) -> tuple[int, Any]:
    if ask.rest not in ask.tenant.users:
        raise _Bad(f"no user {ask.rest}: there are {', '.join(each.email for each in ask.tenant.users)}", 404)
    return 200, _person(ask.tenant.users[ask.rest])


async def _requests(ask: _Ask) -> tuple[int, Any]:
    return 200, {"requests": [asdict(each) for each in ask.tenant.requests]}


async def _reset(ask: _Ask) -> tuple[int, Any]:
    ask.tenant.reset()
    return 200, {}


def _person(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "phone": user.phone,
        "verified": user.verified,
        "otp_secret": user.otp_secret,
        "recovery_code": user.recovery_code,
        "authenticators": [_device(each) for each in user.authenticators],
    }


def _device(authenticator: Authenticator) -> dict[str, Any]:
    address, secret = authenticator.address, authenticator.secret
    return {"id": authenticator.id, "kind": authenticator.kind, "active": authenticator.active} | {
        name: value for name, value in (("to", address), ("secret", secret)) if value is not None
    }


_Action = Callable[[_Ask], Awaitable[tuple[int, Any]]]
_ACTIONS: dict[tuple[str, bool], dict[str, _Action]] = {  # by name, and whether something follows it in the path
    ("inbox", False): {"GET": _inbox},
    ("clock", False): {"GET": _now, "POST": _advance},
    ("users", False): {"POST": _add_user},
    ("users", True): {"GET": _user},
    ("requests", False): {"GET": _requests},
    ("reset", False): {"POST": _reset},
}


def _find(method: str, wanted: tuple[str, bool]) -> _Action:
    methods = _ACTIONS.get(wanted)
    if methods is None:
        known = ", ".join(f"{PREFIX}{each}{'/{email}' if more else ''}" for each, more in _ACTIONS)
        raise _Bad(f"there is nothing of that name here: there are {known}", 404)
    if method not in methods:
        raise _Bad(f"{PREFIX}{wanted[0]} takes {' or '.join(methods)}", 405)
    return methods[method]
