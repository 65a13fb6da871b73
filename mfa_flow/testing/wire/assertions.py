"""``private_key_jwt``: a client's signed word that it is itself, really verified."""

import json
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.wire.jwts import joserfc
from mfa_flow.testing.world.recent import Recent

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = ("RS256", "RS384", "PS256")
_LONGEST, _LONGEST_NAME = 2048, 64  # bytes of an assertion, characters of an id
_LONGEST_LIFE = 300  # seconds


def public_key(key: str | bytes | Mapping[str, str]) -> "RSAKey":
    """A client's key, from PEM or a JWK. Raises ValueError for anything else."""
    ready = dict(key) if isinstance(key, Mapping) else key
    try:
        imported: RSAKey = joserfc("jwk").RSAKey.import_key(ready)
        imported.as_dict(private=False)  # only now is it looked at
    except (joserfc("errors").JoseError, ValueError, TypeError, AttributeError):
        raise ValueError("key is an RSA public key, as PEM or as a JWK") from None
    return imported


def signer(assertion: str) -> str | None:
    """Who says to have signed it. Nothing is proved by that."""
    try:
        claims = json.loads(joserfc("jws").extract_compact(assertion.encode()).payload)
    except (joserfc("errors").JoseError, ValueError, TypeError):
        return None
    name = claims.get("sub") if isinstance(claims, dict) else None
    return name if isinstance(name, str) else None


@define(eq=False)
class Assertions:
    """Checks them, and remembers which were used."""

    _clock: Clock
    _used: Recent[str, float] = field(factory=Recent, init=False)

    def accept(self, assertion: str, client_id: str, key: "RSAKey", audience: str) -> bool:
        """Whether it is that client's, meant for this tenant, in time, and new."""
        if len(assertion.encode(errors="replace")) > _LONGEST:
            return False
        try:
            claims = joserfc("jwt").decode(assertion, key, algorithms=list(_ALGORITHMS)).claims
        except (joserfc("errors").JoseError, ValueError, TypeError):
            return False
        return (
            claims.get("iss") == claims.get("sub") == client_id
            and len(client_id) <= _LONGEST_NAME
            and audience in _listed(claims.get("aud"))
            and any(_in_time(claims, now) for now in self._clocks())
            and self._is_new(client_id, claims.get("jti"), claims["exp"])
        )

    def _clocks(self) -> tuple[float, float]:
        """The wall's, and the tenant's, by which a client may live that is tested with it."""
        return time.time(), self._clock.now()

    def _is_new(self, client_id: str, jti: object, end: float) -> bool:
        if not (isinstance(jti, str) and 0 < len(jti) <= _LONGEST_NAME):
            return False
        now = min(self._clocks())  # it is remembered for as long as it is good by either
        self._used = Recent((name, until) for name, until in self._used.items() if until > now)
        name = f"{client_id} {jti}"
        if name in self._used:
            return False
        self._used[name] = end
        return True


def _listed(audience: object) -> list[object]:
    return audience if isinstance(audience, list) else [audience]


def _in_time(claims: Mapping[str, Any], now: float) -> bool:
    """It has begun, has not ended, and lives no longer than five minutes. Without a beginning it began now."""
    begun, end = _seconds(claims.get("iat", now)), _seconds(claims.get("exp"))
    return begun - 1 <= now < end and end - begun <= _LONGEST_LIFE


def _seconds(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
