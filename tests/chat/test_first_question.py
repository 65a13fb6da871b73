"""The question that comes before all others, and what is no answer to it."""

from gettext import NullTranslations

from mfa_flow.texts import add
from mfa_flow.texts.catalogues import _SHELF

EMAIL = "bo@example.com"
LOGIN = f"{EMAIL} pw"


async def test_what_the_person_knows(talk):
    """Neither a wrong password nor a cancelled login is told a second time; a login that ran out is."""
    first = await talk.say("/start")
    assert f"Wrong e-mail address or password.\n{first}" == await talk.say(f"{EMAIL} wrong")
    assert first == await talk.say("/start")
    await talk.say("cancel")
    assert f"I found no e-mail address in that.\n{first}" == await talk.say("pigeon")
    await talk.say(LOGIN)
    talk.tenant.clock.advance(3600)
    assert f"This login has ended. This took too long. Log in again.\n{first}" == await talk.say("pigeon pigeon")


async def test_a_password_that_comes_again(talk):
    """Delivered again or sent twice, it is taken out of the chat, and is no answer to what is asked by now."""
    talk.tenant.users.add("cy@example.com", "push", phone="+15551230077", authenticators=["push"])
    asked = await talk.say("cy@example.com")
    choices = await talk.say("push", quoted=asked, once="a")
    count = len(talk.tenant.requests)
    assert choices == await talk.say("push", quoted=asked, once="a")
    assert talk.turn.delete
    assert choices == await talk.say("push", quoted=asked)
    assert talk.turn.delete
    await talk.say("app")
    assert "That is not possible now.\nEnter the 6-digit code" in await talk.say("123456", quoted=asked)
    await talk.say("back")
    await talk.say("cy@example.com")
    assert count == len(talk.tenant.requests)


async def test_an_address_that_comes_again(talk):
    """Once its password was right it is no address to send a code to."""
    await talk.say(EMAIL, once="a")
    await talk.say("pw", quoted=talk.shown[-1].text)
    count = len(talk.tenant.requests)
    said = await talk.say(EMAIL, once="a")
    assert said.startswith('Write "e-mail" before the address, in one message.\nSet up a second factor:')
    assert count == len(talk.tenant.requests)


async def test_a_quote_without_an_address(talk):
    """What a catalogue of others may leave out breaks nothing."""
    shelf = dict(_SHELF.added)

    class Bare(NullTranslations):
        def gettext(self, message):
            return "Passwort?" if message == "chat.password" else message

    add("de", Bare())
    try:
        assert "I found no e-mail address" in await talk.say("pw", quoted="Passwort?")
    finally:
        _SHELF.added = shelf
        _SHELF.edition += 1


async def test_user_names(talk):
    """Where people have some: one word is one, its password is asked for; of more than one none is guessed."""
    talk.tenant.users.add("ada@corp", "correct-horse", mfa=False)
    talk.settings = {"user_names": True}
    first = await talk.say("/start")
    assert first.startswith("To log in, write your user name or your e-mail address")
    assert first == await talk.say("ada@corp correct-horse")
    assert talk.turn.delete
    assert 0 == talk.tenant.requests.count("password")
    assert "Now write the password for ada@corp," in await talk.say("ada@corp")
    assert "You are logged in." == await talk.answer("correct-horse")
    assert "You are logged in." == await talk.say("thanks")


async def test_a_password_that_is_taken_for_a_name(talk):
    """Where any word may be a name, what says it back is sensitive; an address never was a secret."""
    assert "for bo@example.com," in await talk.say(EMAIL)
    assert [False] == [reply.sensitive for reply in talk.shown]
    talk.settings = {"user_names": True}
    assert "Now write the password for S3cret!pw," in await talk.say("S3cret!pw")
    assert [True] == [reply.sensitive for reply in talk.shown]


async def test_a_realm(talk):
    """Each login goes to the connection that was named."""
    talk.settings = {"realm": "employees"}
    assert "not set up correctly here" in await talk.say(LOGIN)
    await talk.say(EMAIL)
    assert "not set up correctly here" in await talk.answer("pw")
    talk.settings = {"realm": "Username-Password-Authentication"}
    assert "Set up a second factor" in await talk.say(LOGIN)
