"""A login service: each request is one verb, each answer the next prompt."""

from collections.abc import AsyncIterator

from aiohttp import web

from mfa_flow import App, Done, MfaClient

MFA = web.AppKey("mfa", MfaClient)
SIGNED_IN = web.AppKey("signed_in", dict)
SESSION = web.RequestKey("session", str)  # set by your session middleware: nothing a browser can choose


async def step(request: web.Request) -> web.Response:
    asked = await request.json()
    flow = request.app[MFA].flow(request[SESSION])
    match asked:
        case {"username": username, "password": password}:
            prompt = await flow.login(username, password)
        case {"challenge": authenticator_id}:
            prompt = await flow.challenge(authenticator_id)
        case {"enroll": factor, **details}:
            prompt = await flow.enroll(factor, **details)
        case {"code": code}:
            prompt = await flow.confirm(code)
        case _:
            prompt = await flow.look()  # a reloaded page: the same question again, nothing is sent
    if isinstance(prompt, Done):
        request.app[SIGNED_IN][request[SESSION]] = prompt.tokens
    return web.Response(text=prompt.to_json(), content_type="application/json")  # never with tokens in it


def service(app: App) -> web.Application:
    async def connected(web_app: web.Application) -> AsyncIterator[None]:
        async with MfaClient(app) as web_app[MFA]:  # one client for all flows
            yield

    web_app = web.Application()
    web_app[SIGNED_IN] = {}
    web_app.cleanup_ctx.append(connected)
    web_app.router.add_post("/mfa", step)
    return web_app
