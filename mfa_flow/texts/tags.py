"""The tags of languages, such as ``fr-CA``: their one spelling here, and what stands in for each."""

import re

DEFAULT = "en"
# What BCP 47 asks everybody to take; a longer one is no language.
LONGEST = 35
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.ASCII)


def tag_of(locale: str | None) -> str:
    """The tag of a locale as people and systems write it: ``fr_FR.UTF-8`` is ``fr-fr``. No locale is English."""
    bare = (locale or DEFAULT)[: LONGEST + 1].partition(".")[0].partition("@")[0]
    return bare.strip().replace("_", "-").lower()


def is_tag(tag: str) -> bool:
    """Whether it may be the tag of a language."""
    return len(tag) <= LONGEST and _TAG.fullmatch(tag) is not None


def shortened(tag: str) -> list[str]:
    """The tag and those it falls to: ``zh-hant-tw``, ``zh-hant``, ``zh``."""
    parts = tag.split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
