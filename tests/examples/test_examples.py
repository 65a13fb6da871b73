"""The service and the bot of the README, spoken to as people would."""

import bot
import service
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mfa_flow import App, MfaClient
from mfa_flow.testing import TenantTransport, serve

PHONE = "+15551230042"


@web.middleware
async def session(request, handler):
    request[service.SESSION] = "session-1"
    return await handler(request)


async def test_service(mfa_tenant):
    """A person enrols a phone over several requests, reloads the page, mistypes, and is signed in; no token shows."""
    async with serve(mfa_tenant) as server:
        web_app = service.service(App(server.url, "demo-client", "demo-secret"))
        web_app.middlewares.append(session)
        async with TestClient(TestServer(web_app)) as browser:

            async def ask(**asked):
                return await (await browser.post("/mfa", json=asked)).json()

            assert "choose" == (await ask(username="ada@example.com", password="correct-horse"))["kind"]
            assert "ask_code" == (await ask(enroll="sms", phone_number=PHONE))["kind"]
            assert "XXXXXXXX0042" == (await ask())["to"]
            assert "wrong_code" == (await ask(code="000000"))["error"]["key"]
            done = await ask(code=mfa_tenant.inbox.code(PHONE))
            assert "done" == done["kind"]
            assert "tokens" not in done
            assert web_app[service.SIGNED_IN]["session-1"].access_token


async def test_service_challenge(mfa_tenant):
    """A person with a phone is challenged by its id."""
    mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
    async with serve(mfa_tenant) as server:
        web_app = service.service(App(server.url, "demo-client", "demo-secret"))
        web_app.middlewares.append(session)
        async with TestClient(TestServer(web_app)) as browser:
            answer = await browser.post("/mfa", json={"username": "bo@example.com", "password": "pw"})
            chosen = (await answer.json())["challenge"][0]["id"]
            answer = await browser.post("/mfa", json={"challenge": chosen})
            assert "ask_code" == (await answer.json())["kind"]


async def test_bot(mfa_tenant):
    """A chat from the password to the tokens: nonsense is answered, a redelivered message sends nothing twice."""
    app, wire = App("tenant.example", "demo-client", "demo-secret"), TenantTransport(mfa_tenant)
    async with MfaClient(app, transport=wire, clock=mfa_tenant.clock) as mfa:

        async def say(message_id, text):
            return await bot.reply_to(mfa, "chat-42", message_id, text)

        assert "password" in await say(1, "hello")
        assert "text message" in await say(2, "ada@example.com correct-horse")
        assert "E.164" in await say(3, "sms 5551230042")
        assert "XXXXXXXX0042" in await say(4, f"sms {PHONE}")
        assert "XXXXXXXX0042" in await say(4, f"sms {PHONE}")
        assert "text message" in await say(5, "back")
        assert "QR code" in await say(6, "otp")
        assert "not possible" in await say(7, "again")
        assert "6 digits" in await say(8, "what code?")
        assert "not right" in await say(9, "000 000")
        assert "logged in" in await say(10, mfa_tenant.otp("ada@example.com"))
    assert 2 == mfa_tenant.requests.count("/mfa/associate")


async def test_bot_challenge(mfa_tenant):
    """A person with a phone says yes, asks for the code again, and gives it."""
    mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
    app, wire = App("tenant.example", "demo-client", "demo-secret"), TenantTransport(mfa_tenant)
    async with MfaClient(app, transport=wire, clock=mfa_tenant.clock) as mfa:
        await bot.reply_to(mfa, "chat-43", 1, "bo@example.com pw")
        await bot.reply_to(mfa, "chat-43", 2, "yes")
        assert "XXXXXXXX0042" in await bot.reply_to(mfa, "chat-43", 3, "again")
        assert "logged in" in await bot.reply_to(mfa, "chat-43", 4, mfa_tenant.inbox.code(PHONE))
