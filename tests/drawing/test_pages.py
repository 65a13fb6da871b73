"""What is committed is what the table says, and a change of the table is noticed everywhere."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow.drawing import draw, stale
from mfa_flow.drawing.pages import FILES, REGIONS, Render
from mfa_flow.machine.table import TRANSITIONS, Row, State

ROOT = Path(__file__).parents[2]
EMPTY = (
    "# Title\n<!-- states:begin -->\n<!-- states:end -->\ntext\n<!-- table:begin -->\nold\n<!-- table:end -->\nend\n"
)

_FIRST = TRANSITIONS[0]
CHANGES = {
    "a row dropped": TRANSITIONS[1:],
    "an arrow bent": (evolve(_FIRST, dest=State.FAILED), *TRANSITIONS[1:]),
    "an event renamed": (evolve(_FIRST, event="password_welcomed"), *TRANSITIONS[1:]),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a README that has the markers and nothing between them."""
    (tmp_path / "README.md").write_text(EMPTY, encoding="utf-8")
    return tmp_path


def test_the_committed_files_are_fresh() -> None:
    """Whoever changes the table runs ``mfa-flow draw``."""
    assert [] == stale(ROOT)


@pytest.mark.parametrize("rows", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("render", [*FILES.values(), REGIONS["table"]])
def test_a_changed_table_changes_every_output(render: Render, rows: Iterable[Row]) -> None:
    """No output leaves out a row, a destination or an event."""
    assert render(rows) != render(TRANSITIONS)


@pytest.mark.parametrize("render", [*FILES.values(), *REGIONS.values()])
def test_output_is_the_same_each_time_and_ends_with_a_newline(render: Render) -> None:
    """Drawing twice gives no difference to commit."""
    assert render(TRANSITIONS) == render(iter(TRANSITIONS))
    assert render(TRANSITIONS).endswith("\n")


def test_drawing_writes_everything_once(root: Path) -> None:
    """The first time all files are written, the second time none."""
    names = ["README.md", *FILES]
    assert [root / name for name in names] == draw(root)
    assert [] == draw(root)
    assert [] == stale(root)


def test_only_what_is_between_the_markers_is_touched(root: Path) -> None:
    """The rest of the README belongs to its authors."""
    draw(root)
    text = (root / "README.md").read_text(encoding="utf-8")
    assert ["# Title", "text", "end"] == [
        line for line in text.splitlines() if line in EMPTY.split("\n") and "<" not in line
    ]
    assert "old" not in text.splitlines()


def test_what_is_stale_is_named_and_left_alone(root: Path) -> None:
    """A missing file and an old one are told apart, and nothing is written."""
    draw(root)
    (root / "diagrams/states.dot").unlink()
    (root / "diagrams/states.mmd").write_text("old", encoding="utf-8")
    assert ["diagrams/states.mmd is out of date.", "diagrams/states.dot is missing."] == stale(root)
    assert "old" == (root / "diagrams/states.mmd").read_text(encoding="utf-8")
