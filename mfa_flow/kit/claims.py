"""What a front end claims: the kind of prompt and the error that its JSON names, or that the library's words stand for.

In a text the question must stand, and nothing that the library says at other moments: that one is logged in, that the
login has ended, that an answer was refused. JSON is taken at its word; of what else is in it, only that is looked for
without which nobody can go on.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, get_args

from attrs import fields

from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.machine.prompts import Choose, Prompt, Scan
from mfa_flow.texts import find, label, languages

ANOTHER = "another question"
KINDS = frozenset(kind.kind for kind in get_args(Prompt))
_FIELDS = {"kind", "text"}.union(each.name for kind in get_args(Prompt) for each in fields(kind))
_KEY = re.compile("[a-z_]{1,40}")
_ENDS = ("done", "stopped")
# What a prompt's error may be, and the event it tells of, where an answer of Auth0's alone says that.
_NOTICES = {one.told: one.event for one in MEANINGS if one.event} | dict.fromkeys(
    ("push_denied", "push_expired", "still_pending", "further_factor", "list_failed"), ""
)
Told = tuple[str, str | None]
Reads = Callable[[Any], Told]


def claim(seen: object, prompt: Prompt, reads: Reads | None) -> Told:
    """The kind of prompt and the error that are shown, where this prompt should be."""
    if reads is not None:
        return reads(seen)
    text, kind = text_of(seen), _kind(seen)
    spoken = [locale for locale in languages() if prompt.question(locale) in text]
    refused = {prompt.error.told(locale) for locale in languages()} if prompt.error else set()
    if kind is None:
        kind = prompt.kind if spoken else ANOTHER
        if other := _other(text, prompt, kind, spoken or ["en"]):
            return other
    elif error := _error(seen):
        return kind, prompt.error.key if prompt.error and error in refused else error
    return kind, prompt.error.key if prompt.error and any(told in text for told in refused) else None


def claim_after_error(seen: object, prompt: Prompt, reads: Reads | None) -> Told | None:
    """What is claimed beside this prompt, which still stands, in what it says of an error, or None.

    That is its own to word: a kind that no prompt has claims none, and that it was too much or too fast may be said.
    """
    kind, error = _kind(seen), _error(seen)
    if kind is not None and kind in KINDS - {prompt.kind}:
        return kind, None
    if kind == prompt.kind and error in _NOTICES and error != (prompt.error and prompt.error.key):
        return None if _NOTICES[error] == "throttled" else (prompt.kind, error)
    if reads is not None:
        return _ended(seen, prompt, reads)
    return _other(text_of(seen), prompt, prompt.kind, languages(), may_say="throttled")


def _ended(seen: object, prompt: Prompt, reads: Reads) -> Told | None:
    """Whether it is read as an end, which it is not. What cannot be read is of its own words."""
    with suppress(AssertionError):
        if seen is not None and (found := reads(seen))[0] in _ENDS:
            return None if found[0] == prompt.kind else found
    return None


def lacks(seen: object, prompt: Prompt) -> str | None:
    """What JSON that has fields of prompts and no others leaves out, though nobody can go on without it."""
    found = _object(seen)
    if "kind" not in found or found.keys() - _FIELDS:
        return None
    text = text_of(found)
    match prompt:
        case Scan() if not any(each and each in text for each in (prompt.barcode_uri, prompt.secret)):
            return "shows nothing to scan: neither barcode_uri nor secret is in its JSON"
        case Choose() if (names := set(_names(prompt))) and not any(each in text for each in names):
            return "shows nothing to choose: no authenticator and no factor is in its JSON"
    return None


def text_of(seen: object) -> str:
    """All of it, as text: of JSON, and of what is like it, each text in it by itself."""
    if isinstance(found := _parsed(seen), dict | list | tuple):
        return "\n".join(_texts(found))
    return found if isinstance(found, str) else str(found)


def worded(told: Told) -> str:
    """What is no word of the library's is not repeated."""
    kind, error = told
    shown = kind if kind in KINDS else ANOTHER
    return f"{shown} with {error if _KEY.fullmatch(error) else 'another error'}" if error else shown


def _other(text: str, prompt: Prompt, kind: str, locales: Sequence[str], may_say: str | None = None) -> Told | None:
    """What the library's words in a text say beside this prompt: that all ended, or an error of this ``kind``.
    ``may_say`` is an event that may be told of."""
    for locale in locales:
        for own in (prompt.question(locale), prompt.error.told(locale) if prompt.error else None):
            text = text.replace(own, "\n") if own else text
    notices = [key for key, event in _NOTICES.items() if may_say is None or event != may_say]
    claims = [*((end, (end, None)) for end in _ENDS), *((key, (kind, key)) for key in notices)]
    return next((claimed for key, claimed in claims for one in locales if (find(key, one) or "\0") in text), None)


def _names(prompt: Choose) -> Iterator[str]:
    for one in (*prompt.challenge, *prompt.authenticators):
        yield from (one.id, label(one))
    for name in prompt.enroll:
        yield from (name, label(name))


def _kind(seen: object) -> str | None:
    """The kind of prompt that JSON says it is."""
    kind = _object(seen).get("kind")
    return kind if isinstance(kind, str) else None


def _error(seen: object) -> str | None:
    """The error that JSON names, by its key or in words; what is empty is none."""
    error = _object(seen).get("error")
    found = error.get("key") if isinstance(error, dict) else error
    return str(found) if found else None


def _object(seen: object) -> Mapping[str, Any]:
    found = _parsed(seen)
    return found if isinstance(found, dict) else {}


def _parsed(seen: object) -> object:
    """The value that JSON is of; what is none, as it is."""
    told = getattr(seen, "to_json", None)
    text: Any = told() if callable(told) else seen
    with suppress(ValueError, TypeError):
        return json.loads(text)
    return text


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield str(name)
            yield from _texts(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _texts(value)
    else:
        yield text_of(found)
