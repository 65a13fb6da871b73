"""A text by its key: in the language asked for, else in what stands in for it, else the key."""

from functools import lru_cache

from mfa_flow.texts.catalogues import edition, layers
from mfa_flow.texts.own import Catalogue
from mfa_flow.texts.placeholders import fill
from mfa_flow.texts.tags import LONGEST


def text_for(key: str, locale: str | None = "en", /, **values: object) -> str:
    """The text of a key, with its values put in; where ``n`` is among them it is the form for so many.

    ``fr-CA`` falls to ``fr``, and each language to English. A key without a text shows as itself, so that a new factor
    never breaks a prompt.
    """
    found = find(key, locale, **values)
    return key if found is None else found


def find(key: str, locale: str | None = "en", /, **values: object) -> str | None:
    """As ``text_for``; None where the key has no text at all."""
    n = values.get("n")
    text = _found(key, locale and locale[:LONGEST], n if isinstance(n, int) else None, edition())
    return text if text is None else fill(text, values)


@lru_cache(maxsize=2048)
def _found(key: str, locale: str | None, n: int | None, edition: int) -> str | None:
    forms = (_form(catalogue, key, n) for catalogue in layers(locale))
    # gettext keeps a catalogue's header under no key.
    return next((form for form in forms if form != key), None) if key else None


def _form(catalogue: Catalogue, key: str, n: int | None) -> str:
    counted = key if n is None else catalogue.ngettext(key, key, n)
    return catalogue.gettext(key) if counted == key else counted
