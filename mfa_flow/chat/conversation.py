"""A conversation: a text or a pressed button in, a turn of replies out. Between two messages it remembers nothing."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from weakref import WeakValueDictionary

from attrs import define, evolve, field

from mfa_flow.chat.asides import said_alone
from mfa_flow.chat.buttons import LONGEST_ID, Buttons
from mfa_flow.chat.replies import Reply, Turn
from mfa_flow.chat.showing import helping, replies, to_keep, waits
from mfa_flow.chat.understanding import Deed, Say, holds_secret, understood
from mfa_flow.client import MfaClient
from mfa_flow.errors import BadInput, MfaFlowError, MisuseError, WrongState
from mfa_flow.extras import need_extra
from mfa_flow.handle import FlowHandle, Once
from mfa_flow.machine.prompts import AskCode, Done, Pause, Prompt, Stopped, Wait
from mfa_flow.stores.base import Store
from mfa_flow.stores.reference import Reference
from mfa_flow.stores.seal import Seal
from mfa_flow.texts import best_locale, text_for
from mfa_flow.wire.values import Tokens

_log = logging.getLogger("mfa_flow")

OnDone = Callable[[str, Tokens], Awaitable[object]]


@define(eq=False)
class Chat:
    """Talks people through their logins, in any number of chats; one per process.

    A chat's id is its flow's id, so that a flow begun here goes on elsewhere: at most 36 bytes, and nothing that others
    can choose (a private chat's id as the platform tells it). ``seal`` proves that a button is one of ours.
    ``on_done(chat_id, tokens)`` is awaited before a person is told of being logged in. Another process may await it
    again with the same tokens, where anything is said there within a minute: keep them by the chat's id. What it raises
    is logged, and told to the person as something that went wrong; whatever is said within a minute then has it awaited
    again.
    ``user_names``: people have names that are no addresses; a message of one word is one then, and its password is
    asked for. ``realm`` names the connection to log in to. Needs the extras ``qr`` and ``seal``.
    """

    _mfa: MfaClient = field(repr=False)
    _seal: Seal = field(repr=False)
    _on_done: OnDone = field(repr=False)
    _user_names: bool = field(default=False, kw_only=True)
    _realm: str | None = field(default=None, kw_only=True)
    _reference: Reference = field(init=False, repr=False)
    # The pushes that this process waits for: not what a flow is, only who watches it.
    _watched: set[str] = field(factory=set, init=False, repr=False)
    # What this process handed over already: a flow gives its tokens for a minute.
    _taken: deque[tuple[str, int]] = field(factory=lambda: deque(maxlen=1000), init=False, repr=False)
    # One lock per chat, while it is held: of two messages at once one hands over, and the other waits for it.
    _handing: WeakValueDictionary[str, asyncio.Lock] = field(factory=WeakValueDictionary, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        need_extra("segno", "qr")
        self._reference = Reference(self._seal)

    async def said(
        self, chat_id: str | int, text: str, *, once: Once = None, locale: str | None = None, quoted: str | None = None
    ) -> Turn:
        """What to answer to a message. ``once`` is its id, ``locale`` its writer's language as the platform tells it,
        ``quoted`` the text of the bot's message that it answers, if it does.

        What goes wrong is told to the person, and logged. Raises BadInput for an id that is too long, and nothing else.
        """
        buttons = self._buttons(chat_id, locale)
        prompt = await self._look(buttons)
        if isinstance(prompt, Turn):
            return evolve(prompt, delete=bool(text.strip()))
        found = understood(text, prompt, buttons.locale, quoted, names=self._user_names)
        turn = await self._answered(buttons, prompt, found, once)
        return evolve(turn, delete=holds_secret(text, prompt, found))

    async def pressed(
        self, chat_id: str | int, reference: str, *, once: Once = None, locale: str | None = None
    ) -> Turn:
        """What to answer to a button. One of another chat, of an earlier question, or that nobody here made, does
        nothing, and that is told."""
        buttons = self._buttons(chat_id, locale)
        prompt = await self._look(buttons)
        if isinstance(prompt, Turn):
            return prompt
        return await self._answered(buttons, prompt, buttons.pressed(reference, prompt), once)

    async def watch(self, chat_id: str | int, *, locale: str | None = None) -> Turn:
        """Wait until the push of a chat is answered, and give what to tell then; nothing, where somebody watches it
        already, or the person went another way meanwhile. Call it, as a task, after each turn that ``waits``."""
        buttons = self._buttons(chat_id, locale)
        if buttons.flow_id in self._watched:
            return Turn()
        self._watched.add(buttons.flow_id)
        try:
            return await self._seen(buttons)
        finally:
            self._watched.discard(buttons.flow_id)

    async def waiting(self, store: Store) -> AsyncIterator[str]:
        """The chats in which a push is waited for, read from the store: those to ``watch`` after a restart. Where
        others than chats keep flows in it, theirs are among them."""
        async for entry in store.flows():
            with suppress(MfaFlowError):
                prompt = await self._mfa.flow(entry.flow_id).look()
                if waits(prompt.then if isinstance(prompt, Pause) else prompt):
                    yield entry.flow_id

    def _buttons(self, chat_id: str | int, locale: str | None) -> Buttons:
        if not 0 < len(str(chat_id).encode("utf-8", "surrogatepass")) <= LONGEST_ID:
            raise BadInput(f"a chat's id has 1 to {LONGEST_ID} bytes, to fit into a button: give a shorter one")
        return Buttons(self._reference, str(chat_id), best_locale(locale) if locale else None, self._user_names)

    def _flow(self, buttons: Buttons) -> FlowHandle:
        return self._mfa.flow(buttons.flow_id, language=buttons.locale)

    async def _look(self, buttons: Buttons) -> Prompt | Turn:
        """The prompt that stands, or what to say where it cannot be known."""
        try:
            return await self._flow(buttons).look()
        except MfaFlowError as error:
            return Turn((Reply(_logged(error).text(buttons.locale)),))

    async def _answered(self, buttons: Buttons, before: Prompt, found: Deed | Say, once: Once) -> Turn:
        if isinstance(found, Say):
            return await self._told(buttons, before, found)
        realm = {"realm": self._realm} if found.verb == "login" else {}
        try:
            verb = getattr(self._flow(buttons), found.verb)
            prompt = await verb(*found.given, **found.details, **realm, once=once)
        except MisuseError as error:
            return await self._refused(buttons, found, error)
        except MfaFlowError as error:
            return await self._failed(buttons, error, before)
        sent = found.verb == "resend" and isinstance(prompt, AskCode | Wait) and not prompt.error
        # Nothing came of it, it is a message that comes again: its first process may have died before it answered.
        comes_again = prompt == before and not prompt.error and found.verb != "resend"
        seen = None if comes_again else before
        return await self._shown(buttons, prompt, text_for("resent", buttons.locale) if sent else None, seen=seen)

    async def _told(self, buttons: Buttons, prompt: Prompt, say: Say) -> Turn:
        """What is said without a verb."""
        if reply := said_alone(say, prompt, buttons):
            return Turn((reply,), waits=waits(prompt), kind=prompt.kind)
        if say.key == "chat.ask_password":  # after an end that may have to be handed over still
            turn = await self._shown(buttons, prompt, seen=prompt)
            return evolve(turn, replies=(*turn.replies, Reply(buttons.first_question())))
        note = helping(prompt, buttons.locale) if say.key == "chat.help" else None
        note = note or (text_for(say.key, buttons.locale, **say.values) if say.key else None)
        return await self._shown(buttons, prompt, note, seen=None if say.whole else prompt)

    async def _refused(self, buttons: Buttons, found: Deed, error: MisuseError) -> Turn:
        """It cannot be right: nothing was sent, and the same is asked again."""
        prompt, told = await self._look(buttons), error.text(buttons.locale)
        if isinstance(prompt, Turn):
            return prompt
        if found.again and found.again.asks:
            return await self._told(buttons, prompt, evolve(found.again, values={"note": told}))
        if isinstance(error, WrongState) and found.verb == "confirm":
            told = text_for("chat.no_choice", buttons.locale)
        return await self._shown(buttons, prompt, None if isinstance(prompt, Done | Stopped) else told, seen=prompt)

    async def _failed(self, buttons: Buttons, error: MfaFlowError, before: Prompt | None = None) -> Turn:
        """Something else than the person is at fault. What came of it all the same is not lost."""
        told = _logged(error).text(buttons.locale)
        saved: Prompt | None = getattr(error, "prompt", None)
        prompt = saved or await self._look(buttons)
        if isinstance(prompt, Turn):
            return prompt
        return await self._shown(buttons, prompt, None if isinstance(prompt, Done) else told, seen=before or prompt)

    async def _shown(self, buttons: Buttons, prompt: Prompt, note: str | None = None, *, seen: Prompt | None) -> Turn:
        if isinstance(prompt, Done) and prompt.tokens and not await self._handed_over(buttons.flow_id, prompt.tokens):
            sorry = Reply(text_for("error.mfa_flow", buttons.locale))
            return Turn((*to_keep(prompt, buttons.locale, seen), sorry), kind=prompt.kind)
        return Turn(replies(prompt, buttons, note, seen), waits=waits(prompt), kind=prompt.kind)

    async def _handed_over(self, chat_id: str, tokens: Tokens) -> bool:
        """Whether the service has them. If it could not take them, the message that held the code is deleted still."""
        taken = chat_id, hash(tokens.access_token)
        async with self._handing.setdefault(chat_id, asyncio.Lock()):
            if taken in self._taken:
                return True
            try:
                await self._on_done(chat_id, tokens)
            except Exception:  # noqa: BLE001 - whatever a service of others may raise
                _log.exception("on_done failed for chat %r", chat_id)
                return False
            self._taken.append(taken)
        return True

    async def _seen(self, buttons: Buttons) -> Turn:
        """What to tell of what came while the person was silent. Who went another way meanwhile was told then."""
        try:
            prompt = await self._flow(buttons).wait()
            while waits(prompt):  # another way was gone, and came back to a push
                prompt = await self._flow(buttons).wait()
        except MisuseError:
            return Turn()  # there is none to wait for
        except MfaFlowError as error:
            return await self._failed(buttons, error)
        elsewhere = isinstance(prompt, Stopped) and prompt.reason == "cancelled"
        if elsewhere or not (prompt.error or isinstance(prompt, Done | Stopped)):
            return Turn()
        return await self._shown(buttons, prompt, seen=prompt)


def _logged(error: MfaFlowError) -> MfaFlowError:
    """The error, told to those who run the service; none holds a secret."""
    _log.warning("a chat was told of an error: %s", error)
    return error
