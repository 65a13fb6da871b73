"""What is judged of a front end, turn by turn: each judge knows one kind of bug, and says its name, or None.

No judge repeats what the person saw or typed: a token, a recovery code or a secret may be in it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from urllib.parse import unquote

from attrs import field, frozen

from mfa_flow.factors.codes import bare
from mfa_flow.kit.claims import Reads, Told, claim, claim_after_error, lacks, text_of, worded
from mfa_flow.kit.costs import Cost, cost_of, spent
from mfa_flow.kit.deeds import RESTART
from mfa_flow.kit.driving import Turn
from mfa_flow.kit.stage import TRIP
from mfa_flow.testing.control.requests import Entry

# Seconds between two polls, as the guide for push says; and what the walks' tenant asks for where it asks for more.
PACE, SLOWER = 5.0, 10.0
_ONE = "/mfa/authenticators/"


@frozen
class Seen:
    """What a front end did in a turn: what it showed (None: it raised an error of the library's), what it showed when
    it was looked at after that, all texts until now, and the requests that came of it.

    ``given`` is what the person gave, ``strange`` the numbers and addresses enrolled at the tenant that nobody gave,
    and ``tokens`` those that the tenant has issued.
    """

    shown: object = field(repr=False)
    looked: object = field(repr=False)
    texts: Sequence[str] = field(repr=False)
    made: Sequence[Entry]
    reads: Reads | None = None
    given: Sequence[str] = field(default=(), repr=False)
    strange: Collection[str] = field(default=(), repr=False)
    tokens: Collection[str] = field(default=(), repr=False)


def bugs(turn: Turn, seen: Seen) -> Iterator[str]:
    """All that is wrong, the most telling first."""
    for judge in (polls, retries, requests, passes_on, shows_tokens, recovery_codes, prompts):
        found = judge(turn, seen)
        if found:
            yield found


def polls(turn: Turn, seen: Seen) -> str | None:
    """A push is asked for at the pace Auth0 allows."""
    for sooner, later in pairwise(filter(_polls, seen.made)):
        gap, pace = later.at - sooner.at, SLOWER if sooner.error == "slow_down" else PACE
        if gap < pace - TRIP:
            return f"polls too fast: again after {gap:.1f} s, and Auth0 wants {pace:g} s between two polls"
    return None


def retries(turn: Turn, seen: Seen) -> str | None:
    """Nothing that costs something is sent twice for one thing a person did."""
    planned, verb = Counter(spent(turn.made, turn.deed)), turn.deed.verb
    for cost, times in Counter(spent(map(cost_of, seen.made), turn.deed)).items():
        if times > 1 and times > planned[cost]:
            if any(map(_polls, seen.made)):
                return f"polls more often than it is asked to: {times} requests to {_asked(cost)} for {_one(verb)}"
            return f"retries {_one(verb)}: {times} requests to {_asked(cost)} for one answer, and each spends something"
    return None


def requests(turn: Turn, seen: Seen) -> str | None:
    """What the person did reaches Auth0, and nothing that nobody did."""
    planned = Counter(spent(turn.made, turn.deed))
    made = Counter(spent(map(cost_of, seen.made), turn.deed))
    if missing := planned - made:
        return f"does nothing about it: no request to {_asked(*missing)} is made, which {_one(turn.deed.verb)} needs"
    if more := made - planned:
        does = "polls though nobody asked" if any(map(_polls, seen.made)) else "spends what nobody asked for"
        return f"{does}: a request to {_asked(*more)} at {_one(turn.deed.verb)}"
    return None


def passes_on(turn: Turn, seen: Seen) -> str | None:
    """What the person chose or typed is what reaches Auth0."""
    verb = turn.deed.verb
    if verb in ("challenge", "remove") and any(one not in (None, seen.given[0]) for one in map(_picked, seen.made)):
        return f"does not pass on what was given: it {verb}s another authenticator than the one that was chosen"
    if seen.strange:
        return "does not pass on what was given: it sets up another number or address"
    return None


def shows_tokens(turn: Turn, seen: Seen) -> str | None:
    """Tokens are the service's, and never shown."""
    shown = f"{text_of(seen.shown)}\n{text_of(seen.looked)}"
    return "shows tokens: they are for the service alone" if any(one in shown for one in seen.tokens) else None


def recovery_codes(turn: Turn, seen: Seen) -> str | None:
    """Recovery codes reach the person: nobody else will ever have them."""
    new = getattr(turn.prompt, "recovery_code", None)
    codes = [*turn.prompt.recovery_codes, *([new] if new else [])]
    told = [bare(text) for text in seen.texts]
    lost = [code for code in codes if not any(bare(code) in text for text in told)]
    return "forgets the recovery codes: they are told once, and it did not show them" if lost else None


def prompts(turn: Turn, seen: Seen) -> str | None:
    """The person is asked what Auth0 waits for, and told why the last answer was refused; after an error of the
    library's, which a front end tells in its own words, whoever looks again sees that the question still stands."""
    told = turn.prompt.kind, turn.prompt.error.key if turn.prompt.error else None
    if turn.error is None:
        wrong = _wrong(turn, told, claim(seen.shown, turn.prompt, seen.reads))
        return wrong or (lacks(seen.shown, turn.prompt) if seen.reads is None else None)
    if claimed := claim_after_error(seen.shown, turn.prompt, seen.reads):
        return f"{_bug(turn)}: expected {told[0]}, it shows {worded(claimed)}"
    return _wrong(turn, told, claim(seen.looked, turn.prompt, seen.reads))


def _wrong(turn: Turn, wanted: Told, found: Told) -> str | None:
    if wanted == found:
        return None
    if wanted[0] == found[0] and found[1] is None and turn.error is None:
        return f"does not tell why the last answer was refused: expected {worded(wanted)}, it shows {worded(found)}"
    return f"{_bug(turn)}: expected {worded(wanted)}, it shows {worded(found)}"


def _bug(turn: Turn) -> str:
    if turn.error is not None:
        return "loses its place after an error"
    if turn.deed.verb == RESTART:
        return "loses the state on restart"
    denied = any(move.event == "push_denied" for move in turn.moves)
    return "shows the wrong prompt" + (" after a denial" if denied else "")


def _polls(made: Entry) -> bool:
    """Whether it asks how a push stands, which spends nothing."""
    return made.grant == "mfa-oob" and "binding_code" not in made.fields


def _picked(made: Entry) -> str | None:
    """The authenticator a request is about, where it names one."""
    if made.method == "DELETE" and made.path.startswith(_ONE):
        return unquote(made.path.removeprefix(_ONE))
    return made.fields.get("authenticator_id")


def _one(verb: str) -> str:
    return f"{'an' if verb[0] in 'aeiou' else 'a'} {verb}"


def _asked(*made: Cost) -> str:
    return " and ".join(f"{one.path} ({one.grant})" if one.grant else one.path for one in made)
