"""Sequence diagrams hold what was recorded, all of it and in order, and their words have room."""

import asyncio
import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from attrs import evolve

from mfa_flow.drawing import sequence_mermaid, sequence_svg, stale
from mfa_flow.drawing.dialogue import lines, story
from mfa_flow.kit import Exchange, Recording, Step
from mfa_flow.kit.scenes import scenes
from mfa_flow.machine import moves
from mfa_flow.machine.table import State

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
LETTER = {"name": 9.3, "word": 7.2, "small": 6.8, "strong": 7.6}
LIST = Exchange("GET", "/mfa/authenticators", None, 200)
LOST = Exchange("POST", "/mfa/challenge")
REC = Recording(
    (
        Step("login", "password", (Exchange("POST", "/oauth/token", "password", 403, "mfa_required"), LIST), ("listed",), "mfa_required", "choose"),
        Step("challenge", "sms", (LOST,), (), "mfa_required", None, "transport", 2.5),
    ),
    "A title; with # marks",
)  # fmt: skip


@pytest.fixture(scope="module")
def played():
    """The scenes, played once."""
    return asyncio.run(scenes())


def test_the_committed_diagrams_are_fresh(played):
    """Whoever changes what the library does runs ``mfa-flow draw``; no file is left of a scene that is gone."""
    assert [] == stale(ROOT, scenes=played)
    found = {path.name for path in (ROOT / "diagrams").iterdir()} - {
        "states.mmd",
        "states.dot",
        "states.svg",
        "chat.svg",
        "terminal.svg",
        "web.png",
        "bench.svg",
    }
    assert {f"{scene.name}.{kind}" for scene in played for kind in ("mmd", "svg")} == found


def test_a_bent_arrow_is_seen(monkeypatch):
    """Where the machine goes another way than the table that was drawn, the diagrams of its runs are out of date."""
    monkeypatch.setitem(moves._DESTINATIONS, ("push_denied", State.CHALLENGING), State.FAILED)
    assert ["diagrams/push-denied.mmd is out of date.", "diagrams/push-denied.svg is out of date."] == stale(
        ROOT, scenes=asyncio.run(scenes())
    )


def test_each_factor_and_the_chief_edge_cases_have_one(played):
    """Six factors, five of them set up and used; a wrong code, a No, too late, two in a row."""
    assert ["otp", "sms", "voice", "email", "push", "recovery", "wrong-code", "push-denied", "expired", "chained"] == [
        scene.name for scene in played
    ]
    assert [2, 2, 2, 2, 2, 1, 1, 1, 1, 1] == [len(scene.recordings) for scene in played]
    for scene in played[:5]:
        assert ["associated", "challenged"] == [
            event for rec in scene.recordings for event in rec.events if event in ("associated", "challenged")
        ]


def test_mermaid():
    """Verbs, requests, answers, events, states, prompts, time and errors are there in order; what would end a line is
    written as a code."""
    assert (
        '---\ntitle: "T"\n---\n%% Generated from a recorded run.\nsequenceDiagram\n'
        "    participant P as Person\n    participant M as mfa_flow\n    participant A as Auth0\n"
        "    Note over P,A: A title#59; with #35; marks\n"
        "    P->>M: login: password\n"
        "    M->>A: POST /oauth/token (password)\n    A-->>M: 403 mfa_required\n"
        "    M->>A: GET /mfa/authenticators\n    A-->>M: 200\n"
        "    Note over M: listed<br/>mfa_required\n    M-->>P: choose\n"
        "    Note over P,A: 2.5 s later\n"
        "    P->>M: challenge: sms\n    M->>A: POST /mfa/challenge\n    A-->>M: no answer\n    M-->>P: raises: transport\n"
    ) == sequence_mermaid([REC], "T")


@pytest.mark.parametrize("draw", [sequence_mermaid, sequence_svg])
def test_a_diagram_of_no_list(draw):
    """One recording is told to be put in a list."""
    with pytest.raises(TypeError, match=r"drawn of a list of recordings: \[recording\], and not of one Recording"):
        draw(Recording())


def test_a_title_is_said_once():
    """Where there is one flow, called as the diagram is, nothing is said twice: not in the picture, nor in its words."""
    [flow] = [evolve(REC, title="A login")]
    assert 2 == sequence_svg([flow], "A login").count("A login")  # the title element, and the heading
    assert 1 == sequence_mermaid([flow], "A login").count("A login")
    assert "A login" in sequence_mermaid([flow], "Another")


def test_odd_titles():
    """What means something to YAML, to Mermaid or to XML breaks nothing: it is quoted, or a blank."""
    odd = 'Two: "parts"\nend\x00 # \ud800'
    flow = evolve(REC, title=odd)
    said = sequence_mermaid([flow], odd + "!")
    assert '---\ntitle: "Two: \\"parts\\" end # !"\n---\n' in said
    assert '    Note over P,A: Two: "parts" end #35;\n' in said
    root = fromstring(sequence_svg([flow], odd + "!"))
    assert 'Two: "parts" end # !' == root.findtext(f"{SVG}title")


@pytest.mark.parametrize("render", [sequence_mermaid, sequence_svg])
def test_a_changed_run_changes_each_picture(render):
    """No picture leaves out a verb, a request, an event, a state, a prompt or an error."""
    first, second = REC.steps
    changes = [
        evolve(REC, steps=REC.steps[:1]),
        evolve(REC, steps=(second, first)),
        *(
            evolve(REC, steps=(evolve(first, **change), second))
            for change in (
                {"verb": "begin"}, {"given": "x"}, {"exchanges": ()}, {"events": ("odd",)}, {"state": "failed"},
                {"prompt": "done"}, {"error": "odd"}, {"at": 1},
            )
        ),
    ]  # fmt: skip
    assert len(changes) + 1 == len({render([each]) for each in [REC, *changes]})


def drawn(scene):
    return fromstring(sequence_svg(scene.recordings, scene.title))


def area(text):
    """Where a text is, in a common font."""
    style = text.get("class").split()
    width, x, y = LETTER[style[0]] * len(text.text), float(text.get("x")), float(text.get("y"))
    left = x - width / 2 if "middle" in style else x
    return left, y - 11, left + width, y + 3, text.text


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("number", range(10))
def test_words_have_room(played, number):
    """No text meets another or leaves the card, and no arrow runs through one."""
    root = drawn(played[number])
    texts = [area(text) for text in root.iter(f"{SVG}text")]
    width, height = float(root.get("width")), float(root.get("height"))
    assert [] == [(one[4], other[4]) for one, other in combinations(texts, 2) if meet(one, other)]
    assert [] == [text for text in texts if text[0] < 0 or text[2] > width or text[3] > height]
    for path in root.iter(f"{SVG}path"):
        if "line" in path.get("class"):
            (x, y), (to, _) = pairwise_of(path.get("d"))
            assert [] == [text for text in texts if meet((min(x, to), y - 1, max(x, to), y + 1), text)]


def pairwise_of(points):
    numbers = [float(each) for each in re.findall(r"[\d.]+", points)]
    return list(pairwise(numbers))[::2]


def test_it_is_told_in_words(played):
    """Who hears the picture is told all of its lines."""
    scene = played[7]
    root = drawn(scene)
    assert story(lines(scene.recordings)) == root.findtext(f"{SVG}desc")
    assert "Auth0 to mfa_flow: 400 access_denied. push_denied: now mfa_required." in root.findtext(f"{SVG}desc")
    assert "A push that is denied" == root.findtext(f"{SVG}title")
