"""When a password is too little, what else is asked for, and when it is enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from mfa_flow.testing.texts import MFA_REQUIRED, NO_FACTOR_LEFT, NOT_REQUIRED, Refused
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.issuing import tokens
from mfa_flow.testing.wire.sessions import Session
from mfa_flow.testing.world.people import User


def asks_for_more(session: Session) -> bool:
    """Whether a password is too little. For the MFA API it is enough for who has no factor to prove."""
    return session.user.enrolled if session.is_mfa else session.user.mfa


def refused_for_mfa(desk: Desk, session: Session) -> Refused:
    """The refusal that goes on: a token for a fresh session and, where there are requirements, what they are."""
    wanted = requirements_of(desk, session.user)
    if wanted is not None:
        session = _required(desk, session, wanted)
    session = evolve(session, id=desk.world.mint.opaque())
    extra: dict[str, Any] = {"mfa_token": desk.new_mfa_token(session)}
    lists = {"challenge": session.challenge, "enroll": session.enroll}
    if wanted is not None:
        extra["mfa_requirements"] = {name: [{"type": each} for each in types] for name, types in lists.items() if types}
    return Refused(MFA_REQUIRED, extra=extra)


def proved(desk: Desk, session: Session, kind: str) -> dict[str, Any]:
    """One more factor is proved: tokens, or the next one is asked for."""
    session = session.with_proof(kind)
    if not session.by_access_token and len(session.proved) < session.user.factors:
        raise refused_for_mfa(desk, session)
    return tokens(desk, session)


def requirements_of(desk: Desk, user: User) -> Mapping[str, Sequence[str]] | None:
    """The user's own, else the tenant's."""
    return desk.world.knobs.requirements if user.requirements is None else user.requirements


def check_type(session: Session, kind: str) -> None:
    """Refuse to take a proof of something that is not required."""
    if session.challenge is None and session.enroll is None:
        return
    types = (*(session.challenge or ()), *(session.enroll or ()))
    if kind not in types:
        raise Refused(NOT_REQUIRED, factor=kind, types=", ".join(types))


def may_enroll(session: Session) -> bool:
    """Whether an mfa_token may add a factor: the first, one that is required, the missing link of a chain."""
    user = session.user
    if session.by_access_token or session.enroll or not user.enrolled:
        return True
    return bool(session.proved) and user.types <= {*session.proved, "recovery-code"}


def _required(desk: Desk, session: Session, wanted: Mapping[str, Sequence[str]]) -> Session:
    """The configured types, less those the user cannot prove or has already. Unknown ones are passed on."""
    factors, held = desk.world.factors, session.user.types
    on = {each.type for each in factors if factors.is_on(each)} | {"recovery-code"}
    fit, new = held & on - {*session.proved}, on - held - {"recovery-code"}
    challenge = tuple(each for each in wanted.get("challenge", ()) if each in fit or each not in factors.types)
    enroll = tuple(each for each in wanted.get("enroll", ()) if each in new or each not in factors.types)
    if not challenge and not enroll:
        raise Refused(NO_FACTOR_LEFT)
    return evolve(session, challenge=challenge, enroll=enroll)
