"""Who is there and what is under way: the directory of users, the codes that were sent, the pace of each session."""

from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from mfa_flow.testing import totp
from mfa_flow.testing.buckets import Bucket
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.inbox import Inbox
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.mint import Mint
from mfa_flow.testing.people import Authenticator, User, is_phone
from mfa_flow.testing.texts import MESSAGES


class Users:
    """The directory. Addresses are the same in any case."""

    def __init__(self, mint: Mint, knobs: Knobs) -> None:
        self._mint = mint
        self._knobs = knobs
        self._by_email: dict[str, User] = {}
        self._by_id: dict[str, User] = {}

    def add(
        self,
        email: str,
        password: str,
        *,
        phone: str | None = None,
        verified: bool = False,
        mfa: bool = True,
        authenticators: Iterable[str] = (),
    ) -> User:
        """A new person, enrolled with each of ``authenticators`` (``otp``, ``sms``) in that order."""
        email = email.lower()
        if "@" not in email:
            raise ValueError("an email has an @ in it")
        if email in self._by_email:
            raise ValueError(f"there is a user {email} already")
        if phone is not None and not is_phone(phone):
            raise ValueError("a phone is written like +15551230000: a plus and 7 to 15 digits")
        user = User(self._mint.user_id(), email, password, phone, mfa, self._mint, self._knobs.recovery_codes_enabled)
        for factor in authenticators:
            user.enroll(factor)
        if verified:
            user.verify_email()
        self._by_email[email] = self._by_id[user.id] = user
        return user

    def __getitem__(self, email: str) -> User:
        try:
            return self._by_email[email.lower()]
        except KeyError:
            raise KeyError(f"no user {email}: there are {', '.join(self._by_email)}") from None

    def __contains__(self, email: str) -> bool:
        return email.lower() in self._by_email

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_email.values())

    def by_id(self, user_id: str) -> User | None:
        """The user with that id, if there is one."""
        return self._by_id.get(user_id)


@frozen
class SentCode:
    """A code on its way to somebody. A right answer uses it up."""

    authenticator: Authenticator
    code: str = field(repr=False)
    until: float


@define(eq=False)
class World:
    """All that a tenant remembers, and its time."""

    name: str
    clock: Clock
    knobs: Knobs
    mint: Mint
    inbox: Inbox
    users: Users = field(init=False)
    _sent: dict[str, SentCode] = field(factory=dict, init=False, repr=False)
    _paces: dict[str, Bucket] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.users = Users(self.mint, self.knobs)

    def send_code(self, authenticator: Authenticator) -> str:
        """Send a fresh code to a phone; the answer names the sending. Earlier codes stay good until they end."""
        now, code, name = self.clock.now(), self.mint.code(), self.mint.opaque()
        self._sent = {key: sent for key, sent in self._sent.items() if sent.until > now}
        self._sent[name] = SentCode(authenticator, code, now + self.knobs.oob_ttl)
        text = MESSAGES[authenticator.kind].format(code=code, tenant=self.name)
        self.inbox.deliver(authenticator.kind, authenticator.address or "", code, text, now)
        return name

    def redeem_sent(self, name: str, code: str) -> Authenticator | None:
        """Whom the code proves. It works once."""
        sent = self._sent.get(name)
        if sent is None or sent.code != code:
            return None
        del self._sent[name]
        return sent.authenticator

    def may_exchange(self, session: str) -> bool:
        """Whether a session keeps to the pace of out-of-band exchanges: 12 at once, then 12 a minute."""
        now = self.clock.now()
        if session not in self._paces:
            self._paces = {key: pace for key, pace in self._paces.items() if not pace.is_full(now)}
        return self._paces.setdefault(session, Bucket(12, 5)).take(now)

    def otp(self, email: str) -> str:
        """A code that the user's newest authenticator app shows and that would be taken now."""
        apps = self.users[email].of_kind("totp")
        if not apps:
            raise LookupError(f"{email} has no authenticator app: associate one first")
        steps = apps[0].open_steps(self.clock.now(), self.knobs.otp_window)
        if not steps:
            raise LookupError(f"{email} has used every code of these minutes: advance the clock by {totp.PERIOD} s")
        return apps[0].shows(steps[0])
