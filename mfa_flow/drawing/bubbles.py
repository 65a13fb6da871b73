"""A conversation as a picture: what a person and a bot wrote, side by side in several languages."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attrs import define, frozen

from mfa_flow.drawing.places import LETTER
from mfa_flow.drawing.style import STYLE, number

_PANEL, _MARGIN, _GAP = 400, 16, 10
_LINE, _PAD = 18, 10
_MOST = 38  # Letters of a line.
_STYLE = """
    .said { font-size: 13px; fill: #1f2328 }
    .bot { fill: #eef1f4; stroke: none }
    .person { fill: #d8ebff; stroke: none }
    .gone { fill: none; stroke: #818b98; stroke-dasharray: 4 3 }
    .struck { fill: #59636e; text-decoration: line-through }
    .key { fill: #ffffff; stroke: #0969da }
    .press { font-size: 12px; fill: #0969da }
    @media (prefers-color-scheme: dark) {
      .said { fill: #f0f6fc }
      .bot { fill: #212830 }
      .person { fill: #16324f }
      .struck { fill: #a8b3bf }
      .key { fill: #0d1117; stroke: #4493f8 }
      .press { fill: #4493f8 }
    }
  """


@frozen
class Bubble:
    """A message: of the bot with its buttons, or of the person; ``deleted`` if the bot took it out of the chat."""

    text: str
    by_bot: bool = False
    buttons: tuple[str, ...] = ()
    deleted: bool = False


@frozen
class Panel:
    """One conversation, under a title."""

    title: str
    bubbles: tuple[Bubble, ...]


def chat_svg(panels: Sequence[Panel], title: str) -> str:
    """The picture, as text."""
    columns = [_column(panel, place * _PANEL) for place, panel in enumerate(panels)]
    width, height = _PANEL * len(panels), max(column.y for column in columns) + _MARGIN
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", width=number(width), height=number(height))
    root.attrib |= {"viewBox": f"0 0 {width} {number(height)}", "aria-labelledby": "title desc"}
    SubElement(root, "title", id="title").text = title
    SubElement(root, "desc", id="desc").text = _story(panels)
    SubElement(root, "style").text = STYLE + _STYLE
    _box(root, "card", (0.5, 0.5), (width - 1, height - 1))
    root.extend(column.root for column in columns)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


@define
class _Column:
    root: Element
    left: float
    y: float

    def add(self, bubble: Bubble) -> None:
        """The message, below those before."""
        lines = [part for line in bubble.text.splitlines() for part in wrap(line, _MOST) or [""]]
        size = (max(map(len, lines)) * LETTER * 1.25 + 2 * _PAD, len(lines) * _LINE + _PAD)
        left = self.left + _MARGIN if bubble.by_bot else self.left + _PANEL - _MARGIN - size[0]
        _box(self.root, "bot" if bubble.by_bot else "gone" if bubble.deleted else "person", (left, self.y), size)
        for place, line in enumerate(lines):
            style = "said struck" if bubble.deleted else "said"
            _text(self.root, style, (left + _PAD, self.y + _LINE * (place + 1) + 0.5), line)
        self.y += size[1]
        self._keys(bubble.buttons)
        self.y += _GAP

    def _keys(self, buttons: Iterable[str]) -> None:
        """The buttons, one below the other, as a phone shows them."""
        for label in buttons:
            size = (_MOST * LETTER, _LINE + 6.0)
            left = self.left + _MARGIN
            _box(self.root, "key", (left, self.y + 4), size)
            _text(self.root, "press middle", (left + size[0] / 2, self.y + 20), label)
            self.y += size[1] + 4


def _column(panel: Panel, left: float) -> _Column:
    column = _Column(Element("g"), left, 44)
    _text(column.root, "name", (left + _MARGIN, 28), panel.title)
    for bubble in panel.bubbles:
        column.add(bubble)
    return column


def _box(root: Element, style: str, place: tuple[float, float], size: tuple[float, float]) -> None:
    names = ("x", "y", "width", "height")
    where = dict(zip(names, map(number, (*place, *size)), strict=True))
    SubElement(root, "rect", {"class": style, **where, "rx": "8"})


def _text(root: Element, style: str, place: tuple[float, float], text: str) -> None:
    SubElement(root, "text", {"class": style, "x": number(place[0]), "y": number(place[1])}).text = text


def _story(panels: Iterable[Panel]) -> str:
    """The conversations in words, for who cannot see them."""
    return " ".join(f"{panel.title}. {' '.join(map(_told, panel.bubbles))}" for panel in panels)


def _told(bubble: Bubble) -> str:
    who = "Bot" if bubble.by_bot else "Person, deleted by the bot" if bubble.deleted else "Person"
    buttons = f" Buttons: {', '.join(bubble.buttons)}." if bubble.buttons else ""
    return f"{who}: {' '.join(bubble.text.split())}{buttons}"
