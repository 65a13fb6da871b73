"""The applications a tenant knows, and how each proves which one it is."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from mfa_flow.testing.meant import meant
from mfa_flow.testing.wire.assertions import public_key

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
REFRESH = "refresh_token"
CODE = "authorization_code"
ALL_GRANTS = frozenset({PASSWORD, PASSWORD_REALM, MFA_OTP, MFA_OOB, MFA_RECOVERY, REFRESH, CODE})
GRANTS = {name.rpartition("/")[2]: name for name in ALL_GRANTS} | {name: name for name in ALL_GRANTS}  # also in short


@frozen
class Client:
    """An application. With neither secret nor key it is a public one."""

    id: str
    secret: str | None = field(default=None, repr=False)
    grants: frozenset[str] = ALL_GRANTS
    key: "RSAKey | None" = field(default=None, repr=False)
    connection: bool = True  # whether it may log people in with passwords
    trusted: bool = False  # whether it may say whose IP address it speaks for, if it has a secret

    @property
    def forwards(self) -> bool:
        """Whether it is believed whom it speaks for."""
        return self.trusted and self.secret is not None

    def knows(self, secret: str | None) -> bool:
        """Whether that is its secret. A public client has nothing to prove, one with a key only proves by that."""
        return self.key is None if self.secret is None else self.secret == secret


class Clients:
    """The applications of a tenant."""

    def __init__(self) -> None:
        self._by_id: dict[str, Client] = {}

    def add(
        self,
        client_id: str,
        secret: str | None = None,
        *,
        grants: Iterable[str] = ALL_GRANTS,
        key: str | bytes | Mapping[str, str] | None = None,
        connection: bool = True,
        trusted: bool = False,
    ) -> Client:
        """A new application, which may use ``grants`` (``mfa-otp``, or the whole URI).

        ``key`` is its public RSA key, as PEM or as a JWK.

        ``trusted`` is Auth0's "Trust Token Endpoint IP Header": whether its ``auth0-forwarded-for`` is heeded.
        Raises ValueError for a client that is there already, and for a grant or a key that is none.
        """
        if client_id in self._by_id:
            raise ValueError(f"there is a client {client_id} already")
        allowed = _granted(grants)
        known = None if key is None else public_key(key)
        client = self._by_id[client_id] = Client(client_id, secret, allowed, known, connection, trusted)
        return client

    def find(self, client_id: str) -> Client | None:
        """The application with that id."""
        return self._by_id.get(client_id)

    def __iter__(self) -> Iterator[Client]:
        return iter(self._by_id.values())


def _granted(grants: Iterable[str]) -> frozenset[str]:
    """Their whole names."""
    if isinstance(grants, str):
        raise TypeError(f"grants is a list of strings, as in {[grants]}")
    names = list(grants)
    for name in names:
        if name not in GRANTS:
            raise ValueError(f"grants: {name} is unknown{meant(str(name), GRANTS)}")
    return frozenset(GRANTS[name] for name in names)
