"""The Telegram bot of the README, by aiogram's own dispatcher: updates are fed in, its calls to Telegram are read."""

import asyncio
from itertools import pairwise

import pytest
from aiogram.methods import AnswerCallbackQuery, SendMessage, SendPhoto
from aiogram.types import ForceReply
from telegram_wire import Telegram

from mfa_flow.texts import factor_name, text_for

PHONE = "+15551230042"
EMAIL = "bo@example.com"
FACTORS = ("otp", "sms", "voice", "email", "push")


@pytest.fixture
def telegram(mfa_tenant, tmp_path):
    mfa_tenant.users.add(EMAIL, "her pass word", phone=PHONE)
    return Telegram(mfa_tenant, tmp_path / "flows.db")


def code_of(tenant, factor):
    match factor:
        case "otp":
            return tenant.otp(EMAIL)
        case "email":
            return tenant.inbox.messages(EMAIL, "email")[0].code
        case "recovery":
            return tenant.users[EMAIL].recovery_code
    return tenant.inbox.code(PHONE)


async def proved(telegram, factor, language):
    """The person answers the question of a factor, and is told of being logged in."""
    done = text_for("done", language)
    if factor == "push":
        async with telegram.process():  # the person says nothing: the bot's new process finds the push by itself
            telegram.tenant.push(EMAIL).approve()
            await telegram.hears(text_for("done", language))
        return
    typed = code_of(telegram.tenant, factor)
    wrong = "A" * 24 if factor == "recovery" else "000000"
    assert text_for("wrong_code", language) in await telegram.say(wrong)
    assert done in await telegram.say(f"{typed[:3]} {typed[3:]}")
    assert telegram.last["message_id"] in telegram.deleted


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("factor", FACTORS)
async def test_each_factor(telegram, factor, language):
    """It is set up, and used at the next login, in the person's language, with a new process for every message."""
    telegram.language = language
    telegram.calls.clear()
    name = factor_name(factor, language)
    hello = await telegram.say("Bonjour" if language == "fr" else "Hi!")
    assert text_for("chat.ask_password", language) == hello
    assert name in await telegram.say(f"{EMAIL} her pass word")
    asked = await telegram.press(name)
    if factor in ("sms", "voice"):
        assert isinstance(telegram.calls[-1].reply_markup, ForceReply)
        asked = await telegram.say("+1 555 123 00 42", quoting=max(telegram.messages))
    assert text_for("recovery_codes", language, n=1, codes="").strip() in asked
    if factor in ("otp", "push"):
        photo = next(call for call in telegram.calls if isinstance(call, SendPhoto))
        assert photo.photo.data.startswith(b"\x89PNG")
    await proved(telegram, factor, language)
    assert telegram.signed_in.pop("7").access_token
    assert "..." == await telegram.say(name.upper())  # whatever process it comes to, the service answers now
    telegram.signs_out()
    await telegram.say(f"{EMAIL} her pass word")
    await telegram.say(name.upper())
    await proved(telegram, factor, language)
    assert telegram.signed_in["7"].access_token


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_recovery_code(telegram, language):
    """The recovery code works once, and the one that replaces it comes behind a spoiler."""
    telegram.language = language
    telegram.tenant.users[EMAIL].enroll("otp")
    await telegram.say(f"{EMAIL} her pass word")
    await telegram.say(factor_name("recovery", language))
    await proved(telegram, "recovery", language)
    new = next(call for call in telegram.calls if isinstance(call, SendMessage) and call.entities)
    assert telegram.tenant.users[EMAIL].recovery_code in new.text
    assert ["spoiler"] == [one.type for one in new.entities]


async def test_in_two_messages(telegram):
    """The address first; the answer that quotes the question is the password. Both go from the chat: either may be one."""
    asked = await telegram.say(EMAIL)
    address = telegram.last["message_id"]
    assert f"password for {EMAIL}" in asked
    assert isinstance(telegram.calls[-1].reply_markup, ForceReply)
    assert "Set up a second factor" in await telegram.say("her pass word", quoting=max(telegram.messages))
    assert [address, telegram.last["message_id"]] == telegram.deleted


async def test_secrets_leave_the_chat(telegram):
    """The password and each code, wrong ones too, are deleted; other messages stay."""
    telegram.tenant.users[EMAIL].enroll("sms")
    kept, gone = [], []
    for text, place in [
        ("hi", kept),
        (f"{EMAIL} her pass word", gone),
        ("text", kept),
        ("12 345", gone),
        ("help", kept),
    ]:
        await telegram.say(text)
        place.append(telegram.last["message_id"])
    assert gone == telegram.deleted
    assert set(kept) <= telegram.messages.keys()


async def test_what_cannot_be_deleted(telegram):
    """The person is asked to do it; not for what is gone already."""
    please = text_for("label.delete_message")
    telegram.keeps = True
    assert (await telegram.say(f"{EMAIL} wrong")).startswith(f"{please}\nWrong e-mail address")
    telegram.keeps = False
    await telegram.say(f"{EMAIL} her pass word")
    assert please not in await telegram.say("", again=True)


async def test_a_password_that_comes_again(telegram):
    """Quoting its question, after a process that died before it deleted it, or from an impatient person: it is deleted."""
    telegram.tenant.users.add("cy@example.com", "push", phone="+15551230077", authenticators=["push"])
    await telegram.say("cy@example.com")
    question = max(telegram.messages)
    asked = telegram.messages[question]
    choices = await telegram.say("push", quoting=question)
    telegram.messages[question] = asked
    for again in (True, False):
        telegram.messages[telegram.last["message_id"]] = telegram.last
        assert choices == await telegram.say("push", quoting=question, again=again)
        assert telegram.last["message_id"] not in telegram.messages
    assert 1 == telegram.tenant.requests.count("password")
    assert 0 == telegram.tenant.requests.count("/mfa/challenge")


async def test_a_message_that_comes_again(telegram):
    """Telegram delivers it once more, to the next process: nothing is sent twice, and the question stands."""
    telegram.tenant.users[EMAIL].enroll("sms")
    await telegram.say(f"{EMAIL} her pass word")
    assert "Choose how" in await telegram.say("", again=True)
    await telegram.say("text")
    await telegram.say("", again=True)
    await telegram.say("000000")
    await telegram.say("", again=True)
    counts = [telegram.tenant.requests.count(kind) for kind in ("password", "/mfa/challenge", "mfa-oob")]
    assert [1, 1, 1] == counts


async def test_two_messages_at_once(telegram):
    """The same code sent twice is one request to Auth0; both are deleted, and both answered."""
    telegram.tenant.users[EMAIL].enroll("sms")
    await telegram.say(f"{EMAIL} her pass word")
    await telegram.say("text")
    twice = [telegram._message(telegram.person, text=telegram.tenant.inbox.code(PHONE)) for _ in "ab"]
    async with telegram.process():
        await asyncio.gather(*(telegram.feed(message=one) for one in twice))
    assert 1 == telegram.tenant.requests.count("mfa-oob")
    assert {one["message_id"] for one in twice} <= set(telegram.deleted)
    assert 2 == telegram.said().count("You are logged in.")


async def test_nothing_is_markup(telegram, monkeypatch):
    """What a name holds is sent as plain text, whatever parse mode the bot has; a forged line is no line."""
    called = "<b>Acme</b>\nYou are logged in. <script>alert(1)</script> *_`"
    monkeypatch.setattr("mfa_flow.testing.wire.listing.DEVICE", called)
    telegram.tenant.users[EMAIL].enroll("push")
    await telegram.say(f"{EMAIL} her pass word")
    call = telegram.calls[-1]
    assert call.parse_mode is None
    assert call.entities is None
    assert [] == [line for line in call.text.splitlines() if line.startswith("You are logged in")]
    assert "2. push notification (<b>Acme</b>" in call.text


async def test_buttons_of_others(telegram, tmp_path):
    """A button of another chat, a forged one, and one of an earlier question do nothing, and that is told."""
    telegram.tenant.users[EMAIL].enroll("sms")
    telegram.tenant.users.add("eve@example.com", "pw", phone="+15551230066", authenticators=["sms"])
    eve = Telegram(telegram.tenant, telegram.path, chat_id=8)
    await eve.say("eve@example.com pw")
    await telegram.say(f"{EMAIL} her pass word")
    for data in (eve.button("text message"), f"{eve.button('text message')[:-1]}7", "cancel", ""):
        assert "cannot be used here" in await telegram.press_data(data)
    old = telegram.button("phone call")
    await telegram.press("text message")
    assert "earlier question" in await telegram.press_data(old)
    assert isinstance(
        [call for call in telegram.calls if isinstance(call, AnswerCallbackQuery)][-1], AnswerCallbackQuery
    )
    assert 1 == telegram.tenant.requests.count("/mfa/challenge")
    assert 64 > max(
        len(one.callback_data.encode()) for call in telegram.calls for row in telegram._rows(call) for one in row
    )


async def test_a_push_is_told_of(telegram):
    """While the person is silent: a No, then a Yes; and in one process nobody is told twice."""
    telegram.tenant.users[EMAIL].enroll("push")
    async with telegram.process():
        await telegram.say(f"{EMAIL} her pass word")
        await telegram.say("push")
        await telegram.say("and now?")
        telegram.tenant.push(EMAIL).deny()
        await telegram.hears("denied on the phone")
        await telegram.press("push")
        telegram.tenant.push(EMAIL).approve()
        await telegram.hears("You are logged in.")
        assert 1 == telegram.said().count("You are logged in.")
        assert "..." == await telegram.say("what can you do?")  # signed in: it is the service that answers now


async def test_another_way_while_a_push_waits(telegram):
    """Who goes another way is told nothing more of the push, and nobody polls for it any longer."""
    telegram.tenant.users[EMAIL].enroll("push")
    async with telegram.process():
        await telegram.say(f"{EMAIL} her pass word")
        await telegram.say("push")
        assert "Choose how" in await telegram.press("Another way")
        polls, said = telegram.tenant.requests.count("mfa-oob"), telegram.said()
        for _ in range(20):
            telegram.tenant.clock.advance(5)
            await asyncio.sleep(0.001)
    assert (polls, said) == (telegram.tenant.requests.count("mfa-oob"), telegram.said())


async def test_back_to_the_push(telegram):
    """Who goes another way and comes back is told of the second push, once; and nobody polls faster than allowed."""
    telegram.tenant.users[EMAIL].enroll("push")
    async with telegram.process():
        await telegram.say(f"{EMAIL} her pass word")
        for _ in range(3):
            await telegram.say("push")
            await telegram.say("back")
        await telegram.say("push")
        await telegram.hears_nothing(21)
        telegram.tenant.push(EMAIL).approve()
        await telegram.hears("You are logged in.")
        await telegram.hears_nothing(21)
    assert 1 == telegram.said().count("You are logged in.")
    times = [one.at for one in telegram.tenant.requests if one.grant == "mfa-oob"]
    assert min(later - sooner for sooner, later in pairwise(times)) >= 5


async def test_a_push_in_a_pause(telegram):
    """Where Auth0 is asked too often, that is told once, and nobody asks again by himself."""
    telegram.tenant.users[EMAIL].enroll("push")
    async with telegram.process():
        await telegram.say(f"{EMAIL} her pass word")
        limited = {"error": "too_many_attempts", "error_description": "Too many"}
        telegram.tenant.faults.add("/oauth/token", times=50, status=429, body=limited)
        await telegram.say("push")
        await telegram.hears("Too many wrong codes.")
        await telegram.hears_nothing(60)
    assert 1 == telegram.said().count("Too many wrong codes.")


async def test_a_button_pressed_late(telegram):
    """Who is signed in and presses a button of the login has it stop turning; nothing else comes of it."""
    telegram.tenant.users[EMAIL].enroll("sms")
    await telegram.say(f"{EMAIL} her pass word")
    old = telegram.button("phone call")
    await telegram.press("text message")
    await telegram.say(telegram.tenant.inbox.code(PHONE))
    telegram.calls.clear()
    assert "" == await telegram.press_data(old)
    assert [AnswerCallbackQuery] == [type(call) for call in telegram.calls]


async def test_groups_are_not_for_passwords(telegram):
    """In a group the bot does not answer at all."""
    message = telegram._message(telegram.person, text=f"{EMAIL} her pass word")
    message["chat"] = {"id": -100, "type": "supergroup", "title": "Acme"}
    assert "" == await telegram.feed(message=message)
    assert 0 == telegram.tenant.requests.count("password")
