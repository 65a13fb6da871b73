"""The conversation that the README shows, played here and now against a tenant, in each language."""

from attrs import define, field

from mfa_flow.chat import Chat, Turn
from mfa_flow.client import MfaClient
from mfa_flow.drawing.bubbles import Bubble, Panel
from mfa_flow.kit.hasty import Hasty
from mfa_flow.stores.seal import Seal
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.transport import TenantTransport
from mfa_flow.wire.values import App, Tokens

_EMAIL, _PHONE = "ada@example.com", "+15551230042"
_TITLES = {"en": "In English", "fr": "En fran\u00e7ais"}


async def dialogues() -> tuple[Panel, ...]:
    """The same, in each language."""
    return tuple([Panel(title, await _played(locale)) for locale, title in _TITLES.items()])


async def _played(locale: str) -> tuple[Bubble, ...]:
    tenant = Tenant(clock=Clock(1_726_830_000), seed=1)
    tenant.users[_EMAIL].phone = _PHONE
    tenant.users[_EMAIL].enroll("sms")
    clock = Hasty(tenant.clock)
    app = App("tenant.example", "demo-client", "demo-secret")
    async with MfaClient(app, transport=TenantTransport(tenant), clock=clock) as mfa:
        talk = _Talk(Chat(mfa, Seal(Seal.generate_key()), _kept), locale)
        await talk.say(_EMAIL)
        await talk.say(tenant.users[_EMAIL].password)
        await talk.press(0)
        await talk.say("000000")
        code = tenant.inbox.code(_PHONE)
        await talk.say(f"{code[:3]} {code[3:]}")
        return tuple(talk.bubbles)


async def _kept(chat_id: str, tokens: Tokens) -> None:
    """A service keeps them; a picture has no use for them."""


@define
class _Talk:
    """A person who writes, and answers by quoting what was said last, as phones have them do."""

    chat: Chat
    locale: str
    bubbles: list[Bubble] = field(factory=list)
    turn: Turn = field(factory=Turn)

    async def say(self, text: str) -> None:
        quoted = self.turn.replies[-1].text if self.turn.replies else None
        self._took(text, await self.chat.said("42", text, locale=self.locale, quoted=quoted))

    async def press(self, place: int) -> None:
        button = self.turn.replies[-1].buttons[place]
        self._took(button.text, await self.chat.pressed("42", button.reference, locale=self.locale))

    def _took(self, text: str, turn: Turn) -> None:
        self.turn = turn
        self.bubbles.append(Bubble(text, deleted=turn.delete))
        for reply in turn.replies:
            self.bubbles.append(Bubble(reply.text, by_bot=True, buttons=tuple(one.text for one in reply.buttons)))
