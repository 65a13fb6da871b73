"""What a misspelt name may have meant, or else what there is."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(name: str, known: Iterable[str]) -> str:
    """A question, if something known looks like it; if not, all that is known."""
    near = get_close_matches(name, known := sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(known)}"
