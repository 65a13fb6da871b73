"""Where each drawn arrow runs, and where its words stand: beside a road, above a lane, above the way to an end.

Words always stand where no line can come: a road has them outside its two tracks, a lane above the piece that leaves
the box. Two boxes therefore need no more between them than these words, and nothing has to be measured in a browser.
"""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from attrs import frozen

from mfa_flow.drawing.boxes import Area, Layout, ports
from mfa_flow.drawing.kinds import Lane, Plan
from mfa_flow.drawing.places import LANE, LETTER, LINE
from mfa_flow.drawing.records import Arrow, Common
from mfa_flow.machine.table import State

_TRACK = 11  # From the middle of a road with two directions to each of them.
_AIR = 8  # Between a line and the words beside it.
_DROP = 4  # From the middle of a line of text down to the line it is written on.


@frozen
class Words:
    """Lines of small text. ``y`` is where the first is written; ``anchor`` is SVG's text-anchor."""

    x: float
    y: float
    anchor: str
    lines: tuple[str, ...]


@frozen
class Route:
    """The corners of a line, the head being at the last; ``main`` if it is a step of the way to the tokens."""

    points: tuple[tuple[float, float], ...]
    words: Words
    main: bool = False


def routes(plan: Plan, layout: Layout) -> Iterator[tuple[Arrow, Route]]:
    """The routes of all arrows that are drawn one by one, lanes first: they are the background."""
    yield from ((lane.arrow, _lane(plan, layout, lane)) for lane in plan.lanes)
    yield from ((road, _road(plan, layout, road)) for road in plan.roads)


def way_out(layout: Layout, dest: State, events: Iterable[Common]) -> Route:
    """From the frame to an end at its side. An exception stands under its event."""
    start, end, y = layout.frame.right, layout.boxes[dest].left, layout.boxes[dest].middle
    letters = int((end - start) / LETTER)
    lines = tuple(text for event in events for text in (event.event, *wrap(event.exception, letters)))
    return Route(((start, y), (end, y)), _above((start + end) / 2, y, "middle", lines))


def _road(plan: Plan, layout: Layout, road: Arrow) -> Route:
    """Straight down, or up. If there is an arrow back, this one keeps to its own side: down at the left, up right."""
    down = plan.places[road.source].row < plan.places[road.dest].row
    left, right = plan.overlap(road)
    paired = any((other.source, other.dest) == (road.dest, road.source) for other in plan.roads)
    x = (left + right) / 2 + (0 if not paired else -_TRACK if down else _TRACK)
    source, dest = layout.boxes[road.source], layout.boxes[road.dest]
    points = ((x, source.bottom), (x, dest.top)) if down else ((x, source.top), (x, dest.bottom))
    outside = down if paired else x < layout.frame.left + layout.frame.width / 2
    return Route(points, _beside(layout, x, points, road.events, left=outside), main=down)


def _beside(
    layout: Layout, x: float, points: tuple[tuple[float, float], ...], lines: tuple[str, ...], *, left: bool
) -> Words:
    top, bottom = sorted(y for _, y in points)
    if top < layout.frame.bottom < bottom:
        top = layout.frame.bottom
    y = (top + bottom - LINE * (len(lines) - 1)) / 2 + _DROP
    return Words(x - _AIR, y, "end", lines) if left else Words(x + _AIR, y, "start", lines)


def _lane(plan: Plan, layout: Layout, lane: Lane) -> Route:
    """Out of the side of one box, along beside the rows, and into the same side of the other."""
    edges = [area.left if lane.left else area.right for area in (layout.boxes[state] for state in plan.places)]
    off = LANE * (lane.rank + 1)
    x = min(edges) - off if lane.left else max(edges) + off
    start, end = (_port(plan, layout.boxes[state], state, lane) for state in (lane.arrow.source, lane.arrow.dest))
    words = _above(
        start[0] + (-_AIR if lane.left else _AIR), start[1], "end" if lane.left else "start", lane.arrow.events
    )
    return Route((start, (x, start[1]), (x, end[1]), end), words)


def _port(plan: Plan, box: Area, state: State, lane: Lane) -> tuple[float, float]:
    return box.left if lane.left else box.right, box.middle + ports(plan, state, left=lane.left)[lane]


def _above(x: float, y: float, anchor: str, lines: tuple[str, ...]) -> Words:
    return Words(x, y - 6 - LINE * (len(lines) - 1), anchor, lines)
