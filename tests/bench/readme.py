"""Into the README goes what was measured, between markers, and nothing else of it is touched."""

from pathlib import Path

from mfa_flow.drawing.pages import _filled

ROOT = Path(__file__).parents[2]


def fill(name: str, content: str, root: Path = ROOT) -> None:
    """Between ``<!-- name:begin -->`` and its end. Raises DrawingError where they are not."""
    readme = root / "README.md"
    text = _filled(readme.read_text(encoding="utf-8"), name, content)
    readme.write_text(text, encoding="utf-8", newline="\n")


def put(picture: str, text: str, root: Path = ROOT) -> None:
    """A picture, among the others."""
    (root / "diagrams" / picture).write_text(text, encoding="utf-8", newline="\n")
