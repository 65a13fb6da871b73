"""What came of one thing that was checked."""

import re
from collections.abc import Sequence
from pathlib import Path
from traceback import FrameSummary, extract_tb

from attrs import frozen

from mfa_flow.kit.deeds import PASSWORD

_PACKAGE = Path(__file__).parents[1]
# A password, codes and numbers, recovery codes and keys, and whatever else is long and has a digit in it.
_SECRET = re.compile(rf"{PASSWORD}|\d{{5,}}|[A-Z0-9]{{16,}}|otpauth:|(?=\S*\d)\S{{24,}}")


@frozen
class Finding:
    """``what`` was checked, the ``counterexamples`` found (none: it holds), and what of it is ``untried``.

    ``tried`` says whether anything of it was: what was not tried at all is neither right nor wrong.
    """

    what: str
    counterexamples: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    tried: bool = True


def raised(error: BaseException) -> str:
    """An error in a line, with the last place in somebody else's code that it came by."""
    frames = extract_tb(error.__traceback__)
    return f"{type(error).__name__}: {error}{_last(_theirs(frames) or frames)}"


def discreet(error: BaseException) -> str:
    """The same of an error whose message may hold anything: its first line, or nothing where that may hold a secret."""
    line = next(iter(str(error).splitlines()), "")
    message = f": {line}" if line and not _SECRET.search(line) else ""
    return f"{type(error).__name__}{message}{_last(_theirs(extract_tb(error.__traceback__)))}"


def _theirs(frames: Sequence[FrameSummary]) -> list[FrameSummary]:
    return [frame for frame in frames if not Path(frame.filename).is_relative_to(_PACKAGE)]


def _last(frames: Sequence[FrameSummary]) -> str:
    return f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
