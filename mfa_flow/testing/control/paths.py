"""What a test can do in process, over HTTP: the same verbs, for whoever is in another process or language."""

from collections.abc import Iterator
from urllib.parse import unquote

from aiohttp import web
from attrs import evolve

from mfa_flow.testing.control.asks import Action, Answer, Ask, Bad, nearest
from mfa_flow.testing.control.verbs import clocks, log, looking, messages, people, spoiling, worlds
from mfa_flow.testing.openapi.document import document
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.wire.exchange import to_bytes

PREFIX = "/_tenant/"


async def verbs(_: Ask) -> Answer:
    """All that may be asked here."""
    return 200, {"verbs": list(_told())}


async def describe(_: Ask) -> Answer:
    """All of this, and the API, as OpenAPI."""
    return 200, document()


# By path; what stands for braces may hold anything.
_ACTIONS: dict[str, dict[str, Action]] = {
    "": {"GET": verbs},
    "events": {"GET": looking.stream},
    "inbox": {"GET": messages.inbox, "DELETE": messages.empty_inbox},
    "push/{id}": {"POST": messages.push},
    "pins": {"GET": messages.pins, "POST": messages.pin, "DELETE": messages.unpin},
    "magic": {"GET": messages.magic},
    "clock": {"GET": clocks.now, "POST": clocks.tell},
    "users": {"GET": people.users, "POST": people.add_user},
    "users/{email}": {"GET": people.user, "PATCH": people.change_user, "DELETE": people.remove_user},
    "otp/{email}": {"GET": people.otp},
    "qr/{picture}": {"GET": looking.qr},
    "clients": {"GET": worlds.clients, "POST": worlds.add_client},
    "teach": {"POST": worlds.teach},
    "faults": {"GET": spoiling.faults, "POST": spoiling.add_fault, "DELETE": spoiling.clear_faults},
    "requests": {"GET": log.requests, "DELETE": log.clear_requests},
    "check": {"GET": log.check},
    "snapshots": {"GET": worlds.snapshots, "POST": worlds.snapshot},
    "snapshots/{id}/restore": {"POST": worlds.restore},
    "snapshots/{id}": {"DELETE": worlds.drop_snapshot},
    "reset": {"POST": worlds.reset},
    "page/{file}": {"GET": looking.page},
    "openapi.json": {"GET": describe},
}

# These look at the query themselves; a file of the page may have any.
_QUERIED = (messages.inbox, messages.empty_inbox, messages.unpin, log.requests, looking.page)


def is_ours(request: web.Request) -> bool:
    """Whether it goes here: to what has the prefix, or to the page."""
    return request.rel_url.raw_path.startswith(PREFIX) or _is_page(request)


def _is_page(request: web.Request) -> bool:
    return request.rel_url.raw_path == "/" and request.method in ("GET", "HEAD")


async def respond(tenant: Tenant, request: web.Request) -> web.StreamResponse:
    """Answer anything under the control API's prefix, and the page before it."""
    path = "page/index.html" if _is_page(request) else unquote(request.rel_url.raw_path).removeprefix(PREFIX)
    method = "GET" if _is_page(request) else request.method
    ask = Ask(tenant, "", request.query, await request.read(), request)
    status, body = await answer(method, path, ask)
    if method != "GET":
        tenant.bell.ring()
    if isinstance(body, web.StreamResponse):
        return body
    return web.Response(status=status, body=to_bytes(body), content_type="application/json")


async def answer(method: str, path: str, ask: Ask) -> Answer:
    """What is said to a request for a path below the prefix."""
    try:
        action, rest = _find(method, path)
        if action not in _QUERIED:
            ask.asked()
        return await action(evolve(ask, rest=rest))
    except Bad as bad:
        return bad.status, {"error": str(bad)}


def _find(method: str, path: str) -> tuple[Action, str]:
    for known, methods in _ACTIONS.items():
        start, _, more = known.partition("{")
        end = more.partition("}")[2]
        rest = path.removeprefix(start).removesuffix(end)
        if path == known or (more and rest and path == f"{start}{rest}{end}"):
            if method not in methods:
                raise Bad(f"{PREFIX}{known} takes {' or '.join(methods)}", 405)
            return methods[method], rest
    paths = ", ".join(f"{PREFIX}{known}" for known in _ACTIONS)
    raise Bad(f"there is nothing of that name here{nearest(path, _ACTIONS) or '.'} There are {paths}", 404)


def _told() -> Iterator[dict[str, str]]:
    for path, methods in _ACTIONS.items():
        for method, action in methods.items():
            yield {"method": method, "path": f"{PREFIX}{path}", "does": (action.__doc__ or "").replace("``", "")}
