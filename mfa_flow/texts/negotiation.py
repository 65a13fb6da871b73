"""Which of the languages there are suits a person best, by what a browser or a chat says of them."""

import re
from collections.abc import Iterator

from mfa_flow.texts.catalogues import languages
from mfa_flow.texts.tags import DEFAULT, shortened, tag_of

# An encoding or a modifier behind the name, as systems write it, says nothing of the language: fr_FR.UTF-8, fr_FR@euro.
_ITEM = re.compile(r"\s*([A-Za-z0-9_-]+|\*)(?:[.@][\w.@-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.ASCII)
# Of a header from anywhere: more than any browser sends.
_LONGEST = 500


def best_locale(wanted: str | None) -> str:
    """The best of ``languages()`` for an ``Accept-Language`` header or a single locale; English where none fits.

    ``fr-CA,fr;q=0.9,en;q=0.8`` gives ``fr``, and so does ``fr_FR.UTF-8``. What cannot be read in it is passed over.
    """
    there = set(languages())
    for _, tag in sorted(_ranked((wanted or "")[:_LONGEST]), key=lambda one: -one[0]):
        fitting = [one for one in shortened(tag) if one in there]
        if fitting:
            return fitting[0]
    return DEFAULT


def _ranked(header: str) -> Iterator[tuple[float, str]]:
    """How much each language is wanted; what is not wanted at all is left out."""
    for item in header.split(","):
        found = _ITEM.fullmatch(item)
        weight = float(found[2] or 1) if found else 0
        if found and weight:
            yield weight, DEFAULT if found[1] == "*" else tag_of(found[1])
