"""The JSON as OpenAPI 3.1 describes it."""

import json
from functools import cache
from typing import Any

from mfa_flow.web.guard import COOKIE
from mfa_flow.web.pages import SECURE
from mfa_flow.web.schemas import SCHEMAS, VERBS, Schema, ref
from mfa_flow.web.values import Answered

_ABOUT = """\
One login, one prompt at a time. `GET api` gives the prompt that stands and a `token`, and the browser a cookie, which
says whose login it is. A POST answers the prompt, with that token in `X-MFA-Token`, and gives the next prompt and the
next token: a login changes both the cookie and the token, so the first POST needs a GET before it, and each later one
the token of the answer before. A field that an operation does not know is refused. Auth0's tokens are never in an
answer: they go to the service, and at the end, with a prompt of the kind `done`, `next` says where to go on."""
_REFUSALS = {
    400: "Not JSON, or no object.",
    403: "The token is not this browser's, or another site made the browser ask: nothing was done.",
    404: "There is no such verb.",
    409: "Not possible now, or another answer is being worked on.",
    413: "Too large.",
    415: "Not application/json.",
    422: "It cannot be right, see `field`: nothing was sent.",
    500: "The service could not sign the person in. Ask again within a minute.",
    502: "Auth0 refused the service.",
    503: "Auth0, or the store, is not available.",
    504: "No answer came.",
}
_FOR_A_GET = (409, 500, 503)
_SCHEMES = {
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": f"__Host-{COOKIE}",
        "description": f"Set by the first answer, and by a login. Over plain http on this machine it is `{COOKIE}`.",
    },
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-MFA-Token",
        "description": "The `token` of the last answer. No page of another origin can know it, nor send this header.",
    },
}
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same for the same answer sent again: it counts once.",
    "schema": {"type": "string"},
}


@cache
def document() -> Answered:
    """The description, as an answer."""
    kind = ("Content-Type", "application/json")
    return Answered(200, (kind, *SECURE), json.dumps(_described()).encode())


def _described() -> Schema:
    verbs = {f"/api/{verb}": {"post": _verb(verb, *told)} for verb, told in VERBS.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "mfa_flow: a login", "version": "1", "description": _ABOUT},
        "servers": [{"url": "./"}],
        "paths": {"/api": {"get": _look()}, **verbs},
        "components": {"schemas": SCHEMAS, "securitySchemes": _SCHEMES},
    }


def _look() -> Schema:
    """Without a cookie it begins a login."""
    does = "The prompt that stands, and the token for the first POST; nothing is sent."
    return {**_operation("look", does, *_FOR_A_GET), "security": [{}, {"cookie": []}]}


def _verb(verb: str, does: str, given: Schema) -> Schema:
    body = {"required": bool(given.get("required")), "content": _as_json(given)}
    more = {"parameters": [_ONCE], "requestBody": body, "security": [{"cookie": [], "token": []}]}
    return {**_operation(verb, does, *_REFUSALS), **more}


def _operation(name: str, does: str, *refusals: int) -> Schema:
    told = {"description": "The prompt that stands now.", "content": _as_json(ref("Answer"))}
    refused = {str(status): _refusal(_REFUSALS[status]) for status in refusals}
    return {"operationId": name, "summary": does, "responses": {"200": told, **refused}}


def _refusal(why: str) -> Schema:
    return {"description": why, "content": _as_json(ref("Refusal"))}


def _as_json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
