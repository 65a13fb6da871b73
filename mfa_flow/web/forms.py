"""The pages at work: a GET shows the question that stands, a POST answers it and leads to a GET."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import frozen

from mfa_flow.errors import MfaFlowError, StoreError, Unreadable
from mfa_flow.machine.prompts import AskPassword, Choose, Done, Prompt
from mfa_flow.texts import text_for
from mfa_flow.web.acts import LONGEST_WAIT, act, details_of
from mfa_flow.web.guard import is_foreign, is_ours
from mfa_flow.web.handing import handed_over
from mfa_flow.web.pages import NO_STORE, Pages
from mfa_flow.web.refusing import status_of
from mfa_flow.web.showing import Trouble, show, waits
from mfa_flow.web.values import Answered
from mfa_flow.web.visit import Visit

# An answer to these counts for the question it was given to, and for no other: it spends a code, or a message.
_TO_THIS_QUESTION = frozenset({"confirm", "resend"})
_DETAILS_REFUSED = frozenset({"phone_rejected", "email_rejected"})
_DETAILS = ("phone_number", "email")
Form = Mapping[str, str]


@frozen
class Forms:
    """Answers what a browser asks for by a link or a form."""

    pages: Pages

    async def shown(self, visit: Visit) -> Answered:
        """The page of the prompt that stands."""
        query = visit.asked.query
        if "login" in query:
            return show(self.pages, visit, AskPassword())
        prompt = await visit.flow.look()
        if "turn" in query and waits(prompt):
            before, prompt = visit.place(prompt), await visit.flow.wait(timeout=0)
            if visit.place(prompt) != before:
                return visit.go()
        if isinstance(prompt, Done):
            return await handed_over(self.pages, visit, prompt)
        return show(self.pages, visit, prompt, picked=query.get("enroll") or query.get("remove", ""))

    async def turned(self, visit: Visit) -> Answered:
        """For the page's script: 200 when the page has to be shown anew, 204 while a push is not answered."""
        if is_foreign(visit.asked):
            return Answered(403, (NO_STORE,))
        prompt = await visit.flow.look()
        if waits(prompt):
            before, prompt = visit.place(prompt), await visit.flow.wait(timeout=LONGEST_WAIT)
            if visit.place(prompt) == before:
                return Answered(204, (NO_STORE,))
        return Answered(200, (NO_STORE,))

    async def posted(self, visit: Visit) -> Answered:
        """The answer to a form. One that was not made for this browser does nothing."""
        form = visit.asked.form()
        if is_foreign(visit.asked) or not (visit.kept and is_ours(visit.secret, form.get("token"))):
            return self.refused(visit, text_for("label.refused", visit.locale), 403)
        verb = form.get("do", "")
        if verb in _TO_THIS_QUESTION:
            prompt = await visit.flow.look()
            if visit.place(prompt) != form.get("place") and not isinstance(prompt, Done):
                return show(self.pages, visit, prompt, Trouble(text=_stale(visit), status=409))
        after = visit.logging_in(*(form.get(name, "") for name in ("once", "username", "password")))
        return await self._done(visit, after if verb == "login" else visit, verb, form)

    def refused(self, visit: Visit, told: str, status: int, *, anew: bool = False) -> Answered:
        """A page that says why nothing was done, and leads back; ``anew`` to a login, where there is nothing to go back
        to."""
        title = text_for("title.stopped" if anew else "title.pause", visit.locale)
        link = ("./?login" + (f"&lang={visit.lang}" if visit.lang else "")) if anew else visit.here
        return self.pages.page("trouble", visit.locale, status, title=title, told=told, link=link, anew=anew)

    def failed(self, visit: Visit, error: MfaFlowError) -> Answered:
        """A page for when not even the question that stands is known."""
        return self.refused(visit, error.text(visit.locale), status_of(error), anew=isinstance(error, Unreadable))

    async def _done(self, visit: Visit, after: Visit, verb: str, form: Form) -> Answered:
        """What comes of a verb. ``after`` is the visit as it is when the verb worked."""
        try:
            prompt = await act(after.flow, verb, {**form, "seconds": 0}, form.get("once") or None)
        except MfaFlowError as error:
            return await self._failed(visit, after, verb, form, error)
        if isinstance(prompt, Done):
            # What has to be kept is shown by a GET, which can be made again.
            return after.go() if prompt.recovery_code else await handed_over(self.pages, after, prompt)
        return self._again(after, prompt, form) or after.go()

    def _again(self, visit: Visit, prompt: Prompt, form: Form) -> Answered | None:
        """The same form once more, where what was typed is worth keeping."""
        if prompt.error is None:
            return None
        told = partial(Trouble, text=prompt.error.told(visit.locale), status=422, beside_field=True)
        if isinstance(prompt, AskPassword):
            return show(self.pages, visit, prompt, told(typed=form.get("username", "")))
        if isinstance(prompt, Choose) and prompt.error.key in _DETAILS_REFUSED:
            return show(self.pages, visit, prompt, told(typed=_detail(form)), form.get("factor", ""))
        return None

    async def _failed(self, visit: Visit, after: Visit, verb: str, form: Form, error: MfaFlowError) -> Answered:
        """The question that stands, with what went wrong. What was issued and could not be kept is not lost."""
        issued = error.prompt if isinstance(error, StoreError) else None
        if isinstance(issued, Done):
            return await handed_over(self.pages, after, issued)
        told = Trouble(text=error.text(visit.locale), status=status_of(error), **_kept(verb, form, error))
        if issued is not None:
            return show(self.pages, after, issued, told)
        if verb == "login":
            return show(self.pages, visit, AskPassword(), told)
        prompt = await visit.flow.look()
        return show(self.pages, visit, prompt, told, form.get("factor", ""))


def _kept(verb: str, form: Form, error: MfaFlowError) -> dict[str, Any]:
    """Where the trouble is told, and what need not be typed again."""
    typed = form.get("username", "") if verb == "login" else _detail(form)
    field = verb in ("login", "confirm") or (verb == "enroll" and bool(details_of(form.get("factor", ""))))
    return {"beside_field": field and error.code == "bad_input", "typed": typed}


def _detail(form: Form) -> str:
    return next((form[name] for name in _DETAILS if form.get(name)), "")


def _stale(visit: Visit) -> str:
    return text_for("label.stale", visit.locale)
