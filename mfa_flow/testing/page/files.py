"""The page's files, with the headers that keep anybody's text from becoming a script."""

from importlib.resources import files
from pathlib import PurePath

from aiohttp import web

_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_HOME = files("mfa_flow.testing.page")
NAMES = sorted(each.name for each in _HOME.iterdir() if PurePath(each.name).suffix in _KINDS)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def file(name: str) -> web.Response | None:
    """One of them, if there is one of that name."""
    if name not in NAMES:
        return None
    kind = _KINDS[PurePath(name).suffix]
    return web.Response(body=(_HOME / name).read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)
