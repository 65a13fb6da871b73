"""Any text, at any state: it never raises, and spends no attempt unless it is a code."""

import asyncio
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chat.talking import APP, SEAL
from mfa_flow import MfaClient
from mfa_flow.chat import Chat
from mfa_flow.chat.words import COMMANDS
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
    "enrolling an address": [LOGIN, f"e-mail {EMAIL}"],
    "a number asked for": [LOGIN, "phone call"],
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
KINDS = ("mfa-otp", "mfa-oob", "mfa-recovery-code")
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


# What stands in the middle of a choice's name, or has a word of one in it, and means none of them.
NONSENSE = st.sampled_from(
    [
        *("no", "No!", "non", "not", "nope", "en", "to", "th", "me", "ai", "on", "co", "ap", "pu", "le"),
        *(
            "why?",
            "pigeon",
            "what is this",
            "I cannot get text messages",
            "my phone is broken",
            "I lost my recovery code",
        ),
        *("do not use boss@example.com", "I wrote to support@example.com", "call me: +33199001234", "call +123456"),
        *("order 123456 never arrived", "error 404404", "I have 10 recovery codes left", "my zip code: 12345-6"),
        *("hone", "essage", "otification", "uthenticator", "the", "thanks", "pas maintenant", "je ne sais pas"),
    ]
)
# Plain figures and letters, with what people put between.
BETWEEN = re.compile(r"[\W_]")


# Of the words above: those that may stand beside a code, and what it is called.
BESIDE = {"ok", "okay", "it", "thanks", "merci", "c'est", "j'ai"}
NAMED = {"code"}


def may_be_a_code(text):
    """Whether it is six figures, the only ones it has, with no other word beside them; six together beside a code's
    name; or 24 letters and figures, in one word or in groups that mostly have figures."""
    figures = "".join(one for one in text if one.isdecimal())
    groups = BETWEEN.sub(" ", text).split()
    mostly = 2 * sum(any(map(str.isdecimal, one)) for one in groups) >= len(groups)
    words = {
        one
        for one in re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", text.casefold().replace("\u2019", "'"))
        if len(one) > 1
    }
    named = words & NAMED and re.search(r"\d{3}\W?\d{3}", text)
    return (
        named
        or (len(figures) == 6 and words <= BESIDE | NAMED)
        or (len("".join(groups)) == 24 and (mostly or len(text.split()) == 1))
    )


async def said(state, text, quoted, pressed):
    """The turn, whether a code was spent, and how many requests there were."""
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
        count, counts = len(tenant.requests), [tenant.requests.count(kind) for kind in KINDS]
        quoted = {"the bot": STATES[state] and turn.replies[-1].text, "anything": text}.get(quoted) or None
        turn = await (chat.pressed("42", text) if pressed else chat.said("42", text, locale="fr", quoted=quoted))
        spent = counts != [tenant.requests.count(kind) for kind in KINDS]
    return turn, spent, len(tenant.requests) - count


@given(st.sampled_from(list(STATES)), TEXTS, st.sampled_from(["the bot", "anything", None]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text(state, text, quoted, pressed):
    """There is always an answer, and each part of it can be sent."""
    turn, spent, requests = asyncio.run(said(state, text, quoted, pressed))
    assert not spent or may_be_a_code(text)
    assert not (pressed and requests)
    assert turn.replies
    assert all(0 < len(reply.text) < 1500 for reply in turn.replies)
    assert all(one.text and len(one.reference) < 64 for reply in turn.replies for one in reply.buttons)


@given(st.sampled_from(list(STATES)), NONSENSE, st.sampled_from(["the bot", None]))
@settings(max_examples=150, deadline=None)
def test_nonsense(state, text, quoted):
    """Nothing at all is sent for it, at a choice neither; where a password may stand it is taken out of the chat."""
    assume((state, text, quoted) != ("a number asked for", "call me: +33199001234", "the bot"))  # an answer to it
    turn, _, requests = asyncio.run(said(state, text, quoted, pressed=False))
    assert 0 == requests
    assert turn.delete or not (text == "pigeon" and state in ("nothing yet", "wrong password", "cancelled"))


@given(st.sampled_from(["a text message", "an app", "a pause", "enrolling an app"]), st.integers(0, 999_999), TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_code_does_not_stay(state, code, text):
    """Whatever stands beside it, a code that is written where one is asked for is taken out of the chat."""
    turn, _, _ = asyncio.run(said(state, f"{text[:20]} {code:06}.", None, pressed=False))
    assert turn.delete
