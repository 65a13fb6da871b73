"""The drill's list is true to the sources, and a few of its breaks are made for real. The whole: ``sabotage.py``."""

from pathlib import Path

import pytest

from .sabotage import BREAKS, ROOT, TENANT, TESTS, Break, noticed

REAL = ["a wrong text", "an expiry off by one", "a twin is not deleted"]
HERE = Path(__file__).parent


@pytest.mark.parametrize("place", BREAKS, ids=[each.name for each in BREAKS])
def test_each_place_is_there(place: Break) -> None:
    """The text that a break replaces stands in its file once."""
    assert (1, True) == ((ROOT / TENANT / place.file).read_text().count(place.old), place.old != place.new)


def test_there_are_enough_under_different_names() -> None:
    """No break is counted twice, and the tests they are run against exist."""
    assert 25 <= len(BREAKS) == len({each.name for each in BREAKS}) == len({each[1:] for each in BREAKS})
    assert [] == [name for name in TESTS if not (HERE / name).exists()]


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        (None, ["test_golden.py"]),
        *zip(REAL, [["test_golden.py"], ["wire/test_seals.py"], ["wire/test_removal.py"]], strict=True),
    ],
)
def test_a_break_is_noticed(name: str | None, tests: list[str]) -> None:
    """In a copy, by the tests that are named; without a break they are content."""
    place = next((each for each in BREAKS if each.name == name), None)
    assert (place is not None) == (noticed(place, tests) is not None)
