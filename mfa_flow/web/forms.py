"""The pages at work: a GET shows the question that stands, a POST answers it and leads to a GET."""

from collections.abc import Mapping
from secrets import token_urlsafe

from attrs import frozen

from mfa_flow.errors import MfaFlowError, StoreError, Unreadable
from mfa_flow.machine.prompts import AskPassword, Choose, Done, Prompt, Stopped
from mfa_flow.texts import text_for
from mfa_flow.web.acts import LONGEST_WAIT, act, details_of
from mfa_flow.web.guard import is_foreign, is_ours
from mfa_flow.web.handing import handed, handed_over, left
from mfa_flow.web.pages import NO_STORE, Pages
from mfa_flow.web.refusing import status_of
from mfa_flow.web.showing import show, waits
from mfa_flow.web.values import Answered, HandedOver
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
        if "turn" in query and waits(prompt) and not visit.codes(prompt):
            before = visit.place(prompt)
            prompt, _ = await _waited(visit, 0)
            if visit.place(prompt) != before and not isinstance(prompt, Done):
                return visit.go()
        if isinstance(prompt, Done):
            return await handed_over(self.pages, visit, prompt)
        if visit.note.handed and isinstance(prompt, AskPassword | Stopped):
            # The tokens are gone by now, and the service has them.
            return left(self.pages, visit, HandedOver(visit.note.to or "/"))
        return show(self.pages, visit, prompt, query.get("enroll") or query.get("remove", ""))

    async def turned(self, visit: Visit) -> Answered:
        """For the page's script: 204 while a push is not answered, 200 when the page has to be shown anew. While there
        are recovery codes to tick nobody is asked, lest an answer takes them off the page."""
        if is_foreign(visit.asked):
            return Answered(403, (NO_STORE,))
        standing = await visit.flow.look()
        if not waits(standing) or visit.codes(standing):
            return Answered(200, (NO_STORE,))
        prompt, kept = await _waited(visit, LONGEST_WAIT)
        if waits(prompt) and visit.place(prompt) == visit.place(standing):
            return Answered(204, (NO_STORE,))
        if kept or not isinstance(prompt, Done):
            return Answered(200, (NO_STORE,))
        found = await handed(visit, prompt)
        given = found[1] if found else HandedOver(None)
        page = ("Content-Location", given.location or visit.there("failed"))
        answered = Answered(200, (NO_STORE, page, *given.headers))
        return visit.leave(answered) if found else answered

    async def posted(self, visit: Visit) -> Answered:
        """The answer to a form. One that was not made for this browser does nothing."""
        form = visit.asked.form()
        if is_foreign(visit.asked) or not (visit.kept and is_ours(visit.secret, form.get("token"))):
            # Nothing is kept: the browser of somebody whom a foreign page made ask would lose its login.
            return Answered(303, (("Location", visit.there("refused")),))
        verb = form.get("do", "")
        if verb in _TO_THIS_QUESTION or form.get("saved") or verb == "saved":
            prompt = await visit.flow.look()
            visit = visit.having_saved(prompt) if form.get("saved") and prompt.recovery_codes else visit
            if verb == "saved":
                return await self._went_on(visit, prompt)
            if verb in _TO_THIS_QUESTION and visit.place(prompt) != form.get("place") and not isinstance(prompt, Done):
                return visit.telling(text_for("label.stale", visit.locale)).go()
        once = form.get("once") or token_urlsafe(12)
        after = visit.logging_in(once, form.get("username", ""), form.get("password", ""))
        return await self._done(visit, after if verb == "login" else visit, verb, form)

    def trouble(self, visit: Visit, told: str, status: int, *, anew: bool = False) -> Answered:
        """A page that says why nothing was done, and leads back; ``anew`` to a login, where there is nothing to go back
        to."""
        title = text_for("title.stopped" if anew else "title.trouble", visit.locale)
        link = visit.there(login="1") if anew else visit.here
        return self.pages.page("trouble", visit.locale, status, title=title, why=told, codes=(), link=link, anew=anew)

    def failed(self, visit: Visit, error: MfaFlowError) -> Answered:
        """A page for when not even the question that stands is known."""
        if visit.asked.method == "POST":
            return visit.telling(error.text(visit.locale)).go()
        page = self.trouble(visit, error.text(visit.locale), status_of(error), anew=isinstance(error, Unreadable))
        return visit.telling().keep(page)

    async def _went_on(self, visit: Visit, prompt: Prompt) -> Answered:
        """On from the codes to keep: to the question that stands, or where the service sends who has been there; where
        the note does not know that, the service is asked again."""
        if not isinstance(prompt, Done):
            return visit.go()
        if visit.note.to and visit.was_handed(prompt.tokens):
            return left(self.pages, visit, HandedOver(visit.note.to))
        found = await handed(visit, prompt)
        return left(self.pages, *found) if found else visit.go("failed")

    async def _done(self, visit: Visit, after: Visit, verb: str, form: Form) -> Answered:
        """What comes of a verb. ``after`` is the visit as it is when the verb worked."""
        try:
            prompt = await act(after, verb, {**form, "seconds": 0}, form.get("once") or None)
        except MfaFlowError as error:
            return await self._failed(visit, after, verb, form, error)
        if isinstance(prompt, Done):
            # What has to be kept is shown by a GET, which can be made again.
            return after.go() if prompt.recovery_code else await handed_over(self.pages, after, prompt)
        if isinstance(prompt, AskPassword) and verb == "login" and prompt.error:
            # As if nothing had been: the form in another tab is good still.
            told = prompt.error.told(visit.locale)
            return visit.telling(told, beside=True, typed=form.get("username", ""), at="login").go(login="1")
        return _again(after, prompt, form)

    async def _failed(self, visit: Visit, after: Visit, verb: str, form: Form, error: MfaFlowError) -> Answered:
        """The question that stands, with what went wrong. What was issued and could not be kept is not lost."""
        issued = error.prompt if isinstance(error, StoreError) else None
        if isinstance(issued, Done):
            return await handed_over(self.pages, after, issued)
        told, status = error.text(visit.locale), status_of(error)
        if issued is not None:
            return show(self.pages, after.telling(told), issued, status=status)
        wrong = error.code == "bad_input"
        if verb == "login":
            return visit.telling(told, beside=wrong, typed=form.get("username", ""), at="login").go(login="1")
        if verb == "enroll" and details_of(form.get("factor", "")):
            return visit.telling(told, beside=wrong, typed=_detail(form), at="enroll").go(enroll=form["factor"])
        return visit.telling(told, beside=wrong and verb == "confirm").go()


def _again(visit: Visit, prompt: Prompt, form: Form) -> Answered:
    """The question that stands, where what was typed is worth keeping with that."""
    if isinstance(prompt, Choose) and prompt.error and prompt.error.key in _DETAILS_REFUSED:
        told = prompt.error.told(visit.locale)
        return visit.telling(told, beside=True, typed=_detail(form), at="enroll").go(enroll=form.get("factor", ""))
    return visit.go()


async def _waited(visit: Visit, seconds: float) -> tuple[Prompt, bool]:
    """What comes of waiting, and whether the store has it. What was issued and could not be kept is not lost."""
    try:
        return await visit.flow.wait(timeout=seconds), True
    except StoreError as error:
        if not isinstance(error.prompt, Done):
            raise
        return error.prompt, False


def _detail(form: Form) -> str:
    return next((form[name] for name in _DETAILS if form.get(name)), "")
