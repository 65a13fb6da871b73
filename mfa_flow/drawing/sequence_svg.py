"""A sequence diagram as a picture: three columns, an arrow for each thing said, a box where the flow comes to rest."""

from collections.abc import Iterable
from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attrs import define

from mfa_flow.drawing.dialogue import (
    APPLICATION,
    COLUMNS,
    PERSON,
    Heading,
    Later,
    Line,
    Recording,
    Rests,
    Said,
    lines,
    plain,
    story,
)
from mfa_flow.drawing.places import LETTER, LINE, WIDTH
from mfa_flow.drawing.style import STYLE, head, line, number
from mfa_flow.machine.table import ENDS, State

_X = (110, 415, 720)  # The columns.
_HEAD_WIDTH, _HEAD_HEIGHT = 120, 32
_TOP, _MARGIN = 52, 16
_BOX = 300  # The width of a box where a flow rests.
_STYLE = """
    .life { stroke: #c3cbd3; stroke-dasharray: 3 5; fill: none }
    .back { stroke-dasharray: 6 4 }
    .ground { fill: #ffffff }
    .word { font-size: 12px; fill: #1f2328 }
    @media (prefers-color-scheme: dark) {
      .life { stroke: #4a525b }
      .ground { fill: #0d1117 }
      .word { fill: #f0f6fc }
    }
  """


def sequence_svg(recordings: Iterable[Recording], title: str = "") -> str:
    """The picture of these flows, one after the other, as text."""
    found, title = list(lines(recordings, title)), plain(title)
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", width=f"{WIDTH}")
    root.set("aria-labelledby", "title desc")
    SubElement(root, "title", id="title").text = title
    SubElement(root, "desc", id="desc").text = plain(story(found))
    SubElement(root, "style").text = STYLE + _STYLE
    card = SubElement(root, "rect", {"class": "card", "x": "0.5", "y": "0.5", "rx": "8"})
    _text(root, "name", _MARGIN, 30, title)
    page = _Page(Element("g"), _TOP)
    heads = page.columns()
    for each in found:
        page.add(each)
    height = page.y + _MARGIN
    root.extend((*_lifelines(heads, page.y), page.root))
    card.attrib |= {"width": number(WIDTH - 1), "height": number(height - 1)}
    root.attrib |= {"height": number(height), "viewBox": f"0 0 {WIDTH} {number(height)}"}
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


@define
class _Page:
    """What is drawn so far, and how far down that goes."""

    root: Element
    y: float

    def columns(self) -> float:
        """The heads of the columns; their lower edge."""
        for x, name in zip(_X, COLUMNS, strict=True):
            _rect(self.root, "open", x - _HEAD_WIDTH / 2, self.y, _HEAD_WIDTH, _HEAD_HEIGHT)
            _text(self.root, "name middle", x, self.y + 21, name)
        self.y += _HEAD_HEIGHT
        return self.y

    def add(self, found: Line) -> None:
        """One more line."""
        match found:
            case Said():
                self._said(found)
            case Rests():
                self._rests(found)
            case Heading(text=text):
                self._across("strong word", text, 22)
            case Later(text=text):
                self._across("small", text, 14)

    def _said(self, said: Said) -> None:
        start, end = _X[said.source], _X[said.dest]
        self.y += 16 if said.source == PERSON else 10  # some air before each verb
        for text in _wrapped(said.text, abs(end - start) - 24):
            self.y += LINE
            _text(self.root, "word middle", (start + end) / 2, self.y, text)
        self.y += 7
        points, style = ((start, self.y), (end, self.y)), "other" if said.back else "main"
        self.root.extend((line(points, f"{style} back" if said.back else style), head(points, style)))

    def _rests(self, rests: Rests) -> None:
        told = _wrapped(rests.events, _BOX - 20)
        self.y += 12
        height = LINE * (len(told) + 1) + 18
        _rect(self.root, _tone(rests.state), _X[APPLICATION] - _BOX / 2, self.y, _BOX, height)
        for index, text in enumerate(told, 1):
            _text(self.root, "small middle", _X[APPLICATION], self.y + 4 + LINE * index, text)
        _text(self.root, "name middle", _X[APPLICATION], self.y + height - 10, rests.state)
        self.y += height

    def _across(self, style: str, text: str, above: float) -> None:
        """Over all columns, on a ground of its own."""
        self.y += above
        for each in _wrapped(text, WIDTH - 4 * _MARGIN):
            self.y += LINE
            width = LETTER * len(each) + 8
            _rect(self.root, "ground", _X[APPLICATION] - width / 2, self.y - LINE + 4, width, LINE)
            _text(self.root, f"{style} middle", _X[APPLICATION], self.y, each)
        self.y += 6


def _lifelines(top: float, bottom: float) -> Iterable[Element]:
    return [Element("path", {"class": "life", "d": f"M{x} {number(top)} L{x} {number(bottom + 8)}"}) for x in _X]


def _wrapped(text: str, width: float) -> list[str]:
    return wrap(text, int(width / LETTER)) or [""]


def _tone(state: str) -> str:
    if state not in ENDS:
        return "open"
    return "good" if state == State.CONFIRMED else "bad"


def _rect(parent: Element, style: str, x: float, y: float, width: float, height: float) -> None:
    size = {"x": x, "y": y, "width": width, "height": height, "rx": 6}
    SubElement(parent, "rect", {"class": style} | {name: number(value) for name, value in size.items()})


def _text(parent: Element, style: str, x: float, y: float, text: str) -> None:
    SubElement(parent, "text", {"class": style, "x": number(x), "y": number(y)}).text = plain(text)
