"""What a front end shows is read: a lie is found in a text as in JSON, and words of its own are no lie."""

import json
import re

import pytest
from attrs import evolve

from mfa_flow import MfaFlowError
from mfa_flow.kit import WalkFailed, faults, through, walks
from mfa_flow.texts import add
from mfa_flow.texts.catalogues import _SHELF

from .chats import Chat, Page

SOME = walks("sms-challenge", "otp-enroll", "push-enroll", faults=(faults.server_error, faults.rate_limited))


class SaysOfErrors(Chat):
    """Has words of its own for an error."""

    words = "Something went wrong."

    async def act(self, verb, *given, **details):
        try:
            return await super().act(verb, *given, **details)
        except MfaFlowError:
            return self.words


class SaysDone(SaysOfErrors):
    words = "You are logged in."


class SaysItEnded(SaysOfErrors):
    words = "This login has ended."


class BlamesThePerson(SaysOfErrors):
    words = "That code is not right. Check it and try again."


class ClaimsDone(SaysOfErrors, Page):
    words = json.dumps({"kind": "done"})


class SaysMore(Chat):
    words = "That code is not right. Check it and try again.\nYou are logged in."

    def show(self, prompt):
        return f"{self.words}\n{prompt.text()}"


class AlwaysRefuses(SaysMore):
    words = "That code is not right. Check it and try again."


class GivesTwoReasons(Chat):
    def show(self, prompt):
        return prompt.text() + ("\nThe request was denied on the phone." if prompt.error else "")


class RepeatsAll(Chat):
    said = ""

    def show(self, prompt):
        self.said += prompt.text() + "\n"
        return self.said


class Changed(Page):
    """Its JSON is another than the prompt's."""

    async def act(self, verb, *given, **details):
        return self.changed(json.loads(await super().act(verb, *given, **details)))

    def changed(self, shown):
        return shown


class ClaimsAnError(Changed):
    def changed(self, shown):
        return {**shown, "error": {"key": "wrong_code"}}


class OnlyTheKind(Changed):
    def changed(self, shown):
        return {name: shown.get(name) for name in ("kind", "error", "recovery_codes", "recovery_code")}


class NothingToScan(Changed):
    def changed(self, shown):
        return {name: each for name, each in shown.items() if name not in ("barcode_uri", "secret", "text")}


class AnothersPicture(Changed):
    def changed(self, shown):
        mine = {"barcode_uri": "otpauth://another", "secret": "ANOTHER", "text": ""}
        return {name: mine.get(name, each) for name, each in shown.items()}


class BlamesInJson(SaysOfErrors, Page):
    words = json.dumps({"kind": "choose", "error": "wrong_code"})


class EndsInItsOwnJson(SaysOfErrors, Page):
    words = json.dumps({"kind": "failed", "text": "You are logged in."})


class Welcomes(SaysOfErrors):
    """Knows by itself what its words mean, and uses the wrong ones."""

    words = "Welcome in!"

    def show(self, prompt):
        return prompt

    def reads(self, seen):
        return ("done", None) if seen == self.words else (seen.kind, seen.error and seen.error.key)


class RefusesInFrench(Chat):
    def show(self, prompt):
        return f"Ce code est incorrect. Vérifiez-le et réessayez.\n{prompt.text('fr')}"


LIES = {
    BlamesInJson: "loses its place after an error: expected choose, it shows choose with wrong_code",
    EndsInItsOwnJson: "loses its place after an error: expected ask_code, it shows done",
    Welcomes: "loses its place after an error: expected ask_code, it shows done",
    RefusesInFrench: "shows the wrong prompt: expected choose, it shows choose with wrong_code",
    SaysDone: "loses its place after an error: expected ask_password, it shows done",
    SaysItEnded: "loses its place after an error: expected ask_code, it shows stopped",
    BlamesThePerson: "loses its place after an error: expected choose, it shows choose with wrong_code",
    ClaimsDone: "loses its place after an error: expected ask_code, it shows done",
    SaysMore: "shows the wrong prompt: expected choose, it shows done",
    AlwaysRefuses: "shows the wrong prompt: expected choose, it shows choose with wrong_code",
    GivesTwoReasons: "shows the wrong prompt: expected ask_code with wrong_code, it shows ask_code with push_denied",
    RepeatsAll: "shows the wrong prompt: expected ask_code, it shows ask_code with code_expired",
    ClaimsAnError: "shows the wrong prompt: expected choose, it shows choose with wrong_code",
    OnlyTheKind: "shows nothing to choose: no authenticator and no factor is in its JSON",
    NothingToScan: "shows nothing to scan: neither barcode_uri nor secret is in its JSON",
    AnothersPicture: "shows nothing to scan: neither barcode_uri nor secret is in its JSON",
}


@pytest.mark.parametrize("wrong", LIES)
async def test_a_lie_is_found(wrong):
    """Of where one is, of what was refused, of what there is to do; also in what is said of an error."""
    failed = []
    for walk in [walk for walk in SOME if walk.fault is not faults.rate_limited]:
        try:
            await through(walk, wrong)
        except WalkFailed as error:
            failed.append(str(error))
            if failed[-1].endswith(f"the front end {LIES[wrong]}"):
                return
    pytest.fail("\n".join(failed))


class SaysTooFast(SaysOfErrors):
    """The library's words for what was so."""

    words = "That was too fast."


class AsksAgain(SaysOfErrors):
    """Says what stands, beside its words; why an answer before was refused is a part of that."""

    async def act(self, verb, *given, **details):
        shown = await super().act(verb, *given, **details)
        return f"{shown}\n{await super().act('look')}" if shown == self.words else shown


class OwnKind(SaysOfErrors, Page):
    words = json.dumps({"kind": "error", "message": "Try later."})


class OwnError(SaysOfErrors, Page):
    words = json.dumps({"kind": "failure", "error": {"code": "failed"}})


class OnlyText(Changed):
    """Who reads the text knows what to choose, and what to type into an app."""

    def changed(self, shown):
        return {
            name: shown[name] for name in ("kind", "error", "recovery_codes", "text", "barcode_uri") if name in shown
        }


class OwnReading(OnlyTheKind):
    """Knows itself what is on it."""

    def reads(self, seen):
        return seen["kind"], seen["error"] and seen["error"]["key"]


class OwnFields(Changed):
    """Draws the picture and the buttons itself."""

    def changed(self, shown):
        picture = {name: shown[name] for name in ("kind", "error", "recovery_codes")}
        return {**picture, "picture": "/qr.svg", "buttons": ["Text me"]}


class SpeaksFrench(Chat):
    def show(self, prompt):
        return f"Bonjour\u00a0!\n{prompt.text('fr')}"


class SendsMessages(SpeaksFrench):
    """As the API of a chat takes them."""

    def show(self, prompt):
        return [{"chat_id": 7, "text": super().show(prompt)}, {"chat_id": 7, "buttons": ["\u201cHelp\u201d"]}]


class SaysNoError(Changed):
    """What is empty is no error; what is one is told in words."""

    def changed(self, shown):
        return {**shown, "error": shown["error"]["text"] if shown["error"] else ""}


class GroupsCodes(Chat):
    """As people write them down."""

    def show(self, prompt):
        grouped = [" ".join(re.findall("....", code)) for code in prompt.recovery_codes]
        return evolve(prompt, recovery_codes=tuple(grouped)).text()


class ListsFirst(Chat):
    """Reads the list before it sets something up: a fault is not spent on that."""

    async def say(self, verb, *given, **details):
        if verb == "enroll":
            await self.client.flow("chat").authenticators()
        return await super().say(verb, *given, **details)


class TellsItsOwn(SaysOfErrors):
    """Its words for an error are no prompt's: it cannot read them itself."""

    def show(self, prompt):
        return prompt

    def reads(self, seen):
        return seen.kind, seen.error and seen.error.key


RIGHT = (SpeaksFrench, SendsMessages, SaysNoError, GroupsCodes, ListsFirst, TellsItsOwn)


@pytest.mark.parametrize("right", RIGHT)
async def test_another_way_to_say_it_is_no_lie(right):
    """In another language, in messages, with codes in groups, after a look at the list."""
    for walk in SOME:
        await through(walk, right)


@pytest.mark.parametrize(
    "right", [SaysOfErrors, SaysTooFast, AsksAgain, OwnKind, OwnError, OnlyText, OwnFields, OwnReading]
)
async def test_words_of_its_own_are_no_lie(right):
    """What it says of an error, and what it makes of a prompt's fields, is its own."""
    for walk in SOME:
        if not issubclass(right, Changed) or walk.fault is None:
            await through(walk, right)


@pytest.fixture
def german(monkeypatch):
    """Of which there is not much."""
    monkeypatch.setattr(_SHELF, "added", dict(_SHELF.added))
    add("de", {"wrong_code": "Falsch.", "done": "Fertig."})
    yield
    _SHELF.edition += 1


async def test_a_language_that_is_there_in_part(german):
    """What is left of it is said in English, and is right in either."""
    for walk in walks("otp-enroll"):
        await through(walk, Chat)
