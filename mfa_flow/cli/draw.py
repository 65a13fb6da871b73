"""``mfa-flow draw``: the diagrams and the README's table, brought up to date or only checked."""

import asyncio
import sys
from pathlib import Path

from mfa_flow.cli.dialogue import dialogues
from mfa_flow.drawing import DrawingError, draw, stale
from mfa_flow.kit.scenes import scenes


def run_draw(root: Path, check: bool) -> int:  # noqa: FBT001 - the flag of the command line, passed on as it is
    """Print what was written, or what is stale. 0 is fine, 1 is stale, 2 is that there is nothing to write into."""
    try:
        return _check(root) if check else _write(root)
    except DrawingError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2


def _check(root: Path) -> int:
    complaints = stale(root, scenes=asyncio.run(scenes()), chats=asyncio.run(dialogues()))
    for complaint in complaints:
        print(complaint)
    if complaints:
        print("Run `mfa-flow draw` and commit what it writes.")
    return 1 if complaints else 0


def _write(root: Path) -> int:
    for path in draw(root, scenes=asyncio.run(scenes()), chats=asyncio.run(dialogues())):
        print(f"wrote {path.relative_to(root)}")
    return 0
