"""Finding the factors that are installed: ours and other people's, by the same entry points."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from mfa_flow.errors import UnknownFactor
from mfa_flow.factors.base import Factor

GROUP = "mfa_flow.factors"

Factors = Mapping[str, Factor]


@cache
def installed() -> Factors:
    """One factor of each kind that is installed, by name. Looked up once per process."""
    return {name: factor for entry in entry_points(group=GROUP) for name, factor in loaded(entry).items()}


def by_name(factors: Iterable[Factor]) -> Factors:
    """The factors by name; a later one takes the place of an earlier one of the same name."""
    found = tuple(factors)
    for factor in found:
        if not isinstance(factor, Factor) or not getattr(factor, "name", ""):
            raise UnknownFactor(f"factors= takes instances of Factor that have a name, not {factor!r}")
    return {factor.name: factor for factor in found}


def loaded(entry: EntryPoint) -> Factors:
    """The factor of one entry point, by its name. Raises UnknownFactor, which says what is wrong with it."""
    try:
        return by_name([entry.load()()])
    except Exception as error:
        origin = entry.dist.name if entry.dist else "?"
        told = f"the factor {entry.name!r} of the package {origin} cannot be loaded: {type(error).__name__}: {error}"
        raise UnknownFactor(told) from error
