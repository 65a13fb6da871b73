"""Who is there and what is under way: people, what was sent to them, the pace of each session."""

from attrs import Factory, define, field

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.world import totp
from mfa_flow.testing.world.buckets import Bucket
from mfa_flow.testing.world.factors import Factors
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.people import House
from mfa_flow.testing.world.recent import Recent
from mfa_flow.testing.world.sendings import Sendings
from mfa_flow.testing.world.users import Users


@define(eq=False)
class World:
    """All that a tenant remembers, and its time."""

    name: str
    clock: Clock
    knobs: Knobs
    mint: Mint
    inbox: Inbox
    factors: Factors = field(default=Factory(lambda self: Factors(set(self.knobs.factors)), takes_self=True))
    users: Users = field(init=False)
    sendings: Sendings = field(init=False)
    _paces: Recent[str, Bucket] = field(factory=Recent, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.factors.begin_again()
        self.users = Users(House(self.clock, self.knobs, self.mint, self.factors))
        self.sendings = Sendings(self.name, self.clock, self.knobs, self.mint, self.inbox)

    def may_exchange(self, session: str) -> bool:
        """Whether a session keeps to the pace of out-of-band exchanges: 12 at once, then 12 a minute."""
        if session not in self._paces:
            self._paces[session] = Bucket(12, 5)
        return self._paces[session].take(self.clock.now())

    def otp(self, email: str) -> str:
        """A code that the user's newest authenticator app shows and that would be taken now."""
        apps = self.users[email].apps
        if not apps:
            raise LookupError(f"{email} has no authenticator app: associate one first")
        steps = apps[0].open_steps(self.clock.now(), self.knobs.otp_window)
        if not steps:
            raise LookupError(f"{email} has used every code of these minutes: advance the clock by {totp.PERIOD} s")
        return apps[0].shows(steps[0])
