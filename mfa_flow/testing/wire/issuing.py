"""What a login ends in: an access token and, if they were asked for, a refresh token and an id_token."""

from typing import Any

from attrs import evolve

from mfa_flow.testing.wire.clients import REFRESH
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.jwts import sign
from mfa_flow.testing.wire.sessions import Session

_DAY = 86400
_MFA_LIFE = 600  # seconds; Auth0: MFA access tokens last ten minutes
_ID_LIFE = 36000


def tokens(desk: Desk, session: Session) -> dict[str, Any]:
    """What the first grant would have given. The scope is the one asked for then."""
    return answer(desk, session, session if _may_refresh(desk, session) else None)


def answer(desk: Desk, session: Session, lasting: Session | None = None) -> dict[str, Any]:
    """The answer itself. ``lasting`` is what a new refresh token stands for, if there is to be one."""
    lifetime = _MFA_LIFE if session.is_mfa else _DAY
    body: dict[str, Any] = {"access_token": _access_token(desk, session, lifetime)}
    if lasting is not None:
        body["refresh_token"] = _refresh_token(desk, lasting)
    if "openid" in session.scopes:
        body["id_token"] = sign(_identity(session), _ID_LIFE)
    if session.granted is not None:
        body["scope"] = session.granted
    body["expires_in"] = lifetime
    if session.recovery_code is not None:
        body["recovery_code"] = session.recovery_code
    desk.finished(session)
    return body | {"token_type": "Bearer"}


def _refresh_token(desk: Desk, session: Session) -> str:
    """One that stands for all that was asked for first."""
    token = f"v1.M{desk.world.mint.opaque(60)}"
    desk.refresh_tokens[token] = _bare(session, by_access_token=False)
    return token


def profile(session: Session) -> dict[str, Any]:
    """What the scopes let a client know of the user."""
    user, claims = session.user, dict[str, Any](sub=session.user.id)
    if "profile" in session.scopes:
        claims |= {"name": user.email, "nickname": user.email.partition("@")[0]}
    if "email" in session.scopes:
        claims |= {"email": user.email, "email_verified": user.verified}
    return claims


def _may_refresh(desk: Desk, session: Session) -> bool:
    client = desk.clients.find(session.client_id)
    return "offline_access" in session.scopes and client is not None and REFRESH in client.grants


def _access_token(desk: Desk, session: Session, lifetime: float) -> str:
    """Opaque where it is good for nobody but the tenant, else signed."""
    token = desk.world.mint.opaque() if session.audience is None else _signed(desk, session, lifetime)
    desk.issue(token, _bare(session, id=desk.world.mint.opaque(), by_access_token=True), lifetime)
    return token


def _bare(session: Session, **changes: Any) -> Session:
    """What lasts of a login when it is over."""
    return evolve(session, challenge=None, enroll=None, recovery_code=None, **changes)


def _signed(desk: Desk, session: Session, lifetime: float) -> str:
    audience = f"{session.issuer}mfa/" if session.is_mfa else session.audience
    openid = "openid" in session.scopes
    claims = {
        "iss": session.issuer,
        "sub": session.user.id,
        "aud": [audience, f"{session.issuer}userinfo"] if openid else audience,
        "azp": session.client_id,
        "jti": desk.world.mint.opaque(),
    }
    return sign(claims if session.granted is None else claims | {"scope": session.granted}, lifetime)


def _identity(session: Session) -> dict[str, Any]:
    claims = {"iss": session.issuer, "aud": session.client_id, **profile(session)}
    if session.nonce is not None:
        claims["nonce"] = session.nonce
    return claims | {"amr": ["mfa"]} if session.proved else claims
