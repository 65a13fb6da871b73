"""Which choice a typed line means."""

from collections.abc import Sequence
from typing import TypeVar

from mfa_flow.cli.terminal.asking import Option
from mfa_flow.texts.folding import folded

T = TypeVar("T")


def meant(typed: str, options: Sequence[Option[T]]) -> Option[T] | None:
    """The one of this number, or of this name, or that has a name beginning so; None if that is none, or could be two.
    Of those that have all names in common the first is as good as any."""
    said = folded(typed)
    if said in map(str, range(1, len(options) + 1)):
        return options[int(said) - 1]
    found = _called(said, options) if said else []
    there = {one.name for one in found if not one.new}
    found = [one for one in found if not one.new or one.name not in there]
    return found[0] if len({(one.name, one.also or one.label) for one in found}) == 1 else None


def _called(said: str, options: Sequence[Option[T]]) -> list[Option[T]]:
    """Those of which this is a name; or else those that have one beginning so."""
    called = [(one, [folded(name) for name in (one.label, one.name, *one.also)]) for one in options]
    exactly = [one for one, names in called if said in names]
    return exactly or [one for one, names in called if any(name.startswith(said) for name in names)]
