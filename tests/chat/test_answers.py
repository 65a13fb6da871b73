"""What is answered to words of command, and to a choice between two that are called the same."""

import re
from types import SimpleNamespace

import pytest

from chat.talking import SEAL
from mfa_flow import AskCode, Notice
from mfa_flow.chat import Chat
from mfa_flow.chat.words import command
from mfa_flow.texts import text_for

EMAIL = "bo@example.com"
LOGIN = f"{EMAIL} pw"


@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_words_behind_a_slash(talk, locale):
    """The question for the password names the one word that is none there; help names all of them so."""
    talk.locale = locale
    asked = await talk.say(EMAIL)
    [word] = re.findall(r" (/\w+)", asked)
    assert text_for("cancelled", locale) in await talk.say(word, quoted=asked)
    assert ["start"] == [command(one) for one in re.findall(r"/\w+", await talk.say("help"))]
    await talk.say(LOGIN)
    await talk.say("1")
    found = [command(one) for one in re.findall(r" (/\w+),", await talk.say("help"))]
    assert ["back", "show", "cancel"] == found
    await talk.say("/back")
    await talk.say(f"e-mail {EMAIL}")
    found = [command(one) for one in re.findall(r" (/\w+),", await talk.say("help"))]
    assert ["resend", "back", "cancel"] == [one for one in found if one != "show"]


@pytest.mark.parametrize("word", ["back", "/back", "another way"])
async def test_no_phone_number_after_all(talk, word):
    """There are the choices, and no word of what is not possible."""
    choices = await talk.say(LOGIN)
    await talk.say("phone")
    assert choices == await talk.answer(word)


async def test_sent_once_more(talk):
    """That is said, of a message and of a push; of one that was refused it is not."""
    talk.tenant.users[EMAIL].enroll("sms")
    talk.tenant.users[EMAIL].enroll("push")
    await talk.say(LOGIN)
    asked = await talk.say("text")
    assert f"It was sent once more.\n{asked}" == await talk.press("Send again")
    talk.locale = "fr"
    assert "Un nouvel envoi a été effectué.\nNous avons envoyé" in await talk.say("renvoyez le code svp")
    talk.locale = None
    for _ in range(10):
        said = await talk.say("again")
    assert "Too many messages were sent." in said
    assert "It was sent" not in said
    await talk.say("back")
    await talk.say("push")
    assert talk.turn.waits
    assert "It was sent once more.\nConfirm the request on your phone." == await talk.say("again")


async def test_sent_once_more_in_vain():
    """What was refused was not sent, wherever that is told."""

    async def refused(once=None):
        return AskCode(channel="sms", error=Notice.of("phone_rejected"), verbs=("resend",))

    chat = Chat(SimpleNamespace(flow=lambda *_, **__: SimpleNamespace(look=refused, resend=refused)), SEAL, None)
    [reply] = (await chat.said("42", "again")).replies
    assert "This phone number cannot be used.\nEnter the 6-digit code we sent you." == reply.text


async def test_two_apps(talk):
    """A push brings one of its own: it can be told from the other, and be named."""
    talk.tenant.users[EMAIL].enroll("otp")
    talk.tenant.users[EMAIL].enroll("push")
    said = await talk.say(LOGIN)
    assert "1. authenticator app\n" in said
    assert "authenticator app (2)\n" in said
    assert "could be more than one" in await talk.say("app")
    assert "Enter the 6-digit code" in await talk.say("authenticator app (2)")
    await talk.say("back")
    assert "Enter the 6-digit code" in await talk.say("Authenticator app")


async def test_nothing_was_sent_for_a_picture(talk):
    """A picture that is made once more is no message to the person."""
    await talk.say(LOGIN)
    await talk.say("push")
    said = await talk.say("again")
    assert "Scan the QR code" in said
    assert "It was sent" not in said


async def test_a_login_after_a_login(talk):
    """Who asks for it is asked who they are, and told that they are logged in; the service has that as well."""
    talk.tenant.users.add("cy@example.com", "pw", mfa=False)
    assert "You are logged in." == await talk.say("cy@example.com pw")
    assert "You are logged in.\nTo log in, write your e-mail address" in await talk.say("/login")
    asked = await talk.say("cy@example.com")
    assert "You are logged in." == await talk.say("pw", quoted=asked)
    assert 3 == len(talk.tokens)
