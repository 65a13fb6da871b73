"""What a tenant tells of itself: its metadata, its keys, and to who holds an access token, who that is."""

from typing import Any

from mfa_flow.testing.texts import BAD_ACCESS_TOKEN, NO_BEARER, Refused
from mfa_flow.testing.wire.clients import ALL_GRANTS
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import Request
from mfa_flow.testing.wire.issuing import profile
from mfa_flow.testing.wire.jwts import public_keys

_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


def configuration(_: Desk, request: Request) -> dict[str, Any]:
    """The discovery document. Of the MFA paths only the challenge is advertised."""
    issuer = request.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}authorize",
        "token_endpoint": f"{issuer}oauth/token",
        "userinfo_endpoint": f"{issuer}userinfo",
        "mfa_challenge_endpoint": f"{issuer}mfa/challenge",
        "jwks_uri": f"{issuer}.well-known/jwks.json",
        "scopes_supported": ["openid", "profile", "offline_access", "email"],
        "response_types_supported": ["code"],
        "grant_types_supported": sorted(ALL_GRANTS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": _METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "PS256"],
    }


def key_set(_: Desk, __: Request) -> dict[str, Any]:
    """The keys that verify its tokens."""
    return public_keys()


def userinfo(desk: Desk, request: Request) -> dict[str, Any]:
    """Who somebody is, to a client that asked for openid."""
    token = request.bearer()
    if token is None:
        raise Refused(NO_BEARER)
    session = desk.access(token)
    if session is None or "openid" not in session.scopes:
        raise Refused(BAD_ACCESS_TOKEN)
    return profile(session)
