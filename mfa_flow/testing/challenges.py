"""``POST /mfa/challenge``: which authenticator is to be proved, and a message to it if it takes one."""

from typing import Any

from mfa_flow.testing.desk import MFA_OOB, MFA_OTP, Desk, Session
from mfa_flow.testing.exchange import FORM, JSON, Request
from mfa_flow.testing.people import Authenticator, User
from mfa_flow.testing.texts import (
    ASKED,
    BAD_AUTHENTICATOR,
    MISSING,
    NONE_CONFIRMED,
    NOT_ENROLLED,
    SUPPORTED,
    UNSUPPORTED_CHALLENGE,
    Refused,
)

_CHALLENGE_TYPES = {"totp": "otp", "sms": "oob"}  # in the order the tenant prefers, left to choose


def challenge(desk: Desk, request: Request) -> dict[str, Any]:
    """Choose an authenticator and challenge it. The order of the checks is part of the behaviour."""
    fields = request.fields(JSON, FORM)
    client = desk.client(request, fields, MISSING)
    desk.allow(client, MFA_OTP, MFA_OOB)
    session = desk.session(fields.need("mfa_token"), client)
    asked = (fields.text("challenge_type") or "").split() or ["otp", "oob"]
    candidates = _candidates(session.user, fields.text("authenticator_id"))
    chosen = next((each for each in candidates if _CHALLENGE_TYPES[each.kind] in asked), None)
    if chosen is None:
        raise _unsupported(asked, candidates)
    return _challenged(desk, session, chosen)


def _candidates(user: User, wanted: str | None) -> list[Authenticator]:
    """Those that may be challenged: the one named, or all that are confirmed."""
    if wanted is not None and wanted not in [each.id for each in user.authenticators]:
        raise Refused(BAD_AUTHENTICATOR)
    if not any(each.active for each in user.authenticators):
        raise Refused(NONE_CONFIRMED if user.authenticators else NOT_ENROLLED)
    ready = [each for kind in _CHALLENGE_TYPES for each in user.of_kind(kind) if each.active]
    if wanted is None:
        return ready
    named = [each for each in ready if each.id == wanted]
    if not named:
        raise Refused(BAD_AUTHENTICATOR)
    return named


def _unsupported(asked: list[str], candidates: list[Authenticator]) -> Refused:
    types = sorted({_CHALLENGE_TYPES[each.kind] for each in candidates})
    return Refused(
        UNSUPPORTED_CHALLENGE,
        asked=ASKED[len(asked) > 1].format(types=", ".join(asked)),
        supported=SUPPORTED[len(types)].format(types=", ".join(types)),
    )


def _challenged(desk: Desk, session: Session, authenticator: Authenticator) -> dict[str, Any]:
    if authenticator.kind == "totp":
        return {"challenge_type": "otp"}
    desk.may_send(session.user)
    oob_code = desk.new_oob_code(session, desk.world.send_code(authenticator))
    return {"challenge_type": "oob", "oob_code": oob_code, "binding_method": "prompt"}
