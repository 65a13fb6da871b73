"""Client authentication by a signed assertion (private_key_jwt)."""

from time import time
from uuid import uuid4

from attrs import field, frozen

from mfa_flow.errors import BadInput
from mfa_flow.extras import need_extra

# Auth0: RS256, RS384 or PS256; at most five minutes, one is advised; aud is the domain with the trailing slash.
ALGORITHMS = ("RS256", "RS384", "PS256")
LIFETIME = 60
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@frozen
class PrivateKeyJwt:
    """``App(..., client_auth=PrivateKeyJwt(pem))``: proves the application by its private key (PEM), a new assertion
    per request. Needs the extra ``jwt``. Raises BadInput for a key or an algorithm that cannot sign."""

    key: str = field(repr=False)
    key_id: str | None = None
    algorithm: str = "RS256"

    def __attrs_post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise BadInput(f"PrivateKeyJwt(algorithm=...) is one of {', '.join(ALGORITHMS)}")
        rsa, broken = need_extra("joserfc.jwk", "jwt").RSAKey, need_extra("joserfc.errors", "jwt").JoseError
        try:
            private = rsa.import_key(self.key).is_private
        except (ValueError, TypeError, broken):
            private = False
        if not private:
            raise BadInput("PrivateKeyJwt needs an RSA private key in PEM form")

    def assertion(self, client_id: str, audience: str) -> dict[str, str]:
        """The two fields of a body; the assertion can be used once."""
        jwt, jwk = need_extra("joserfc.jwt", "jwt"), need_extra("joserfc.jwk", "jwt")
        now = int(time())
        claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": uuid4().hex, "iat": now}
        header = {"alg": self.algorithm} | ({"kid": self.key_id} if self.key_id else {})
        signed = jwt.encode(
            header, claims | {"exp": now + LIFETIME}, jwk.RSAKey.import_key(self.key), algorithms=[self.algorithm]
        )
        return {"client_assertion": signed, "client_assertion_type": ASSERTION_TYPE}
