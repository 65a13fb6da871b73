"""The tenant's own signed tokens: RS256, with one key per process, made when first needed.

Their times follow the wall clock: who reads them in another process has no other.
"""

import time
from functools import cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

_MAKING = Lock()  # tenants may be served in several threads


def joserfc(module: str) -> Any:
    """A module of joserfc, which takes long to load and is not needed by every tenant."""
    try:
        return import_module(f"joserfc.{module}")
    except ImportError as missing:  # pragma: no cover - needs an environment without the extra
        raise ImportError("signed tokens need joserfc: pip install 'mfa_flow[testing]'") from missing


def sign(claims: dict[str, Any], lifetime: float) -> str:
    """A token that begins now."""
    now, key = int(time.time()), _key()
    header = {"alg": "RS256", "kid": key.kid}
    return str(joserfc("jwt").encode(header, claims | {"iat": now, "exp": now + int(lifetime)}, key))


def public_keys() -> dict[str, Any]:
    """The key set that verifies them."""
    return {"keys": [_key().as_dict(private=False) | {"use": "sig", "alg": "RS256"}]}


def _key() -> "RSAKey":
    with _MAKING:
        return _made()


@cache
def _made() -> "RSAKey":
    key: RSAKey = joserfc("jwk").RSAKey.generate_key(2048, auto_kid=True)
    return key
