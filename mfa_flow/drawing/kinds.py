"""How each arrow runs: down or up a road between two rows, along a lane beside the rows, or not drawn but said.

An arrow that would have to cross a box, or whose words have no room, is not drawn: its events are listed in the box it
leaves, with the name of the state they lead to. So a row that nobody thought of when the states were placed still
appears, and spoils nothing.
"""

from collections.abc import Iterable, Mapping

from attrs import frozen

from mfa_flow.drawing.places import LETTER, Place
from mfa_flow.drawing.records import Arrow
from mfa_flow.machine.table import State

_NARROWEST = 40  # Two arrows side by side, and some air.


@frozen
class Lane:
    """An arrow that leaves and enters by the same side; ``rank`` 0 is the lane next to the boxes."""

    arrow: Arrow
    left: bool
    rank: int = 0


@frozen
class Plan:
    """Every arrow, by the way it is shown, and the places that decided it."""

    places: Mapping[State, Place]
    roads: tuple[Arrow, ...]
    lanes: tuple[Lane, ...]
    said: tuple[Arrow, ...]

    def overlap(self, arrow: Arrow) -> tuple[float, float]:
        """From where to where the two boxes of an arrow stand above each other."""
        return _overlap(self.places[arrow.source], self.places[arrow.dest])

    def beside(self, state: State, *, left: bool) -> list[Lane]:
        """The lanes that touch one side of a box, from top to bottom, such that no two of them cross.

        Where two lanes go up from here, the inner one must be the upper; where they go down, the outer one.
        """

        def order(lane: Lane) -> tuple[bool, int]:
            down = self.places[state].row == min(_span(lane.arrow, self.places))
            return down, -lane.rank if down else lane.rank

        touching = (lane for lane in self.lanes if lane.left is left and state in (lane.arrow.source, lane.arrow.dest))
        return sorted(touching, key=order)


def plan(arrows: Iterable[Arrow], places: Mapping[State, Place]) -> Plan:
    """Decide for each arrow. Loops are said: they stand in their state's box."""
    arrows = tuple(arrows)
    placed = [arrow for arrow in arrows if not arrow.stays and arrow.source in places and arrow.dest in places]
    roads = tuple(arrow for arrow in placed if _is_road(arrow, places))
    sides = {arrow: _sides(arrow, places) for arrow in placed if arrow not in roads}
    lanes = _lanes({arrow: free for arrow, free in sides.items() if free}, places)
    drawn = {*roads, *(lane.arrow for lane in lanes)}
    return Plan(places, roads, lanes, tuple(arrow for arrow in arrows if arrow not in drawn))


def _span(arrow: Arrow, places: Mapping[State, Place]) -> tuple[int, int]:
    return places[arrow.source].row, places[arrow.dest].row


def _overlap(one: Place, other: Place) -> tuple[float, float]:
    return max(one.left, other.left), min(one.right, other.right)


def _is_road(arrow: Arrow, places: Mapping[State, Place]) -> bool:
    source, dest = _span(arrow, places)
    left, right = _overlap(places[arrow.source], places[arrow.dest])
    return abs(dest - source) == 1 and right - left >= _NARROWEST


def _sides(arrow: Arrow, places: Mapping[State, Place]) -> tuple[bool, ...]:
    """The sides (True is left) where no other box is in the way, and where the words fit before the first lane."""
    source, dest = places[arrow.source], places[arrow.dest]
    words = LETTER * max(map(len, arrow.events))
    return tuple(
        left
        for left in (True, False)
        if all(_outermost(end, places, left=left) for end in (source, dest))
        and words <= _stands_back(source, places, left=left)
    )


def _stands_back(place: Place, places: Mapping[State, Place], *, left: bool) -> float:
    """How far a box is from the outer edge of all of them."""
    if left:
        return place.left - min(other.left for other in places.values())
    return max(other.right for other in places.values()) - place.right


def _outermost(place: Place, places: Mapping[State, Place], *, left: bool) -> bool:
    row = [other.x for other in places.values() if other.row == place.row]
    return place.x == (min(row) if left else max(row))


def _lanes(sides: Mapping[Arrow, tuple[bool, ...]], places: Mapping[State, Place]) -> tuple[Lane, ...]:
    """Those with one free side take it; each of the others takes the side where it crosses fewer, or the left."""
    taken: dict[bool, list[Arrow]] = {True: [], False: []}
    for arrow, free in sorted(sides.items(), key=lambda item: len(item[1])):
        crossings = {
            left: sum(_cross(_span(arrow, places), _span(other, places)) for other in taken[left]) for left in free
        }
        taken[min(crossings, key=crossings.__getitem__)].append(arrow)

    def length(arrow: Arrow) -> int:
        source, dest = _span(arrow, places)
        return abs(dest - source)

    return tuple(
        Lane(arrow, left, rank) for left in taken for rank, arrow in enumerate(sorted(taken[left], key=length))
    )


def _cross(one: tuple[int, int], other: tuple[int, int]) -> bool:
    (low, low_end), (high, high_end) = sorted((sorted(one), sorted(other)))
    return low < high < low_end < high_end
