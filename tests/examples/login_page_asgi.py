"""A service of Starlette, or FastAPI, with the login pages in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_urlsafe
from typing import Any

from starlette.applications import Starlette
from starlette.responses import RedirectResponse

from mfa_flow import MfaClient, Tokens
from mfa_flow.web import asgi

SIGNED_IN: dict[str, Tokens] = {}


async def signed_in(scope: Any, tokens: Tokens) -> RedirectResponse:  # Request(scope) is the request
    session = token_urlsafe()
    SIGNED_IN[session] = tokens
    answer = RedirectResponse("/", 303)
    answer.set_cookie("session", session, httponly=True, secure=True, samesite="lax")
    return answer


def service(mfa: MfaClient) -> Starlette:
    @asynccontextmanager
    async def connected(app: Starlette) -> AsyncIterator[None]:
        async with mfa:  # one client for all flows, closed with the service
            yield

    app = Starlette(lifespan=connected)  # or FastAPI(lifespan=connected)
    app.mount("/login", asgi(mfa, on_done=signed_in))
    return app
