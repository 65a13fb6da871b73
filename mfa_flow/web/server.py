"""The pages in a service of aiohttp.web."""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

from aiohttp import web

from mfa_flow.client import MfaClient
from mfa_flow.web.door import Door
from mfa_flow.web.values import LARGEST, Answered, Asked, HandedOver
from mfa_flow.wire.values import Tokens

OnDone = Callable[[web.Request, Tokens], Awaitable[web.StreamResponse]]
Known = Callable[[web.Request], str | None]


def mfa_web(
    mfa: MfaClient,
    *,
    on_done: OnDone,
    stylesheet: str | None = None,
    language: str | None = None,
    name: str | None = None,
    realm: str | None = None,
    flow_id: Known | None = None,
    forwarded_for: Known | None = None,
) -> web.Application:
    """The pages as a sub-application: ``service.add_subapp("/login/", ...)``.

    ``on_done(request, tokens)`` signs the person in and answers with a redirect to where they go on, or refuses them by
    a status from 400 to 499. It may be called twice for one login (a double click), with the same tokens. Where it
    fails the person may try again, for a minute.

    ``stylesheet`` is the path of one of the service's that is loaded after ours; ``language`` that of the pages, where
    it is not to be the browser's; ``name`` the service's, for people; ``realm`` the connection that they log in to.
    ``flow_id(request)`` gives the id of a flow that the service knows to be this person's (begun in a chat, say), or
    None: then it is one of this browser's. ``forwarded_for(request)`` gives their IP address, see ``MfaClient.flow``:
    one that a proxy you trust gave; what is none is logged and left out.
    The client stays open when the service ends: who made it closes it. Raises BadInput and MissingExtra.
    """
    door = Door.to(mfa, stylesheet, language, name, realm)

    async def answer(request: web.Request) -> web.StreamResponse:
        known = [ask(request) if ask else None for ask in (flow_id, forwarded_for)]
        return _sent(await door.answer(await _asked(request, on_done, *known)))

    found = web.Application()
    found.router.add_get("", _into)
    found.router.add_route("*", "/{path:.*}", answer)
    return found


async def _into(request: web.Request) -> web.StreamResponse:
    """From ``/login`` to ``/login/``, which the pages' links are relative to."""
    query = request.rel_url.raw_query_string
    return web.Response(status=308, headers={"Location": f"{request.path.rpartition('/')[2]}/{query and '?'}{query}"})


async def _asked(request: web.Request, on_done: OnDone, flow_id: str | None, forwarded_for: str | None) -> Asked:
    return Asked(
        method=request.method,
        path=request.match_info["path"],
        scheme=request.scheme,
        query=dict(request.query),
        headers=_headers(request),
        body=await _body(request),
        hand_over=partial(_handed_over, request, on_done),
        flow_id=flow_id,
        forwarded_for=forwarded_for,
    )


def _headers(request: web.Request) -> dict[str, str]:
    """By name; cookies may come in several headers, which are one."""
    found = {name.lower(): value for name, value in request.headers.items()}
    cookies = request.headers.getall("Cookie", [])
    return found | ({"cookie": "; ".join(cookies)} if cookies else {})


async def _body(request: web.Request) -> bytes:
    """As much of the body as is needed to know that it is too large."""
    found = b""
    async for part in request.content.iter_chunked(LARGEST):
        found += part
        if len(found) > LARGEST:
            break
    return found


async def _handed_over(request: web.Request, on_done: OnDone, tokens: Tokens) -> HandedOver:
    try:
        answer: web.StreamResponse | web.HTTPException = await on_done(request, tokens)
    except web.HTTPException as raised:
        answer = raised
    if not isinstance(answer, web.StreamResponse | web.HTTPException):
        raise TypeError(f"on_done must return a response, such as web.HTTPSeeOther; it gave {type(answer).__name__}")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RuntimeError(f"on_done answered by {answer.status}")
    cookies = [("Set-Cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
    cookies += [("Set-Cookie", value) for value in answer.headers.getall("Set-Cookie", [])]
    return HandedOver(answer.headers.get("Location"), tuple(cookies), answer, answer.status)


def _sent(answered: Answered) -> web.StreamResponse:
    if answered.handed is None:
        found = web.Response(status=answered.status, body=answered.body)
        found.headers.pop("Content-Type", None)
        found.headers.extend(answered.headers)
        return found
    answer: web.StreamResponse = answered.handed.answer
    answer.headers.extend(answered.headers)
    if isinstance(answer, web.HTTPException):
        raise answer
    return answer
