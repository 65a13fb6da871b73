"""The code in what a person wrote or pasted: the only one, where what stands beside it leaves no doubt."""

import re
from collections.abc import Iterator

from mfa_flow.chat.words import beside_code, denies, names_code
from mfa_flow.factors.codes import bare

# Figures, in groups or not. What a letter, a plus or a sign of another number stands before or behind is no code, but
# a sender may stand before it: "G-123456".
_FIGURES = re.compile(r"(?<![\w+.,/@-])(?:[^\W\d_]{1,8}-)?(\d{3}\.\d{3}|\d+(?:[\s-]+\d+)*)(?![\w/@]|[.,]\d)")
_SENDER = re.compile(r"\A\s*\[[^\]]{1,40}\]")
_SENTENCE_ENDS = re.compile(r"[.!?]\s|\n")
# As senders write it.
_PLAIN = re.compile(r"\d+|\d{3}.\d{3}")
# Figures of codes that are sent or shown, where it is not known how many.
_LENGTHS = (6, 8)
# Characters of a group of a recovery code, at the least.
_GROUP = 4


def code_in(text: str, length: int | None = None) -> str | None:
    """The only code of so many figures: with a word for codes beside it, or with nothing but words as people write
    them there. None where a no begins the text, or stands in its sentence: then it is said not to be one."""
    text = _SENDER.sub("", text)
    fitting = [one for one in _FIGURES.finditer(text) if _fits(one[1], length)]
    if len({one[1] for one in fitting}) != 1:
        return None
    found = fitting[0]
    before, behind = text[: found.start()], text[found.end() :]
    if "+" in before or _denied(before, behind):
        return None
    beside = f"{before} {behind}"
    named = names_code(beside) and _PLAIN.fullmatch(found[1])
    alone = not any(map(str.isdigit, beside)) and beside_code(beside)
    return found[1].replace(".", "") if named or alone else None


def recovery_in(text: str, length: int) -> str | None:
    """What may be a recovery code. What has more words than groups with a figure is a sentence: each try counts."""
    groups = re.findall(r"[^\W_]+", text)
    figures = [one for one in groups if any(map(str.isdigit, one))]
    typed = len(text.split()) < 2 or len(figures) * 2 >= len(groups)
    found = list(_groups_of_a_code(groups, length))
    if found and denies(text):
        return None
    return _only(found, len(groups)) if found else (text if typed else None)


def _groups_of_a_code(groups: list[str], length: int) -> Iterator[tuple[int, list[str]]]:
    """Where a code may begin, with its groups: one word, or several of a length, one with a figure at the least."""
    for start, first in enumerate(groups):
        if len(first) >= _GROUP and length % len(first) == 0:
            several = groups[start : start + length // len(first)]
            figures = len(first) == length or any(map(str.isdigit, "".join(several)))
            if figures and {len(one) for one in several} == {len(first)} and sum(map(len, several)) == length:
                yield start, several


def _only(found: list[tuple[int, list[str]]], count: int) -> str | None:
    """The one among those, of a sentence of so many words. Where a word beside it has the length of a group there are
    several: it is at an end then. None where there are two codes."""
    if found[-1][0] >= found[0][0] + len(found[0][1]):
        return None
    found = [one for one in found if not (beside_code(one[1][0]) or beside_code(one[1][-1]))] or found
    edges = [one for one in found if one[0] + len(one[1]) == count] + [one for one in found if one[0] == 0]
    return "".join((found if len(found) == 1 else edges or found)[0][1])


def _denied(before: str, behind: str) -> bool:
    sentence = f"{_SENTENCE_ENDS.split(before)[-1]} {_SENTENCE_ENDS.split(behind, maxsplit=1)[0]}"
    return denies(" ".join([*before.split()[:1], sentence]))


def _fits(figures: str, length: int | None) -> bool:
    typed = len(bare(figures.replace(".", "")))
    return typed == length if length else typed in _LENGTHS
