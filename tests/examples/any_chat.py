"""A chat of any platform: what comes in, and what to do with the answer."""

import asyncio
from typing import Any

from mfa_flow.chat import Chat, Turn


async def message_came(chat: Chat, platform: Any, message: Any) -> None:
    given = {"once": message.id, "locale": message.language, "quoted": message.quoted}
    turn = await chat.said(message.chat_id, message.text, **given)
    if turn.delete:  # it held a password or a code
        await platform.delete(message)
    await tell(chat, platform, message.chat_id, turn, message.language)


async def button_pressed(chat: Chat, platform: Any, press: Any) -> None:
    turn = await chat.pressed(press.chat_id, press.reference, once=press.id, locale=press.language)
    await tell(chat, platform, press.chat_id, turn, press.language)


async def tell(chat: Chat, platform: Any, chat_id: str, turn: Turn, locale: str | None) -> None:
    for reply in turn.replies:  # .text, .buttons, .picture (a QR code), .sensitive, .quote
        await platform.send(chat_id, reply)
    if turn.waits:  # a push is on the phone: what comes of it is told while the person is silent
        platform.tasks.add(asyncio.create_task(watched(chat, platform, chat_id, locale)))


async def watched(chat: Chat, platform: Any, chat_id: str, locale: str | None) -> None:
    await tell(chat, platform, chat_id, await chat.watch(chat_id, locale=locale), locale)
