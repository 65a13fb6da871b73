"""A Telegram bot, by aiogram 3: who is not signed in talks to the login, everybody else to the service."""

import asyncio

from aiogram import Bot, Dispatcher, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
)

from mfa_flow import MfaClient, Tokens
from mfa_flow.chat import Chat, Reply, Turn
from mfa_flow.stores import Seal, Store
from mfa_flow.texts import text_for


class Person(StatesGroup):
    signed_in = State()


async def send(bot: Bot, chat_id: int, reply: Reply) -> None:
    keys = [[InlineKeyboardButton(text=one.text, callback_data=one.reference)] for one in reply.buttons]
    markup = ForceReply() if reply.quote else InlineKeyboardMarkup(inline_keyboard=keys) if keys else None
    units = len(reply.text.encode("utf-16-le")) // 2  # as Telegram counts
    hidden = [MessageEntity(type="spoiler", offset=0, length=units)] if reply.sensitive else None
    if reply.picture:  # parse_mode=None: nothing in a text is markup, whoever wrote it
        picture = BufferedInputFile(reply.picture, "qr.png")
        caption = {"caption": reply.text, "caption_entities": hidden, "parse_mode": None}
        await bot.send_photo(chat_id, picture, has_spoiler=True, reply_markup=markup, **caption)
    else:
        plain = {"parse_mode": None, "link_preview_options": LinkPreviewOptions(is_disabled=True)}
        await bot.send_message(chat_id, reply.text, entities=hidden, reply_markup=markup, **plain)


async def delete(message: Message, locale: str | None) -> None:
    try:
        await message.delete()
    except TelegramAPIError as error:
        if "not found" not in str(error):  # else it is gone already
            await message.answer(text_for("label.delete_message", locale))


def dispatcher(
    bot: Bot, mfa: MfaClient, store: Store, seal: Seal, storage: BaseStorage, signed_in: dict[str, Tokens]
) -> Dispatcher:
    # who is signed in is in aiogram's storage: one in memory forgets it with the process, RedisStorage does not
    dispatcher, login = Dispatcher(storage=storage), Router()
    watching: set[asyncio.Task[None]] = set()

    def person(chat_id: int) -> FSMContext:
        return dispatcher.fsm.get_context(bot, chat_id, chat_id)

    async def done(chat_id: str, tokens: Tokens) -> None:
        signed_in[chat_id] = tokens  # keep them where secrets are kept
        await person(int(chat_id)).set_state(Person.signed_in)

    chat = Chat(mfa, seal, done)

    async def tell(chat_id: int, turn: Turn, locale: str | None) -> None:
        for reply in turn.replies:
            await send(bot, chat_id, reply)
        if turn.waits:
            await person(chat_id).update_data(language=locale)  # for who is told after a restart
            watch(chat_id, locale)

    def watch(chat_id: int, locale: str | None) -> None:
        async def watched() -> None:
            await tell(chat_id, await chat.watch(chat_id, locale=locale), locale)

        task = asyncio.create_task(watched())
        watching.add(task)
        task.add_done_callback(watching.discard)

    @login.message(StateFilter(None), F.chat.type == "private")
    async def said(message: Message) -> None:
        locale, quoted = message.from_user.language_code, message.reply_to_message
        given = {"locale": locale, "quoted": quoted.text if quoted else None}
        once = message.message_id  # a message that Telegram delivers again sends nothing twice
        turn = await chat.said(message.chat.id, message.text or "", once=once, **given)
        if turn.delete:
            await delete(message, locale)
        await tell(message.chat.id, turn, locale)

    @login.callback_query(StateFilter(None), F.message.chat.type == "private")
    async def pressed(query: CallbackQuery) -> None:
        locale, chat_id = query.from_user.language_code, query.message.chat.id
        turn = await chat.pressed(chat_id, query.data or "", once=query.id, locale=locale)
        await query.answer()
        await tell(chat_id, turn, locale)

    @dispatcher.message(StateFilter(Person.signed_in))
    async def service(message: Message) -> None:
        await message.answer("...")  # what your bot is for

    @dispatcher.callback_query(StateFilter(Person.signed_in))
    async def late(query: CallbackQuery) -> None:
        await query.answer()  # a button of the login: or it would turn for a minute

    @dispatcher.startup()
    async def restarted() -> None:  # whose push was on the phone when the last process ended
        async for chat_id in chat.waiting(store):
            if chat_id.isdecimal():  # a page's flows may be in the same store
                watch(int(chat_id), await person(int(chat_id)).get_value("language"))

    @dispatcher.shutdown()
    async def stopped() -> None:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)

    dispatcher.include_router(login)
    return dispatcher
