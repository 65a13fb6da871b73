"""The catalogues of texts: ours, and those that were added, which go before ours. They are the process's."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from threading import Lock

from attrs import define, field

from mfa_flow.texts.own import Catalogue, Own, Texts, check
from mfa_flow.texts.tags import DEFAULT, is_tag, shortened, tag_of

SHIPPED = ("en", "fr")


@define
class _Shelf:
    """What was added, by language, newest first; ``edition`` counts how often."""

    added: dict[str, tuple[Catalogue, ...]] = field(factory=dict)
    edition: int = 0
    lock: Lock = field(factory=Lock)


_SHELF = _Shelf()


def add(language: str, texts: Texts | Catalogue) -> None:
    """Use these texts for a language (``de``, ``fr-CA``), before ours and those added earlier, in this whole process.

    ``texts`` are texts by key: a new language, other words for ours, or the words of a factor of your own
    (``factor.pigeon``, ``ask_code.pigeon.to``). A text that counts ``{n}`` is a pair, for one and for many. A language
    that counts otherwise comes as a gettext catalogue: what ``gettext.translation("mine", "locale", ["pl"])`` gives.
    What is missing is taken from ours, then from English. The same added again changes nothing.

    Raises ValueError where the language is no tag, a key is nearly one of ours, or a text is empty, shows a value that
    there is none of, or is a pair and does not count.
    """
    tag = tag_of(language)
    if not language or not is_tag(tag):
        raise ValueError(f"{language!r} is no tag of a language: give one such as 'de' or 'fr-CA'")
    check(texts, [_shipped(one) for one in SHIPPED])
    own: Catalogue = Own(dict(texts)) if isinstance(texts, Mapping) else texts
    with _SHELF.lock:
        before = _SHELF.added.get(tag, ())
        if own not in before:
            _SHELF.added[tag] = (own, *before)
            _SHELF.edition += 1


def languages() -> tuple[str, ...]:
    """The tags of the languages there are: ours, and those that were added."""
    return tuple(sorted({*SHIPPED, *_SHELF.added}))


def edition() -> int:
    """How often something was added: what was found before may be another text since."""
    return _SHELF.edition


def layers(locale: str | None) -> tuple[Catalogue, ...]:
    """The catalogues to look into for a locale, one after the other; the last is our English."""
    found: list[Catalogue] = []
    for one in dict.fromkeys((*shortened(tag_of(locale)), DEFAULT)):
        found += _SHELF.added.get(one, ())
        found += [_shipped(one)] if one in SHIPPED else []
    return tuple(found)


@cache
def _shipped(language: str) -> Catalogue:
    from gettext import GNUTranslations  # noqa: PLC0415 - with the first text, not with the package

    data = pkgutil.get_data(__name__, f"locale/{language}/LC_MESSAGES/mfa_flow.mo")
    return GNUTranslations(BytesIO(data or b""))
