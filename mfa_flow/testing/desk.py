"""Who is asking: clients, sessions and their sealed tokens, checked before any endpoint does its work."""

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from mfa_flow.testing.exchange import Fields, Request
from mfa_flow.testing.people import User
from mfa_flow.testing.seals import Sealer
from mfa_flow.testing.texts import (
    BAD_BEARER,
    BAD_CLIENT,
    GRANT_NOT_ALLOWED,
    LOCKED_OUT,
    MALFORMED,
    NO_BEARER,
    OTHER_CLIENT,
    OTHER_SESSION,
    TOO_MANY_SMS,
    Refusal,
    Refused,
)
from mfa_flow.testing.world import World

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
ALL_GRANTS = frozenset({PASSWORD, PASSWORD_REALM, MFA_OTP, MFA_OOB})

_MFA_TOKEN_SIZE, _OOB_CODE_SIZE = 1312, 288  # bytes: they give the 1986 and 620 characters that Auth0's have


@frozen
class Client:
    """An application. Without a secret it is a public one."""

    id: str
    secret: str | None = field(default=None, repr=False)
    grants: frozenset[str] = ALL_GRANTS


class Clients:
    """The applications a tenant knows."""

    def __init__(self) -> None:
        self._by_id: dict[str, Client] = {}

    def add(self, client_id: str, secret: str | None = None, *, grants: Iterable[str] = ALL_GRANTS) -> Client:
        """A new application, which may use ``grants``."""
        if client_id in self._by_id:
            raise ValueError(f"there is a client {client_id} already")
        client = self._by_id[client_id] = Client(client_id, secret, frozenset(grants))
        return client

    def find(self, client_id: str) -> Client | None:
        """The application with that id."""
        return self._by_id.get(client_id)

    def __iter__(self) -> Iterator[Client]:
        return iter(self._by_id.values())


@frozen
class Session:
    """What an mfa_token stands for: one login that waits for its second factor."""

    id: str
    user: User
    client_id: str
    scope: str | None


class Desk:
    """Checks papers, and issues them."""

    def __init__(self, world: World, clients: Clients) -> None:
        self.world = world
        self.clients = clients
        key, born = world.mint.bytes(32), int(world.clock.now())
        self._mfa_tokens = Sealer("mfa_token", _MFA_TOKEN_SIZE, born, world.mint, key)
        self._oob_codes = Sealer("oob_code", _OOB_CODE_SIZE, born, world.mint, key)

    def client(self, request: Request, fields: Fields, missing: Refusal) -> Client:
        """The application that asks, by Basic or by the body. A public one has nothing to prove."""
        client_id, secret = request.basic() or (fields.need("client_id", missing), fields.text("client_secret"))
        client = self.clients.find(client_id)
        if client is None or client.secret not in (None, secret):
            raise Refused(BAD_CLIENT[self.world.knobs.client_auth_style])
        return client

    def allow(self, client: Client, *grants: str) -> None:
        """Refuse a client that may use none of these grants."""
        if client.grants.isdisjoint(grants):
            raise Refused(GRANT_NOT_ALLOWED, grant=grants[0])

    def new_mfa_token(self, user: User, client: Client, scope: str | None) -> str:
        """A token for a fresh session."""
        content = {"session": self.world.mint.opaque(), "user": user.id, "client": client.id, "scope": scope}
        return self._mfa_tokens.seal(content, self._now + self.world.knobs.mfa_token_ttl)

    def new_oob_code(self, session: Session, sending: str) -> str:
        """A handle on one sending, good within its session."""
        content = {"session": session.id, "sending": sending}
        return self._oob_codes.seal(content, self._now + self.world.knobs.oob_ttl)

    def session(self, mfa_token: str, client: Client) -> Session:
        """The session of a token in a body."""
        session = self._session(mfa_token)
        if session.client_id != client.id:
            raise Refused(OTHER_CLIENT)
        return session

    def bearer(self, request: Request) -> Session:
        """The session of a token in the Authorization header, which is refused in other words than one in a body."""
        token = request.bearer()
        if token is None:
            raise Refused(NO_BEARER)
        try:
            return self._session(token)
        except Refused:
            raise Refused(BAD_BEARER) from None

    def sending(self, oob_code: str, session: Session) -> str:
        """The sending that an oob_code stands for."""
        content = self._oob_codes.open(oob_code, self._now)
        if content["session"] != session.id:
            raise Refused(OTHER_SESSION)
        return str(content["sending"])

    def may_try(self, user: User) -> None:
        """Refuse when too many codes were wrong: 10, and one more every 6 minutes, whatever the factor."""
        if not user.failures.has_one(self._now):
            raise Refused(LOCKED_OUT[self.world.knobs.lockout_style])

    def may_send(self, user: User) -> None:
        """Take one of the SMS sends: 10, and one more every hour."""
        if not user.sms_sends.take(self._now):
            raise Refused(TOO_MANY_SMS)

    def _session(self, mfa_token: str) -> Session:
        content = self._mfa_tokens.open(mfa_token, self._now)
        user = self.world.users.by_id(content["user"])
        if user is None:
            raise Refused(MALFORMED, name="mfa_token")
        return Session(content["session"], user, content["client"], content["scope"])

    @property
    def _now(self) -> float:
        return self.world.clock.now()
