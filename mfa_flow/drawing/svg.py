"""The picture itself: boxes, lines and words, each arrow in a group with an id and the full story as its tooltip."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mfa_flow.drawing.boxes import HEADING, MARGIN, Area, Layout, layout, paragraph
from mfa_flow.drawing.kinds import Plan, plan
from mfa_flow.drawing.places import LINE, WIDTH, places
from mfa_flow.drawing.records import START, Arrow, Diagram, diagram
from mfa_flow.drawing.routes import Route, Words, routes, way_out
from mfa_flow.drawing.style import STYLE, chevron, dot, head, line, loop, number
from mfa_flow.drawing.words import described, told
from mfa_flow.machine.table import ENDS, Row, State


def svg(rows: Iterable[Row]) -> str:
    """The picture as text."""
    picture = diagram(rows)
    chart = plan(picture.own, places())
    sizes = layout(chart)
    root = _card(sizes.height, described(picture))
    _frame(root, picture, sizes)
    for arrow, route in routes(chart, sizes):
        _route(_arrow(root, arrow), route)
    _ways_out(root, picture, sizes)
    for state in State:
        _box(root, state, chart, sizes)
    _legend(root, sizes)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _card(height: float, story: str) -> Element:
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", width=f"{WIDTH}", height=number(height))
    root.set("viewBox", f"0 0 {WIDTH} {number(height)}")
    root.set("aria-labelledby", "title desc")
    SubElement(root, "title", id="title").text = "The states of a login"
    SubElement(root, "desc", id="desc").text = story
    SubElement(root, "style").text = STYLE
    _rect(root, "card", Area(0.5, 0.5, WIDTH - 1, height - 1))
    return root


def _frame(root: Element, picture: Diagram, sizes: Layout) -> None:
    """Around the open states, with the events that hold in all of them and move none."""
    frame, first = sizes.frame, sizes.boxes[START]
    group = SubElement(root, "g", id="open")
    _rect(group, "frame", frame)
    _text(group, "small strong", frame.left + 14, frame.top + 22, "every open state")
    for index, common in enumerate(picture.everywhere):
        y = frame.top + 22 + LINE * (index + 1)
        group.append(loop(frame.left + 14, y))
        _text(group, "small", frame.left + 32, y, common.label)
    x = first.left + first.width / 2
    group.append(dot(x, first.top - 30))
    group.extend((line(((x, first.top - 30), (x, first.top)), "main"), head(((x, 0), (x, first.top)), "main")))
    _hidden(group, picture, None)


def _ways_out(root: Element, picture: Diagram, sizes: Layout) -> None:
    for dest, events in picture.exits.items():
        group = SubElement(root, "g", id=f"open-{dest}")
        _route(group, way_out(sizes, dest, events))
        _hidden(group, picture, dest)


def _hidden(group: Element, picture: Diagram, dest: State | None) -> None:
    """An empty group for each arrow that is only seen as a part of this one, so that each can be found by its id."""
    for arrow in picture.arrows:
        if not arrow.own and (arrow.stays if dest is None else arrow.dest is dest):
            _arrow(group, arrow)


def _arrow(parent: Element, arrow: Arrow) -> Element:
    group = SubElement(parent, "g", id=arrow.id)
    SubElement(group, "title").text = told(arrow)
    return group


def _route(group: Element, route: Route) -> None:
    style = "main" if route.main else "other"
    group.extend((line(route.points, style), head(route.points, style)))
    _words(group, route.words)


def _words(group: Element, words: Words) -> None:
    for index, text in enumerate(words.lines):
        _text(group, f"small {words.anchor}", words.x, words.y + LINE * index, text)


def _box(root: Element, state: State, chart: Plan, sizes: Layout) -> None:
    """A state's name, and under it the events that leave it there or that have no line of their own."""
    area, left = sizes.boxes[state], sizes.boxes[state].left + 12
    group = SubElement(root, "g", id=f"state-{state}")
    _rect(group, _tone(state, chart), area)
    _text(group, "name", left, area.top + 24, state)
    y = area.top + HEADING + 8
    for arrow in (arrow for arrow in chart.said if arrow.source is state):
        inner = _arrow(group, arrow)
        inner.append(loop(left, y) if arrow.stays else chevron(left, y))
        for text in paragraph(arrow, area.width):
            _text(inner, "small", left + 18, y, text)
            y += LINE


def _legend(root: Element, sizes: Layout) -> None:
    """What the three signs mean, in the corner that is free."""
    x, y = sizes.frame.right + 18, sizes.height - MARGIN - 6
    for back, (style, text) in enumerate(
        (("", "stays where it is"), ("other", "other moves"), ("main", "the way to the tokens"))
    ):
        level = y - 20 * back
        points = (x, level - 4), (x + 24, level - 4)
        root.extend((line(points, style), head(points, style)) if style else (loop(x + 7, level),))
        _text(root, "small", x + 34, level, text)


def _tone(state: State, chart: Plan) -> str:
    if state not in ENDS:
        return "open"
    return "good" if state in chart.places else "bad"


def _rect(parent: Element, style: str, area: Area) -> None:
    size = {"x": area.left, "y": area.top, "width": area.width, "height": area.height, "rx": 8}
    SubElement(parent, "rect", {"class": style} | {name: number(value) for name, value in size.items()})


def _text(parent: Element, style: str, x: float, y: float, text: str) -> None:
    SubElement(parent, "text", {"class": style, "x": number(x), "y": number(y)}).text = text
