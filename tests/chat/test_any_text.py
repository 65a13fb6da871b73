"""Any text, at any state: it never raises, and spends no attempt unless it is a code."""

import asyncio
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.talking import APP, SEAL
from mfa_flow import MfaClient
from mfa_flow.chat import Chat
from mfa_flow.chat.words import COMMANDS
from mfa_flow.errors import BadInput
from mfa_flow.factors.codes import digits, recovery_code
from mfa_flow.kit import Hasty
from mfa_flow.stores import MemoryStore
from mfa_flow.testing import Clock, Tenant, TenantTransport
from mfa_flow.texts import text_for

PHONE, EMAIL = "+15551230042", "bo@example.com"
LOGIN = f"{EMAIL} pw"
# What was said before: a state each, by its name.
STATES = {
    "nothing yet": [],
    "wrong password": [f"{EMAIL} wrong"],
    "to enrol": [LOGIN],
    "to choose": [LOGIN],
    "enrolling an app": [LOGIN, "app"],
    "enrolling a phone": [LOGIN, f"text {PHONE}"],
    "enrolling a push": [LOGIN, "push"],
    "a text message": [LOGIN, "text"],
    "an app": [LOGIN, "app"],
    "a push": [LOGIN, "push"],
    "a recovery code": [LOGIN, "recovery"],
    "a pause": [LOGIN, "text", *["000000"] * 11],
    "cancelled": ["cancel"],
}
OWNED = {"to choose", "a text message", "an app", "a push", "a recovery code", "a pause"}
WORDS = [
    word.strip()
    for name in COMMANDS
    for language in ("en", "fr")
    for word in text_for(f"word.{name}", language).split(",")
]
PARTS = [
    *WORDS,
    EMAIL,
    PHONE,
    "text",
    "app",
    "push",
    "e-mail",
    "/",
    "@",
    "+",
    "1",
    "2",
    "9",
    "123",
    "456",
    "000000",
    "<b>",
]
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=40),
    st.sampled_from(PARTS),
    st.lists(st.sampled_from(PARTS), max_size=4).map(" ".join),
    st.text("0123456789 -\u00a0\u0663", max_size=12),
)


def may_be_a_code(text):
    """Whether a factor would take it to Auth0."""
    for reads in (lambda typed: digits(typed, 6), recovery_code):
        with suppress(BadInput):
            reads(text)
            return True
    return False


async def said(state, text, quoted, pressed):
    tenant = Tenant(clock=Clock(1_700_000_000))
    tenant.users.add(EMAIL, "pw", phone=PHONE, authenticators=["sms", "push"] if state in OWNED else ())
    clock, tokens = Hasty(tenant.clock), []

    async def done(chat_id, found):
        tokens.append(found)

    store = MemoryStore(now=clock.now)
    async with MfaClient(APP, store=store, transport=TenantTransport(tenant), clock=clock) as mfa:
        chat = Chat(mfa, SEAL, done)
        for before in STATES[state]:
            turn = await chat.said("42", before)
        counts = [tenant.requests.count(kind) for kind in ("mfa-otp", "mfa-oob", "mfa-recovery-code")]
        quoted = {"the bot": STATES[state] and turn.replies[-1].text, "anything": text}.get(quoted) or None
        turn = await (chat.pressed("42", text) if pressed else chat.said("42", text, locale="fr", quoted=quoted))
        spent = counts != [tenant.requests.count(kind) for kind in ("mfa-otp", "mfa-oob", "mfa-recovery-code")]
    return turn, spent


@given(st.sampled_from(list(STATES)), TEXTS, st.sampled_from(["the bot", "anything", None]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text(state, text, quoted, pressed):
    """There is always an answer, and each part of it can be sent."""
    turn, spent = asyncio.run(said(state, text, quoted, pressed))
    assert not spent or (may_be_a_code(text) and not pressed)
    assert turn.replies
    assert all(0 < len(reply.text) < 1500 for reply in turn.replies)
    assert all(one.text and len(one.reference) < 64 for reply in turn.replies for one in reply.buttons)
