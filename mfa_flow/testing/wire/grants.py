"""``POST /oauth/token``: which client asks, and for which grant."""

from collections.abc import Callable
from typing import Any

from mfa_flow.testing.texts import MISSING_CLIENT_ID, UNSUPPORTED_GRANT, Refused
from mfa_flow.testing.wire import logins, proofs
from mfa_flow.testing.wire.clients import CODE, MFA_OOB, MFA_OTP, MFA_RECOVERY, PASSWORD, PASSWORD_REALM, REFRESH
from mfa_flow.testing.wire.desk import Ask, Desk
from mfa_flow.testing.wire.exchange import FORM, JSON, Request

GRANTS_PATH = "/oauth/token"


def token(desk: Desk, request: Request) -> dict[str, Any]:
    """Answer the token endpoint. The order of the checks is part of the behaviour."""
    fields = request.fields(FORM, JSON)
    grant = fields.need("grant_type")
    client = desk.client(request, fields, MISSING_CLIENT_ID)
    if grant not in _GRANTS:
        raise Refused(UNSUPPORTED_GRANT)
    desk.allow(client, grant)
    return _GRANTS[grant](desk, Ask(request, fields, client))


def check_body(request: Request) -> None:
    """Refuse a request to the token endpoint that cannot be read: it does not count as one."""
    if (request.method, request.path) == ("POST", GRANTS_PATH):
        request.fields(FORM, JSON)


def grant_of(request: Request) -> str | None:
    """The short name of the grant that is asked for, ``mfa-otp``, if it can be read."""
    grant = request.glance().get("grant_type") if request.path == GRANTS_PATH else None
    if not grant or not isinstance(grant, str):
        return None
    return grant.rpartition("/")[2] if grant in _GRANTS else "unknown"


_GRANTS: dict[str, Callable[[Desk, Ask], dict[str, Any]]] = {
    PASSWORD: logins.password,
    PASSWORD_REALM: logins.password_realm,
    CODE: logins.authorization_code,
    REFRESH: logins.refresh,
    MFA_OTP: proofs.otp,
    MFA_OOB: proofs.oob,
    MFA_RECOVERY: proofs.recovery,
}
