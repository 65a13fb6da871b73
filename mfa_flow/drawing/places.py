"""Where the states stand: the one thing about the picture that is decided by hand.

Rows run downwards, the way to the tokens. A state without a place still gets one: an open state in a row of its own
below the other open ones, an end in the column at the right, which belongs to the ends that can be met anywhere.
"""

from attrs import frozen

from mfa_flow.machine.table import ENDS, State

WIDTH = 830  # Of the whole picture: that of a README's column, so that 12 px are 12 px.
SIDE_X, SIDE_WIDTH = 761, 106  # The column of ends at the right.
LINE = 16  # From one line of small text to the next.
LETTER = 6.8  # The width of a small letter: a little more than what common fonts need on average.
LANE = 18  # From one lane beside the boxes to the next.


@frozen
class Place:
    """A row, counted from the top, and where in it: the middle and the width, in pixels."""

    row: int
    x: float
    width: float

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width / 2


PLACES = {
    State.STARTED: Place(0, 315, 230),
    State.AUTHENTICATED: Place(1, 315, 230),
    State.MFA_REQUIRED: Place(2, 315, 484),
    State.ENROLLING: Place(3, 188, 230),
    State.CHALLENGING: Place(3, 442, 230),
    State.CONFIRMED: Place(99, 315, 316),
}


def places() -> dict[State, Place]:
    """The place of every state but the ends at the side. The row numbers have no gaps."""
    strays = [state for state in State if state not in PLACES and state not in ENDS]
    found = PLACES | {state: Place(50 + index, 315, 316) for index, state in enumerate(strays)}
    ranks = {row: rank for rank, row in enumerate(sorted({place.row for place in found.values()}))}
    return {state: Place(ranks[place.row], place.x, place.width) for state, place in found.items()}


def side() -> tuple[State, ...]:
    """The ends at the side, from top to bottom."""
    return tuple(state for state in State if state in ENDS and state not in PLACES)
