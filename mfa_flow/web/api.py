"""The flow as JSON, for pages of one's own: an answer in, the next prompt out."""

import json
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
            return _refused(visit, "malformed", wrong.status)
        except MfaFlowError as error:
            return _failed(visit, error)
        return _refused(visit, "not_found", 404)

    async def _acted(self, visit: Visit, verb: str) -> Answered:
        given = visit.asked.json()
        token, once = (visit.asked.headers.get(name.lower()) for name in (TOKEN, ONCE))
        if is_foreign(visit.asked) or not (visit.kept and is_ours(visit.secret, token)):
            return _refused(visit, "forbidden", 403)
        if verb == "login":
            visit = visit.logging_in(once or "", *(str(given.get(name, "")) for name in ("username", "password")))
        if not all(isinstance(value, str) for name, value in given.items() if name != "seconds"):
            raise BadInput("all but seconds are texts; nothing was sent")
        try:
            prompt = await act(visit.flow, verb, given, once)
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
        given = await handed(visit, done)
        if given is None:
            return _refused(visit, "on_done", 500)
        found = _json(200, {**_of(visit, done), "next": given.location})
        return visit.forget(found.having(*given.headers))


def _of(visit: Visit, prompt: Prompt) -> dict[str, Any]:
    return {"prompt": json.loads(prompt.to_json(locale=visit.locale)), "token": visit.secret.token}


def _failed(visit: Visit, error: MfaFlowError) -> Answered:
    told = {"code": error.code, "text": error.text(visit.locale)}
    return _json(status_of(error), {"error": told})


def _refused(visit: Visit, code: str, status: int) -> Answered:
    key = {404: "label.no_page", 500: "error.mfa_flow"}.get(status, "label.refused")
    return _json(status, {"error": {"code": code, "text": text_for(key, visit.locale)}})


def _json(status: int, content: object) -> Answered:
    kind = ("Content-Type", "application/json")
    return Answered(status, (kind, NO_STORE, *SECURE), json.dumps(content).encode())
