"""``POST /oauth/token``: the password that asks for more, and the proofs that end in tokens."""

from collections.abc import Callable
from typing import Any

from mfa_flow.testing.desk import MFA_OOB, MFA_OTP, PASSWORD, PASSWORD_REALM, Client, Desk
from mfa_flow.testing.exchange import FORM, JSON, Fields, Request
from mfa_flow.testing.people import User
from mfa_flow.testing.texts import (
    MFA_REQUIRED,
    MISSING_CLIENT_ID,
    NO_DIRECTORY,
    NOT_ENROLLED,
    SLOW_DOWN,
    UNKNOWN_REALM,
    UNSUPPORTED_GRANT,
    WRONG_BINDING_CODE,
    WRONG_OTP,
    WRONG_PASSWORD,
    Refusal,
    Refused,
)

DIRECTORY = "Username-Password-Authentication"  # the one connection, by the name Auth0 gives the first
_DAY = 86400


def token(desk: Desk, request: Request) -> dict[str, Any]:
    """Answer the token endpoint. The order of the checks is part of the behaviour."""
    fields = request.fields(FORM, JSON)
    grant = fields.need("grant_type")
    request.grant = grant.rpartition("/")[2] if grant in _GRANTS else "unknown"
    client = desk.client(request, fields, MISSING_CLIENT_ID)
    if grant not in _GRANTS:
        raise Refused(UNSUPPORTED_GRANT)
    desk.allow(client, grant)
    return _GRANTS[grant](desk, fields, client)


def _password(desk: Desk, fields: Fields, client: Client) -> dict[str, Any]:
    username, password = fields.need("username"), fields.need("password")
    if not desk.world.knobs.default_directory:
        raise Refused(NO_DIRECTORY)
    return _log_in(desk, fields, client, username, password)


def _password_realm(desk: Desk, fields: Fields, client: Client) -> dict[str, Any]:
    username, password, realm = fields.need("username"), fields.need("password"), fields.need("realm")
    if realm != DIRECTORY:
        raise Refused(UNKNOWN_REALM, realm=realm)
    return _log_in(desk, fields, client, username, password)


def _log_in(desk: Desk, fields: Fields, client: Client, username: str, password: str) -> dict[str, Any]:
    scope = fields.text("scope")
    users = desk.world.users
    if username not in users or users[username].password != password:
        raise Refused(WRONG_PASSWORD)
    user = users[username]
    if user.mfa:
        raise Refused(MFA_REQUIRED, extra={"mfa_token": desk.new_mfa_token(user, client, scope)})
    return _tokens(desk, scope)


def _mfa_otp(desk: Desk, fields: Fields, client: Client) -> dict[str, Any]:
    mfa_token, otp = fields.need("mfa_token"), fields.need("otp")
    session = desk.session(mfa_token, client)
    user, world = session.user, desk.world
    if not user.of_kind("totp"):
        raise Refused(NOT_ENROLLED)
    desk.may_try(user)
    authenticator = user.redeem_otp(otp, world.clock.now(), world.knobs.otp_window)
    if authenticator is None:
        raise _wrong(desk, user, WRONG_OTP)
    user.confirm(authenticator)
    return _tokens(desk, session.scope)


def _mfa_oob(desk: Desk, fields: Fields, client: Client) -> dict[str, Any]:
    mfa_token, oob_code = fields.need("mfa_token"), fields.need("oob_code")
    session = desk.session(mfa_token, client)
    sending = desk.sending(oob_code, session)
    if not desk.world.may_exchange(session.id):
        raise Refused(SLOW_DOWN, headers={"retry-after": "5"})
    binding_code = fields.need("binding_code")
    desk.may_try(session.user)
    authenticator = desk.world.redeem_sent(sending, binding_code)
    if authenticator is None:
        raise _wrong(desk, session.user, WRONG_BINDING_CODE)
    session.user.confirm(authenticator)
    return _tokens(desk, session.scope)


def _wrong(desk: Desk, user: User, refusal: Refusal) -> Refused:
    user.failures.take(desk.world.clock.now())
    return Refused(refusal)


def _tokens(desk: Desk, scope: str | None) -> dict[str, Any]:
    """What the first grant would have given. The scope is the one asked for then."""
    granted = {} if scope is None else {"scope": scope}
    return {"access_token": desk.world.mint.opaque(), **granted, "expires_in": _DAY, "token_type": "Bearer"}


_GRANTS: dict[str, Callable[[Desk, Fields, Client], dict[str, Any]]] = {
    PASSWORD: _password,
    PASSWORD_REALM: _password_realm,
    MFA_OTP: _mfa_otp,
    MFA_OOB: _mfa_oob,
}
