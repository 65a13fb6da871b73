"""The machine is this table, and nothing else is.

Two rules:

1. A flow *rests* in a state. A call in the air is no state: before the reply the flow is where it was, after it
   the reply has turned out to be an *event*, and the table says where that event leads.
2. What is not in the table does not happen. A verb without a row for the state a flow rests in is refused before
   anything is sent.

There are no guards and no callbacks. What would be a guard elsewhere ("was the code right?") is here a choice
between events (``tokens_issued`` or ``code_rejected``), made by whoever reads the reply. So the table can be
printed, drawn, searched and walked without running anything, and all of that is done with it: the interpreter,
"may I do this now?", the diagrams, the table in the README, and the proofs in the tests read these same rows.

Eight words are states one meets on the way or at the end:

``started``        nobody has proved anything yet
``authenticated``  the first proof was right: a password, a refresh token, or an access token for the MFA API
``mfa_required``   Auth0 wants a second proof; the person chooses which
``enrolling``      a new factor waits for its first proof
``challenging``    a known factor waits for its proof
``confirmed``      tokens were issued: the only state that ever holds them
``expired``        the mfa_token ran out before the proof came
``failed``         Auth0 will not let this login go on
``cancelled``      the person gave up

A *verb* is what the caller does; an *event* is what came of it. ``login`` makes two or three moves at once: the
password is accepted (``authenticated``), a second factor is demanded (``mfa_required``), and the authenticators
are listed (still ``mfa_required``). Each pair (event, source) stands in one row only, so an event always leads to
one place; a row may be reached by several verbs.

A flow that manages the factors of a signed-in person has no mfa_token but an access token. Where another flow
would be back at ``mfa_required``, it moves on at once to ``authenticated`` by ``still_signed_in``: one row instead
of a second copy of half the table.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from attrs import frozen


class State(StrEnum):
    """Where a flow rests."""

    STARTED = "started"
    AUTHENTICATED = "authenticated"
    MFA_REQUIRED = "mfa_required"
    ENROLLING = "enrolling"
    CHALLENGING = "challenging"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({State.CONFIRMED, State.EXPIRED, State.FAILED, State.CANCELLED})
OPEN = tuple(state for state in State if state not in ENDS)
# Where a person's answer is awaited.
WAITING = (State.ENROLLING, State.CHALLENGING)


@frozen
class Row:
    """One arrow: in ``source``, ``event`` leads to ``dest``. ``verb`` names the verb it comes of, or several
    with commas between, or ``any``; ``why`` is a sentence for people. ``opens`` names those of the verbs that one
    may call in ``source``: all of them, unless the row is a later move of a verb that was called elsewhere."""

    verb: str
    event: str
    source: State
    dest: State
    why: str
    opens: str | None = None

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs this event can come of."""
        return tuple(self.verb.split(", "))

    @property
    def openers(self) -> tuple[str, ...]:
        """The verbs that may be called in ``source`` because of this row."""
        if self.opens is None:
            return () if self.verb == "any" else self.verbs
        return tuple(self.opens.split(", ")) if self.opens else ()


Arrows = Iterable[tuple[State, State]]


def _rows(verb: str, event: str, arrows: Arrows, why: str) -> Iterator[Row]:
    return (Row(verb, event, source, dest, why) for source, dest in arrows)


def _same(states: Iterable[State]) -> Arrows:
    return ((state, state) for state in states)


def _to(dest: State, sources: Iterable[State]) -> Arrows:
    return ((source, dest) for source in sources)


_S = State
# A choice is made by its own verb or, where there is only one and the caller wants it so, by the verb that led to it.
ON_THE_WAY = ("login", "begin", "refresh", "confirm", "wait")
_OTHERS = ", ".join(ON_THE_WAY)
_DETAILS = "a phone number or address that cannot be used: ask again"

TRANSITIONS: tuple[Row, ...] = (
    # The first proof.
    Row("login", "password_accepted", _S.STARTED, _S.AUTHENTICATED, "the password was right"),
    Row("login", "password_rejected", _S.STARTED, _S.STARTED, "wrong e-mail or password: ask again"),
    Row("refresh", "refresh_accepted", _S.STARTED, _S.AUTHENTICATED, "the refresh token was good"),
    Row("refresh", "refresh_rejected", _S.STARTED, _S.STARTED, "the refresh token is no longer good: log in"),
    Row("manage", "signed_in", _S.STARTED, _S.AUTHENTICATED, "an access token for the MFA API is held"),
    Row("login, refresh", "tokens_issued", _S.AUTHENTICATED, _S.CONFIRMED, "no second factor was asked for", ""),
    # The second factor is demanded, and there is something to choose from.
    Row("login, refresh", "mfa_demanded", _S.AUTHENTICATED, _S.MFA_REQUIRED, "a second factor is asked for", ""),
    Row("begin", "mfa_demanded", _S.STARTED, _S.MFA_REQUIRED, "a second factor was asked for elsewhere"),
    Row(
        "login, begin, refresh, enroll, challenge, resend, confirm, wait, authenticators",
        "listed",
        _S.MFA_REQUIRED,
        _S.MFA_REQUIRED,
        "which authenticators there are",
        "authenticators",
    ),
    Row(
        "manage, enroll, remove, confirm, wait, resend, go_back, authenticators",
        "listed",
        _S.AUTHENTICATED,
        _S.AUTHENTICATED,
        "which authenticators there are",
        "authenticators",
    ),
    # A new factor.
    Row(
        "enroll, " + _OTHERS,
        "associated",
        _S.MFA_REQUIRED,
        _S.ENROLLING,
        "a new factor waits for its first proof",
        "enroll",
    ),
    Row("enroll", "associated", _S.AUTHENTICATED, _S.ENROLLING, "a further factor waits for its first proof"),
    Row("enroll, resend", "associated", _S.ENROLLING, _S.ENROLLING, "once more: a fresh message, or another factor"),
    Row(
        "enroll, " + _OTHERS,
        "already_enrolled",
        _S.MFA_REQUIRED,
        _S.MFA_REQUIRED,
        "an active factor must be used first",
        "enroll",
    ),
    Row("enroll, resend", "already_enrolled", _S.ENROLLING, _S.MFA_REQUIRED, "an active factor must be used first"),
    Row(
        "enroll, " + _OTHERS,
        "details_rejected",
        _S.MFA_REQUIRED,
        _S.MFA_REQUIRED,
        _DETAILS,
        "enroll",
    ),
    Row("enroll", "details_rejected", _S.AUTHENTICATED, _S.AUTHENTICATED, _DETAILS),
    Row("enroll, resend", "details_rejected", _S.ENROLLING, _S.ENROLLING, _DETAILS),
    # A known factor.
    Row(
        "challenge, " + _OTHERS,
        "challenged",
        _S.MFA_REQUIRED,
        _S.CHALLENGING,
        "a code or a push is on its way",
        "challenge",
    ),
    Row("challenge, resend", "challenged", _S.CHALLENGING, _S.CHALLENGING, "once more, or by another factor"),
    # A factor that cannot be used now, or not by this person: the list is read again.
    Row(
        "enroll, challenge, " + _OTHERS,
        "unavailable",
        _S.MFA_REQUIRED,
        _S.MFA_REQUIRED,
        "choose another factor",
        "enroll, challenge",
    ),
    Row("enroll, remove", "unavailable", _S.AUTHENTICATED, _S.AUTHENTICATED, "choose another factor"),
    Row("enroll, resend, confirm, wait", "unavailable", _S.ENROLLING, _S.MFA_REQUIRED, "choose another factor"),
    Row("challenge, resend, confirm, wait", "unavailable", _S.CHALLENGING, _S.MFA_REQUIRED, "choose another factor"),
    # The proof.
    *_rows("confirm, wait", "code_rejected", _same(WAITING), "wrong code; the door stays open"),
    *_rows("confirm, wait", "still_pending", _same(WAITING), "the phone has not answered"),
    *_rows("confirm, wait", "push_denied", _to(_S.MFA_REQUIRED, WAITING), "the person pressed No"),
    *_rows("confirm, wait", "code_expired", _to(_S.MFA_REQUIRED, WAITING), "too late: ask for a new one"),
    *_rows("confirm, wait", "mfa_demanded", _to(_S.MFA_REQUIRED, WAITING), "right, and a further factor is asked for"),
    *_rows("confirm, wait", "tokens_issued", _to(_S.CONFIRMED, WAITING), "the proof was right"),
    # Another way.
    *_rows("go_back", "went_back", _to(_S.MFA_REQUIRED, WAITING), "another way"),
    Row(
        "go_back, confirm, wait, enroll, resend",
        "still_signed_in",
        _S.MFA_REQUIRED,
        _S.AUTHENTICATED,
        "an access token is held: nothing is demanded",
        "",
    ),
    Row("remove", "removed", _S.AUTHENTICATED, _S.AUTHENTICATED, "an authenticator is gone"),
    # What any verb can come upon. These rows open no verb: they only say where it ends.
    *_rows("any", "throttled", _same(OPEN), "a bucket is empty; it refills"),
    *_rows("any", "token_expired", _to(_S.EXPIRED, OPEN[1:]), "the mfa_token is over: log in again"),
    *_rows("any", "refused", _to(_S.FAILED, OPEN), "Auth0 will not go on"),
    *_rows("cancel", "cancelled", _to(_S.CANCELLED, OPEN), "the person gave up"),
)


def verbs_from(state: State) -> tuple[str, ...]:
    """The verbs one may call in this state, in the table's order. Any other is refused before anything is sent."""
    return _VERBS[state]


_VERBS = {
    state: tuple(dict.fromkeys(verb for row in TRANSITIONS if row.source is state for verb in row.openers))
    for state in State
}
