"""Texts that a user brings, by key, checked against ours before they are taken."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Protocol

from attrs import frozen

from mfa_flow.texts.placeholders import names_in

# A text, or a pair of them: for one and for many.
Texts = Mapping[str, str | tuple[str, str]]
# Where keys of one's own factors begin like ours; elsewhere one that is nearly ours is a slip.
_OPEN = ("factor.", "ask_code.", "label.", "error.bad_input.", "interrupted.")
_NEAR = 0.85
# What a chat reads again from what is quoted.
_MUST_SHOW = {"chat.password": "email", "chat.phone": "factor", "chat.detail": "factor"}


class Catalogue(Protocol):
    """What ``gettext.translation(...)`` gives: a key without a text comes back as it is."""

    def gettext(self, message: str, /) -> str: ...  # noqa: D102
    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str: ...  # noqa: D102


@frozen
class Own:
    """A mapping that is asked as a gettext catalogue is."""

    texts: Texts

    def gettext(self, message: str, /) -> str:
        """The text, or that for many."""
        return _forms(self.texts.get(message, message))[-1]

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """The text for so many."""
        return _forms(self.texts.get(msgid1, msgid1))[0 if n == 1 else -1]


def check(texts: Texts | Catalogue, ours: Sequence[Catalogue]) -> None:
    """Raises ValueError where a text could not be shown: nobody asks for its key, it is empty, or names a value that
    its key has none of."""
    for key, forms in _all(texts, ours):
        _check_key(key, len(forms), ours)
        for form in forms:
            if not isinstance(form, str) or not form.strip():
                raise ValueError(f"the text of {key!r} is empty, or no text")
            _check_names(key, form, _values_of(key, ours))


def _check_key(key: str, forms: int, ours: Sequence[Catalogue]) -> None:
    values = _values_of(key, ours)
    if values is None and not key.startswith(_OPEN):
        keys = {name for one in ours for name, _ in _keys(one) if name}
        if near := get_close_matches(key, keys, cutoff=_NEAR):
            raise ValueError(f"{key!r} is no key of ours; nearly the same are: {', '.join(near)}")
    counts = values is None or "n" in values or any(one.ngettext(key, key, 1) != key for one in ours)
    if forms > 1 and not counts:
        raise ValueError(f"{key!r} does not count: give one text, no pair")


def _check_names(key: str, text: str, values: frozenset[str] | None) -> None:
    try:
        names = names_in(text)
    except ValueError as error:
        raise ValueError(f"the text of {key!r} cannot be shown: {error}") from None
    if _MUST_SHOW.get(key) not in {None, *names}:
        raise ValueError(f"the text of {key!r} must show {{{_MUST_SHOW[key]}}}")
    if values is not None and names - values:
        may = ", ".join(f"{{{name}}}" for name in sorted(values)) or "no value"
        raise ValueError(f"the text of {key!r} shows {{{min(names - values)}}}; it may show {may}")


def _all(texts: Texts | Catalogue, ours: Sequence[Catalogue]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts by key. A gettext catalogue may be that of a whole application: only what is ours in it counts."""
    if isinstance(texts, Mapping):
        yield from ((key, _forms(text)) for key, text in texts.items())
        return
    for key, text in _keys(texts):
        if _values_of(key, ours) is not None:
            yield key, (text,)


def _keys(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What a gettext catalogue holds, by key: each form for itself."""
    for found, text in vars(catalogue).get("_catalog", {}).items():
        yield (found[0] if isinstance(found, tuple) else found), text


def _values_of(key: str, ours: Sequence[Catalogue]) -> frozenset[str] | None:
    """The names of the values that a key's text may show. None: the key is not ours, nobody here knows."""
    if key.startswith("ask_code."):
        return frozenset({"length", "to"} if key.endswith(".to") else {"length"})
    forms = {form for one in ours for n in (1, 2) for form in (one.gettext(key), one.ngettext(key, key, n))} - {key}
    return frozenset().union(*map(names_in, forms)) if forms else None


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
