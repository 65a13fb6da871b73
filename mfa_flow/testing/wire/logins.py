"""The grants that begin a login: passwords, and refresh tokens."""

from typing import Any, NoReturn

from attrs import evolve

from mfa_flow.testing.texts import (
    BAD_CODE,
    BAD_REFRESH_TOKEN,
    NO_CONNECTION,
    NO_DIRECTORY,
    REFRESHER_GONE,
    UNKNOWN_AUDIENCE,
    UNKNOWN_REALM,
    Refused,
)
from mfa_flow.testing.wire.desk import Ask, Desk
from mfa_flow.testing.wire.issuing import answer, tokens
from mfa_flow.testing.wire.policy import asks_for_more, refused_for_mfa
from mfa_flow.testing.wire.sessions import Session

DIRECTORY = "Username-Password-Authentication"  # the one connection, by the name Auth0 gives the first


def password(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The grant that uses the default directory."""
    username, secret = ask.need("username", "password")
    if not desk.world.knobs.default_directory:
        raise Refused(NO_DIRECTORY)
    return _log_in(desk, ask, username, secret)


def password_realm(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The grant that names its directory."""
    username, secret, realm = ask.need("username", "password", "realm")
    if realm != DIRECTORY:
        raise Refused(UNKNOWN_REALM, realm=realm)
    return _log_in(desk, ask, username, secret)


def authorization_code(_: Desk, ask: Ask) -> NoReturn:
    """There is no page here to log in at, so no code was ever given."""
    ask.need("code")
    raise Refused(BAD_CODE)


def refresh(desk: Desk, ask: Ask) -> dict[str, Any]:
    """New tokens for a refresh token, which a knob lets be used up and replaced. At mfa_required it stays."""
    [token] = ask.need("refresh_token")
    first = desk.refresh_tokens.get(token)
    if first is None or first.client_id != ask.client.id:
        raise Refused(BAD_REFRESH_TOKEN)
    user = desk.world.users.by_id(first.user.id)
    if user is None:
        raise Refused(REFRESHER_GONE)
    session = _refreshed(desk, ask, first)
    desk.guard.let_in(user)
    if _switches(first, session) or user.refresh_mfa or desk.world.knobs.refresh_mfa:
        raise refused_for_mfa(desk, evolve(session, scope=first.scope, proved=()))
    if not desk.world.knobs.refresh_rotation:
        return answer(desk, session)
    del desk.refresh_tokens[token]
    return answer(desk, session, first)


def _switches(first: Session, session: Session) -> bool:
    """Whether it goes over to the MFA API or comes from there, and the login is too little for where it goes."""
    if session.is_mfa == first.is_mfa or not asks_for_more(session):
        return False
    return session.is_mfa or not first.proved


def _refreshed(desk: Desk, ask: Ask, first: Session) -> Session:
    """The same login, with fewer scopes or for another audience if it asks for them."""
    asked, audience = ask.fields.short("scope"), ask.fields.short("audience")
    session = evolve(first, nonce=None)
    if audience is not None:  # else it stays what it was, under whatever name the tenant is reached now
        session = evolve(session, audience=audience, issuer=ask.request.issuer)
    _check_audience(desk, session)
    if asked is None:
        return session
    known = first.scopes if session.is_mfa == first.is_mfa else {*asked.split()}
    return evolve(session, scope=" ".join(each for each in asked.split() if each in known))


def _log_in(desk: Desk, ask: Ask, username: str, secret: str) -> dict[str, Any]:
    scope, audience, nonce = (ask.fields.short(name) for name in ("scope", "audience", "nonce"))
    if not ask.client.connection:
        raise Refused(NO_CONNECTION)
    address = ask.request.headers.get("auth0-forwarded-for", "") if ask.client.forwards else ""
    user = desk.guard.check(desk.world.users.get(username), secret, address)
    session = Session(
        user=user,
        client_id=ask.client.id,
        issuer=ask.request.issuer,
        scope=scope,
        audience=audience,
        nonce=nonce,
    )
    _check_audience(desk, session)
    if asks_for_more(session):
        raise refused_for_mfa(desk, session)
    return tokens(desk, session)


def _check_audience(desk: Desk, session: Session) -> None:
    known = desk.world.knobs.audiences
    if session.audience is None or session.is_mfa or known is None or session.audience in known:
        return
    raise Refused(UNKNOWN_AUDIENCE, audience=session.audience)
