"""The flow as web pages, which work without JavaScript, and as JSON, to mount in a service.

``mfa_web`` is for a service of aiohttp.web, ``asgi`` for FastAPI, Starlette and others. Needs the extra ``web``.
"""

from mfa_flow.web.asgi import asgi
from mfa_flow.web.server import mfa_web

__all__ = ["asgi", "mfa_web"]
