"""The tables of the comparison, as Markdown."""

from collections.abc import Callable, Iterable

from contenders import NOTES
from figures import Figure

FLOWS = ("", "at once", "CPU per flow", "flows per CPU-second, over the base's", "`mfa_flow` over it")
PARTS = ("a part", "CPU", "over the base's flow")
SEALS = ("sealed, and back", "CPU", "over the other")


def markdown(found: list[Figure]) -> str:
    """Flows first, then the parts, then what is measured against another."""
    flows = [(each.told, each.at_once, cpu(each), ratio(each), _over(each)) for each in found if not each.part]
    parts = [(each.told, cpu(each), ratio(each)) for each in found if each.part and each.against == "base"]
    seals = [(each.told, cpu(each), ratio(each)) for each in found if each.part and each.against != "base"]
    notes = [f"{mark} {note}\n" for mark, note in NOTES.items() if any(mark in told for told, *_ in flows)]
    tables = [rows(heads, lines) for heads, lines in ((FLOWS, flows), (PARTS, parts), (SEALS, seals)) if lines]
    return "\n".join((*tables[:1], *notes, *tables[1:]))


def rows(heads: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A table."""
    heads = tuple(heads)
    return "\n".join((_row(heads), "|" + "---|" * len(heads), *map(_row, lines))) + "\n"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def cpu(each: Figure) -> str:
    """Its CPU."""
    return f"{each.cpu:,.0f} us"


def ratio(each: Figure) -> str:
    """Over that which it stands against, with quartiles."""
    if each.name == each.against:
        return "1"
    return spread(each.low, each.middle, each.high)


def _over(each: Figure) -> str:
    return "" if each.beaten is None or each.beaten == 1 else digits(each.beaten)


def digits(value: float) -> str:
    """Two that count, or three from one on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.{2 if value >= 0.1 else 3}f}"


def spread(low: float, middle: float, high: float, shown: Callable[[float], str] = digits) -> str:
    """A median with its quartiles."""
    return f"{shown(middle)} ({shown(low)} .. {shown(high)})"
