"""Ink: the colours for light and dark pages, and the few shapes that are not rectangles."""

from math import hypot
from xml.etree.ElementTree import Element

Point = tuple[float, float]

_CORNER = 10  # The radius of a line's corners.
_HEAD = 9  # The length of an arrowhead.

# The card is part of the picture: whatever page it stands on, words and ground fit each other.
STYLE = """
    text { font-family: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif }
    .name { font-size: 15px; font-weight: 600; fill: #1f2328 }
    .small { font-size: 12px; fill: #59636e }
    .strong { font-weight: 600 }
    .middle { text-anchor: middle }
    .end { text-anchor: end }
    .line { fill: none }
    .card { fill: #ffffff; stroke: #d1d9e0 }
    .frame { fill: #f6f8fa; stroke: #afb8c1; stroke-dasharray: 5 4 }
    .open { fill: #ffffff; stroke: #54616e }
    .good { fill: #dafbe1; stroke: #1a7f37 }
    .bad { fill: #fff1ef; stroke: #b35950 }
    .line.main { stroke: #0969da; stroke-width: 3 }
    .solid.main { fill: #0969da }
    .line.other { stroke: #818b98; stroke-width: 1.5 }
    .solid.other { fill: #818b98 }
    @media (prefers-color-scheme: dark) {
      .name { fill: #f0f6fc }
      .small { fill: #a8b3bf }
      .card { fill: #0d1117; stroke: #3d444d }
      .frame { fill: #151b23; stroke: #656c76 }
      .open { fill: #212830; stroke: #8b949e }
      .good { fill: #12361f; stroke: #3fb950 }
      .bad { fill: #3a1d1d; stroke: #e5736b }
      .line.main { stroke: #4493f8 }
      .solid.main { fill: #4493f8 }
      .line.other { stroke: #7d8590 }
      .solid.other { fill: #7d8590 }
    }
  """


def number(value: float) -> str:
    """As short as it can be, and the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")


def line(points: tuple[Point, ...], style: str) -> Element:
    """Along the points with round corners, up to where the head takes over."""
    points = (*points[:-1], _towards(points[-1], points[-2], _HEAD - 2))
    path = f"M{_at(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += f" L{_at(_towards(corner, before, _CORNER))} Q{_at(corner)} {_at(_towards(corner, after, _CORNER))}"
    return Element("path", {"class": f"line {style}", "d": f"{path} L{_at(points[-1])}"})


def head(points: tuple[Point, ...], style: str) -> Element:
    """The triangle at the end of a line; its tip touches the box."""
    (before, tip), half = points[-2:], _HEAD / 2
    (x, y), (tip_x, tip_y) = _towards(tip, before, _HEAD), tip
    across_x, across_y = half * (tip_y - y) / _HEAD, half * (tip_x - x) / _HEAD
    corners = (tip, (x + across_x, y - across_y), (x - across_x, y + across_y))
    return Element("path", {"class": f"solid {style}", "d": "M" + " L".join(map(_at, corners)) + " Z"})


def dot(x: float, y: float) -> Element:
    """Where the way begins."""
    return Element("circle", {"class": "solid main", "cx": number(x), "cy": number(y), "r": "5"})


def loop(x: float, y: float) -> Element:
    """The sign for "stays", to the left of a line of text written at ``y``: most of a circle, and a head."""
    return _sign(x, y, "M8.6 -8.2 A4.5 4.5 0 1 0 9.5 -3.6 M9.2 -11.4 L9.2 -7.8 L5.6 -7.8")


def chevron(x: float, y: float) -> Element:
    """The sign for "moves on", to the left of a line of text written at ``y``."""
    return _sign(x, y, "M1 -4.5 L10 -4.5 M6.5 -8 L10 -4.5 L6.5 -1")


def _sign(x: float, y: float, path: str) -> Element:
    return Element("path", {"class": "line other", "d": path, "transform": f"translate({number(x)} {number(y)})"})


def _towards(start: Point, end: Point, distance: float) -> Point:
    (x, y), (end_x, end_y) = start, end
    part = distance / hypot(end_x - x, end_y - y)
    return x + (end_x - x) * part, y + (end_y - y) * part


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
