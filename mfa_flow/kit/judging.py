"""What is judged of a front end, turn by turn: each judge knows one kind of bug, and says its name, or None.

No judge repeats what the person saw or typed: a token, a recovery code or a secret may be in it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, get_args

from attrs import evolve, field, frozen

from mfa_flow.kit.costs import Cost, cost_of, spent
from mfa_flow.kit.deeds import RESTART
from mfa_flow.kit.driving import Turn
from mfa_flow.kit.stage import TRIP
from mfa_flow.machine.prompts import Prompt
from mfa_flow.testing.control.requests import Entry

# Seconds between two polls, as the guide for push says.
PACE = 5.0
ANOTHER = "another question"
_KINDS = frozenset(kind.kind for kind in get_args(Prompt))
_KEY = re.compile("[a-z_]{1,40}")
Told = tuple[str, str | None]
Reads = Callable[[Any], Told]


@frozen
class Seen:
    """What a front end did in a turn: what it showed (None: it raised an error of the library's), what it showed when
    it was looked at after that, all texts until now, and the requests that came of it."""

    shown: object = field(repr=False)
    looked: object = field(repr=False)
    texts: Sequence[str] = field(repr=False)
    made: Sequence[Entry]
    reads: Reads | None = None


def bugs(turn: Turn, seen: Seen) -> Iterator[str]:
    """All that is wrong, the most telling first."""
    for judge in (polls, retries, requests, recovery_codes, prompts):
        found = judge(turn, seen)
        if found:
            yield found


def polls(turn: Turn, seen: Seen) -> str | None:
    """A push is asked for at the pace Auth0 allows."""
    times = [one.at for one in seen.made if one.grant == "mfa-oob"]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    if turn.deed.verb == "wait" and gaps and min(gaps) < PACE - TRIP:
        return f"polls too fast: again after {min(gaps):.1f} s, and Auth0 allows one poll in {PACE:g} s"
    return None


def retries(turn: Turn, seen: Seen) -> str | None:
    """Nothing that costs something is sent twice for one thing a person did."""
    planned, verb = Counter(spent(turn.made, turn.deed)), turn.deed.verb
    for cost, times in Counter(spent(map(cost_of, seen.made), turn.deed)).items():
        if times > 1 and times > planned[cost]:
            return f"retries {_one(verb)}: {times} requests to {_asked(cost)} for one answer, and each spends something"
    return None


def requests(turn: Turn, seen: Seen) -> str | None:
    """What the person did reaches Auth0, and nothing that nobody did."""
    planned = Counter(spent(turn.made, turn.deed))
    made = Counter(spent(map(cost_of, seen.made), turn.deed))
    if missing := planned - made:
        return f"does nothing about it: no request to {_asked(*missing)} is made, which {_one(turn.deed.verb)} needs"
    if more := made - planned:
        return f"spends what nobody asked for: a request to {_asked(*more)} at {_one(turn.deed.verb)}"
    return None


def recovery_codes(turn: Turn, seen: Seen) -> str | None:
    """Recovery codes reach the person: nobody else will ever have them."""
    new = getattr(turn.prompt, "recovery_code", None)
    codes = [*turn.prompt.recovery_codes, *([new] if new else [])]
    lost = [code for code in codes if not any(code in text for text in seen.texts)]
    return "forgets the recovery codes: they are told once, and it did not show them" if lost else None


def prompts(turn: Turn, seen: Seen) -> str | None:
    """The person is asked what Auth0 waits for, and told why the last answer was refused; after an error of the
    library's, which a front end tells in its own words, whoever looks again sees that the question still stands."""
    told = turn.prompt.kind, turn.prompt.error.key if turn.prompt.error else None
    if turn.error is None:
        return _wrong(turn, told, _read(seen.shown, turn.prompt, seen.reads))
    claimed = _claimed(seen.shown)
    if claimed not in (None, turn.prompt.kind):
        return f"{_bug(turn)}: expected {told[0]}, it shows {_worded((claimed or ANOTHER, None))}"
    return _wrong(turn, told, _read(seen.looked, turn.prompt, seen.reads))


def text_of(seen: object) -> str:
    """All of it, as text."""
    if isinstance(seen, str):
        return seen
    told = getattr(seen, "to_json", None)
    return str(told()) if told is not None else json.dumps(seen, default=str)


def _wrong(turn: Turn, wanted: Told, found: Told) -> str | None:
    if wanted == found:
        return None
    if wanted[0] == found[0] and found[1] is None and turn.error is None:
        return f"does not tell why the last answer was refused: expected {_worded(wanted)}, it shows {_worded(found)}"
    return f"{_bug(turn)}: expected {_worded(wanted)}, it shows {_worded(found)}"


def _bug(turn: Turn) -> str:
    if turn.error is not None:
        return "loses its place after an error"
    if turn.deed.verb == RESTART:
        return "loses the state on restart"
    denied = any(move.event == "push_denied" for move in turn.moves)
    return "shows the wrong prompt" + (" after a denial" if denied else "")


def _read(seen: object, prompt: Prompt, reads: Reads | None) -> Told:
    """The kind of prompt and the error that are shown: by the JSON's word, or by the library's own words."""
    if reads is not None:
        return reads(seen)
    text, kind = text_of(seen), _claimed(seen)
    if kind is None:
        kind = prompt.kind if _question(prompt) in text else ANOTHER
    elif (error := _object(seen).get("error")) is not None:
        return kind, error.get("key") if isinstance(error, dict) else str(error)
    return kind, prompt.error.key if prompt.error and prompt.error.text in text else None


def _claimed(seen: object) -> str | None:
    """The kind of prompt that JSON says it is."""
    kind = _object(seen).get("kind")
    return kind if isinstance(kind, str) else None


def _object(seen: object) -> dict[str, Any]:
    try:
        found = json.loads(text_of(seen))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _question(prompt: Prompt) -> str:
    return evolve(prompt, error=None, recovery_codes=(), interrupted=None).text()


def _worded(told: Told) -> str:
    """What is no word of the library's is not repeated."""
    kind, error = told
    shown = kind if kind in _KINDS else ANOTHER
    return f"{shown} with {error if _KEY.fullmatch(error) else 'another error'}" if error else shown


def _one(verb: str) -> str:
    return f"{'an' if verb[0] in 'aeiou' else 'a'} {verb}"


def _asked(*made: Cost) -> str:
    return " and ".join(f"{one.path} ({one.grant})" if one.grant else one.path for one in made)
