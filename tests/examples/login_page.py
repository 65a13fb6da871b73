"""A service of aiohttp.web with the login pages in it."""

from collections.abc import AsyncIterator
from secrets import token_urlsafe

from aiohttp import web

from mfa_flow import MfaClient, Tokens
from mfa_flow.web import mfa_web

SIGNED_IN = web.AppKey("signed_in", dict[str, Tokens])  # your sessions: the tokens stay here


async def signed_in(request: web.Request, tokens: Tokens) -> web.Response:
    session = token_urlsafe()
    request.config_dict[SIGNED_IN][session] = tokens
    answer = web.Response(status=303, headers={"Location": "/"})
    answer.set_cookie("session", session, httponly=True, secure=True, samesite="Lax")
    return answer


def service(mfa: MfaClient) -> web.Application:  # service(MfaClient(App("tenant.eu.auth0.com", "client-id", "secret")))
    async def connected(web_app: web.Application) -> AsyncIterator[None]:
        async with mfa:  # one client for all flows, closed with the service
            yield

    web_app = web.Application()
    web_app[SIGNED_IN] = {}
    web_app.cleanup_ctx.append(connected)
    web_app.add_subapp("/login/", mfa_web(mfa, on_done=signed_in))
    return web_app
