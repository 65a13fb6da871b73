"""The words of command, in every language there is; accents, case, a slash and what ends a sentence are forgiven."""

import re
from functools import lru_cache

from mfa_flow.texts import find, languages
from mfa_flow.texts.folding import folded

COMMANDS = ("cancel", "back", "resend", "another_way", "show", "help", "start", "answered", "no")
# Characters: no command has as many. Words: the longest has that many.
_LONGEST, _WORDS = 100, 5


def command(text: str) -> str | None:
    """The command that the whole text stands for, or None."""
    if len(text) > _LONGEST:
        return None
    words = ((find(f"word.{name}", language) or "", name) for language in languages() for name in COMMANDS)
    return _known(tuple(words)).get(_bare(text))


def begins(text: str) -> str | None:
    """The command that a sentence begins with, or None."""
    words = text[:_LONGEST].split()[:_WORDS]
    return next((name for count in range(len(words), 0, -1) if (name := command(" ".join(words[:count])))), None)


def denies(text: str) -> bool:
    """Whether one of its words is a no, in any language: who says so chooses nothing."""
    known = {word for language in languages() for word in folded(find("word.no", language) or "").split(", ")}
    return not known.isdisjoint(folded(text).split())


def beside_code(text: str) -> bool:
    """Whether all of its words are such as people write beside a code; letters by themselves are no words."""
    known = {word for language in languages() for word in folded(find("word.code", language) or "").split(", ")}
    return all(len(one) == 1 or one in known for one in re.findall(r"[^\W_]+(?:'[^\W_]+)*", folded(text)))


def _bare(text: str) -> str:
    """``/Another_way@AcmeBot now`` is ``another way``."""
    typed = text.strip()
    if typed.startswith("/"):
        typed = typed[1:].partition(" ")[0].partition("@")[0].replace("_", " ")
    return folded(typed) or ("?" if "?" in typed else typed)


@lru_cache(maxsize=8)
def _known(lists: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The commands by each of their words."""
    return {folded(word) or word.strip(): name for words, name in lists for word in words.split(",")}
