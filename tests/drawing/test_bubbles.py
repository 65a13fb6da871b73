"""The picture of a conversation: what was said, in each language, and what was taken out of the chat."""

import asyncio
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from attrs import evolve

from mfa_flow.cli.dialogue import dialogues
from mfa_flow.drawing import stale
from mfa_flow.drawing.bubbles import Bubble, Panel, chat_svg

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def played():
    """The conversations, played here and now."""
    return asyncio.run(dialogues())


def test_the_committed_picture_is_fresh(played):
    """Whoever changes what is said runs ``mfa-flow draw``; what is said otherwise is noticed."""
    assert [] == stale(ROOT, chats=played)
    bent = (evolve(played[0], bubbles=played[0].bubbles[:-1]), played[1])
    assert ["diagrams/chat.svg is out of date."] == stale(ROOT, chats=bent)


def test_what_is_played(played):
    """The same in each language: address, password and both codes are deleted, and it ends well."""
    assert ["You are logged in.", "Connexion réussie."] == [panel.bubbles[-1].text for panel in played]
    for panel in played:
        assert [True, True, False, True, True] == [one.deleted for one in panel.bubbles if not one.by_bot]


def test_everything_said_is_seen(played):
    """Each word, each button, also in the words for who cannot see them; nothing is wider than its column."""
    root = fromstring(chat_svg(played, "A login"))
    told = root.find(f"{SVG}desc").text
    shown = " ".join(one.text for one in root.iter(f"{SVG}text"))
    for panel in played:
        for bubble in panel.bubbles:
            assert " ".join(bubble.text.split()) in " ".join(told.split())
            assert " ".join(bubble.text.split()) in " ".join(shown.split())
            assert [] == [label for label in bubble.buttons if label not in shown]
    widths = [float(one.get("width")) for one in root.iter(f"{SVG}rect")][1:]
    assert max(widths) <= 400 - 2 * 16


def test_markup_stays_text():
    """What somebody is called does not become a part of the picture."""
    panel = Panel("A", (Bubble("<script>alert(1)</script>", by_bot=True, buttons=("<b>",)),))
    root = fromstring(chat_svg([panel], "A"))
    assert [] == list(root.iter(f"{SVG}script"))
    assert "<script>alert(1)</script>" in [one.text for one in root.iter(f"{SVG}text")]
