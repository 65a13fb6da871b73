"""Texts that a user brings, by key, checked against ours before they are taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from attrs import frozen

from mfa_flow.texts.placeholders import names_in

# A text, or a pair of them: for one and for many.
Texts = Mapping[str, str | tuple[str, str]]


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
    """Raises ValueError where a text could not be shown: it is empty, or names a value that its key has none of."""
    for key, forms in _all(texts, ours):
        for form in forms:
            if not isinstance(form, str) or not form.strip():
                raise ValueError(f"the text of {key!r} is empty, or no text")
            _check_names(key, form, _values_of(key, ours))


def _check_names(key: str, text: str, values: frozenset[str] | None) -> None:
    try:
        names = names_in(text)
    except ValueError as error:
        raise ValueError(f"the text of {key!r} cannot be shown: {error}") from None
    if values is not None and names - values:
        may = ", ".join(f"{{{name}}}" for name in sorted(values)) or "no value"
        raise ValueError(f"the text of {key!r} shows {{{min(names - values)}}}; it may show {may}")


def _all(texts: Texts | Catalogue, ours: Sequence[Catalogue]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts by key. A gettext catalogue may be that of a whole application: only what is ours in it counts."""
    if isinstance(texts, Mapping):
        yield from ((key, _forms(text)) for key, text in texts.items())
        return
    for found, text in vars(texts).get("_catalog", {}).items():
        key = found[0] if isinstance(found, tuple) else found
        if _values_of(key, ours) is not None:
            yield key, (text,)


def _values_of(key: str, ours: Sequence[Catalogue]) -> frozenset[str] | None:
    """The names of the values that a key's text may show. None: the key is not ours, nobody here knows."""
    if key.startswith("ask_code."):
        return frozenset({"length", "to"} if key.endswith(".to") else {"length"})
    forms = {form for one in ours for n in (1, 2) for form in (one.gettext(key), one.ngettext(key, key, n))} - {key}
    return frozenset().union(*map(names_in, forms)) if forms else None


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
