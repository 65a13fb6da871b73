"""One request to one reply: the endpoint's work, or its refusal, and the headers that go with it."""

from typing import Any

from mfa_flow.testing.texts import Refused
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import Request, to_bytes
from mfa_flow.testing.wire.grants import GRANTS_PATH, check_body
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.testing.wire.routes import endpoint
from mfa_flow.wire.call import Reply


def own_reply(desk: Desk, limit: RateLimit, request: Request) -> tuple[Reply, str | None]:
    """What the tenant answers by itself, and the error in it."""
    error = None
    try:
        check_body(request)
        limit.take(desk.world.clock.now())
        status, content, body = _success(request, endpoint(request)(desk, request))
    except Refused as no:
        status, error, body = no.status, no.error, to_bytes(no.body)
        content = {"content-type": "application/json", **no.headers}
    headers = content | limit.headers(desk.world.clock.now(), content.get("retry-after")) | _caching(request)
    return Reply(status, headers, body), error


def _success(request: Request, body: Any) -> tuple[int, dict[str, str], bytes]:
    """Only what goes well elsewhere than at the token endpoint names its charset; nothing has no type."""
    if body is None:
        return 204, {}, b""
    charset = "" if request.path == GRANTS_PATH else "; charset=utf-8"
    return 200, {"content-type": f"application/json{charset}"}, to_bytes(body)


def _caching(request: Request) -> dict[str, str]:
    return {"cache-control": "no-store", "pragma": "no-cache"} if request.path == GRANTS_PATH else {}
