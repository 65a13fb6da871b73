"""What a caller may give: lists that are no single text, whole numbers that are large enough, verbs there are."""

from collections.abc import Iterable

_VERBS = (
    "login", "begin", "refresh", "manage", "authenticators", "remove", "challenge", "enroll", "confirm", "wait",
    "resend", "go_back", "cancel",
)  # fmt: skip


def listed(name: str, given: object) -> list[object]:
    """All of them. Raises TypeError for a text, and for what is no list."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{name} takes a list: {name}=[{_shown(given)}]")
    return list(given)


def whole(name: str, given: object, least: int) -> None:
    """Raises TypeError for what is no whole number, ValueError for one below the least."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"{name} takes a whole number, not {given!r}")
    if given < least:
        raise ValueError(f"{name} is {least} or more, not {given}")


def known(verb: str) -> str:
    """A verb that does something. Raises ValueError for what is none."""
    if verb not in _VERBS:
        raise ValueError(f"there is no verb {verb!r}: there are {', '.join(_VERBS)}")
    return verb


def _shown(given: object) -> str:
    return str(getattr(given, "name", None) or repr(given))
