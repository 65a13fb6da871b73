"""What is judged of a front end, deed by deed: each judge knows one kind of bug, and says its name, or None."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from mfa_flow.kit.deeds import RESTART, Deed
from mfa_flow.kit.stage import TRIP
from mfa_flow.machine.prompts import Prompt
from mfa_flow.testing.control.requests import Entry

# Seconds between two polls, as the guide for push says.
PACE = 5.0
Reads = Callable[[Any], tuple[str, str | None]]


def judge_spending(deed: Deed, made: Sequence[Entry]) -> str | None:
    """Nothing that costs something is sent twice for one thing a person did."""
    if deed.verb == "wait":
        return None
    posts = Counter((one.path, one.grant) for one in made if one.method == "POST")
    for (path, grant), count in posts.items():
        if count > 1:
            asked = f"{path} ({grant})" if grant else path
            return f"retries a {deed.verb}: {count} requests to {asked} for one answer, and each spends something"
    return None


def judge_polls(deed: Deed, made: Sequence[Entry]) -> str | None:
    """A push is asked for at the pace Auth0 allows."""
    times = [one.at for one in made if one.grant == "mfa-oob"]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    if deed.verb == "wait" and gaps and min(gaps) < PACE - TRIP:
        return f"polls too fast: again after {min(gaps):.1f} s, and Auth0 allows one poll in {PACE:g} s"
    return None


def judge_recovery_codes(prompt: Prompt, seen: Sequence[str]) -> str | None:
    """Recovery codes reach the person: nobody else will ever have them."""
    lost = [code for code in prompt.recovery_codes if not any(code in text for text in seen)]
    new = getattr(prompt, "recovery_code", None)
    lost += [new] if new and not any(new in text for text in seen) else []
    return "forgets the recovery codes: they are told once, and it did not show them" if lost else None


def judge_prompt(deed: Deed, prompt: Prompt, seen: object, reads: Reads | None = None) -> str | None:
    """The person is asked what Auth0 waits for, and told why the last answer was refused."""
    found = _told(seen, prompt) if reads is None else reads(seen)
    wanted = (prompt.kind, prompt.error.key if prompt.error else None)
    if wanted == found:
        return None
    expected = f"expected {_worded(wanted)} ({prompt.text()!r}), it shows {text_of(seen)!r}"
    if deed.verb == RESTART:
        return f"loses the state on restart: {expected}"
    if "push_denied" in deed.events:
        return f"shows the wrong prompt after a denial: {expected}"
    return f"shows the wrong prompt: {expected}"


def text_of(seen: object) -> str:
    """All of it, as text."""
    if isinstance(seen, str):
        return seen
    told = getattr(seen, "to_json", None)
    return str(told()) if told is not None else json.dumps(seen, default=str)


def _told(seen: object, prompt: Prompt) -> tuple[str, str | None]:
    """The kind of prompt and the error that are shown: by the JSON's word, or by the library's own words."""
    text = text_of(seen)
    try:
        found = json.loads(text)
        error = found.get("error") or {}
        unsaid = prompt.error.key if prompt.error else None
        return found["kind"], error.get("key") if "error" in found else unsaid
    except (ValueError, AttributeError, KeyError, TypeError):
        kind = prompt.kind if prompt.question() in text else "another question"
        error = prompt.error.key if prompt.error and prompt.error.text in text else None
        return kind, error


def _worded(wanted: tuple[str, str | None]) -> str:
    kind, error = wanted
    return f"{kind} with {error}" if error else kind
