"""``POST /mfa/challenge``: which authenticator is to be proved, and a message to it if it takes one."""

from typing import Any

from attrs import evolve

from mfa_flow.testing.texts import (
    ASKED,
    BAD_AUTHENTICATOR,
    MISSING,
    NONE_CONFIRMED,
    NOT_ENROLLED,
    SUPPORTED,
    UNSUPPORTED_CHALLENGE,
    Refusal,
    Refused,
)
from mfa_flow.testing.wire.clients import MFA_OOB, MFA_OTP
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import FORM, JSON, Request
from mfa_flow.testing.wire.sessions import Session
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.factors import PREFERRED, RECOVERY


def challenge(desk: Desk, request: Request) -> dict[str, Any]:
    """Choose an authenticator and challenge it. The order of the checks is part of the behaviour."""
    fields = request.fields(JSON, FORM)
    client = desk.client(request, fields, MISSING)
    desk.allow(client, MFA_OTP, MFA_OOB)
    session = desk.session(fields.need("mfa_token"), client)
    asked = (fields.text("challenge_type") or "").split() or ["otp", "oob"]
    channel = fields.text("oob_channel")
    candidates = _candidates(desk, session, fields.text("authenticator_id"))
    fitting = [each for each in candidates if each.factor.wire_type in asked]
    fitting.sort(key=lambda each: each.factor.type in session.proved)  # in a chain, what is new comes first
    chosen = next((each for each in fitting if channel in (None, each.factor.channel)), None)
    if chosen is None:
        raise _unsupported(asked, candidates)
    return _challenged(desk, session, chosen)


def _candidates(desk: Desk, session: Session, wanted: str | None) -> list[Authenticator]:
    """Those that may be challenged: the one named, or all that are confirmed; if enabled, and if required."""
    own = session.user.authenticators
    if wanted is not None and wanted not in [each.id for each in own]:
        raise Refused(BAD_AUTHENTICATOR)
    if not any(each.active for each in own):
        raise Refused(_none_confirmed(desk) if own else NOT_ENROLLED)
    ready = [each for each in _ready(own) if wanted in (None, each.id)]
    if wanted is not None and not ready:
        raise Refused(BAD_AUTHENTICATOR)
    return [each for each in ready if desk.world.factors.is_on(each.factor) and _is_required(session, each)]


def _none_confirmed(desk: Desk) -> Refusal:
    return evolve(NONE_CONFIRMED, status=desk.world.knobs.association_status)


def _ready(own: list[Authenticator]) -> list[Authenticator]:
    """The confirmed ones, in the order the tenant prefers, newest first."""
    active = [each for each in reversed(own) if each.active and each.factor is not RECOVERY]
    rank = {name: number for number, name in enumerate(PREFERRED)}
    return sorted(active, key=lambda each: rank.get(each.factor.name, len(rank)))


def _is_required(session: Session, authenticator: Authenticator) -> bool:
    return session.challenge is None or authenticator.factor.type in session.challenge


def _unsupported(asked: list[str], candidates: list[Authenticator]) -> Refused:
    types = sorted({each.factor.wire_type for each in candidates})
    return Refused(
        UNSUPPORTED_CHALLENGE,
        asked=ASKED[len(asked) > 1].format(types=", ".join(asked)),
        supported=SUPPORTED[len(types)].format(types=", ".join(types)),
    )


def _challenged(desk: Desk, session: Session, authenticator: Authenticator) -> dict[str, Any]:
    factor = authenticator.factor
    if factor.channel is None:
        return {"challenge_type": "otp"}
    if factor.prompt:
        desk.may_reach(authenticator.address or "")
    desk.may_send(session.user, factor)
    more = {} if factor.challenge is None else factor.challenge(authenticator)
    body = {"challenge_type": "oob", "oob_code": desk.new_oob_code(session, desk.world.sendings.begin(authenticator))}
    return body | ({"binding_method": "prompt"} if factor.prompt else {}) | dict(more)
