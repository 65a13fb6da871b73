"""The picture in the README is what a terminal shows."""

import json

import picture
import pytest

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def test_the_picture_is_fresh(tmp_path):
    """A login made now looks the same, and its tokens are in their file. Else: python tests/cli/terminal/picture.py"""
    screen = picture.captured(tmp_path)
    shown = ["".join(line.split()) for line in screen.display]
    svg = picture.FILE.read_text()
    assert [line for line in shown if line] == [line for line in picture.lines_of(svg) if line]
    assert json.loads((tmp_path / "tokens.json").read_text())["access_token"]


def test_the_picture_loads_nothing():
    """No font, no script, no address but that of the format."""
    svg = picture.FILE.read_text()
    assert "url(http" not in svg
    assert "<script" not in svg
