"""What came of one thing that was checked."""

import sys
from collections.abc import Sequence
from pathlib import Path
from traceback import FrameSummary, extract_tb

from attrs import frozen

_PACKAGE = Path(__file__).parents[1]


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
    """The same of an error in which anything may be. A message is repeated only where it is this library's own, or
    Python's about how something was called here."""
    frames = extract_tb(error.__traceback__)
    theirs, kind = _theirs(frames), type(error)
    ours = frames[-1:] != theirs[-1:] and kind.__module__.partition(".")[0] == "mfa_flow"
    safe = ours or (kind is TypeError and not theirs)
    return f"{_named(kind)}{f': {error}' if safe else ''}{_last(theirs)}"


def _named(kind: type) -> str:
    """The name that a class has in its module; of one that was made on the way, that of the class it was made of."""
    return next(each.__name__ for each in kind.__mro__ if _stands(each))


def _stands(kind: type) -> bool:
    return getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind


def _theirs(frames: Sequence[FrameSummary]) -> list[FrameSummary]:
    return [frame for frame in frames if not Path(frame.filename).is_relative_to(_PACKAGE)]


def _last(frames: Sequence[FrameSummary]) -> str:
    return f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
