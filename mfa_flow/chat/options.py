"""What a person can choose from, numbered: which is meant by a number, a name or a part of one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from mfa_flow.chat.words import denies
from mfa_flow.factors.registry import installed
from mfa_flow.machine.prompts import Choose
from mfa_flow.texts import factor_name, labels
from mfa_flow.texts.folding import folded

# Characters of a label: what buttons of chats take, less a few.
LONGEST = 64
# Characters that make a part of a name: two are how many a word begins. A longer word may end otherwise.
_PART, _STEM = 3, 5
# Figures of a number in the list; more are the end of a phone number.
_FIGURES = 2


@frozen
class Option:
    """One line of the list: the ``verb`` it stands for, with ``given``; ``needs`` names the detail it takes, if any."""

    verb: str
    given: str
    label: str = field(repr=False)
    names: frozenset[str] = field(repr=False)
    needs: str | None = None


def options(prompt: Choose, locale: str | None) -> tuple[Option, ...]:
    """The lines of the list, in its order."""
    managing = "remove" in prompt.verbs
    has = [one for one in prompt.authenticators if one.active] if managing else prompt.challenge
    verb, called = "remove" if managing else "challenge", labels(has, locale)
    known = [_option(verb, one.factor, one.id, name, locale) for one, name in zip(has, called, strict=True)]
    return (*known, *to_set_up(prompt.enroll, locale))


def to_set_up(factors: Iterable[str], locale: str | None) -> tuple[Option, ...]:
    """The lines of factors to set up."""
    return tuple(_option("enroll", name, name, factor_name(name, locale), locale) for name in factors)


def meant(text: str, offered: Sequence[Option]) -> Sequence[Option]:
    """Those that a text may mean: one, if it is clear; none, if it is nonsense."""
    number = _number(text)
    if number is not None:
        return offered[number - 1 : number] if number else ()
    asked = folded(text)
    found = [one for one in offered if asked in one.names]
    if not found and not denies(text):
        found = [one for one in offered if any(_part_of(asked, name) for name in one.names)]
    # Who has it wants to use it; to set up another like it takes its number. Of two the one that is called just so.
    exact = [one for one in found if one.verb != "enroll" and folded(one.label) == asked]
    known = [one for one in found if one.verb == "challenge"]
    return next((clear for clear in (exact, known) if len(clear) == 1), found)


def one_line(text: str) -> str:
    """What a server or a phone calls something, on one line, without signs that do not show, and not too long."""
    seen = "".join(one for one in " ".join(text.split()) if unicodedata.category(one)[0] != "C")
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 1]}\u2026"


def _option(verb: str, factor: str, given: str, called: str, locale: str | None) -> Option:
    shown = one_line(called)
    names = {folded(one) for one in (shown, factor_name(factor, locale), factor_name(factor), factor)}
    return Option(verb, given, shown, frozenset(names), _needs(factor) if verb == "enroll" else None)


def _needs(factor: str) -> str | None:
    """The detail without which it cannot be set up."""
    kind = installed().get(factor)
    return next(iter(kind.needs), None) if kind else None


def _part_of(asked: str, name: str) -> bool:
    """Whether all of its words are of the name: a sentence that has one of them says something else."""
    words, its = _words(asked), _words(name)
    return any(len(one) >= _PART for one in words) and all(any(map(_same, [one] * len(its), its)) for one in words)


def _same(typed: str, word: str) -> bool:
    """Whether it begins so, or nearly ("telephone", "telephonique"); figures are the last ones of a masked number."""
    if len(typed) < _PART:
        return typed == word
    stem = len(typed) >= _STEM and typed[:_STEM] == word[:_STEM]
    return stem or word.startswith(typed) or (typed.isdecimal() and word.endswith(typed))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _number(text: str) -> int | None:
    typed = text.strip().strip("#.)( \ufe0f\u20e3")
    if not typed.isdecimal() or len(typed) > _FIGURES:
        return None
    return int(typed)


def numbered(offered: Iterable[Option], first: int) -> str:
    """The numbered lines."""
    return "\n".join(f"{number}. {one.label}" for number, one in enumerate(offered, first))
