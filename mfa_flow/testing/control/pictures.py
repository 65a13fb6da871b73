"""``GET /_tenant/qr/{authenticator id}.svg`` and ``.png``: what an app would scan, as a picture."""

import io

from aiohttp import web

from mfa_flow.testing.control.asks import Bad
from mfa_flow.testing.control.seeing import app_of, scannable
from mfa_flow.testing.tenant import Tenant

_KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def picture(tenant: Tenant, name: str) -> web.Response:
    """The picture of that name, like ``totp|dev_klnv5yshzzoosSUm.svg``."""
    device, _, kind = name.rpartition(".")
    if kind not in _KINDS:
        raise Bad("a picture's name is an authenticator's id, and .svg or .png", 404)
    return web.Response(body=_drawn(_text(tenant, device), kind), content_type=_KINDS[kind])


def _text(tenant: Tenant, device: str) -> str:
    for user in tenant.users:
        for each in user.authenticators:
            if each.id == device and (app := app_of(each)) is not None:
                return scannable(tenant.world, user, app)
    raise Bad(f"nobody has an app {device} that could be scanned", 404)


def _drawn(text: str, kind: str) -> bytes:
    try:
        import segno  # noqa: PLC0415 - an extra
    except ImportError:
        raise Bad("pictures need the package segno: pip install 'mfa_flow[qr]'", 501) from None
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind=kind, scale=6, border=4, dark="#000", light="#fff")
    return out.getvalue()
