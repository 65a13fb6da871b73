"""The pages walked through all that can happen, by a person with a phone and a browser without scripts."""

import pytest

from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.kit.fronts import through
from mfa_flow.kit.walking import every_walk
from mfa_flow.texts import find

from .visitor import Visitor

VERBS = {"login", "enroll", "challenge", "confirm", "wait", "resend", "go_back", "cancel", "restart"}
KEYS = {one.told for one in MEANINGS if one.told} | {"push_denied", "push_expired", "further_factor"}
ERRORS = {find(key): key for key in KEYS if find(key)}
ENDS = {find(key) for key in ("expired", "cancelled", "failed", "blocked", "password_leaked", "no_available_factor")}


@pytest.fixture
def jar():
    """Cookies, which outlive the service's process."""
    return {}


class Browser:
    """The pages, as a person does things on them."""

    def __init__(self, stage, jar):
        self.visitor = Visitor(stage.client())
        self.visitor.cookies = jar
        self.polled = False

    async def act(self, verb, *given, **details):
        visitor, self.polled = self.visitor, verb == "confirm" and not given
        page = visitor.page or await visitor.get()
        match verb:
            case "look":
                page = await visitor.get()
            case "login":
                page = await self._post("login", username=given[0], password=given[1])
            case "challenge":
                page = await self._post("challenge", authenticator=given[0])
            case "enroll":
                await visitor.get(f"./?enroll={given[0]}")
                page = await self._post("enroll", factor=given[0], **details)
            case "confirm" if given:
                page = await self._post("confirm", code=given[0])
            case "confirm":
                page = await self._turned()
            case "wait":
                page = await self._waited()
            case "resend" | "go_back" | "cancel":
                page = await self._post(verb)
        return f"{page.source} {page.text}"

    async def _post(self, verb, **fields):
        """The page's form, or one of a page of before."""
        forms = self.visitor.page.forms
        form = (forms.get(verb) or next(iter(forms.values())))[0]
        return await self.visitor.post({**form, "do": verb, **fields})

    async def _waited(self):
        while True:
            await self._ticked()
            await self.visitor.door.mfa._clock.sleep(self.visitor.page.turns)
            page = await self._turned()
            if "Waiting for your answer" not in page.text:
                return page

    async def _turned(self):
        """The page that comes again, once the codes on it are ticked."""
        await self._ticked()
        return await self.visitor.get("./?turn=1")

    async def _ticked(self):
        if "saved" in self.visitor.page.forms:
            await self.visitor.do("saved", saved="1")

    def reads(self, seen):
        """The kind of prompt that a page is of, and why the last answer was refused."""
        page = self.visitor.page
        if self.visitor.signed:
            return "done", None
        if self.polled and "Waiting for your answer" in page.text:
            return page.one("body")["class"], "still_pending"  # it is what the page says while it waits
        error = next((key for text, key in ERRORS.items() if text in page.text), None)
        kind = page.one("body")["class"].replace("details", "choose")
        notice = [found for tag, found in page.tags if found.get("class") == "notice"]
        if kind == "ask_password" and notice and any(text in page.text for text in ENDS):
            return "stopped", None
        return "pause" if notice and "You can try again" in page.text else kind, error


@every_walk("login", "sms-*", "otp-*", "push-*", "email-*", "recovery-*", verbs=VERBS)
async def test_walks(walk, jar):
    """Each dialogue, as a person takes it page by page."""
    await through(walk, lambda stage: Browser(stage, jar))
