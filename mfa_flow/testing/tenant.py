"""The simulated tenant: a function from a call to a reply, and the world it remembers between calls.

It does no I/O, reads no clock but its own, and shares nothing with other tenants but the key that signs JWTs.
"""

from threading import RLock
from typing import Unpack

from mfa_flow.testing.bell import Bell
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.control.check import problems
from mfa_flow.testing.control.faults import Fault, Faults
from mfa_flow.testing.control.outcome import Outcome
from mfa_flow.testing.control.requests import Entry, RequestLog
from mfa_flow.testing.control.snapshots import Snapshot, Snapshots, copied
from mfa_flow.testing.knobs import Knobs, KnobSettings
from mfa_flow.testing.population import Population
from mfa_flow.testing.wire.answering import own_reply
from mfa_flow.testing.wire.clients import Clients
from mfa_flow.testing.wire.desk import Desk, asker
from mfa_flow.testing.wire.exchange import HOME, Request
from mfa_flow.testing.wire.grants import grant_of
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.testing.world.factors import Associate, Challenge, Confirm, Factor, Factors
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.sendings import Push
from mfa_flow.testing.world.users import Users
from mfa_flow.testing.world.world import World
from mfa_flow.wire.call import Call, Reply


class Tenant:
    """An Auth0 tenant of one's own. ``answer`` is its wire, the rest is for tests to look and to arrange."""

    def __init__(
        self,
        *,
        name: str = "mfa-flow-demo",
        issuer: str = HOME,
        clock: Clock | None = None,
        seed: int | None = None,
        population: Population | None = None,
        **knobs: Unpack[KnobSettings],
    ) -> None:
        """``issuer`` is what it calls itself to who reaches it without a Host header.

        The same ``seed`` gives the same codes, secrets, ids and tokens, but for JWTs, whose times are the wall's.
        ``population`` is who is there, now and after each reset.
        """
        self.name = name
        self.issuer = issuer.rstrip("/") + "/"
        self.clock = clock or Clock()
        self.inbox = Inbox(self.clock)
        self.requests = RequestLog()
        self.faults = Faults()
        self.snapshots = Snapshots()
        self.bell = Bell()
        self._whole = RLock()  # its world changes by one call at a time, whatever thread it comes from
        self._seed = seed
        self._population = population or Population()
        self._knobs = Knobs(**knobs)
        self._factors = Factors(set(self._knobs.factors))
        self.reset()

    @property
    def world(self) -> World:
        """What it remembers of people, to look at. A reset makes a new one."""
        return self._desk.world

    @property
    def users(self) -> Users:
        """The people: ``users.add(...)``, ``users["ada@example.com"]``."""
        return self._desk.world.users

    @property
    def clients(self) -> Clients:
        """The applications."""
        return self._desk.clients

    def otp(self, email: str) -> str:
        """A code of that user's authenticator app, one that would be taken now."""
        return self._desk.world.otp(email)

    def push(self, which: str) -> Push:
        """A question on a phone, by its message's id, or the newest one to an address: ``.approve()``, ``.deny()``."""
        return self._desk.world.sendings.push(which)

    def teach(
        self,
        channel: str,
        *,
        address: str | None = None,
        type: str | None = None,  # noqa: A002 - the wire's word
        prompt: bool = True,
        sends: tuple[int, float] = (20, 60),
        text: str = "{code} is your code for {tenant}.",
        associate: Associate | None = None,
        challenge: Challenge | None = None,
        confirm: Confirm | None = None,
    ) -> None:
        """Know one more factor from now on, by its ``oob_channel``.

        ``address`` is the parameter of /mfa/associate that says where its messages go; without one they go to the
        user's email. ``type`` is its name in mfa_requirements. ``prompt=False`` makes it one that is answered like a
        push. ``sends`` is how many messages a user may be sent at once, and the seconds until there is one more.

        That is all most need: codes go to the inbox, and are checked, by the tenant. The rest is for the others:
        ``associate(authenticator, fields)`` and ``challenge(authenticator)`` return what their answers have beside the
        usual, ``confirm(authenticator, binding_code)`` says whether a code is right. With a ``challenge`` of its own a
        factor sends its messages itself. Any of them may raise ``texts.Refused``.

        Raises ValueError for a factor that is known already, or cannot be.
        """
        self._factors.add(
            Factor(
                name=channel, kind=channel, type=type or channel, channel=channel, address=address, prompt=prompt,
                purse=channel, sends=sends, text=text, associate=associate, challenge=challenge, confirm=confirm,
            )
        )  # fmt: skip

    def pin(self, to: str, code: str) -> None:
        """Let every message to that number or address carry this code, of six digits. Each works once all the same."""
        self._desk.world.sendings.pins.add(to, code)

    def unpin(self, to: str | None = None) -> None:
        """Let codes to there, or to anywhere, be random again."""
        self._desk.world.sendings.pins.remove(to)

    @property
    def pins(self) -> dict[str, str]:
        """The pinned codes by recipient."""
        return self._desk.world.sendings.pins.all()

    def reset(self, seed: int | None = None) -> None:
        """Start over, as after the constructor: two clients, and Ada without a factor, or its population.

        ``seed`` is a new one; left out, the old one starts again. The clock, snapshots and taught factors stay.
        """
        with self._whole:
            self._start_over(self._seed if seed is None else seed)

    def _start_over(self, seed: int | None) -> None:
        self._seed = seed
        self.inbox.clear()
        self.requests.clear()
        self.faults.clear()
        self._limit = RateLimit(self._knobs)
        self._desk = Desk(
            World(self.name, self.clock, self._knobs, Mint(self._seed), self.inbox, self._factors), Clients()
        )
        self._population.settle(self.clients, self.users)

    def snapshot(self) -> Snapshot:
        """All that the tenant remembers now, to be restored as often as a test likes."""
        with self._whole:
            desk, limit = copied(self._desk, self._limit)
            box, faults, log = self.inbox.saved(), self.faults.saved(), self.requests.saved()
            return Snapshot(self.clock.now(), desk, limit, box, faults, log, self._seed)

    def restore(self, saved: Snapshot, *, clock: bool = False) -> None:
        """Be as it was then: people and all they own, buckets, clients, tokens, messages, pins, faults, log, seed.

        Time goes on, unless ``clock`` asks for the time of the snapshot. Sealed tokens stay good, later ones too.
        Numbers of messages are not used twice. Look people up again: a ``User`` from before is of another world.
        Raises ValueError for another tenant's snapshot.
        """
        if not saved.is_of(self._desk):
            raise ValueError("this is another tenant's snapshot: restore it there")
        with self._whole:
            self._seed = saved.seed
            self._desk, self._limit = saved.world()
            self.inbox.put_back(saved.box)
            self.faults.put_back(saved.faults)
            self.requests.put_back(saved.log)
            if clock:
                self.clock.put_back(saved.at)

    def problems(self) -> list[str]:
        """What ``check`` complains of, a line each."""
        return problems(self.faults, self.inbox.open)

    def check(self) -> None:
        """Raise AssertionError if a fault never struck, nobody read a message, or nobody answered a push."""
        if found := self.problems():
            raise AssertionError("\n".join(found))

    def answer(self, call: Call) -> Reply:
        """What Auth0 would answer, at once. A fault that breaks the connection raises ConnectionResetError."""
        return self.perform(call).arrived()

    async def respond(self, call: Call) -> Reply:
        """The same, but a fault may hold it back."""
        outcome = self.perform(call)
        await outcome.held_back()
        return outcome.arrived()

    def perform(self, call: Call) -> Outcome:
        """Do what is asked. The outcome is the answer and how it is to travel: for who writes it to a socket."""
        with self._whole:
            outcome = self._perform(Request.of(call, self.issuer))
        self.bell.ring()
        return outcome

    def _perform(self, request: Request) -> Outcome:
        request.grant = grant_of(request)
        user = asker(self._desk, request)
        fault = self.faults.strike(request, user) if len(self.faults) else None
        reply, error = self._reply(request, fault)
        self.requests.add(Entry.of(self._desk, request, user, reply.status, error))
        return Outcome(reply, fault)

    def _reply(self, request: Request, fault: Fault | None) -> tuple[Reply, str | None]:
        """The answer, be it a fault's, and its error."""
        if fault is None:
            return own_reply(self._desk, self._limit, request)
        if fault.drop == "before":
            return Reply(0), None
        if fault.replaces:
            return fault.reply(), fault.error
        reply, error = own_reply(self._desk, self._limit, request)
        return fault.adorn(reply), error
