"""The JSON as OpenAPI 3.1 describes it."""

import json
from functools import cache
from typing import Any

from mfa_flow.web.acts import LONGEST_WAIT
from mfa_flow.web.pages import SECURE
from mfa_flow.web.values import Answered

Schema = dict[str, Any]

_ABOUT = """\
One login, one prompt at a time. `GET api` gives the prompt that stands and a token; a POST answers it, with that token
in `X-MFA-Token`, and gives the next. The browser's cookie says whose login it is. Auth0's tokens are never in an
answer: they go to the service, and at the end `next` says where to go on."""
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_OPEN: Schema = {"type": "object"}
_KINDS = ("ask_password", "choose", "ask_code", "scan", "wait", "pause", "done", "stopped")
_SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT, "default": LONGEST_WAIT}
_REFUSALS = {
    400: "Not JSON, or no object.",
    403: "The token is not this browser's, or another site made the browser ask: nothing was done.",
    404: "There is no such verb.",
    409: "Not possible now, or another answer is being worked on.",
    413: "Too large.",
    415: "Not application/json.",
    422: "It cannot be right: nothing was sent.",
    500: "The service could not sign the person in. Ask again within a minute.",
    502: "Auth0 refused the service.",
    503: "Auth0, or the store, is not available.",
    504: "No answer came.",
}


@cache
def document() -> Answered:
    """The description, as an answer."""
    kind = ("Content-Type", "application/json")
    return Answered(200, (kind, *SECURE), json.dumps(_described()).encode())


def _described() -> Schema:
    verbs = {f"/api/{verb}": {"post": _verb(does, *given)} for verb, (does, *given) in _VERBS.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "mfa_flow: a login", "version": "1", "description": _ABOUT},
        "servers": [{"url": "./"}],
        "paths": {"/api": {"get": _operation("The prompt that stands; nothing is sent.")}, **verbs},
        "components": {"schemas": _SCHEMAS},
    }


def _object(needed: str = "", /, **each: Schema) -> Schema:
    return {"type": "object", "properties": each} | ({"required": needed.split()} if needed else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(does: str) -> Schema:
    told = {"description": "The prompt that stands now.", "content": _as_json(_ref("Answer"))}
    refusals = {str(status): _refusal(why) for status, why in _REFUSALS.items()}
    return {"summary": does, "responses": {"200": told, **refusals}}


def _refusal(why: str) -> Schema:
    return {"description": why, "content": _as_json(_ref("Refusal"))}


def _as_json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _verb(does: str, given: Schema) -> Schema:
    headers = [
        _header("X-MFA-Token", needed=True, about="the `token` of the last answer"),
        _header("Idempotency-Key", needed=False, about="the same for the same answer sent again: it counts once"),
    ]
    body = {"required": True, "content": _as_json(given)}
    return {**_operation(does), "parameters": headers, "requestBody": body}


def _header(name: str, *, needed: bool, about: str) -> Schema:
    return {"name": name, "in": "header", "required": needed, "description": about, "schema": _TEXT}


_CHOICE = _object("authenticator", authenticator={**_TEXT, "description": "the `id` of one of the prompt's"})
_VERBS: dict[str, tuple[Any, ...]] = {
    "login": ("Log in.", _object("username password", username=_TEXT, password=_TEXT)),
    "challenge": ("Be challenged by one of `challenge`.", _CHOICE),
    "enroll": (
        "Set up one of `enroll`; `sms` and `voice` take a phone number, `email` an address.",
        _object("factor", factor=_TEXT, phone_number=_TEXT, email=_TEXT),
    ),
    "confirm": ("Give the code; without one, ask once whether a push was answered.", _object(code=_TEXT)),
    "wait": ("Wait for a push to be answered, for so many seconds at most.", _object(seconds=_SECONDS)),
    "resend": ("Send the code once more.", _OPEN),
    "go_back": ("Choose another way.", _OPEN),
    "cancel": ("Give up.", _OPEN),
    "remove": ("Remove one of `authenticators`, for somebody signed in.", _CHOICE),
}
_PROMPT = _object(
    "kind text verbs",
    kind={"enum": [*_KINDS]},
    text={**_TEXT, "description": "all of it, for a person, in their language"},
    verbs={**_TEXTS, "description": "what makes sense now"},
    error={"anyOf": [_object("key text", key=_TEXT, text=_TEXT), {"type": "null"}]},
    recovery_codes={**_TEXTS, "description": "to be kept by the person"},
)
_SCHEMAS = {
    "Prompt": {**_PROMPT, "description": "What to show. Each kind has fields of its own beside these."},
    "Answer": _object("prompt token", prompt=_ref("Prompt"), token=_TEXT, next={"type": ["string", "null"]}),
    "Refusal": _object("error", error=_object("code text", code=_TEXT, text=_TEXT)),
}
