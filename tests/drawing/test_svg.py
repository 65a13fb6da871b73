"""Everything is in the picture once, and nothing in it is in the way of anything else."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from attrs import evolve, frozen

from mfa_flow.drawing import places
from mfa_flow.drawing.svg import svg
from mfa_flow.machine.table import TRANSITIONS, Row, State

_SVG = "{http://www.w3.org/2000/svg}"
# What a common font needs for a letter, and how high a line of text is.
_LETTER = {"name": (9.3, 15.0), "small": (6.6, 12.0)}


@frozen
class _Area:
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def meets(self, other: "_Area") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "_Area") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def _picture(rows: Iterable[Row] = TRANSITIONS) -> Element:
    return fromstring(svg(rows))


def _groups(root: Element) -> dict[str, Element]:
    """The groups by id. An id that stands there twice is a mistake at once."""
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert {1} == set(ids.values())
    return {str(group.get("id")): group for group in root.iter(f"{_SVG}g")}


def _texts(root: Element) -> list[_Area]:
    return [_text_area(text) for text in root.iter(f"{_SVG}text")]


def _text_area(element: Element) -> _Area:
    style, text = element.get("class", "").split(), element.text or ""
    letter, height = _LETTER[style[0]]
    width = letter * len(text)
    left = float(element.get("x", "")) - (width if "end" in style else width / 2 if "middle" in style else 0)
    y = float(element.get("y", ""))
    return _Area(left, y - 0.75 * height, left + width, y + 0.25 * height, text)


def _rect(element: Element) -> _Area:
    x, y, width, height = (float(element.get(name, "")) for name in ("x", "y", "width", "height"))
    return _Area(x, y, x + width, y + height)


def _boxes(root: Element) -> dict[str, _Area]:
    return {
        name: _rect(rect)
        for name, group in _groups(root).items()
        if name.startswith("state-") and (rect := group.find(f"{_SVG}rect")) is not None
    }


def _lines(root: Element) -> Iterator[_Area]:
    """Each straight piece of each line. The signs in front of texts are no lines."""
    for path in root.iter(f"{_SVG}path"):
        if "line" in path.get("class", "") and not path.get("transform"):
            numbers = [float(number) for number in re.findall(r"[\d.]+", path.get("d", ""))]
            for (x, y), (to_x, to_y) in pairwise(zip(numbers[::2], numbers[1::2], strict=True)):
                yield _Area(min(x, to_x) - 1, min(y, to_y) - 1, max(x, to_x) + 1, max(y, to_y) + 1)


def test_every_state_has_its_group() -> None:
    """A state is found by its id, with its name in it."""
    groups = _groups(_picture())
    assert list(State) == [groups[f"state-{state}"].findtext(f"{_SVG}text") for state in State]


def test_every_arrow_has_its_group_with_its_events_in_it() -> None:
    """An arrow is found by its id, seen or hidden in the arrow of a group; every row's event and reason are there."""
    groups = _groups(_picture())
    assert {f"arrow-{row.source}-{row.dest}" for row in TRANSITIONS} == {
        name for name in groups if name.startswith("arrow-")
    }
    for row in TRANSITIONS:
        said = " ".join(groups[f"arrow-{row.source}-{row.dest}"].itertext())
        assert (True, True) == (row.event in re.findall(r"\w+", said), row.why in said)


def test_every_event_can_be_read() -> None:
    """An event is not only in a tooltip: it stands somewhere in the picture."""
    seen = {word for text in _texts(_picture()) for word in re.findall(r"\w+", text.text)}
    assert set() == {row.event for row in TRANSITIONS} - seen


def _overlaps(root: Element) -> list[str]:
    """Texts on texts."""
    return [f"{one.text} on {other.text}" for one, other in combinations(_texts(root), 2) if one.meets(other)]


def _crossings(root: Element) -> list[str]:
    """Lines through texts, or under boxes; they may touch the boxes they join."""
    boxes = [
        _Area(box.left + 2, box.top + 2, box.right - 2, box.bottom - 2, name) for name, box in _boxes(root).items()
    ]
    return [area.text for line in _lines(root) for area in _texts(root) + boxes if line.meets(area)]


def _outsiders(root: Element) -> list[str]:
    """Texts that are not within the card, or neither in a box nor outside it."""
    card, boxes = _rect(next(root.iter(f"{_SVG}rect"))), _boxes(root).values()
    return [
        text.text
        for text in _texts(root)
        if not card.holds(text) or any(text.meets(box) and not box.holds(text) for box in boxes)
    ]


def test_no_text_overlaps_another() -> None:
    """Two texts never share a place, whatever common font they are set in."""
    assert [] == _overlaps(_picture())


def test_no_line_crosses_a_text_or_runs_under_a_box() -> None:
    """A line touches the boxes it joins, and nothing else."""
    assert [] == _crossings(_picture())


def test_texts_stay_where_they_belong() -> None:
    """The picture is as big as its words, and so is each box."""
    assert [] == _outsiders(_picture())


def test_every_head_touches_a_box() -> None:
    """No arrow ends in the void; those of the legend mean no state."""
    root = _picture()
    tips = [
        (float(x), float(y))
        for group in root.iter(f"{_SVG}g")
        for path in group.findall(f"{_SVG}path")
        if "solid" in path.get("class", "")
        for x, y in re.findall(r"^M([\d.]+) ([\d.]+)", path.get("d", ""))
    ]
    edges = _boxes(root).values()
    assert tips
    assert [] == [(x, y) for x, y in tips if not any(box.meets(_Area(x - 1, y - 1, x + 1, y + 1)) for box in edges)]


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source}-{row.event}")
def test_any_arrow_may_be_bent(row: Row) -> None:
    """Wherever a row is made to lead, the picture still has each arrow once and is still tidy."""
    for dest in State:
        rows = [evolve(one, dest=dest) if one is row else one for one in TRANSITIONS]
        root = _picture(rows)
        assert {f"arrow-{one.source}-{one.dest}" for one in rows} <= set(_groups(root))
        assert [] == _overlaps(root) + _crossings(root) + _outsiders(root)


def test_an_arrow_that_would_cross_a_box_is_said_instead() -> None:
    """Between two boxes of one row there is no room for an arrow, so the source's box says where it leads."""
    row = Row("challenge", "swapped", State.ENROLLING, State.CHALLENGING, "another factor")
    group = _groups(_picture([*TRANSITIONS, row]))["state-enrolling"]
    assert "to challenging: swapped" in [text.text for text in group.iter(f"{_SVG}text")]


@pytest.mark.parametrize("state", [State.ENROLLING, State.CONFIRMED])
def test_a_state_without_a_place_still_gets_one(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open states go below the others, ends to the side; nothing is lost."""
    others = {each: place for each, place in places.PLACES.items() if each is not state}
    monkeypatch.setattr(places, "PLACES", others)
    root = _picture()
    assert {f"state-{one}" for one in State} == set(_boxes(root))
    assert [] == [pair for pair in combinations(_boxes(root).values(), 2) if pair[0].meets(pair[1])]
