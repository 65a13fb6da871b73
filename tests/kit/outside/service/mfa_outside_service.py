"""A small login service, as somebody else would write it: a verb is a POST, the answer is the prompt as JSON."""

import json

from aiohttp import web

from mfa_flow import Answer, MfaClient, MfaFlowError, MisuseError

CLIENT = web.AppKey("client", MfaClient)


def service(app, store, **options):
    site = web.Application()
    site[CLIENT] = MfaClient(app, store=store, **options)
    site.router.add_post("/{verb}", step)
    return site


async def step(request):
    flow = request.app[CLIENT].flow(request.headers["X-Session"])
    asked = await request.json()
    try:
        prompt = await Answer(request.match_info["verb"], *asked["given"], **asked["details"]).said_to(flow)
    except MisuseError as error:
        return web.json_response({"error": error.code}, status=400)
    except MfaFlowError as error:
        return web.json_response({"error": error.code}, status=503)
    return web.json_response(shown(prompt))


def shown(prompt):
    return json.loads(prompt.to_json())
