"""Finding the factors that are installed: ours and other people's, by the same entry points."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points

from mfa_flow.factors.base import Factor

GROUP = "mfa_flow.factors"

Factors = Mapping[str, Factor]


@cache
def installed() -> Factors:
    """One factor of each kind that is installed, by name. Looked up once per process."""
    return by_name(entry.load()() for entry in entry_points(group=GROUP))


def by_name(factors: Iterable[Factor]) -> Factors:
    """The factors by name; a later one takes the place of an earlier one of the same name."""
    return {factor.name: factor for factor in factors}
