"""Cross-origin requests: a browser may call the tenant from any page, and may read every answer, errors included.

Whoever is no browser sends no ``Origin``, and sees nothing of it.
"""

from aiohttp import hdrs, web

_READABLE = "retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-synthetic"
_KEPT = "600"  # seconds for which a browser may remember that it was allowed


def is_preflight(request: web.Request) -> bool:
    """Whether a browser asks whether it may ask."""
    return request.method == hdrs.METH_OPTIONS and _origin(request) is not None


def preflight(request: web.Request) -> web.Response:
    """It may, whatever it is that it would ask."""
    asked = request.headers
    allowed = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: asked.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD, "GET, POST, DELETE"),
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: asked.get(
            hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "authorization, content-type"
        ),
    }
    headers = {name: value for name, value in allowed.items() if value.isascii()}
    return web.Response(status=204, headers={**headers, hdrs.ACCESS_CONTROL_MAX_AGE: _KEPT})


async def repeat_origin(request: web.Request, response: web.StreamResponse) -> None:
    """Let the page that asked read this answer. What a fault says of it stands."""
    origin, headers = _origin(request), response.headers
    if origin is None:
        return
    headers.setdefault(hdrs.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
    headers.setdefault(hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
    headers.setdefault(hdrs.ACCESS_CONTROL_EXPOSE_HEADERS, _READABLE)
    headers[hdrs.VARY] = ", ".join([*headers.getall(hdrs.VARY, []), hdrs.ORIGIN])


def _origin(request: web.Request) -> str | None:
    """Where the page is from. No browser writes one that is not ASCII, and none could be repeated."""
    origin = request.headers.get(hdrs.ORIGIN)
    return origin if origin and origin.isascii() else None
