"""Slack, as far as a bot sees it: takes its calls, and delivers what a person does, signed."""

import asyncio
import json
import re
import time
from urllib.parse import urlencode

import slack_bot
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from mfa_flow import App, MfaClient
from mfa_flow.stores import Seal, SqliteStore
from mfa_flow.testing import TenantTransport

APP = App("tenant.example", "demo-client", "demo-secret")
SEAL = Seal(Seal.generate_key())


class Slack:
    """A workspace with one person, as a server; each request to the bot meets a process of its own."""

    def __init__(self, tenant, path, locale):
        self.tenant, self.path, self.locale = tenant, path, locale
        self.calls, self.signed_in, self.number, self.user = [], {}, 0, "U1"
        self.process = None

    async def api(self, request):
        name = request.match_info["name"]
        typed = await request.json() if request.content_type == "application/json" else await request.post()
        self.calls.append((name, {**request.query, **typed}))
        more = {
            "auth.test": {"team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "url": "https://acme.example/"},
            "users.info": {"user": {"id": self.user, "locale": self.locale}},
            "conversations.open": {"channel": {"id": "D1"}},
            "files.getUploadURLExternal": {"upload_url": str(request.url.with_path("/upload")), "file_id": "F1"},
            "files.completeUploadExternal": {"files": [{"id": "F1"}]},
        }
        return web.json_response({"ok": True, "ts": str(len(self.calls)), **more.get(name, {})})

    async def uploaded(self, request):
        self.calls.append(("upload", await request.read()))
        return web.Response(text="OK")

    async def deliver(self, body, *, form=False):
        """A signed request, and all that the bot does because of it; what it said, as one text."""
        before = len(self.calls)
        async with (
            SqliteStore(self.path, seal=SEAL, now=self.tenant.clock.now) as store,
            MfaClient(APP, store=store, transport=TenantTransport(self.tenant), clock=self.tenant.clock) as mfa,
        ):
            app = AsyncApp(token="xoxb-1", signing_secret="s3", client=AsyncWebClient("xoxb-1", base_url=self.url))
            slack_bot.talk(app, mfa, SEAL, self.signed_in)
            others = asyncio.all_tasks()
            answer = await app.async_dispatch(self.signed(body, form=form))
            await self.settled(others)
        assert 200 == answer.status
        return self.said(before)

    async def settled(self, others):
        """Until the bot is idle: nothing runs but who sleeps by the tenant's clock."""
        async with asyncio.timeout(10):
            while asyncio.all_tasks() - others:
                if self.tenant.clock._sleepers:
                    self.tenant.clock.advance(5)
                await asyncio.sleep(0.002)

    def signed(self, body, *, form=False):
        raw = urlencode(body if form == "plain" else {"payload": json.dumps(body)}) if form else json.dumps(body)
        at = str(int(time.time()))
        signature = SignatureVerifier("s3").generate_signature(timestamp=at, body=raw)
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        return AsyncBoltRequest(
            body=raw,
            headers={"content-type": kind, "x-slack-signature": signature, "x-slack-request-timestamp": at},
        )

    async def say(self, text, *, again=False):
        self.number += 0 if again else 1
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = re.sub(r"(\S+@example\.com)", r"<mailto:\1|\1>", escaped)
        message = {
            "type": "message",
            "channel_type": "im",
            "channel": "D1",
            "user": self.user,
            "text": escaped,
            "ts": "1",
        }
        event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{self.number}", "event": message}
        return await self.deliver(event)

    async def command(self):
        body = {"command": "/login", "team_id": "T1", "user_id": self.user, "trigger_id": "t", "text": ""}
        await self.deliver(body, form="plain")
        return self.modal

    async def submit(self, *typed):
        self.number += 1
        values = {f"field_{place}": {"typed": {"value": one}} for place, one in enumerate(typed)}
        view = {"id": f"V{self.number}", "callback_id": "login", "state": {"values": values}, "type": "modal"}
        view["private_metadata"] = self.modal["private_metadata"]
        who = {"team": {"id": "T1"}, "user": {"id": self.user}}
        return await self.deliver({"type": "view_submission", **who, "view": view}, form=True)

    async def press(self, label):
        return await self.press_value(self.button(label))

    async def open(self):
        """Press what opens a modal for the answer to the question."""
        keys = [key for _, sent in self.messages() for block in self.blocks(sent)[1:] for key in block["elements"]]
        key = [key for key in keys if key["action_id"] == "answer"][-1]
        await self.press_value(key["value"], key["action_id"])
        return self.modal

    async def press_value(self, value, action_id="login_0"):
        self.number += 1
        action = {
            "type": "button",
            "action_id": action_id,
            "block_id": "b",
            "value": value,
            "action_ts": str(self.number),
        }
        who = {"team": {"id": "T1"}, "user": {"id": self.user}, "trigger_id": "t"}
        return await self.deliver({"type": "block_actions", **who, "actions": [action]}, form=True)

    def button(self, label):
        keys = (
            key for _, sent in reversed(self.messages()) for block in self.blocks(sent)[1:] for key in block["elements"]
        )
        return next(key["value"] for key in keys if label in key["text"]["text"])

    def messages(self, since=0):
        return [(name, sent) for name, sent in self.calls[since:] if name.startswith("chat.post")]

    def said(self, since=0):
        return "\n".join(self.blocks(sent)[0]["text"]["text"] for _, sent in self.messages(since))

    @property
    def modal(self):
        view = [sent for name, sent in self.calls if name == "views.open"][-1]["view"]
        return json.loads(view) if isinstance(view, str) else view

    @staticmethod
    def blocks(sent):
        found = sent.get("blocks") or [{"text": {"text": sent["text"]}}]
        return json.loads(found) if isinstance(found, str) else found
