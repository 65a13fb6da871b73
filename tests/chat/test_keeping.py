"""What is to be kept: tokens by the service, codes by the person; each is told once."""

import asyncio
from types import SimpleNamespace

import pytest
from attrs import evolve

from chat.talking import SEAL
from mfa_flow import Choose, Scan
from mfa_flow.chat import Chat

PHONE, EMAIL = "+15551230042", "bo@example.com"
LOGIN = f"{EMAIL} pw"


async def test_what_was_not_kept_is_told_again(talk, caplog):
    """A service that could not keep the tokens gets them again with the next message; the password is deleted."""
    talk.tenant.users.add("cy@example.com", "pw", mfa=False)
    done = talk.done

    async def fails(chat_id, tokens):
        raise OSError("no room")

    talk.done = fails
    assert "Something went wrong. Try again later." == await talk.say("cy@example.com pw")
    assert talk.turn.delete
    assert "no room" in caplog.text
    talk.done = done
    assert "You are logged in." == await talk.say("and now?")
    assert 1 == len(talk.tokens)
    assert 1 == talk.tenant.requests.count("password")


async def test_tokens_are_handed_over_once(talk):
    """Whatever is said after that, in the same process; a login that ended elsewhere is handed over, too."""
    talk.tenant.users.add("cy@example.com", "pw", mfa=False)
    async with talk.process() as (chat, _):
        await chat._mfa.flow("42").login("cy@example.com", "pw")
        for text in ("thanks", "hm", "help"):
            assert "You are logged in." == (await chat.said("42", text)).replies[-1].text.splitlines()[-1]
    assert 1 == len(talk.tokens)


async def test_tokens_are_handed_over_once_for_two_at_once(talk):
    """The second of two messages waits for it; where it failed, it is tried once more."""
    talk.tenant.users.add("cy@example.com", "pw", mfa=False)
    failing, done = [True], talk.done

    async def slow(chat_id, tokens):
        await asyncio.sleep(0)
        if failing.pop() if failing else False:
            raise OSError("no room")
        await done(chat_id, tokens)

    talk.done = slow
    async with talk.process() as (chat, _):
        await chat._mfa.flow("42").login("cy@example.com", "pw")
        turns = await asyncio.gather(*(chat.said("42", text) for text in "abc"))
        assert [] == list(chat._handing)
    told = [turn.replies[-1].text for turn in turns]
    assert ["Something went wrong. Try again later.", "You are logged in.", "You are logged in."] == told
    assert 1 == len(talk.tokens)


async def test_tokens_are_never_told(talk):
    """They go to the service, and to nobody else; the recovery codes and the key to the person, as sensitive."""
    await talk.say(LOGIN)
    await talk.say("1")
    user = talk.tenant.users[EMAIL]
    await talk.say(talk.tenant.otp(EMAIL))
    [(chat_id, tokens)] = talk.tokens
    assert "42" == chat_id
    replies = [what for who, what in talk.log if who == "bot"]
    assert [] == [one for one in replies if tokens.access_token in one.text or tokens.access_token in repr(one)]
    secret = [one for one in replies if user.recovery_code in one.text or user.apps[0].secret in one.text]
    assert [True, True] == [one.sensitive for one in secret]
    assert user.recovery_code not in repr(replies)


async def test_a_lost_recovery_code_is_not_lost(talk):
    """The code that replaces the one just used is told, even where the service fails."""
    user = talk.tenant.users[EMAIL]
    user.enroll("otp")
    await talk.say(LOGIN)
    await talk.say("recovery")

    async def fails(chat_id, tokens):
        raise OSError("no room")

    talk.done = fails
    said = await talk.say(user.recovery_code)
    assert user.recovery_code in said
    assert [True, False] == [reply.sensitive for reply in talk.shown]


async def test_codes_are_shown_once(talk):
    """They may have been deleted: a word of its own shows them again, and help says which; nothing else does."""
    await talk.say(LOGIN)
    shown = await talk.say("1")
    assert "Keep this recovery code" in shown
    await talk.say("000000")
    assert [(None, False)] == [(one.picture, one.sensitive) for one in talk.shown]
    reference = talk.buttons[0].reference
    for text in ("help", "hello", "again", "no", "pigeon"):
        said = await talk.say(text)
        assert [(None, False)] == [(one.picture, one.sensitive) for one in talk.shown]
        assert "Write /show to see the QR code." in said
        assert ("or the codes to keep" in said) == (text == "help")
    await talk.say("/show")
    assert [(False, True), (True, True), (False, False)] == [
        (one.picture is not None, one.sensitive) for one in talk.shown
    ]
    await talk.press_reference(reference)
    assert "earlier question" in await talk.press_reference(reference)
    assert [True, False] == [one.sensitive for one in talk.shown]


async def test_a_button_that_comes_again(talk):
    """Its process may have died before it answered: what it brought is shown again, whatever id the press has."""
    await talk.say(LOGIN)
    reference = talk.buttons[0].reference
    shown = await talk.press_reference(reference)
    assert "Keep this recovery code" in shown
    first = talk.shown
    for _ in range(2):
        assert shown.splitlines()[0] in await talk.press_reference(reference)
        assert first[:-1] == talk.shown[:-1]


async def test_codes_are_not_shown_by_again(talk):
    """It sends the message once more, and nothing else; however often."""
    await talk.say(LOGIN)
    assert "Keep this recovery code" in await talk.say(f"text {PHONE}")
    for _ in range(3):
        assert "It was sent once more." in await talk.say("again")
        assert [False] == [one.sensitive for one in talk.shown]


async def test_a_picture_that_was_shown_elsewhere(talk):
    """A flow that was begun on a page stands at a picture: how to see it is told."""
    async with talk.process() as (chat, _):
        await chat._mfa.flow("42").login(EMAIL, "pw")
        await chat._mfa.flow("42").enroll("otp")
    assert "Write /show to see the QR code." in await talk.say("hello")
    assert "Write /show" not in await talk.say("/show")
    assert talk.shown[1].picture


@pytest.mark.parametrize("factor", ["app", "push"])
async def test_codes_of_a_message_that_comes_again(talk, factor):
    """Its process may have died before it answered: they are shown again; those of another enrolment anyhow."""
    await talk.say(LOGIN)
    shown = await talk.say(factor, once="a")
    assert shown == await talk.say(factor, once="a")
    assert [True, True, False] == [one.sensitive for one in talk.shown]
    await talk.say("/back")
    assert [False] == [one.sensitive for one in talk.shown]


async def test_codes_that_prompts_go_on_carrying():
    """They are told once, until they are others; a picture that comes back is shown again."""
    scan = Scan(barcode_uri="otpauth://totp/a", recovery_codes=("ABC",), verbs=("confirm", "go_back", "enroll"))
    choose = Choose(enroll=("otp", "push"), recovery_codes=("ABC",))
    stands, coming = [Choose(enroll=("otp", "push"))], [scan, choose, scan, choose, evolve(scan, recovery_codes=("D",))]

    async def verb(*given, **more):
        stands[0] = coming.pop(0)
        return stands[0]

    async def look():
        return stands[0]

    flow = SimpleNamespace(look=look, enroll=verb, go_back=verb)
    chat = Chat(SimpleNamespace(flow=lambda *_, **__: flow), SEAL, None)
    shown = []
    for text in ("app", "back", "app", "back", "app"):
        turn = await chat.said("42", text)
        shown.append([one.text.split()[-1] for one in turn.replies if one.sensitive and not one.picture])
        assert (text == "app") == any(one.picture for one in turn.replies)
    assert [["ABC"], [], [], [], ["D"]] == shown
