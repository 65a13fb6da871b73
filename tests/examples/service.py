"""A login service: each request is one verb, each answer the next prompt."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from mfa_flow import App, Done, FlowHandle, MfaClient, MfaFlowError, MisuseError, Prompt

MFA = web.AppKey("mfa", MfaClient)
SIGNED_IN = web.AppKey("signed_in", dict)
SESSION = web.RequestKey("session", str)  # set by your session middleware: nothing a browser can choose


async def verb(flow: FlowHandle, asked: dict[str, Any]) -> Prompt:
    match asked:
        case {"username": username, "password": password}:
            return await flow.login(username, password)
        case {"challenge": authenticator_id}:
            return await flow.challenge(authenticator_id)
        case {"enroll": "sms", "phone_number": number}:
            return await flow.enroll("sms", phone_number=number)
        case {"enroll": factor}:
            return await flow.enroll(factor)
        case {"code": code}:
            return await flow.confirm(code)
        case {"do": "wait"}:  # a push: a page asks again until the kind is another
            return await flow.wait(timeout=20)
        case {"do": "resend"}:
            return await flow.resend()
        case {"do": "go_back"}:
            return await flow.go_back()
        case {"do": "cancel"}:
            return await flow.cancel()
    return await flow.look()  # a reloaded page: the same question again, nothing is sent


async def step(request: web.Request) -> web.Response:
    flow = request.app[MFA].flow(request[SESSION])
    try:
        prompt = await verb(flow, await request.json())
    except MisuseError as error:  # no code, no phone number, not now: nothing was sent, nothing is lost
        return web.json_response({"error": error.code}, status=400)
    except MfaFlowError as error:  # no answer, or none to go on from: the flow is where it was
        return web.json_response({"error": error.code}, status=502)
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
