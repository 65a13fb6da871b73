"""The words of command, in every language there is; accents, case, a slash and what ends a sentence are forgiven."""

import re
from functools import lru_cache

from mfa_flow.texts import find, languages
from mfa_flow.texts.folding import AROUND, folded

COMMANDS = ("cancel", "back", "resend", "another_way", "show", "help", "start", "answered", "no")
# Lists of words that are no commands.
LISTS = ("code", "code_name", "polite")
# Characters: no command has as many. Words: the longest has that many.
_LONGEST, _WORDS = 100, 5


def command(text: str) -> str | None:
    """The command that the whole text stands for, or None."""
    if len(text) > _LONGEST:
        return None
    words = ((find(f"word.{name}", language) or "", name) for language in languages() for name in COMMANDS)
    return _known(tuple(words)).get(_bare(text))


def begins(text: str) -> str | None:
    """The command that a sentence begins with, or None: behind one that does something is nothing but courtesy."""
    words = text.split()
    for count in range(min(len(words), _WORDS), 0, -1):
        if name := command(" ".join(words[:count])):
            rest = _words_of(" ".join(words[count:]))
            return name if name == "help" or (rest <= _listed("polite") and not denies(text)) else None
    return None


def denies(text: str) -> bool:
    """Whether one of its words is a no, in any language: who says so chooses nothing."""
    return not _listed("no").isdisjoint(one.strip(AROUND) for one in folded(text).split())


def names_code(text: str) -> bool:
    """Whether one of its words is what a code is called: whoever sends one says so."""
    return not _listed("code_name").isdisjoint(_words_of(text))


def beside_code(text: str) -> bool:
    """Whether all of its words are such as people write beside a code; letters by themselves are no words."""
    return {one for one in _words_of(text) if len(one) > 1} <= _listed("code") | _listed("code_name")


def _bare(text: str) -> str:
    """``/Another_way@AcmeBot now`` is ``another way``."""
    typed = text.strip()
    if typed.startswith("/"):
        typed = typed[1:].partition(" ")[0].partition("@")[0].replace("_", " ")
    return folded(typed) or ("?" if "?" in typed else typed)


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+(?:'[^\W_]+)*", folded(text)))


def _listed(name: str) -> set[str]:
    """The words of a list, in every language."""
    lists = (find(f"word.{name}", language) or "" for language in languages())
    return {folded(word) for words in lists for word in words.split(",")} - {""}


@lru_cache(maxsize=8)
def _known(lists: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The commands by each of their words."""
    return {folded(word) or word.strip(): name for words, name in lists for word in words.split(",")}
