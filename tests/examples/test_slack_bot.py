"""The Slack bot of the README, by Bolt's own app: signed requests are dispatched, its calls go to a server here."""

import asyncio
import json

import pytest
import slack_bot
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_wire import SEAL, Slack

from mfa_flow.texts import factor_name, text_for

EMAIL, PASSWORD, PHONE = "bo@example.com", "her <pass> & word", "+15551230042"


@pytest.fixture(params=["en-US", "fr-FR"])
async def slack(request, mfa_tenant, tmp_path):
    mfa_tenant.users.add(EMAIL, PASSWORD, phone=PHONE)
    workspace = Slack(mfa_tenant, tmp_path / "flows.db", request.param)
    served = web.Application()
    served.router.add_route("*", "/api/{name}", workspace.api)
    served.router.add_post("/upload", workspace.uploaded)
    async with TestServer(served) as server:
        workspace.url = str(server.make_url("/api/"))
        yield workspace


async def logged_in(slack):
    """By the modal: nothing of the password is ever in a message."""
    modal = await slack.command()
    told = [block["label"]["text"] for block in modal["blocks"]]
    assert [text_for(key, slack.locale) for key in ("label.email", "label.password")] == told
    return await slack.submit(EMAIL, PASSWORD)


@pytest.mark.parametrize("factor", ["otp", "sms", "voice", "email", "push"])
async def test_each_factor(slack, factor):
    """It is set up, and used at the next login, in the language of the person's Slack, a process for each request."""
    name, done = factor_name(factor, slack.locale), text_for("done", slack.locale)
    assert name in await logged_in(slack)
    for begin in (slack.press, slack.say):
        said = await begin(name) if factor != "push" else await approved(slack, begin, name)
        if begin == slack.press and factor in ("sms", "voice"):
            assert slack.modal["private_metadata"] == slack.modal["blocks"][0]["label"]["text"]
            await slack.submit(PHONE)
        if factor != "push":
            assert text_for("wrong_code", slack.locale) in await slack.say("000000")
            said = await slack.say(code_of(slack.tenant, factor))
            assert text_for("label.delete_message", slack.locale) in said
        assert done in said
        assert slack.signed_in.pop("T1.U1").access_token
        await logged_in(slack)
    assert PASSWORD not in json.dumps([sent for _, sent in slack.messages()])


async def approved(slack, begin, name):
    """The phone is answered a while after the push came."""
    slack.tenant.inbox.clear()
    asked = asyncio.create_task(begin(name))
    async with asyncio.timeout(10):
        while not slack.tenant.inbox.messages(EMAIL, "push"):  # noqa: ASYNC110 - an inbox has no event
            await asyncio.sleep(0.002)
    slack.tenant.push(EMAIL).approve()
    return await asked


def code_of(tenant, factor):
    match factor:
        case "otp":
            return tenant.otp(EMAIL)
        case "email":
            return tenant.inbox.messages(EMAIL, "email")[0].code
    return tenant.inbox.code(PHONE)


async def test_what_is_kept_shows_to_one_person(slack):
    """Recovery codes and the key of an app are ephemeral; the QR code is a file of the person's own channel."""
    await logged_in(slack)
    await slack.press(factor_name("otp", slack.locale))
    user = slack.tenant.users[EMAIL]
    shown = [name for name, sent in slack.messages() if user.recovery_code in slack.blocks(sent)[0]["text"]["text"]]
    assert ["chat.postEphemeral"] == shown
    assert next(sent for name, sent in slack.calls if name == "upload").startswith(b"\x89PNG")


async def test_a_password_in_a_message(slack):
    """It is understood, with what Slack made of its signs; the person is asked to delete what the bot cannot."""
    said = await slack.say(f"{EMAIL} {PASSWORD}")
    assert text_for("label.enroll", slack.locale) in said
    assert text_for("label.delete_message", slack.locale) in said


async def test_an_address_in_a_message(slack):
    """Its password goes into a modal that a button of the question opens, and so does a phone number."""
    assert text_for("chat.password", slack.locale, email=EMAIL) in await slack.say(EMAIL)
    assert text_for("chat.password", slack.locale, email=EMAIL) == (await slack.open())["private_metadata"]
    assert text_for("label.enroll", slack.locale) in await slack.submit(PASSWORD)
    question = await slack.say(factor_name("voice", slack.locale))
    assert question == (await slack.open())["blocks"][0]["label"]["text"]
    await slack.submit(PHONE)
    assert text_for("done", slack.locale) in await slack.say(code_of(slack.tenant, "voice"))


async def test_nothing_is_markup(slack, monkeypatch):
    """A name can call nobody, link nowhere and set no type: it is in plain text, and escaped in the line below."""
    monkeypatch.setattr("mfa_flow.testing.wire.listing.DEVICE", "<!channel> <https://a.example|A> *b*")
    slack.tenant.users[EMAIL].enroll("push")
    await logged_in(slack)
    _, sent = slack.messages()[-1]
    assert {"plain_text"} == {block["text"]["type"] for block in slack.blocks(sent)[:1]}
    assert "<!channel> <https://a.example|A> *b*" in slack.blocks(sent)[0]["text"]["text"]
    assert "&lt;!channel&gt;" in sent["text"]
    assert "<" not in sent["text"]


async def test_buttons_of_others(slack):
    """A button of another person's, or a forged one, does nothing."""
    slack.tenant.users[EMAIL].enroll("sms")
    await logged_in(slack)
    value = slack.button(factor_name("sms", slack.locale))
    refused = text_for("chat.not_here", slack.locale)
    assert refused in await slack.press_value(("y" if value[0] == "x" else "x") + value[1:])
    slack.user = "U2"
    assert refused in await slack.press_value(value)
    assert 0 == slack.tenant.requests.count("/mfa/challenge")


async def test_an_event_that_comes_again(slack):
    """Slack delivers it once more: nothing is sent twice."""
    slack.tenant.users[EMAIL].enroll("sms")
    await logged_in(slack)
    await slack.press(factor_name("sms", slack.locale))
    await slack.say("000000")
    await slack.say("000000", again=True)
    assert 1 == slack.tenant.requests.count("mfa-oob")


async def test_a_request_that_nobody_signed(slack):
    """Bolt refuses it before anything of ours sees it."""
    app = AsyncApp(token="xoxb-1", signing_secret="s3", client=AsyncWebClient("xoxb-1", base_url=slack.url))
    slack_bot.talk(app, None, SEAL, {})
    request = slack.signed({"type": "event_callback", "team_id": "T1", "event": {"type": "message"}})
    request.headers["x-slack-signature"] = ["v0=0"]
    assert 401 == (await app.async_dispatch(request)).status
