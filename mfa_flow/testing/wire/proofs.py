"""The grants that prove a factor: a code of an app, an answer out of band, a recovery code."""

from typing import Any

from attrs import evolve

from mfa_flow.testing.texts import (
    MALFORMED,
    NO_RECOVERY_CODE,
    NOT_ENROLLED,
    PENDING,
    PUSH_DENIED,
    SLOW_DOWN,
    WRONG_BINDING_CODE,
    WRONG_OTP,
    WRONG_RECOVERY_CODE,
    Refusal,
    Refused,
)
from mfa_flow.testing.wire.desk import Ask, Desk
from mfa_flow.testing.wire.policy import check_type, proved
from mfa_flow.testing.wire.sessions import Session
from mfa_flow.testing.world.authenticators import Authenticator
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.factors import RECOVERY
from mfa_flow.testing.world.sendings import Sending

_PACE = 5  # seconds between two exchanges, where a session is to last


def otp(desk: Desk, ask: Ask) -> dict[str, Any]:
    """A code of an authenticator app."""
    mfa_token, code = ask.need("mfa_token", "otp")
    session, world = desk.session(mfa_token, ask.client, access_token=True), desk.world
    user = session.user
    if not user.apps:
        raise Refused(NOT_ENROLLED)
    check_type(session, "otp")
    desk.may_try(user.failures)
    authenticator = user.redeem_otp(code, world.clock.now(), world.knobs.otp_window)
    if authenticator is None:
        raise _wrong(desk, user.failures, WRONG_OTP)
    return _confirmed(desk, session, authenticator)


def oob(desk: Desk, ask: Ask) -> dict[str, Any]:
    """A code that was sent, or, by asking again and again, what was answered on the phone."""
    mfa_token, oob_code = ask.need("mfa_token", "oob_code")
    session = desk.session(mfa_token, ask.client, access_token=True)
    sending = desk.sending(oob_code, session)
    if not desk.world.may_exchange(session.id):
        slow_down = evolve(SLOW_DOWN, status=desk.world.knobs.slow_down_status)
        raise Refused(slow_down, wait=_PACE)
    if sending.authenticator.factor.prompt:
        _check_code(desk, ask, session, sending)
    else:
        _check_answer(desk, sending)
    return _confirmed(desk, session, sending.authenticator)


def recovery(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The recovery code, which is replaced at once."""
    mfa_token, code = ask.need("mfa_token", "recovery_code")
    session = desk.session(mfa_token, ask.client, access_token=True)
    user = session.user
    if RECOVERY.type not in user.types:
        raise Refused(NO_RECOVERY_CODE)
    check_type(session, RECOVERY.type)
    desk.may_try(user.recovery_failures)
    if user.recovery_code != code:
        raise _wrong(desk, user.recovery_failures, WRONG_RECOVERY_CODE)
    return proved(desk, evolve(session, recovery_code=user.new_recovery_code()), RECOVERY.type)


def _check_code(desk: Desk, ask: Ask, session: Session, sending: Sending) -> None:
    [binding_code] = ask.need("binding_code")
    desk.may_try(session.user.failures)
    if not sending.proves(binding_code):
        raise _wrong(desk, session.user.failures, WRONG_BINDING_CODE)


def _check_answer(desk: Desk, sending: Sending) -> None:
    """An approval counts once; a denial stays."""
    if sending.decision is None:
        raise Refused(PENDING)
    if sending.decision == "deny":
        raise Refused(PUSH_DENIED[desk.world.knobs.push_denied_style])
    if sending.used:
        raise Refused(MALFORMED, name="oob_code")
    sending.used = True


def _wrong(desk: Desk, failures: Bucket, refusal: Refusal) -> Refused:
    failures.take(desk.world.clock.now())
    return Refused(refusal)


def _confirmed(desk: Desk, session: Session, authenticator: Authenticator) -> dict[str, Any]:
    session.user.confirm(authenticator)
    return proved(desk, session, authenticator.factor.type)
