"""What a deed costs on the wire: the requests it should make, to be compared with those that were made."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from attrs import frozen

from mfa_flow.kit.deeds import Deed, Scene
from mfa_flow.kit.faults import Mishap
from mfa_flow.machine.table import State
from mfa_flow.testing.control.requests import Entry
from mfa_flow.testing.wire.routes import PATHS

_TOKEN, _ASSOCIATE, _CHALLENGE, _LIST = "/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators"
_ONE = f"{_LIST}/{{id}}"
# The grants that prove a factor; all others are proved by a code that was sent, or a push.
_PROOFS = {"otp": "mfa-otp", "recovery": "mfa-recovery-code"}


@frozen
class Cost:
    """One request, as far as it may be told."""

    method: str
    path: str
    grant: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" ({self.grant})" if self.grant else "")


def cost_of(entry: Entry) -> Cost:
    """What was asked, by the names that are known: in any other path could be a secret."""
    path = entry.path if entry.path in PATHS else _ONE if entry.path.startswith(f"{_LIST}/") else "(another path)"
    return Cost(entry.method, path, entry.grant)


def costs(deed: Deed, scene: Scene) -> tuple[Cost, ...]:
    """The requests of a deed, in order. What is known to be too late sends nothing."""
    if "token_expired" in deed.events:
        return ()
    return (*_first(deed, scene.factor), *[Cost("GET", _LIST)] * deed.events.count("listed"))


def spent(made: Iterable[Cost], deed: Deed) -> list[Cost]:
    """Those that spend something. Reading the list costs nothing, and however often one waits is one waiting."""
    spending = [one for one in made if one.method != "GET"]
    return list(dict.fromkeys(spending)) if deed.verb == "wait" else spending


def strikes(fault: Mishap, made: Iterable[Cost]) -> bool:
    """Whether all of a fault that waits for an answer finds it among these."""
    answers = [part.answer for part in fault.parts if part.answer is not None]
    return all(
        sum(_fits(one, each.get("path", "*"), each.get("grant")) for one in made) >= each.get("nth", 1)
        for each in answers
    )


def aimed(fault: Mishap, at: Cost) -> Mishap:
    """The fault, meant for this request where it would wait for any."""
    answers = [part.answer for part in fault.parts if part.answer is not None]
    if not answers or any({"path", "grant", "nth"} & each.keys() for each in answers):
        return fault
    return fault.meant(at.path.replace("{id}", "*"), grant=at.grant)


def _fits(made: Cost, path: str, grant: str | None) -> bool:
    return fnmatchcase(made.path, path) and grant in (None, made.grant)


def _first(deed: Deed, factor: str) -> Iterator[Cost]:
    match deed.verb:
        case "login" | "refresh":
            yield Cost("POST", _TOKEN, {"login": "password"}.get(deed.verb, "refresh_token"))
        case "enroll":
            yield Cost("POST", _ASSOCIATE)
        case "resend" if deed.at is State.ENROLLING:
            yield Cost("POST", _ASSOCIATE)
        case "challenge" | "resend" if factor not in _PROOFS:
            yield Cost("POST", _CHALLENGE)
        case "confirm" | "wait":
            polls = 1 + deed.events.count("still_pending") if deed.verb == "wait" else 1
            yield from [Cost("POST", _TOKEN, _PROOFS.get(factor, "mfa-oob"))] * polls
        case "remove":
            yield Cost("DELETE", _ONE)
        case "authenticators" if "listed" not in deed.events:
            yield Cost("GET", _LIST)
