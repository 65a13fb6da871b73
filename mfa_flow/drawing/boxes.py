"""How big the boxes are and how far apart: as much as the words in and between them need, and no more."""

from collections.abc import Mapping
from textwrap import wrap

from attrs import frozen

from mfa_flow.drawing.kinds import Lane, Plan
from mfa_flow.drawing.places import LANE, LETTER, LINE, SIDE_WIDTH, SIDE_X, side
from mfa_flow.drawing.records import Arrow
from mfa_flow.machine.table import ENDS, State

HEADING = 34  # A box's title, with air around it.
_FOOT = 9  # Below the last line of a box.
MARGIN = 16  # Around the frame, and between its border and what is in it.
_CAPTION = 62  # The frame's caption and the dot the way begins at.
_ROAD = 34  # The shortest road without words on it: its arrowhead and some air.
INDENT = 30  # What stands beside a said arrow: its sign, and the box's padding on both sides.


@frozen
class Area:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.top + self.height / 2


@frozen
class Layout:
    """Everything that has a size: the boxes by state, the frame around those of the open states, and the whole."""

    boxes: Mapping[State, Area]
    frame: Area
    height: float


def layout(plan: Plan) -> Layout:
    """Stack the rows from top to bottom, then put the frame around the open ones and the other ends beside it."""
    boxes: dict[State, Area] = {}
    top = bottom = float(MARGIN + _CAPTION)
    for rank in range(max(place.row for place in plan.places.values()) + 1):
        row = {state: place for state, place in plan.places.items() if place.row == rank}
        height = max(_height(plan, state, place.width) for state, place in row.items())
        boxes |= {state: Area(place.left, top, place.width, height) for state, place in row.items()}
        if not ENDS.issuperset(row):
            bottom = top + height + MARGIN
        # Below the last open row the frame's border runs; the words beside a road start under it.
        last = all(place.row <= rank for state, place in plan.places.items() if state not in ENDS)
        top += height + (MARGIN if last else 0) + _gap(plan, rank)
    frame = _frame(plan, bottom)
    boxes |= _side(plan, frame)
    return Layout(boxes, frame, max(frame.bottom, *(area.bottom for area in boxes.values())) + MARGIN)


def paragraph(arrow: Arrow, width: float) -> list[str]:
    """The lines in which an arrow is said in its source's box."""
    lead = "" if arrow.stays else f"to {arrow.dest}: "
    return wrap(lead + ", ".join(arrow.events), int((width - INDENT) / LETTER), break_long_words=False)


def ports(plan: Plan, state: State, *, left: bool) -> dict[Lane, float]:
    """How far below the box's middle each lane touches it. An arrow's words stand above its port."""
    depths: dict[Lane, float] = {}
    depth = 0.0
    for lane in plan.beside(state, left=left):
        words = len(lane.arrow.events) if lane.arrow.source is state else 0
        depth += words * LINE + 8 if depths else 0
        depths[lane] = depth
    return {lane: place - depth / 2 for lane, place in depths.items()}


def _height(plan: Plan, state: State, width: float) -> float:
    lines = sum(len(paragraph(arrow, width)) for arrow in plan.said if arrow.source is state)
    depths = [abs(depth) for left in (True, False) for depth in ports(plan, state, left=left).values()]
    return max(HEADING + lines * LINE + (_FOOT if lines else 4), 2 * max(depths, default=0) + 24)


def _gap(plan: Plan, rank: int) -> float:
    """The room below a row: the most words that stand beside a road which begins or ends there."""
    words = [
        len(road.events) for road in plan.roads if min(plan.places[road.source].row, plan.places[road.dest].row) == rank
    ]
    return _ROAD + LINE * max(words, default=0)


def _frame(plan: Plan, bottom: float) -> Area:
    """Wide enough for the lanes, one more on either side than there are so that the border stands off as well."""
    lanes = [1 + sum(lane.left is left for lane in plan.lanes) for left in (True, False)]
    left = min(place.left for place in plan.places.values()) - LANE * lanes[0]
    right = max(place.right for place in plan.places.values()) + LANE * lanes[1]
    return Area(left, MARGIN, right - left, bottom - MARGIN)


def _side(plan: Plan, frame: Area) -> dict[State, Area]:
    """The ends at the side, evenly along the frame."""
    step = frame.height / (len(side()) + 1)
    heights = {state: _height(plan, state, SIDE_WIDTH) for state in side()}
    return {
        state: Area(SIDE_X - SIDE_WIDTH / 2, frame.top + step * index - height / 2, SIDE_WIDTH, height)
        for index, (state, height) in enumerate(heights.items(), 1)
    }
