"""Conversations, message by message, each in a process of its own, over one file."""

import asyncio
import subprocess
import sys
from types import SimpleNamespace

import pytest
from attrs import evolve

from chat.talking import APP, SEAL, Talk
from mfa_flow import AskPassword, Done, MfaClient, Pause, Tokens, TransportError, Wait
from mfa_flow.chat import Chat
from mfa_flow.errors import BadInput, MissingExtra, StoreError
from mfa_flow.stores import MemoryStore, Reference, Seal
from mfa_flow.testing import TenantTransport

PHONE, EMAIL = "+15551230042", "bo@example.com"
LOGIN = f"{EMAIL} pw"


async def test_nonsense_spends_nothing(talk):
    """Whatever is said that is no code: no attempt, no message; and the question is asked again."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.say("text")
    counts = len(talk.tenant.requests)
    for nonsense in ("pigeon", "12345", "1234567", "12345a", "", "/unknown", "\U0001f600", "0" * 5000):
        assert "The code has 6 digits." in await talk.say(nonsense)
        assert "We sent a 6-digit code to XXXXXXXX0042" in talk.shown[-1].text
    assert counts == len(talk.tenant.requests)


async def test_a_number_without_a_country(talk):
    """What is wrong with it is told, and it is asked for again in the same way; then it is called."""
    await talk.say(LOGIN)
    asked = await talk.say("phone")
    assert asked.startswith("Phone call: write your phone number")
    again = await talk.answer("5551230042")
    assert f"Enter the phone number with its country code, such as +15551230000.\n{asked}" == again
    assert [True, True] == [talk.shown[-1].quote, talk.turn.kind == "choose"]
    assert "We are calling XXXXXXXX0042." in await talk.answer("+1 555 123 0042")


async def test_a_process_that_died(talk):
    """With a code in the air: the next message is told what may have come of it, and what to do."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.say("text")
    real, code = talk.transport, talk.code(PHONE)

    class Hangs(TenantTransport):
        async def send(self, call):
            raise asyncio.CancelledError

    talk.transport = Hangs(talk.tenant)
    with pytest.raises(asyncio.CancelledError):
        await talk.say(code)
    talk.transport = real
    assert "Your last answer was cut off. It may have been accepted" in await talk.say("hello?")
    assert "You are logged in." == await talk.say(code)


@pytest.mark.parametrize("chat_id", ["", "x" * 37, "\u20ac" * 13])
async def test_ids_that_do_not_fit(talk, chat_id):
    """An id that fits into no button is refused at once, not in the middle of a login."""
    talk.chat_id = chat_id
    with pytest.raises(BadInput, match="1 to 36 bytes"):
        await talk.say("hello")


async def test_two_messages_at_once(talk):
    """The same code twice is one request, with one result; both are answered."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.say("text")
    code = talk.code(PHONE)
    async with talk.process() as (chat, _):
        first, second = await asyncio.gather(*(chat.said("42", code, once=once) for once in ("a", "b")))
    assert ["You are logged in."] * 2 == [turn.replies[-1].text for turn in (first, second)]
    assert 1 == talk.tenant.requests.count("mfa-oob")
    assert 1 == len({tokens.access_token for _, tokens in talk.tokens})


async def test_a_button_pressed_twice(talk):
    """The second time its question is an earlier one: no second message is sent."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.press("text message")
    again = next(one.reference for one in talk.buttons if one.text == "Send again")
    talk.tenant.clock.advance(30)
    assert "We sent" in await talk.press_reference(again)
    assert "earlier question" in await talk.press_reference(again)
    assert 2 == talk.tenant.requests.count("/mfa/challenge")


async def test_stale_buttons(talk):
    """All buttons of all earlier questions: nothing is done, and where one is now is told."""
    await talk.say(LOGIN)
    old = talk.buttons
    await talk.say("1")
    old += talk.buttons
    await talk.say("cancel")
    asked = len(talk.tenant.requests)
    for one in old:
        assert "earlier question" in await talk.press_reference(one.reference)
        assert "stopped" == talk.turn.kind
    assert asked == len(talk.tenant.requests)


@pytest.mark.parametrize("reference", ["", "x", "x" * 63, "\ud800", "é" * 30, "." * 63])
async def test_forged_buttons(talk, reference):
    """What nobody here made does nothing."""
    await talk.say(LOGIN)
    assert "cannot be used here" in await talk.press_reference(reference)
    assert "choose" == talk.turn.kind


async def test_a_seal_of_others(talk):
    """Nor what another application made, whatever it says."""
    await talk.say(LOGIN)
    found = Reference(SEAL).read(talk.buttons[0].reference)
    forged = Reference(Seal(Seal.generate_key())).make(*found)
    assert "cannot be used here" in await talk.press_reference(forged)
    assert "Scan" in await talk.press_reference(Reference(SEAL).make(*found))


async def test_buttons_are_short(talk):
    """With a UUID for a chat's id they fit, too."""
    other = Talk(talk.tenant, talk.path, chat_id="123e4567-e89b-12d3-a456-426614174000")
    await other.say(LOGIN)
    assert max(len(one.reference.encode()) for one in other.buttons) <= 63


async def test_the_message_in_the_persons_language(talk):
    """Auth0 is told the language for what it sends."""
    talk.tenant.users[EMAIL].enroll("sms")
    talk.locale = "fr-CA"
    await talk.say(LOGIN)
    calls = []
    send = talk.transport.send

    async def noted(call):
        calls.append(call)
        return await send(call)

    talk.transport = type("Noted", (), {"send": staticmethod(noted), "aclose": talk.transport.aclose})()
    assert "Nous avons envoyé" in await talk.say("SMS")
    assert ["fr"] == [call.headers.get("x-request-language") for call in calls]


async def test_another_language_in_the_middle(talk):
    """Each message is answered in its own; words of all languages are understood."""
    await talk.say(LOGIN)
    talk.locale = "fr"
    assert "Scannez" in await talk.say("application")
    talk.locale = "en"
    assert "Set up" in await talk.say("AUTRE MÉTHODE")
    assert "cancelled" in await talk.say("annuler")


async def test_begun_elsewhere(talk):
    """A login begun on a page goes on here, and one begun here goes on elsewhere: by the flow's id."""
    talk.tenant.users[EMAIL].enroll("otp")
    async with talk.process() as (chat, _):
        await chat._mfa.flow("42").login(EMAIL, "pw")
    assert "Choose how to confirm" in await talk.say("hello")
    await talk.say("app")
    async with talk.process() as (chat, _):
        assert "done" == (await chat._mfa.flow("42").confirm(talk.tenant.otp(EMAIL))).kind


async def test_no_answer(talk, caplog):
    """A tenant that cannot be reached is told of as such, to the person and to those who run the service."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    real = talk.transport

    class Away(TenantTransport):
        async def send(self, call):
            raise TransportError("no answer", may_have_arrived=True)

    talk.transport = Away(talk.tenant)
    said = await talk.say("text")
    assert "No answer came." in said
    assert "Choose how to confirm it is you:" in said
    assert "no answer [flow '42', mfa_required, challenge]" in caplog.text
    talk.transport = real
    assert "We sent" in await talk.say("text")


async def test_a_store_that_fails(talk, monkeypatch):
    """What was issued all the same reaches the service and the person; what cannot be looked up is told."""
    talk.tenant.users.add("cy@example.com", "pw", mfa=False)
    store, told = MemoryStore(now=talk.clock.now), []

    async def done(chat_id, tokens):
        told.append(tokens)

    async with MfaClient(APP, store=store, transport=talk.transport, clock=talk.clock) as mfa:
        chat = Chat(mfa, SEAL, done)

        async def fails(*args):
            raise StoreError("full")

        async def unsaved(held, flow, prompt):
            raise StoreError("full", prompt)

        monkeypatch.setattr(mfa, "_save", unsaved)
        turn = await chat.said("42", "cy@example.com pw")
        assert ["You are logged in."] == [reply.text for reply in turn.replies]
        assert 1 == len(told)
        monkeypatch.setattr(store, "load", fails)
        turn = await chat.said("42", "my password")
        assert ["This could not be saved. Try again."] == [reply.text for reply in turn.replies]
        assert turn.delete
        turn = await chat.pressed("42", "x")
        assert ["This could not be saved. Try again."] == [reply.text for reply in turn.replies]


async def test_a_push_is_found_again(talk):
    """A new process finds the chats in which a push waits, and tells what came of it; of no other flow."""
    talk.tenant.users[EMAIL].enroll("push")
    await talk.say(LOGIN)
    other = Talk(talk.tenant, talk.path, chat_id="43")
    await other.say(LOGIN)
    await talk.say("push")
    async with talk.process() as (chat, store):
        assert ["42"] == [chat_id async for chat_id in chat.waiting(store)]
    talk.tenant.push(EMAIL).approve()
    assert "You are logged in." in await talk.watch()
    assert 1 == len(talk.tokens)


async def test_a_push_is_found_in_a_pause(talk):
    """Who pressed too often meanwhile is told what came of the push, after a restart as well."""
    talk.tenant.users[EMAIL].enroll("push")
    await talk.say(LOGIN)
    await talk.say("push")
    asked = Pause(seconds=60, then=Wait(seconds=5)), Pause(seconds=60, then=AskPassword())
    async with talk.process() as (_, store):
        for prompt, expected in zip(asked, (["42"], []), strict=True):

            async def look(prompt=prompt):
                return prompt

            chat = Chat(SimpleNamespace(flow=lambda *_, look=look: SimpleNamespace(look=look)), SEAL, talk.done)
            assert expected == [chat_id async for chat_id in chat.waiting(store)]


async def test_a_push_is_watched_once(talk):
    """A second watch of the same chat has nothing to tell."""
    talk.tenant.users[EMAIL].enroll("push")
    await talk.say(LOGIN)
    await talk.say("push")
    talk.tenant.push(EMAIL).approve()
    async with talk.process() as (chat, _):
        turns = await asyncio.gather(chat.watch("42"), chat.watch("42"))
    assert [1, 0] == [len(turn.replies) for turn in turns]


async def test_a_watch_that_missed_the_way_there_and_back():
    """Who goes another way and is back at a push between two polls: the same watch goes on, and tells what comes."""
    coming = [Wait(seconds=5), Done(tokens=Tokens("t"))]

    async def wait():
        return coming.pop(0)

    async def done(chat_id, tokens):
        assert "t" == tokens.access_token

    chat = Chat(SimpleNamespace(flow=lambda *_, **__: SimpleNamespace(wait=wait)), SEAL, done)
    assert ["You are logged in."] == [reply.text for reply in (await chat.watch("42")).replies]


async def test_nobody_to_watch(talk):
    """Where no push waits there is nothing to tell, and nothing is lost by asking."""
    assert "" == await talk.watch()
    await talk.say(LOGIN)
    assert "" == await talk.watch()


async def test_a_code_in_a_sentence(talk):
    """It is taken, and taken out of the chat; so is one that is refused."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.say("text")
    assert "The code has 6 digits." in await talk.say(f"it was 123 and is {talk.code(PHONE)}!")
    assert talk.turn.delete
    assert "You are logged in." == await talk.say(f"my code is {talk.code(PHONE)}.")
    assert talk.turn.delete


async def test_a_recovery_code_in_a_sentence(talk):
    """In groups, as it was written down."""
    user = talk.tenant.users[EMAIL]
    user.enroll("sms")
    await talk.say(LOGIN)
    await talk.say("recovery")
    code = user.recovery_code.lower()
    groups = " ".join(code[place : place + 4] for place in range(0, 24, 4))
    assert "You are logged in." in await talk.say(f"my code: {groups}")
    assert talk.turn.delete


async def test_a_sentence_at_a_recovery_code(talk):
    """It is sent to nobody, and what a recovery code looks like is told."""
    talk.tenant.users[EMAIL].enroll("sms")
    await talk.say(LOGIN)
    await talk.say("recovery")
    count = len(talk.tenant.requests)
    assert "A recovery code has 24 letters and digits." in await talk.say("I have lost my recovery codes")
    assert count == len(talk.tenant.requests)


async def test_a_no(talk):
    """It sends nothing, whatever there is to choose: the choices are shown again."""
    talk.tenant.users[EMAIL].enroll("push")
    asked = await talk.say(LOGIN)
    count = len(talk.tenant.requests)
    for text in ("no", "Non !", "not now", "not", "no push"):
        assert asked in await talk.say(text)
    assert count == len(talk.tenant.requests)


async def managing(talk):
    """Two flows: one logs in, the other manages what there is."""
    user = talk.tenant.users[EMAIL]
    user.enroll("sms")
    scope = "enroll read:authenticators remove:authenticators"
    async with talk.process() as (chat, _):
        flow = chat._mfa.flow("41")
        choose = await flow.login(EMAIL, "pw", audience="https://tenant.example/mfa/", scope=scope)
        await flow.challenge(next(one for one in choose.challenge if one.factor == "sms"))
        done = await flow.confirm(talk.code(PHONE))
        await chat._mfa.flow("42").manage(done.tokens.access_token)
    return lambda: any(one.active for one in user.authenticators if one.kind == "sms")


async def test_removing(talk):
    """Who manages factors is asked before one is removed."""
    there = await managing(talk)
    assert "You have:\n1. text message (XXXXXXXX0042)" in await talk.say("hello")
    assert "Remove text message (XXXXXXXX0042)?" == await talk.say("1")
    assert there()
    await talk.press("Remove")
    assert not there()


async def test_removing_none(talk):
    """Who thinks again goes back to the list, by the button or by a no; the flow goes on."""
    there = await managing(talk)
    shown = await talk.say("hello")
    await talk.say("1")
    assert ["Remove", "Back"] == [one.text for one in talk.buttons]
    assert shown == await talk.press("Back")
    question = await talk.say("1")
    assert shown == await talk.say("no", quoted=question)
    assert shown == await talk.say("yes")
    assert shown == await talk.say("yes", quoted="Remove e-mail?")
    assert there()


@pytest.mark.parametrize(("locale", "yes"), [("en", "Yes!"), ("fr", "oui")])
async def test_a_yes_to_removing(talk, locale, yes):
    """It counts where it quotes the question, in the language it was asked in."""
    there = await managing(talk)
    talk.locale = locale
    await talk.say("1")
    talk.locale = "en"
    await talk.answer(yes)
    assert not there()


def test_no_platform_is_needed():
    """The package itself knows none of them."""
    code = (
        "import sys, mfa_flow.chat;"
        "print([name for name in ('aiogram', 'slack_bolt', 'slack_sdk', 'telegram') if name in sys.modules])"
    )
    assert "[]\n" == subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_it_needs_an_extra(monkeypatch):
    """Without QR codes there is no chat: that is told when it is made, not in the middle of a login."""
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingExtra, match="qr"):
        Chat(None, SEAL, None)


async def test_a_turn_is_a_value(talk):
    """It can be compared and changed; nothing in it shows in a log."""
    await talk.say(LOGIN)
    assert talk.turn == evolve(talk.turn)
    assert EMAIL not in repr(talk.turn)
