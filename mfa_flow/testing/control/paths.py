"""What a test can do in process, over HTTP: the same verbs, for whoever is in another process or language."""

from urllib.parse import unquote

from aiohttp import web

from mfa_flow.testing.control import verbs
from mfa_flow.testing.control.asks import Ask, Bad
from mfa_flow.testing.control.looking import LOOKED, LOOKS, users
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.wire.exchange import to_bytes

PREFIX = "/_tenant/"
# By name, and what follows it in the path.
_ACTIONS: dict[tuple[str, str], dict[str, verbs.Action]] = {
    ("inbox", ""): {"GET": verbs.inbox, "DELETE": verbs.empty_inbox},
    ("push", "{id}"): {"POST": verbs.push},
    ("clock", ""): {"GET": verbs.now, "POST": verbs.advance},
    ("users", ""): {"GET": users, "POST": verbs.add_user},
    ("users", "{email}"): {"GET": verbs.user, "DELETE": verbs.remove_user},
    ("faults", ""): {"GET": verbs.faults, "POST": verbs.add_fault, "DELETE": verbs.clear_faults},
    ("requests", ""): {"GET": verbs.requests},
    ("reset", ""): {"POST": verbs.reset},
}


async def respond(tenant: Tenant, request: web.Request) -> web.StreamResponse:
    """Answer anything under the control API's prefix."""
    path = unquote(request.rel_url.raw_path).removeprefix(PREFIX)
    name, _, rest = path.partition("/")
    try:
        if name in LOOKS and request.method == "GET":
            return await LOOKS[name](tenant, request, rest)
        action = _find(request.method, name, rest)
        status, body = await action(Ask(tenant, rest, request.query, await request.read()))
    except Bad as bad:
        status, body = bad.status, {"error": str(bad)}
    if request.method != "GET":
        tenant.bell.ring()
    return web.Response(status=status, body=to_bytes(body), content_type="application/json")


def _find(method: str, name: str, rest: str) -> verbs.Action:
    for (known, more), methods in _ACTIONS.items():
        if (known, bool(more)) == (name, bool(rest)):
            if method not in methods:
                raise Bad(f"{PREFIX}{name} takes {' or '.join(methods)}", 405)
            return methods[method]
    if name in LOOKS:
        raise Bad(f"{PREFIX}{name} takes GET", 405)
    paths = ", ".join(f"{PREFIX}{known}/{more}".rstrip("/") for known, more in [*_ACTIONS, *LOOKED])
    raise Bad(f"there is nothing of that name here: there are {paths}", 404)
