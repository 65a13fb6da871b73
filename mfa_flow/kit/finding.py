"""What came of one thing that was checked."""

from pathlib import Path
from traceback import extract_tb

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
    theirs = [frame for frame in frames if not Path(frame.filename).is_relative_to(_PACKAGE)] or list(frames)
    place = f" ({Path(theirs[-1].filename).name}, line {theirs[-1].lineno})" if theirs else ""
    return f"{type(error).__name__}: {error}{place}"
