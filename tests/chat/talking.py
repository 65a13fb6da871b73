"""Somebody in a chat, and the bot's process, which dies after every message when it should."""

from contextlib import asynccontextmanager

from mfa_flow import App, MfaClient
from mfa_flow.chat import Chat
from mfa_flow.kit import Hasty
from mfa_flow.stores import Seal, SqliteStore
from mfa_flow.testing import TenantTransport

APP = App("tenant.example", "demo-client", "demo-secret")
SEAL = Seal(Seal.generate_key())


class Talk:
    """A chat of one person. Each message meets a process of its own: store, client and conversation are new."""

    def __init__(self, tenant, path, locale=None, chat_id="42", **settings):
        self.tenant, self.path, self.locale, self.chat_id = tenant, path, locale, chat_id
        self.settings = settings
        self.clock = Hasty(tenant.clock)
        self.tokens, self.shown, self.deleted, self.log = [], (), [], []
        self.number, self.last, self.turn = 0, None, None
        self.transport = TenantTransport(tenant)

    @asynccontextmanager
    async def process(self):
        async with (
            SqliteStore(self.path, seal=SEAL, now=self.clock.now) as store,
            MfaClient(APP, store=store, transport=self.transport, clock=self.clock) as mfa,
        ):
            yield Chat(mfa, SEAL, self.done, **self.settings), store

    async def done(self, chat_id, tokens):
        self.tokens.append((chat_id, tokens))

    async def say(self, text, *, quoted=None, once=None):
        """Write, and give all that is answered, as one text."""
        self.number += 1
        self.log.append(("person", text))
        async with self.process() as (chat, _):
            turn = await chat.said(self.chat_id, text, once=once or self.number, locale=self.locale, quoted=quoted)
        return self._took(turn)

    async def answer(self, text):
        """Write, quoting the bot's last message, as a forced reply does."""
        return await self.say(text, quoted=self.shown[-1].text)

    async def press(self, label):
        """Press the button of that name, below the last message."""
        [found] = [one for one in self.buttons if label in one.text]
        self.log.append(("person", f"[{found.text}]"))
        return await self.press_reference(found.reference)

    async def press_reference(self, reference):
        self.number += 1
        async with self.process() as (chat, _):
            turn = await chat.pressed(self.chat_id, reference, once=self.number, locale=self.locale)
        return self._took(turn)

    async def watch(self):
        """What is told without a word from the person."""
        async with self.process() as (chat, _):
            return self._took(await chat.watch(self.chat_id, locale=self.locale))

    @property
    def buttons(self):
        return [button for reply in self.shown for button in reply.buttons]

    def code(self, to, channel=None):
        return self.tenant.inbox.code(to) if channel is None else self.tenant.inbox.messages(to, channel)[0].code

    def _took(self, turn):
        self.turn, self.shown = turn, turn.replies
        for reply in turn.replies:
            self.log.append(("bot", reply))
        return "\n".join(reply.text for reply in turn.replies)


def printed(log):
    for who, what in log:
        if who == "person":
            print(f"\n    > {what}")
            continue
        marks = [name for name in ("sensitive", "quote") if getattr(what, name)] + (["picture"] if what.picture else [])
        print(f"  {'(' + ', '.join(marks) + ') ' if marks else ''}{what.text}")
        if what.buttons:
            print("  " + " ".join(f"[{one.text}]" for one in what.buttons))
