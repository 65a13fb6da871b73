"""The comparison as a picture: a bar for each, as long as it is fast, beside the base."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from contenders import NOTES
from figures import Figure
from table import digits

from mfa_flow.drawing.style import STYLE, number

WIDTH, LEFT, RIGHT, TOP = 830, 280, 760, 56
ROW, BAR = 26, 16
TITLE = "Logins per second of CPU, where aiohttp by hand is 1"
BARS = """
    .bar { fill: #818b98 }
    .bar.ours { fill: #0969da }
    .one { stroke: #54616e; stroke-dasharray: 3 3 }
    .spread { stroke: #1f2328; stroke-width: 1.5 }
    .ratio { paint-order: stroke; stroke: #ffffff; stroke-width: 5px }
    @media (prefers-color-scheme: dark) {
      .bar { fill: #656c76 }
      .bar.ours { fill: #4493f8 }
      .one { stroke: #8b949e }
      .spread { stroke: #f0f6fc }
      .ratio { stroke: #0d1117 }
    }
  """


def story(found: list[Figure]) -> str:
    """What it shows, in words."""
    return f"{TITLE}: " + ", ".join(f"{_plain(each)} {digits(each.middle)}" for each in _shown(found)) + "."


def svg(found: list[Figure]) -> str:
    """The picture as text."""
    shown = _shown(found)
    height = TOP + ROW * len(shown) + 20
    root = _card(height, story(found))
    scale = (RIGHT - LEFT) / max(each.high for each in shown)
    x = number(LEFT + scale)
    SubElement(root, "line", {"class": "one", "x1": x, "x2": x, "y1": number(TOP - 8), "y2": number(height - 16)})
    for index, each in enumerate(shown):
        _row(root, each, TOP + ROW * index, scale)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _shown(found: list[Figure]) -> list[Figure]:
    """The fastest first; those at which a crowd asks at once stand in the table only, and the base stands there once."""
    shown = (each for each in found if not each.part and each.at_once <= 16 and each.name != "base-1")
    return sorted(shown, key=lambda each: -each.middle)


def _card(height: float, told: str) -> Element:
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", width=f"{WIDTH}", height=number(height))
    root.set("viewBox", f"0 0 {WIDTH} {number(height)}")
    root.set("aria-labelledby", "title desc")
    SubElement(root, "title", id="title").text = TITLE
    SubElement(root, "desc", id="desc").text = told
    SubElement(root, "style").text = STYLE + BARS
    size = {"x": "0.5", "y": "0.5", "width": f"{WIDTH - 1}", "height": number(height - 1), "rx": "8"}
    SubElement(root, "rect", {"class": "card"} | size)
    _text(root, "name", 20, 30, TITLE)
    return root


def _row(root: Element, each: Figure, y: float, scale: float) -> None:
    """A name, a bar, where half of the rounds lie, and the ratio."""
    group = SubElement(root, "g", id=each.name)
    _text(group, "small end", LEFT - 10, y + 12, _plain(each))
    style = "bar ours" if "**" in each.told else "bar"
    size = {"x": LEFT, "y": y, "width": max(each.middle * scale, 1), "height": BAR, "rx": 2}
    SubElement(group, "rect", {"class": style} | {name: number(value) for name, value in size.items()})
    ends = {"x1": LEFT + each.low * scale, "x2": LEFT + each.high * scale, "y1": y + BAR / 2, "y2": y + BAR / 2}
    SubElement(group, "line", {"class": "spread"} | {name: number(value) for name, value in ends.items()})
    _text(group, "small strong ratio", LEFT + max(each.middle, each.high) * scale + 8, y + 12, digits(each.middle))


def _text(parent: Element, style: str, x: float, y: float, text: str) -> None:
    SubElement(parent, "text", {"class": style, "x": number(x), "y": number(y)}).text = text


def _plain(each: Figure) -> str:
    return each.told.translate(dict.fromkeys(map(ord, ("*", "`", *NOTES)))).strip()
