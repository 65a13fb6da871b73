"""Which file holds which picture, and how a file is brought up to date, or found out of date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mfa_flow.drawing.bubbles import Panel, chat_svg
from mfa_flow.drawing.dialogue import Scene
from mfa_flow.drawing.dot import dot
from mfa_flow.drawing.markdown import table
from mfa_flow.drawing.mermaid import mermaid
from mfa_flow.drawing.records import diagram
from mfa_flow.drawing.sequence_mermaid import sequence_mermaid
from mfa_flow.drawing.sequence_svg import sequence_svg
from mfa_flow.drawing.svg import svg
from mfa_flow.drawing.words import described
from mfa_flow.machine.table import TRANSITIONS, Row

Render = Callable[[Iterable[Row]], str]

README = "README.md"
CHAT = "diagrams/chat.svg"


class DrawingError(Exception):
    """There is no README to write into, or it does not say where."""


def picture(rows: Iterable[Row]) -> str:
    """The SVG as a page of Markdown shows it."""
    return f"![{described(diagram(rows))}](diagrams/states.svg)\n"


FILES: dict[str, Render] = {"diagrams/states.mmd": mermaid, "diagrams/states.dot": dot, "diagrams/states.svg": svg}
REGIONS: dict[str, Render] = {"states": picture, "table": table}


def sequences(scenes: Iterable[Scene]) -> dict[str, str]:
    """The files of recorded runs, two for each."""
    found = {}
    for scene in scenes:
        found[f"diagrams/{scene.name}.mmd"] = sequence_mermaid(scene.recordings, scene.title)
        found[f"diagrams/{scene.name}.svg"] = sequence_svg(scene.recordings, scene.title)
    return found


def draw(
    root: Path, rows: Iterable[Row] = TRANSITIONS, scenes: Iterable[Scene] = (), chats: Sequence[Panel] = ()
) -> list[Path]:
    """Write what is missing or out of date, and return what was written."""
    changed = list(_changed(root, tuple(rows), scenes, chats))
    for path, text in changed:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [path for path, _ in changed]


def stale(
    root: Path, rows: Iterable[Row] = TRANSITIONS, scenes: Iterable[Scene] = (), chats: Sequence[Panel] = ()
) -> list[str]:
    """A sentence for each file that is missing or out of date. Nothing is written."""
    return [_complaint(path, root) for path, _ in _changed(root, tuple(rows), scenes, chats)]


def _changed(
    root: Path, rows: tuple[Row, ...], scenes: Iterable[Scene], chats: Sequence[Panel]
) -> Iterator[tuple[Path, str]]:
    # The README comes first: if it cannot be written into, nothing is.
    readme = root / README
    texts = {readme: _readme(readme, rows)} | {root / name: render(rows) for name, render in FILES.items()}
    texts |= {root / name: text for name, text in sequences(scenes).items()}
    texts |= {root / CHAT: chat_svg(chats, "A login in a chat")} if chats else {}
    return ((path, text) for path, text in texts.items() if _read(path) != text)


def _readme(path: Path, rows: tuple[Row, ...]) -> str:
    text = _read(path)
    if text is None:
        raise DrawingError(f"There is no {README} in {path.parent}.")
    for name, render in REGIONS.items():
        text = _filled(text, name, render(rows))
    return text


def _filled(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise DrawingError(f"{README} needs one line {begin.strip()}, and below it one line {end}.")
    before, rest = text.split(begin)
    return f"{before}{begin}{content}{end}{rest.split(end)[1]}"


def _complaint(path: Path, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    return f"{name} is out of date." if path.exists() else f"{name} is missing."


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
