"""The service and the chat of the README, spoken to as people would."""

import asyncio
import tempfile
from pathlib import Path
from types import SimpleNamespace

import any_chat
import languages
import many_machines
import one_machine
import pytest
import service
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from redis_servers import RedisServer

from mfa_flow import App, Done, MfaClient, StoreError
from mfa_flow.chat import Chat
from mfa_flow.stores import Seal
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


async def test_service_push(mfa_tenant):
    """A push is waited for, and answered on the phone meanwhile."""
    mfa_tenant.users.add("bo@example.com", "pw", authenticators=["push"])
    async with serve(mfa_tenant) as server:
        web_app = service.service(App(server.url, "demo-client", "demo-secret"))
        web_app.middlewares.append(session)
        async with TestClient(TestServer(web_app)) as browser:

            async def ask(**asked):
                return await (await browser.post("/mfa", json=asked)).json()

            choose = await ask(username="bo@example.com", password="pw")
            push = next(one["id"] for one in choose["challenge"] if one["id"].startswith("push"))
            assert "wait" == (await ask(challenge=push))["kind"]
            mfa_tenant.push("bo@example.com").approve()
            assert "done" == (await ask(do="wait"))["kind"]
            assert web_app[service.SIGNED_IN]["session-1"].access_token


async def test_service_mistakes(mfa_tenant):
    """Ordinary mistakes are told as such, and there is a way back and a way out."""
    async with serve(mfa_tenant) as server:
        web_app = service.service(App(server.url, "demo-client", "demo-secret"))
        web_app.middlewares.append(session)
        async with TestClient(TestServer(web_app)) as browser:

            async def ask(**asked):
                answer = await browser.post("/mfa", json=asked)
                return answer.status, await answer.json()

            assert (400, {"error": "unknown_flow"}) == await ask(code="123456")
            await ask(username="ada@example.com", password="correct-horse")
            assert (400, {"error": "wrong_state"}) == await ask(username="ada@example.com", password="another")
            assert (400, {"error": "bad_input"}) == await ask(enroll="sms", phone_number="5551234")
            assert (400, {"error": "unknown_factor"}) == await ask(enroll="pigeon", once="x")
            await ask(enroll="sms", phone_number=PHONE)
            assert (400, {"error": "bad_input"}) == await ask(code="12345a")
            assert "ask_code" == (await ask(do="resend"))[1]["kind"]
            assert "choose" == (await ask(do="go_back"))[1]["kind"]
            assert "stopped" == (await ask(do="cancel"))[1]["kind"]


class Platform:
    """Keeps what is sent and deleted."""

    def __init__(self):
        self.sent, self.deleted, self.tasks = [], [], set()

    async def send(self, chat_id, reply):
        """Note it."""
        self.sent.append(reply)

    async def delete(self, message):
        """Note it."""
        self.deleted.append(message.text)


async def test_any_chat(mfa_tenant):
    """A person logs in by a push, which is told of by itself; the password is deleted."""
    mfa_tenant.users.add("bo@example.com", "pw", authenticators=["push"])
    app, wire = App("tenant.example", "demo-client", "demo-secret"), TenantTransport(mfa_tenant)
    platform, tokens = Platform(), []

    async def done(chat_id, found):
        tokens.append(found)

    async with MfaClient(app, transport=wire, clock=mfa_tenant.clock) as mfa:
        chat = Chat(mfa, Seal(Seal.generate_key()), done)
        message = SimpleNamespace(id=1, chat_id="7", text="bo@example.com pw", language="fr", quoted=None)
        await any_chat.message_came(chat, platform, message)
        push = next(one.reference for one in platform.sent[-1].buttons if "push" in one.text)
        press = SimpleNamespace(id=2, chat_id="7", reference=push, language="fr")
        await any_chat.button_pressed(chat, platform, press)
        mfa_tenant.push("bo@example.com").approve()
        await asyncio.gather(*platform.tasks)
    assert ["bo@example.com pw"] == platform.deleted
    assert "Connexion réussie." == platform.sent[-1].text
    assert [True] == [bool(one.access_token) for one in tokens]


async def test_languages(mfa_tenant):
    """A person is spoken to in the first of their languages there is, of what is wrong and of what does not fit."""
    bo = mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["otp", "sms"])
    app, wire = App("tenant.example", "demo-client", "demo-secret"), TenantTransport(mfa_tenant)
    async with MfaClient(app, transport=wire, clock=mfa_tenant.clock) as mfa:
        choose = await mfa.flow("s").login("bo@example.com", "pw")
        buttons = languages.buttons(choose, "fr")
        assert ["application d\u2019authentification", "SMS (XXXXXXXX0042)"] == buttons[:2]
        assert "Annuler" == buttons[-1]
        await mfa.flow("s").challenge(choose.challenge[0])

        async def say(code, language):
            return await languages.code_came(mfa, "s", code, language)

        german = "Dieser Code stimmt nicht.\nGeben Sie den 6-stelligen Code Ihrer App ein."
        assert german == await say("000000", "de-AT,de;q=0.9,en;q=0.8")
        assert "Le code comporte 6 chiffres. Vérifiez-le et réessayez." == await say("12", "fr-CA,fr;q=0.9,en;q=0.8")
        for _ in range(9):
            await say("000000", "")
        assert "Too many wrong codes.\nVersuchen Sie es in 6 Minuten wieder." == await say("000001", "de")
        mfa_tenant.clock.advance(360)
        assert "Connexion réussie." == await say(mfa_tenant.otp(bo.email), "fr")


async def asked_for_a_code(mfa, chat_id):
    """Somebody with a phone has logged in, and is asked for a code."""
    choose = await mfa.flow(chat_id).login("bo@example.com", "pw", once=1)
    await mfa.flow(chat_id).challenge(choose.challenge[0], once=2)


async def test_one_machine(mfa_tenant, tmp_path, monkeypatch):
    """A flow is begun in one process, answered in another; a message that comes again in a third sends nothing."""
    mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
    monkeypatch.setenv("MFA_FLOW_KEY", Seal.generate_key())
    path = str(tmp_path / "flows.db")
    async with serve(mfa_tenant) as server:
        app = App(server.url, "demo-client", "demo-secret")
        async with one_machine.client(app, path) as mfa:
            await asked_for_a_code(mfa, "chat-42")
        async with one_machine.client(app, path) as mfa:
            assert "not right" in await one_machine.code_came(mfa, "chat-42", 3, "000000")
        async with one_machine.client(app, path) as mfa:
            assert "not right" in await one_machine.code_came(mfa, "chat-42", 3, "000000")
            code = mfa_tenant.inbox.code(PHONE)
            assert "You are logged in." == await one_machine.code_came(mfa, "chat-42", 4, code)
    assert 2 == mfa_tenant.requests.count("mfa-oob")


async def test_many_machines(mfa_tenant, monkeypatch):
    """The key is changed between two messages; when the server dies with a code in the air the tokens are not lost."""
    mfa_tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms"])
    old, new = Seal.generate_key(), Seal.generate_key()
    with tempfile.TemporaryDirectory(prefix="mfa") as folder:
        redis = RedisServer(Path(folder)).start()
        async with serve(mfa_tenant) as server:
            app = App(server.url, "demo-client", "demo-secret")
            monkeypatch.setenv("MFA_FLOW_KEYS", old)
            async with many_machines.client(app, redis.url) as mfa:
                await asked_for_a_code(mfa, "chat-42")
                await asked_for_a_code(mfa, "chat-43")
            monkeypatch.setenv("MFA_FLOW_KEYS", f"{new} {old}")
            async with many_machines.client(app, redis.url) as mfa:
                first, second = (message.code for message in mfa_tenant.inbox.messages(PHONE))
                assert isinstance(await many_machines.code_came(mfa, "chat-42", 3, second), Done)
                mfa_tenant.inbox.clear()
                answer = mfa_tenant.perform

                def dies(call):
                    redis.kill()
                    return answer(call)

                monkeypatch.setattr(mfa_tenant, "perform", dies)
                assert (await many_machines.code_came(mfa, "chat-43", 3, first)).tokens.access_token
                with pytest.raises(StoreError):
                    await many_machines.code_came(mfa, "chat-44", 3, first)
