"""The pages in a service of any ASGI framework; nothing of ASGI has to be installed for it."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mfa_flow.client import MfaClient
from mfa_flow.web.door import Door
from mfa_flow.web.handing import LOG
from mfa_flow.web.values import LARGEST, Answered, Asked, HandedOver, Headers
from mfa_flow.wire.values import Tokens

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
OnDone = Callable[[Scope, Tokens], Awaitable[AsgiApp]]
Known = Callable[[Scope], str | None]
HandOver = Callable[[Tokens], Awaitable[HandedOver]]


def asgi(
    mfa: MfaClient,
    *,
    on_done: OnDone,
    stylesheet: str | None = None,
    language: str | None = None,
    name: str | None = None,
    realm: str | None = None,
    flow_id: Known | None = None,
    forwarded_for: Known | None = None,
) -> AsgiApp:
    """The same pages as an ASGI application, to mount: see ``mfa_web``.

    ``on_done(scope, tokens)``, ``flow_id(scope)`` and ``forwarded_for(scope)`` are given the scope, of which
    ``Request(scope)`` makes a request; ``on_done`` gives a response, which in Starlette and FastAPI is an ASGI
    application itself. What it raises is a failure, an ``HTTPException`` too: who is refused gets a response.
    """
    door = Door.to(mfa, stylesheet, language, name, realm)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            return
        known = [ask(scope) if ask else None for ask in (flow_id, forwarded_for)]
        asked = _asked(scope, body, partial(_handed_over, scope, receive, on_done), *known)
        answered = _into(scope, asked) or await door.answer(asked)
        if answered.handed is None:
            await _send(answered, send)
        else:
            await _replay(answered.handed.answer, answered.headers, send)

    return answer


def _asked(scope: Scope, body: bytes, hand_over: HandOver, flow_id: str | None, forwarded_for: str | None) -> Asked:
    return Asked(
        method=scope["method"],
        path=_path(scope),
        scheme=scope.get("scheme", "http"),
        query=dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)),
        headers=_headers(scope),
        body=body,
        hand_over=hand_over,
        flow_id=flow_id,
        forwarded_for=forwarded_for,
    )


def _headers(scope: Scope) -> dict[str, str]:
    """By name; over HTTP/2 a browser may send its cookies in several headers, which are one."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        before = f"{found[name]}; " if name == "cookie" and name in found else ""
        found[name] = before + value.decode("latin-1")
    return found


def _into(scope: Scope, asked: Asked) -> Answered | None:
    """From ``/login`` to ``/login/``, which the pages' links are relative to."""
    if asked.path or scope["path"].endswith("/"):
        return None
    query = scope.get("query_string", b"").decode("latin-1")
    return Answered(308, (("Location", f"{scope['path'].rpartition('/')[2]}/{query and '?'}{query}"),))


def _path(scope: Scope) -> str:
    """What comes after the mount; some frameworks leave the mount in the path, as ASGI says, and some do not."""
    path, mount = scope["path"], scope.get("root_path", "").rstrip("/")
    inside: str = path.removeprefix(mount) if f"{path}/".startswith(f"{mount}/") else path
    return inside.lstrip("/")


async def _body(receive: Receive) -> bytes | None:
    """As much of the body as is needed to know that it is too large; None where who sent it hung up midway."""
    found, more = b"", True
    while more and len(found) <= LARGEST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        found += message.get("body", b"")
        more = message.get("more_body", False)
    return found


async def _handed_over(scope: Scope, receive: Receive, on_done: OnDone, tokens: Tokens) -> HandedOver:
    """The service's answer, held back until it is known what goes before it."""
    answer = await on_done(scope, tokens)
    if not callable(answer):
        raise TypeError(f"on_done must return a response, such as RedirectResponse; it gave {type(answer).__name__}")
    seen = await _held(answer, scope, receive)
    if seen[0]["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RuntimeError(f"on_done answered by {seen[0]['status']}")
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in seen[0]["headers"]]
    location = next((_in_ascii(value) for name, value in headers if name == "location"), None)
    cookies = tuple(("Set-Cookie", value) for name, value in headers if name == "set-cookie")
    return HandedOver(location, cookies, seen, seen[0]["status"])


async def _held(answer: AsgiApp, scope: Scope, receive: Receive) -> list[Message]:
    """What it sends. What fails when all of that was sent, such as a background task, is logged."""
    seen: list[Message] = []

    async def hold(message: Message) -> None:
        seen.append(message)

    try:
        await answer(scope, receive, hold)
    except Exception:
        if len(seen) < 2 or seen[-1].get("more_body", False):
            raise
        LOG.exception("on_done's answer was sent; what it does afterwards failed")
    return seen


def _in_ascii(location: str) -> str:
    """An address as browsers read one that is in UTF-8."""
    return "".join(each if ord(each) < 0x80 else f"%{ord(each):02X}" for each in location)


async def _replay(messages: list[Message], headers: Headers, send: Send) -> None:
    """Send the service's answer, with our headers."""
    start, *others = messages
    await send({**start, "headers": [*start["headers"], *_encoded(headers)]})
    for message in others:
        await send(message)


async def _send(answered: Answered, send: Send) -> None:
    length = ("Content-Length", str(len(answered.body)))
    headers = _encoded(answered.headers if answered.status == 204 else (*answered.headers, length))
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
    await send({"type": "http.response.body", "body": answered.body})


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
