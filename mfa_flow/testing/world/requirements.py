"""What a login is to ask of one person, as a test wrote it: types to challenge or to enroll."""

from collections.abc import Mapping, Sequence

from mfa_flow.testing.meant import meant
from mfa_flow.testing.world.factors import Factors

Told = Mapping[str, Sequence[str | Mapping[str, str]]]  # the wire's shape, {"type": "otp"}, is taken as well
_LISTS = ("challenge", "enroll")
_AUTH0_HAS = ("webauthn-roaming", "webauthn-platform")  # the tenant has not: passed on, for who reads them


def required(factors: Factors, told: Told | None) -> dict[str, list[str]] | None:
    """The same as lists of types. Raises TypeError for what is no such list, ValueError for no type that is known."""
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise TypeError(f'requirements are written like {{"challenge": ["otp"]}}: not {told!r}')
    return {_list(name): [_type(factors, name, each) for each in _each(name, types)] for name, types in told.items()}


def _list(name: str) -> str:
    if name in _LISTS:
        return name
    raise ValueError(f"requirements has nothing but: {', '.join(_LISTS)}: not {name!a}{meant(str(name), _LISTS)}")


def _each(name: str, types: object) -> Sequence[object]:
    if isinstance(types, Sequence) and not isinstance(types, str | bytes):
        return types
    raise TypeError(f"{name} is a list of strings, each a type")


def _type(factors: Factors, name: str, told: object) -> str:
    word = told.get("type") if isinstance(told, Mapping) else told
    if not isinstance(word, str):
        raise TypeError(f"{name} is a list of strings, each a type")
    if word in factors.types or word in _AUTH0_HAS:
        return word
    called = {each.name: each.type for each in factors} | {each: of.type for each, of in factors.channels.items()}
    raise ValueError(f"{name}: {word!a} is no type{_instead(called.get(word)) or meant(word, factors.types)}")


def _instead(known: str | None) -> str:
    """People's word for a factor need not be the wire's."""
    return f"; did you mean {known}?" if known else ""
