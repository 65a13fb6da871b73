"""The guard at the password step: people who are blocked, passwords that leaked, too many that were wrong."""

from attrs import define, field

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.texts import BLOCKED, BRUTE_FORCE, LEAKED, SUSPICIOUS, WRONG_PASSWORD, Refused
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.people import User
from mfa_flow.testing.world.recent import Recent

_PARDON = 60  # seconds until one wrong password of an address is forgiven
_UNBLOCKING = 3600  # seconds; time alone does not unblock, and nobody knows when somebody does: a guess


@define(eq=False)
class Guard:
    """Counts only when a knob says so."""

    _clock: Clock
    _knobs: Knobs
    _addresses: Recent[str, Bucket] = field(factory=Recent, init=False)

    def check(self, user: User | None, password: str, address: str) -> User:
        """Whoever that is, if the password is right and nothing speaks against it."""
        self._not_suspicious(address)
        if user is not None:
            self._not_forced(user)
        if user is None or user.password != password:
            raise self._wrong(user, address)
        user.wrong_passwords = 0
        if user.leaked:
            raise Refused(LEAKED)
        return self.let_in(user)

    def let_in(self, user: User) -> User:
        """The same person, unless blocked."""
        if user.blocked:
            raise Refused(BLOCKED)
        return user

    def _not_suspicious(self, address: str) -> None:
        now = self._clock.now()
        if self._knobs.suspicious_logins is not None and not self._bucket(address).has_one(now):
            raise Refused(SUSPICIOUS, wait=self._bucket(address).wait(now))

    def _not_forced(self, user: User) -> None:
        limit = self._knobs.brute_force_protection
        if limit is not None and user.wrong_passwords >= limit:
            raise Refused(BRUTE_FORCE, wait=_UNBLOCKING)

    def _wrong(self, user: User | None, address: str) -> Refused:
        if self._knobs.suspicious_logins is not None:
            self._bucket(address).take(self._clock.now())
        if user is not None:
            user.wrong_passwords += 1
        return Refused(WRONG_PASSWORD)

    def _bucket(self, address: str) -> Bucket:
        if address not in self._addresses:
            self._addresses[address] = Bucket(self._knobs.suspicious_logins or 1, _PARDON)
        return self._addresses[address]
