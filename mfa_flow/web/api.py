"""The flow as JSON, for pages of one's own: an answer in, the next prompt out."""

import json
from secrets import token_urlsafe
from typing import Any

from attrs import frozen

from mfa_flow.errors import BadInput, MfaFlowError, StoreError
from mfa_flow.machine.prompts import Done, Prompt
from mfa_flow.texts import text_for
from mfa_flow.web.acts import ACTS, act
from mfa_flow.web.guard import is_foreign, is_ours
from mfa_flow.web.handing import handed
from mfa_flow.web.pages import NO_STORE, SECURE
from mfa_flow.web.refusing import status_of
from mfa_flow.web.taking import ABOUT, WrongField, check
from mfa_flow.web.values import Answered, Malformed
from mfa_flow.web.visit import Visit

# The token goes in a header that no page of another origin may send unasked.
TOKEN = "X-MFA-Token"  # noqa: S105 - a name
ONCE = "Idempotency-Key"


@frozen
class Api:
    """Answers JSON by JSON."""

    async def answer(self, visit: Visit, verb: str) -> Answered:
        """The prompt that stands (GET), or what comes of a verb (POST)."""
        try:
            if visit.asked.method == "GET" and not verb:
                return await self._told(visit, await visit.flow.look())
            if visit.asked.method == "POST" and verb in ACTS:
                return await self._acted(visit, verb)
        except Malformed as wrong:
            return _refused(visit, "malformed", wrong.status, detail=str(wrong))
        except MfaFlowError as error:
            return _failed(visit, error)
        return _refused(visit, "not_found", 404)

    async def _acted(self, visit: Visit, verb: str) -> Answered:
        given = visit.asked.json()
        token, once = (visit.asked.headers.get(name.lower()) for name in (TOKEN, ONCE))
        if is_foreign(visit.asked) or not (visit.kept and is_ours(visit.secret, token)):
            return _refused(visit, "forbidden", 403)
        check(verb, given)
        if verb == "login":
            visit = visit.logging_in(once or token_urlsafe(12), given["username"], given["password"])
        try:
            prompt = await act(visit, verb, given, once)
        except StoreError as error:
            if error.prompt is None:
                raise
            prompt = error.prompt
        return await self._told(visit, prompt)

    async def _told(self, visit: Visit, prompt: Prompt) -> Answered:
        if isinstance(prompt, Done):
            return await self._ended(visit, prompt)
        return visit.keep(_json(200, _of(visit, prompt)))

    async def _ended(self, visit: Visit, done: Done) -> Answered:
        """The tokens go to the service; its headers come along, and where it sends the person is ``next``."""
        found = await handed(visit, done)
        if found is None:
            kept = {"recovery_code": done.recovery_code} if done.recovery_code else {}
            return visit.keep(_refused(visit, "on_done", 500, token=visit.secret.token, **kept))
        visit, given = found
        told = _json(200, {**_of(visit, done), "next": given.location})
        return visit.leave(told.having(*given.headers))


def _of(visit: Visit, prompt: Prompt) -> dict[str, Any]:
    return {"prompt": _shown(json.loads(prompt.to_json(locale=visit.locale))), "token": visit.secret.token}


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    """A prompt with those of its verbs that there is an operation for."""
    found["verbs"] = [verb for verb in found["verbs"] if verb in ACTS]
    return found | ({"then": _shown(found["then"])} if "then" in found else {})


def _failed(visit: Visit, error: MfaFlowError) -> Answered:
    told = {"code": error.code, "text": error.text(visit.locale)}
    if isinstance(error, WrongField):
        told |= {"field": error.field, "detail": error.wrong}
    elif isinstance(error, BadInput) and error.case in ABOUT:
        told |= {"field": ABOUT[error.case]}
    return _json(status_of(error), {"error": told})


def _refused(visit: Visit, code: str, status: int, **more: str) -> Answered:
    key = {403: "label.refused", 404: "label.no_page", 500: "error.mfa_flow"}.get(status, "error.bad_input")
    return _json(status, {"error": {"code": code, "text": text_for(key, visit.locale), **more}})


def _json(status: int, content: object) -> Answered:
    kind = ("Content-Type", "application/json")
    return Answered(status, (kind, NO_STORE, *SECURE), json.dumps(content).encode())
