"""The scenes: how each row of the table is brought about by somebody who logs in, enrols, is challenged, manages."""

from collections.abc import Iterable

from attrs import evolve

from mfa_flow.kit import faults
from mfa_flow.kit.answers import ANSWERS
from mfa_flow.kit.deeds import RESTART, Deed, Scene
from mfa_flow.kit.faults import Mishap
from mfa_flow.machine.table import State

_S = State
_STARTED, _IN, _REQUIRED = _S.STARTED, _S.AUTHENTICATED, _S.MFA_REQUIRED
_ENROLLING, _CHALLENGING = _S.ENROLLING, _S.CHALLENGING
_USER = ("<email>", "<password>")
_DETAILS = {"sms": {"phone_number": "<phone>"}, "voice": {"phone_number": "<phone>"}}
_BAD_PHONE = {"phone_number": "+15005550001"}
_SENT = ("sms", "voice", "email", "push")
_CODES = ("sms", "voice", "email", "otp")

_HOUR = Mishap("an_hour", "an hour passes", world=lambda person: person.tenant.clock.advance(3600))
_GIVEN = ANSWERS["user_blocked"]
_BLOCKED = Mishap("user_blocked", "the account is blocked", {"status": _GIVEN.status, "body": _GIVEN.payload})
_SUSPICIOUS = "We have detected suspicious login behavior and further attempts will be blocked."
_LIMITED = {"status": 429, "body": {"error": "too_many_attempts", "error_description": _SUSPICIOUS}}
_TOO_MANY = Mishap("suspicious_logins", "too many wrong passwords came from here", _LIMITED)
_SLOW = ANSWERS["slow_down"]
_TOO_FAST = Mishap(
    "slow_down",
    "the tenant wants to be asked less often",
    {"status": _SLOW.status, "body": _SLOW.payload, "headers": {"Retry-After": "10"}},
)
_SLOWER = _TOO_FAST + faults.late_push

_LOGIN = Deed("logged in", "login", _STARTED, ("password_accepted", "mfa_demanded", "listed"), "choose", _USER)
_MANAGE = Deed("signed in", "manage", _STARTED, ("signed_in", "listed"), "choose", ("<access token>",))


def _anywhere(state: State) -> Iterable[Deed]:
    """What may come upon a person in any open state."""
    yield Deed("cancel", "cancel", state, ("cancelled",), "stopped", last=True)
    if state is not _STARTED:
        yield Deed("restart", RESTART, state, (), "*")


def _overdue(state: State, verb: str, given: tuple[str, ...] = ()) -> Deed:
    return Deed("too late", verb, state, ("token_expired",), "stopped", given, meanwhile=_HOUR, last=True)


def _blocked(state: State, verb: str, given: tuple[str, ...] = ()) -> Deed:
    return Deed("blocked", verb, state, ("refused",), "stopped", given, meanwhile=_BLOCKED, last=True)


def _asked(factor: str) -> str:
    return {"otp": "scan", "push": "scan"}.get(factor, "ask_code")


def _enroll(factor: str, at: State, name: str = "enroll") -> Deed:
    return Deed(name, "enroll", at, ("associated",), _asked(factor), (factor,), _DETAILS.get(factor, {}))


def _challenge(factor: str) -> Deed:
    shown = "wait" if factor == "push" else "ask_code"
    return Deed("challenge", "challenge", _REQUIRED, ("challenged",), shown, ("<authenticator>",))


def _answers(factor: str, at: State, back: tuple[str, ...] = ()) -> Iterable[Deed]:
    """What can be answered to the question of a factor; ``back`` is what follows where it leads back to the choice."""
    shown = _challenge(factor).shows if at is _CHALLENGING else _asked(factor)
    proof = () if factor == "push" else ("<right code>",)
    if factor == "push":
        yield Deed("not yet", "confirm", at, ("still_pending",), shown)
        no = ("push_denied", *back)
        yield Deed("denied", "wait", at, (*("still_pending",) * 3, *no), "choose", meanwhile=faults.late_denial)
        yes = (*("still_pending",) * 3, "tokens_issued")
        yield Deed("approved", "wait", at, yes, "done", meanwhile=faults.late_push, last=True)
        yield Deed("told to slow down", "wait", at, (yes[0], *yes[2:]), "done", meanwhile=_SLOWER, last=True)
    else:
        yield Deed("wrong code", "confirm", at, ("code_rejected",), shown, ("<wrong code>",))
        yield Deed("confirmed", "confirm", at, ("tokens_issued",), "done", proof, last=True)
    if factor in _SENT:
        entered = "challenged" if at is _CHALLENGING else "associated"
        yield Deed("resend", "resend", at, (entered,), shown)
        late = ("code_expired", *back)
        yield Deed("late", "confirm", at, late, "choose", proof, meanwhile=faults.expired_code)
    if factor in _CODES:
        told, none = ("throttled",), faults.exhausted_attempts
        yield Deed("locked out", "confirm", at, told, "pause", ("<wrong code>",), meanwhile=none, last=True)
    yield _overdue(at, "confirm", proof)
    yield _blocked(at, "confirm", proof)


def _enrolling(factor: str, **more: object) -> Scene:
    """Somebody without a factor sets this one up."""
    deeds = [*_answers(factor, _ENROLLING), *_anywhere(_ENROLLING), _enroll(factor, _REQUIRED, "enroll again")]
    deeds += [Deed("go back", "go_back", _ENROLLING, ("went_back",), "choose")]
    if factor in ("sms", "voice"):
        bad = Deed("bad number", "enroll", _ENROLLING, ("details_rejected",), "ask_code", (factor,), _BAD_PHONE)
        known = ("already_enrolled", "listed")
        meanwhile = faults.already_enrolled
        deeds += [bad, Deed("enrolled elsewhere", "resend", _ENROLLING, known, "choose", (), {}, meanwhile, last=True)]
    return Scene(f"{factor}-enroll", (_LOGIN, _enroll(factor, _REQUIRED)), tuple(deeds), factor, **more)  # type: ignore[arg-type]


def _challenged(factor: str) -> Scene:
    """Somebody who has this factor proves it."""
    deeds = [*_answers(factor, _CHALLENGING), *_anywhere(_CHALLENGING), evolve(_challenge(factor), name="once more")]
    deeds += [Deed("go back", "go_back", _CHALLENGING, ("went_back",), "choose")]
    if factor in ("sms", "email", "voice"):
        gone = ("unavailable", "listed")
        meanwhile = faults.factor_removed
        deeds += [Deed("removed elsewhere", "resend", _CHALLENGING, gone, "choose", (), {}, meanwhile, last=True)]
    owns = ("sms",) if factor == "recovery" else (factor,)
    return Scene(f"{factor}-challenge", (_LOGIN, _challenge(factor)), tuple(deeds), factor, owns)


def _ways_in() -> Iterable[Scene]:
    """What comes of the first proof."""
    wrong = Deed("wrong password", "login", _STARTED, ("password_rejected",), "ask_password", ("<email>", "wrong"))
    fast = Deed("too many logins", "login", _STARTED, ("throttled",), "pause", _USER, {}, _TOO_MANY)
    old = Deed("old refresh token", "refresh", _STARTED, ("refresh_rejected",), "ask_password", ("v1.old",))
    first = (wrong, fast, old, _blocked(_STARTED, "login", _USER), *_anywhere(_STARTED), _LOGIN)
    listed = Deed("list", "authenticators", _REQUIRED, ("listed",), "choose")
    second = (
        listed,
        *_anywhere(_REQUIRED),
        _overdue(_REQUIRED, "authenticators"),
        _blocked(_REQUIRED, "authenticators"),
    )
    second += (Deed("enrolled already", "enroll", _REQUIRED, ("already_enrolled", "listed"), "choose", ("otp",)),)
    yield Scene("login", (), (*first, *second), "otp", ("otp",))
    done = ("password_accepted", "tokens_issued")
    free = Deed("logged in", "login", _STARTED, done, "done", _USER, last=True)
    again = ("refresh_accepted", "tokens_issued")
    kept = Deed("refreshed", "refresh", _STARTED, again, "done", ("<refresh token>",), last=True)
    yield Scene("no-mfa", (), (free, kept), user={"mfa": False})
    asked = ("refresh_accepted", "mfa_demanded", "listed")
    stepped = Deed("stepped up", "refresh", _STARTED, asked, "choose", ("<refresh token>",))
    yield Scene("refresh", (stepped,), (_challenge("otp"), *second), "otp", ("otp",), {"refresh_mfa": True})
    begun = Deed("begun", "begin", _STARTED, ("mfa_demanded", "listed"), "choose", ("<mfa token>",))
    yield Scene("begin", (begun,), (_challenge("otp"), *second), "otp", ("otp",))


def _choosing() -> Iterable[Scene]:
    """What may go wrong with a choice."""
    bad = Deed("bad number", "enroll", _REQUIRED, ("details_rejected",), "choose", ("sms",), _BAD_PHONE)
    many = Deed("too many messages", "enroll", _REQUIRED, ("throttled",), "pause", ("sms",), _DETAILS["sms"])
    many = evolve(many, meanwhile=faults.exhausted_messages, last=True)
    off = Deed("switched off", "enroll", _REQUIRED, ("unavailable", "listed"), "choose", ("voice",), _DETAILS["voice"])
    knobs = {"factors": ("otp", "sms")}
    offers = (bad, many, off, _enroll("otp", _REQUIRED), *_anywhere(_REQUIRED))
    yield Scene("choose", (_LOGIN,), offers, "otp", knobs=knobs)
    other = evolve(off, at=_ENROLLING)
    again = evolve(_enroll("otp", _ENROLLING), name="again")
    yield Scene("switch", (_LOGIN, _enroll("otp", _REQUIRED)), (other, again), "otp", knobs=knobs)


def _further() -> Iterable[Scene]:
    """One proof is not enough."""
    more = ("mfa_demanded", "listed")
    for factor, at, opening, owns in (
        ("otp", _ENROLLING, _enroll("otp", _REQUIRED), ()),
        ("sms", _CHALLENGING, _challenge("sms"), ("sms", "otp")),
    ):
        right = Deed("one more", "confirm", at, more, "choose", ("<right code>",))
        deeds = (right, Deed("wrong code", "confirm", at, ("code_rejected",), opening.shows, ("<wrong code>",)))
        cancel = Deed("cancel", "cancel", _REQUIRED, ("cancelled",), "stopped", last=True)
        name = f"two-factors-{'enroll' if at is _ENROLLING else 'challenge'}"
        yield Scene(name, (_LOGIN, opening), (*deeds, cancel), factor, owns, {"factors": 2})


def _managing() -> Iterable[Scene]:
    """Somebody who is signed in adds and removes factors."""
    back = ("still_signed_in", "listed")
    gone = Deed("removed", "remove", _IN, ("removed", "listed"), "choose", ("<authenticator>",))
    code = Deed("recovery stays", "remove", _IN, ("unavailable", "listed"), "choose", ("<recovery>",))
    bad = Deed("bad number", "enroll", _IN, ("details_rejected",), "choose", ("sms",), _BAD_PHONE)
    many = Deed("too many messages", "enroll", _IN, ("throttled",), "pause", ("sms",), _DETAILS["sms"])
    many = evolve(many, meanwhile=faults.exhausted_messages, last=True)
    listed = Deed("list", "authenticators", _IN, ("listed",), "choose")
    here = (gone, code, bad, many, listed, *_anywhere(_IN))
    ends = (_overdue(_IN, "authenticators"), _blocked(_IN, "authenticators"))
    yield Scene("manage", (_MANAGE,), (*here, *ends, _enroll("sms", _IN)), "otp", ("otp",))
    returned = Deed("go back", "go_back", _ENROLLING, ("went_back", *back), "choose")
    deeds = (returned, *_answers("push", _ENROLLING, back), _enroll("push", _IN, "enroll again"))
    yield Scene("manage-push", (_MANAGE, _enroll("push", _IN)), deeds, "push", ("otp",))


SCENES: tuple[Scene, ...] = (
    *_ways_in(),
    *_choosing(),
    *(_enrolling(factor) for factor in ("sms", "voice", "email", "otp", "push")),
    *(_challenged(factor) for factor in ("sms", "voice", "email", "otp", "push", "recovery")),
    *_further(),
    *_managing(),
)
