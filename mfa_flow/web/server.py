"""The pages in a service of aiohttp.web."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from mfa_flow.client import MfaClient
from mfa_flow.web.door import Door
from mfa_flow.web.values import LARGEST, Answered, Asked, HandedOver
from mfa_flow.wire.values import Tokens

OnDone = Callable[[web.Request, Tokens], Awaitable[web.StreamResponse]]
FlowId = Callable[[web.Request], str | None]


def mfa_web(
    mfa: MfaClient,
    *,
    on_done: OnDone,
    stylesheet: str | None = None,
    language: str | None = None,
    flow_id: FlowId | None = None,
) -> web.Application:
    """The pages as a sub-application: ``service.add_subapp("/login/", ...)``.

    ``on_done(request, tokens)`` signs the person in and answers with a redirect to where they go on. It may be called
    twice for one login (a double click), with the same tokens. Where it fails the person may try again, for a minute.

    ``stylesheet`` is the path of one of the service's that is loaded after ours; ``language`` that of the pages, where
    it is not to be the browser's. ``flow_id(request)`` gives the id of a flow that the service knows to be this
    person's (begun in a chat, say), or None: then it is one of this browser's. The client stays open when the service
    ends: who made it closes it. Raises BadInput and MissingExtra.
    """
    door = Door.to(mfa, stylesheet, language)

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = await _asked(request, on_done, flow_id(request) if flow_id else None)
        return _sent(await door.answer(asked))

    found = web.Application()
    found.router.add_get("", _into)
    found.router.add_route("*", "/{path:.*}", answer)
    return found


async def _into(request: web.Request) -> web.StreamResponse:
    """From ``/login`` to ``/login/``, which the pages' links are relative to."""
    query = request.rel_url.raw_query_string
    return web.Response(status=308, headers={"Location": f"{request.path.rpartition('/')[2]}/{query and '?'}{query}"})


async def _asked(request: web.Request, on_done: OnDone, flow_id: str | None) -> Asked:
    return Asked(
        method=request.method,
        path=request.match_info["path"],
        scheme=request.scheme,
        query=dict(request.query),
        headers=_headers(request),
        body=await _body(request),
        hand_over=partial(_handed_over, request, on_done),
        flow_id=flow_id,
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
    cookies = [("Set-Cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
    cookies += [("Set-Cookie", value) for value in answer.headers.getall("Set-Cookie", [])]
    return HandedOver(answer.headers.get("Location"), tuple(cookies), answer)


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
