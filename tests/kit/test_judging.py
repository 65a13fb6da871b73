"""Each bug of a front end is called by its name."""

import json

import pytest
from attrs import evolve

from mfa_flow import MfaFlowError, Wait
from mfa_flow.kit import WalkFailed, faults, through, walks

from .chats import Chat, OnlyLooks, Page


class Forgets(Chat):
    def show(self, prompt):
        return evolve(prompt, recovery_codes=()).text()


class AsksTooSoon(Chat):
    pause = 4

    async def say(self, verb, *given, **details):
        if verb != "wait":
            return await super().say(verb, *given, **details)
        while isinstance(prompt := await self.client.flow("chat").wait(timeout=0), Wait):
            await self.stage.clock.sleep(self.pause)
        return prompt


class AsksNoSlower(AsksTooSoon):
    """At the usual pace, though the tenant wants to be asked less often."""

    pause = 5


class AsksOnceTooSoon(Chat):
    """At the right pace, but for once."""

    async def say(self, verb, *given, **details):
        if verb != "wait":
            return await super().say(verb, *given, **details)
        for pause in (5, 4, 5, 5):
            if not isinstance(prompt := await self.client.flow("chat").wait(timeout=0), Wait):
                break
            await self.stage.clock.sleep(pause)
        return prompt


class StopsAsking(Chat):
    async def say(self, verb, *given, **details):
        return await super().say("confirm" if verb == "wait" else verb, *given, **details)


class AsksMoreOften(Chat):
    async def say(self, verb, *given, **details):
        if verb == "confirm" and not given:
            await super().say(verb)
            await self.stage.clock.sleep(5)
        return await super().say(verb, *given, **details)


class ConfirmsTwice(Chat):
    async def say(self, verb, *given, **details):
        prompt = await super().say(verb, *given, **details)
        return await super().say(verb, *given) if verb == "confirm" and prompt.error else prompt


class AsksAtOnce(Chat):
    """Looks by asking, once more than anybody did."""

    async def say(self, verb, *given, **details):
        prompt = await super().say(verb, *given, **details)
        return await super().say("confirm") if verb == "look" and isinstance(prompt, Wait) else prompt


class LosesTheNewCode(Chat):
    """Shows the codes of an enrolment, but not the one that replaces a used one."""

    def show(self, prompt):
        return evolve(prompt, recovery_code=None).text() if prompt.kind == "done" else prompt.text()


class AnothersNumber(Chat):
    async def say(self, verb, *given, **details):
        return await super().say(verb, *given, **dict.fromkeys(details, "+15559990000"))


class AnothersAddress(Chat):
    async def say(self, verb, *given, **details):
        more = {"email": "previous@example.com"} if given == ("email",) else {}
        return await super().say(verb, *given, **details, **more)


class TakesTheOther(Chat):
    """Of those that can be picked, the one that was not."""

    async def say(self, verb, *given, **details):
        if verb == "challenge":
            given = [one.id for one in (await super().say("look")).authenticators if one.id != given[0]][:1]
        return await super().say(verb, *given, **details)


class RemovesTheOther(Chat):
    async def say(self, verb, *given, **details):
        flow = self.client.flow("chat")
        if verb == "manage":
            return await flow.manage(*given)
        if verb == "remove":
            [other, *_] = [one for one in (await flow.look()).authenticators if one.id != given[0]]
            return await flow.remove(other)
        return await super().say(verb, *given, **details)


class GivesTokens(Page):
    def show(self, prompt):
        return prompt.to_json(tokens=True)


class SaysTokens(Chat):
    def show(self, prompt):
        return f"{prompt.text()} {getattr(getattr(prompt, 'tokens', None), 'access_token', '')}"


class EmptiesTheInbox(Chat):
    async def say(self, verb, *given, **details):
        prompt = await super().say(verb, *given, **details)
        self.stage.tenant.inbox.clear()
        return prompt


class SendsAtRestart(Chat):
    async def say(self, verb, *given, **details):
        prompt = await super().say(verb, *given, **details)
        return await super().say("resend") if verb == "look" and "resend" in prompt.verbs else prompt


class NeverSaysWhy(Page):
    def show(self, prompt):
        shown = json.loads(super().show(prompt))
        return {name: each for name, each in shown.items() if name not in ("error", "text")}


class TriesAgain(Chat):
    async def say(self, verb, *given, **details):
        try:
            return await super().say(verb, *given, **details)
        except MfaFlowError:
            return await super().say(verb, *given, **details)


class GivesUp(Chat):
    async def say(self, verb, *given, **details):
        try:
            return await super().say(verb, *given, **details)
        except MfaFlowError:
            return await super().say("cancel")


class Claims(Page):
    async def act(self, verb, *given, **details):
        try:
            return await super().act(verb, *given, **details)
        except MfaFlowError:
            return {"kind": "done"}


class Crashes(Chat):
    def show(self, prompt):
        return {"ask_password": "", "choose": prompt.text()}[prompt.kind]


SPOILED = (faults.server_error, faults.reset_after, faults.timeout, faults.expired_code, faults.clock_skew)
BUGS = {
    Forgets: "the front end forgets the recovery codes: they are told once, and it did not show them",
    AsksOnceTooSoon: "the front end polls too fast: again after 4.0 s, and Auth0 wants 5 s between two polls",
    AsksMoreOften: "the front end polls more often than it is asked to: 2 requests to /oauth/token (mfa-oob) for a confirm",
    ConfirmsTwice: "the front end retries a confirm: 2 requests to /oauth/token (mfa-oob) for one answer, and each spends",
    AsksAtOnce: "the front end polls though nobody asked: a request to /oauth/token (mfa-oob) at a restart",
    LosesTheNewCode: "the front end forgets the recovery codes: they are told once, and it did not show them",
    AnothersNumber: "the front end does not pass on what was given: it sets up another number or address",
    AnothersAddress: "the front end does not pass on what was given: it sets up another number or address",
    TakesTheOther: "does not pass on what was given: it challenges another authenticator than the one that was chosen",
    RemovesTheOther: "not pass on what was given: it removes another authenticator than the one that was chosen",
    GivesTokens: "the front end shows tokens: they are for the service alone",
    SaysTokens: "the front end shows tokens: they are for the service alone",
    EmptiesTheInbox: "left the person without what this takes: LookupError: no code reached bo@example.com by sms yet",
    AsksTooSoon: "the front end polls too fast: again after 4.0 s, and Auth0 wants 5 s between two polls",
    AsksNoSlower: "the front end polls too fast: again after 5.0 s, and Auth0 wants 10 s between two polls",
    OnlyLooks: "at 'resend' (resend), the front end does nothing about it: no request to /mfa/challenge is made",
    StopsAsking: "the front end shows the wrong prompt: expected done, it shows another question with still_pending",
    SendsAtRestart: "at 'restart' (restart), the front end spends what nobody asked for: a request to /mfa/challenge",
    NeverSaysWhy: "does not tell why the last answer was refused: expected ask_code with wrong_code, it shows ask_code",
    TriesAgain: "the front end retries a login: 2 requests to /oauth/token (password) for one answer",
    GivesUp: "the front end loses its place after an error: expected ask_password, it shows stopped",
    Claims: "the front end loses its place after an error: expected ask_password, it shows done",
    Crashes: "the front end fails with KeyError (test_judging.py, line ",
}
SPOILT = walks("sms-*", "push-challenge", faults=SPOILED)
MORE = {
    LosesTheNewCode: walks("recovery-challenge"),
    AnothersAddress: walks("email-enroll"),
    TakesTheOther: walks("voice-challenge"),
    RemovesTheOther: walks("manage", verbs={"manage", "remove"}),
}


@pytest.mark.parametrize("wrong", BUGS)
async def test_a_bug_is_called_by_its_name(wrong):
    """One that sends too little or too much, tells too little, or does not take an error as it is."""
    failed = []
    for walk in [*MORE.get(wrong, ()), *SPOILT]:
        try:
            await through(walk, wrong)
        except WalkFailed as error:
            failed.append(str(error))
            if BUGS[wrong] in failed[-1]:
                return
    pytest.fail("\n".join(failed))


async def test_an_enrolment_sent_twice():
    """What is told reads as a sentence."""

    class Twice(Chat):
        async def say(self, verb, *given, **details):
            if verb == "enroll":
                await super().say(verb, *given, **details)
            return await super().say(verb, *given, **details)

    with pytest.raises(WalkFailed, match="the front end retries an enroll: 2 requests to /mfa/associate"):
        await through(walks("otp-enroll")[0], Twice)
