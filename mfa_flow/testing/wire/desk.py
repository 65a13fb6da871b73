"""Who is asking: clients, sessions and their sealed tokens, checked before any endpoint does its work."""

from typing import Any

from attrs import evolve, frozen

from mfa_flow.testing.texts import (
    BAD_BEARER,
    BAD_CLIENT,
    BAD_EMAIL,
    BAD_PHONE,
    EXPIRED,
    GRANT_NOT_ALLOWED,
    LOCKED_OUT,
    MALFORMED,
    NO_BEARER,
    NO_PROVIDER,
    NO_SCOPE,
    OTHER_CLIENT,
    OTHER_SESSION,
    TOO_MANY_OTHERS,
    TOO_MANY_SMS,
    Refusal,
    Refused,
)
from mfa_flow.testing.wire.assertions import ASSERTION_TYPE, Assertions, signer
from mfa_flow.testing.wire.clients import Client, Clients
from mfa_flow.testing.wire.exchange import Fields, Request
from mfa_flow.testing.wire.seals import Sealer
from mfa_flow.testing.wire.sessions import Session
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.factors import Factor
from mfa_flow.testing.world.guard import Guard
from mfa_flow.testing.world.magic import Magic
from mfa_flow.testing.world.people import User
from mfa_flow.testing.world.recent import Recent
from mfa_flow.testing.world.sendings import Sending
from mfa_flow.testing.world.world import World

_MFA_TOKEN_SIZE, _OOB_CODE_SIZE = 1312, 288  # bytes: they give the 1986 and 620 characters that Auth0's have


@frozen
class Issued:
    """An access token's worth, until then."""

    session: Session
    until: float


@frozen
class Ask:
    """A request to the token endpoint, by a client that is known."""

    request: Request
    fields: Fields
    client: Client

    def need(self, *names: str) -> list[str]:
        """Parameters without which nothing goes on."""
        return [self.fields.need(name) for name in names]


class Desk:
    """Checks papers, and issues them."""

    def __init__(self, world: World, clients: Clients) -> None:
        self.world = world
        self.clients = clients
        self.guard = Guard(world.clock, world.knobs)
        self.refresh_tokens: Recent[str, Session] = Recent()
        self._issued: Recent[str, Issued] = Recent()
        self._done: Recent[str, bool] = Recent()
        self._assertions = Assertions(world.clock)
        key, born = world.mint.bytes(32), int(world.clock.now())
        expired = evolve(EXPIRED, status=world.knobs.expired_status)
        self._mfa_tokens = Sealer("mfa_token", _MFA_TOKEN_SIZE, born, world.mint, key, expired)
        self._oob_codes = Sealer("oob_code", _OOB_CODE_SIZE, born, world.mint, key, expired)

    def client(self, request: Request, fields: Fields, missing: Refusal) -> Client:
        """The application that asks: by assertion, by Basic, by the body. A public one has nothing to prove."""
        assertion = fields.text("client_assertion")
        if assertion is not None:
            return self._by_assertion(request, fields, assertion)
        client_id, secret = request.basic() or (fields.need("client_id", missing), fields.text("client_secret"))
        client = self.clients.find(client_id)
        if client is None or not client.knows(secret):
            raise Refused(BAD_CLIENT[self.world.knobs.client_auth_style])
        return client

    def _by_assertion(self, request: Request, fields: Fields, assertion: str) -> Client:
        client_id = fields.text("client_id") or signer(assertion) or ""
        client = self.clients.find(client_id)
        typed = fields.text("client_assertion_type") == ASSERTION_TYPE
        if client is None or client.key is None or not typed:
            raise Refused(BAD_CLIENT["invalid_client"])
        if not self._assertions.accept(assertion, client_id, client.key, request.issuer):
            raise Refused(BAD_CLIENT["invalid_client"])
        return client

    def allow(self, client: Client, *grants: str) -> None:
        """Refuse a client that may use none of these grants."""
        if client.grants.isdisjoint(grants):
            raise Refused(GRANT_NOT_ALLOWED, grant=grants[0])

    def new_mfa_token(self, session: Session) -> str:
        """A token for a session."""
        return self._mfa_tokens.seal(session.to_values(), self._now + self.world.knobs.mfa_token_ttl)

    def new_oob_code(self, session: Session, sending: str) -> str:
        """A handle on one sending, good within its session."""
        content = {"session": session.id, "sending": sending}
        return self._oob_codes.seal(content, self._now + self.world.knobs.oob_ttl)

    def session(self, mfa_token: str, client: Client, *, access_token: bool = False) -> Session:
        """The session of a token in a body. Where one more factor is proved it may be an MFA access token."""
        issued = self._issued.get(mfa_token) if access_token and self.world.knobs.access_token_confirms else None
        session = self._session(mfa_token) if issued is None else self._confirming(issued)
        if session.client_id != client.id:
            raise Refused(OTHER_CLIENT)
        return session

    def bearer(self, request: Request, scope: str, *, sealed: bool = True) -> Session:
        """The session of a token in the Authorization header, which is refused in other words than one in a body."""
        token = request.bearer()
        if token is None:
            raise Refused(NO_BEARER)
        if (access := self.access(token)) is not None and access.is_mfa:
            if scope not in access.scopes:
                raise Refused(NO_SCOPE, scope=scope)
            return access
        if not sealed:
            raise Refused(BAD_BEARER)
        try:
            return self._session(token)
        except Refused:
            raise Refused(BAD_BEARER) from None

    def access(self, access_token: str) -> Session | None:
        """The session that an access token came from, while it is good and the user exists."""
        issued = self._issued.get(access_token)
        if issued is None or self._now >= issued.until or self._is_gone(issued.session.user):
            return None
        return issued.session

    def owner(self, token: str) -> User | None:
        """Whose token that is, of whatever kind. An mfa_token has its owner also when it is over."""
        if (session := self.access(token) or self.refresh_tokens.get(token)) is not None:
            return session.user
        try:
            return self._opened(token, 0)[1]
        except Refused:
            return None

    def issue(self, access_token: str, session: Session, lifetime: float) -> None:
        """Remember an access token, long after it has ended: it is refused in other words than an unknown one."""
        self._issued[access_token] = Issued(session, self._now + lifetime)

    def sending(self, oob_code: str, session: Session) -> Sending:
        """The sending that an oob_code stands for."""
        content = self._oob_codes.open(oob_code, self._now)
        if content["session"] != session.id:
            raise Refused(OTHER_SESSION)
        sending = self.world.sendings.find(content["sending"])
        if sending is None or sending.authenticator not in session.user.authenticators:
            raise Refused(MALFORMED, name="oob_code")
        return sending

    def may_reach(self, address: str) -> None:
        """Refuse a recipient that only stands for a refusal."""
        trick = Magic.of(address).trick
        if trick == "invalid":
            raise Refused(BAD_EMAIL if "@" in address else BAD_PHONE)
        if trick == "down":
            raise Refused(NO_PROVIDER)

    def may_try(self, failures: Bucket) -> None:
        """Refuse when too many codes were wrong: 10, and one more every 6 minutes."""
        if failures.has_one(self._now):
            return
        refusal = LOCKED_OUT[self.world.knobs.lockout_style]
        raise Refused(refusal, wait=failures.wait(self._now) if refusal.status == 429 else None)

    def may_send(self, user: User, factor: Factor) -> None:
        """Take one of the messages that may be sent."""
        if user.purse(factor).take(self._now):
            return
        if factor.purse == "phone":
            raise Refused(TOO_MANY_SMS)
        raise Refused(TOO_MANY_OTHERS, what=factor.name)

    def finished(self, session: Session) -> None:
        """Its mfa_token was good for tokens: what a knob may take for its end."""
        if self.world.knobs.consume_on_success:
            self._done[session.id] = True

    def _session(self, mfa_token: str) -> Session:
        return Session.of_values(*self._opened(mfa_token, self._now))

    def _opened(self, mfa_token: str, now: float) -> tuple[dict[str, Any], User]:
        """What a token holds, and whose it is."""
        content = self._mfa_tokens.open(mfa_token, now)
        user = self.world.users.by_id(content["user"])
        if user is None or content["id"] in self._done:
            raise Refused(MALFORMED, name="mfa_token")
        return content, user

    def _confirming(self, issued: Issued) -> Session:
        session = issued.session
        if not session.is_mfa or "enroll" not in session.scopes or self._is_gone(session.user):
            raise Refused(MALFORMED, name="mfa_token")
        if self._now >= issued.until:
            raise Refused(evolve(EXPIRED, status=self.world.knobs.expired_status), name="mfa_token")
        return session

    def _is_gone(self, user: User) -> bool:
        return self.world.users.by_id(user.id) is None

    @property
    def _now(self) -> float:
        return self.world.clock.now()


def asker(desk: Desk, request: Request) -> str | None:
    """The email of whom a request is about, as far as it says so: for who only looks on."""
    sent = request.glance()
    username, *tokens = (sent.get(name) for name in ("username", "mfa_token", "refresh_token"))
    if username and isinstance(username, str):
        return username.lower()
    for token in (request.bearer(), *tokens):
        if token and isinstance(token, str) and (user := desk.owner(token)) is not None:
            return user.email
    return None
