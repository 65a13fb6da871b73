"""A flow that is begun at one door is ended at another: each has its own client and its own way to the one file."""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from browsing import Browser

from mfa_flow import App, MfaClient
from mfa_flow.chat import Chat
from mfa_flow.stores import Seal, SqliteStore
from mfa_flow.testing import Tenant, serve
from mfa_flow.web import mfa_web

MFA_FLOW = [sys.executable, "-c", "from mfa_flow.cli import main; main()"]
ADA, PASSWORD, PHONE = "ada@example.com", "correct-horse", "+15551230042"
PERSON = "42"  # by what every door knows her: the chat's id, the page's session, the terminal's --flow


class Doors:
    """Three ways to one tenant and one file. ``chatted`` and ``paged`` are the tokens that came out of two of them."""

    def __init__(self, tenant, url, path):
        self.tenant, self.url, self.path = tenant, url, path
        self.key = Seal.generate_key()
        self.chatted, self.paged, self.told = [], [], ""

    @asynccontextmanager
    async def _client(self):
        """What a process of its own would have."""
        async with (
            SqliteStore(self.path, seal=Seal(self.key)) as store,
            MfaClient(App(self.url, "demo-public"), store=store) as mfa,
        ):
            yield mfa

    async def say(self, *texts):
        """Write to the bot, message by message; what it answered last."""
        async with self._client() as mfa:
            chat = Chat(mfa, Seal(self.key), self._chat_done)
            for number, text in enumerate(texts):
                turn = await chat.said(PERSON, text, once=f"{text} {number}", locale="en")
                self.told += repr(turn) + "".join(reply.text for reply in turn.replies)
        return "\n".join(reply.text for reply in turn.replies)

    @asynccontextmanager
    async def page(self):
        """A browser in front of the pages."""
        async with self._client() as mfa:
            service = web.Application()
            service.add_subapp("/login/", mfa_web(mfa, on_done=self._page_done, flow_id=lambda _: PERSON))
            service.router.add_get("/", self._home)
            async with TestServer(service) as server, Browser() as browser:
                await browser.get(server.make_url("/login/"))
                yield browser

    async def terminal(self, *lines):
        """``mfa-flow login``, with these lines to read: exit code, stdout, stderr."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_FLOW", "LC_", "LANG"))}
        told = {"MFA_FLOW_DOMAIN": self.url, "MFA_FLOW_CLIENT_ID": "demo-public", "MFA_FLOW_KEY": self.key}
        process = await asyncio.create_subprocess_exec(
            *[*MFA_FLOW, "login", "--sqlite", str(self.path), "--flow", PERSON],
            env={**kept, **told, "XDG_CONFIG_HOME": "/nonexistent"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, said = await process.communicate("".join(f"{line}\n" for line in lines).encode())
        return process.returncode, out.decode(), said.decode()

    async def _chat_done(self, chat_id, tokens):
        self.chatted.append((chat_id, tokens))

    async def _page_done(self, request, tokens):
        self.paged.append(tokens)
        return web.Response(status=303, headers={"Location": "/"})

    async def _home(self, request):
        return web.Response(text="<p>home</p>", content_type="text/html")


@pytest.fixture
async def doors(tmp_path):
    """All of them, in front of a tenant over a socket."""
    tenant = Tenant(seed=1)
    async with asyncio.timeout(60), serve(tenant) as server:
        yield Doors(tenant, server.url, tmp_path / "flows.db")


async def test_from_a_chat_to_a_page(doors):
    """Text messages are set up in the chat; the page asks for the code that was sent then, and has the tokens."""
    asked = await doors.say(f"{ADA} {PASSWORD}", f"text message {PHONE}")
    assert "We sent a 6-digit code to XXXXXXXX0042" in asked
    async with doors.page() as browser:
        assert "We sent a 6-digit code to XXXXXXXX0042" in browser.page.text
        assert doors.tenant.users[ADA].recovery_code in browser.page.text
        page = await browser.do("confirm", code=doors.tenant.inbox.code(PHONE), saved="1")
        assert ("home", "/") == (page.text, browser.url.path)
    [tokens] = doors.paged
    assert [] == doors.chatted
    assert 1 == len(doors.tenant.inbox.messages(PHONE))
    assert tokens.access_token
    assert tokens.access_token not in doors.told + browser.read


async def test_from_a_page_to_the_terminal(doors):
    """A code is sent for on the page, and mistyped there; the terminal asks for the same one, and has the tokens."""
    doors.tenant.users.add("bo@example.com", PASSWORD, phone=PHONE, authenticators=["sms"])
    async with doors.page() as browser:
        await browser.do("login", username="bo@example.com", password=PASSWORD)
        [sms] = [nth for nth, form in enumerate(browser.page.forms["challenge"]) if "sms" in form["authenticator"]]
        await browser.do("challenge", sms)
        code = doors.tenant.inbox.code(PHONE)
        page = await browser.do("confirm", code=f"{(int(code) + 1) % 1_000_000:06}")
        assert "That code is not right." in page.text
        exited, out, said = await doors.terminal(code)
    assert 0 == exited
    assert "We sent a 6-digit code to XXXXXXXX0042" in said
    token = json.loads(out)["access_token"]
    assert 1 == len(doors.tenant.inbox.messages(PHONE))
    assert [] == doors.paged
    assert token
    assert token not in said + browser.read


async def test_through_all_of_them(doors):
    """Begun in the chat, led back on the page, led on in the chat, ended in the terminal; each knows of the others."""
    await doors.say(f"{ADA} {PASSWORD}", f"text message {PHONE}")
    async with doors.page() as browser:
        await browser.do("go_back")
        assert "text message" in (await doors.say("help")).lower()
        assert doors.tenant.users[ADA].recovery_code in browser.page.text
        await browser.do("saved", saved="1")
        assert "enroll" in browser.page.forms
        await doors.say("authenticator app")
        page = await browser.get(browser.url)
        assert doors.tenant.users[ADA].apps[0].secret in page.text.replace(" ", "")
    exited, out, _ = await doors.terminal(doors.tenant.otp(ADA))
    assert 0 == exited
    assert "Bearer" == json.loads(out)["token_type"]
    assert ([], []) == (doors.chatted, doors.paged)
