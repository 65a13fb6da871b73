"""The README's picture is there, and small."""

from .pictures import PICTURE, ROOT


def test_the_picture():
    """A PNG under 100 kB, which the README shows."""
    found = PICTURE.read_bytes()
    assert found.startswith(b"\x89PNG")
    assert len(found) < 100_000
    assert f"({PICTURE.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text()
