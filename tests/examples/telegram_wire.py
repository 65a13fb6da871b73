"""Telegram, as far as a bot sees it: takes its calls, keeps the messages of a chat, and delivers what a person does."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import telegram_bot
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import DeleteMessage, SendMessage, SendPhoto
from aiogram.types import Update

from mfa_flow import App, MfaClient
from mfa_flow.stores import Seal, SqliteStore
from mfa_flow.testing import TenantTransport

APP = App("tenant.example", "demo-client", "demo-secret")
SEAL = Seal(Seal.generate_key())
TOKEN = "42:" + "A" * 35
BOT = {"id": 42, "is_bot": True, "first_name": "Acme"}


class Wire(BaseSession):
    """Answers a bot's calls as Telegram does, and notes them."""

    def __init__(self, telegram):
        super().__init__()
        self.telegram = telegram

    async def make_request(self, bot, method, timeout=None):
        await asyncio.sleep(0)
        return self.telegram.called(bot, method)

    async def stream_content(self, *args, **kwargs):
        yield b""

    async def close(self):
        pass


class Telegram:
    """A private chat of one person with the bot; ``process()`` is one life of it, and ``say`` is in a life of its own
    unless one is given."""

    def __init__(self, tenant, path, language="en", chat_id=7):
        self.tenant, self.path, self.language, self.chat_id = tenant, path, language, chat_id
        self.calls, self.messages, self.signed_in, self.number = [], {}, {}, 100
        self.transport = TenantTransport(tenant)
        self.life, self.storage = None, MemoryStorage()
        self.keeps = False  # whether it deletes nothing

    def called(self, bot, method):
        self.calls.append(method)
        if isinstance(method, DeleteMessage) and self.keeps:
            raise TelegramBadRequest(method, "Bad Request: message can't be deleted for everyone")
        if isinstance(method, DeleteMessage) and self.messages.pop(method.message_id, None) is None:
            raise TelegramBadRequest(method, "Bad Request: message to delete not found")
        if not isinstance(method, SendMessage | SendPhoto):
            return True
        text = method.text if isinstance(method, SendMessage) else None
        sent = self._message(BOT, text=text, caption=getattr(method, "caption", None))
        return Update.model_validate({"update_id": 1, "message": sent}, context={"bot": bot}).message

    def signs_out(self):
        """The service forgets the person; the chat stays."""
        self.storage = MemoryStorage()

    @asynccontextmanager
    async def process(self):
        clock = self.tenant.clock
        async with (
            SqliteStore(self.path, seal=SEAL, now=clock.now) as store,
            MfaClient(APP, store=store, transport=self.transport, clock=clock) as mfa,
        ):
            bot = Bot(TOKEN, session=Wire(self), default=DefaultBotProperties(parse_mode="HTML"))
            found = telegram_bot.dispatcher(bot, mfa, store, SEAL, self.storage, self.signed_in)
            await found.emit_startup(bot=bot)
            self.life = (bot, found)
            try:
                yield
            finally:
                self.life = None
                await found.emit_shutdown(bot=bot)

    async def feed(self, **update):
        """Deliver an update; in a process of its own, where none is running. What the bot sends because of it."""
        if self.life is None:
            async with self.process():
                return await self.feed(**update)
        self.number += 1
        before = len(self.calls)
        bot, dispatcher = self.life
        found = Update.model_validate({"update_id": self.number, **update}, context={"bot": bot})
        await dispatcher.feed_update(bot, found)
        return self.said(before)

    async def say(self, text, *, quoting=None, again=False):
        """Write a message, quoting one or not; ``again``: the last one is delivered once more."""
        more = {"reply_to_message": self.messages[quoting]} if quoting else {}
        self.last = self.last if again else self._message(self.person, text=text, **more)
        return await self.feed(message=self.last)

    async def press(self, label):
        """Press a button by a part of its label: of the newest message that has such a one."""
        return await self.press_data(self.button(label))

    async def press_data(self, data):
        shown = self.messages[max(self.messages)]
        query = {"id": f"q{self.number}", "from": self.person, "chat_instance": "1", "data": data, "message": shown}
        return await self.feed(callback_query=query)

    def button(self, label):
        rows = (row for call in reversed(self.calls) for row in self._rows(call))
        return next(one.callback_data for row in rows for one in row if label in one.text)

    def said(self, since=0):
        """What the bot sent, as one text."""
        sent = [call for call in self.calls[since:] if isinstance(call, SendMessage | SendPhoto)]
        return "\n".join((call.text if isinstance(call, SendMessage) else call.caption) or "" for call in sent)

    async def hears(self, text):
        """Wait until the bot says this by itself, and has not said it before."""
        before = self.said().count(text)
        async with asyncio.timeout(10):
            while self.said().count(text) == before:
                self.tenant.clock.advance(1)
                await asyncio.sleep(0.002)

    async def hears_nothing(self, seconds):
        """Let so much time pass, in which the bot says nothing."""
        before = self.said()
        for _ in range(seconds):
            self.tenant.clock.advance(1)
            await asyncio.sleep(0.004)
        assert before == self.said()

    @property
    def person(self):
        return {"id": self.chat_id, "is_bot": False, "first_name": "Ada", "language_code": self.language}

    @property
    def deleted(self):
        return [call.message_id for call in self.calls if isinstance(call, DeleteMessage)]

    def _message(self, sender, **content):
        self.number += 1
        chat = {"id": self.chat_id, "type": "private", "first_name": "Ada"}
        date = int(datetime.now(UTC).timestamp())
        given = {name: value for name, value in content.items() if value is not None}
        message = {"message_id": self.number, "date": date, "chat": chat, "from": sender, **given}
        self.messages[self.number] = message
        return message

    @staticmethod
    def _rows(call):
        return getattr(getattr(call, "reply_markup", None), "inline_keyboard", None) or []
