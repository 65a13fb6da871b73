"""Which path and method leads where."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from mfa_flow.testing.texts import UNKNOWN_PATH, WRONG_METHOD, Refused
from mfa_flow.testing.wire.challenges import challenge
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.discovery import configuration, key_set, userinfo
from mfa_flow.testing.wire.enrolment import associate
from mfa_flow.testing.wire.exchange import Request
from mfa_flow.testing.wire.grants import GRANTS_PATH, token
from mfa_flow.testing.wire.listing import authenticators
from mfa_flow.testing.wire.removal import remove

_ONE = "/mfa/authenticators/"
_Endpoint = Callable[[Desk, Request], Any]
_ROUTES: dict[str, dict[str, _Endpoint]] = {
    GRANTS_PATH: {"POST": token},
    "/mfa/associate": {"POST": associate},
    "/mfa/challenge": {"POST": challenge},
    "/mfa/authenticators": {"GET": authenticators},
    "/userinfo": {"GET": userinfo},
    "/.well-known/openid-configuration": {"GET": configuration},
    "/.well-known/jwks.json": {"GET": key_set},
}

PATHS = frozenset(_ROUTES)


def endpoint(request: Request) -> _Endpoint:
    """What answers a request. A slip is told what would be right."""
    methods = {"DELETE": remove} if _names_one(request.path) else _ROUTES.get(request.path)
    if methods is None:
        raise Refused(UNKNOWN_PATH, path=request.path, nearest=_nearest(request.path))
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise Refused(
            WRONG_METHOD, headers={"allow": allowed}, path=request.path, allowed=allowed, method=request.method
        )
    return methods[request.method]


def _names_one(path: str) -> bool:
    return path.startswith(_ONE) and len(path) > len(_ONE) and "/" not in path.removeprefix(_ONE)


def _nearest(path: str) -> str:
    nearest: list[str] = get_close_matches(path, _ROUTES, n=1, cutoff=0)
    return nearest[0]
