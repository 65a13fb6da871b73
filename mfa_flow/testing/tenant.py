"""The simulated tenant: a function from a call to a reply, and the world it remembers between calls.

It does no I/O, reads no clock but its own, and shares nothing with other tenants but the key that signs JWTs.
"""

import asyncio
from typing import Any, Unpack

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.control.bell import Bell
from mfa_flow.testing.control.faults import Faults
from mfa_flow.testing.control.requests import Entry, RequestLog
from mfa_flow.testing.knobs import Knobs, KnobSettings
from mfa_flow.testing.texts import Refused
from mfa_flow.testing.wire.clients import Clients
from mfa_flow.testing.wire.desk import Desk, asker
from mfa_flow.testing.wire.exchange import HOME, Request, to_bytes
from mfa_flow.testing.wire.grants import GRANTS_PATH, grant_of
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.testing.wire.routes import endpoint
from mfa_flow.testing.world.factors import Associate, Challenge, Confirm, Factor, Factors
from mfa_flow.testing.world.inbox import Inbox
from mfa_flow.testing.world.mint import Mint
from mfa_flow.testing.world.sendings import Push
from mfa_flow.testing.world.users import Users
from mfa_flow.testing.world.world import World
from mfa_flow.wire.call import Call, Reply

_DROPPED = "the connection was closed, as a fault wanted it"


class Tenant:
    """An Auth0 tenant of one's own. ``answer`` is its wire, the rest is for tests to look and to arrange."""

    def __init__(
        self,
        *,
        name: str = "mfa-flow-demo",
        issuer: str = HOME,
        clock: Clock | None = None,
        seed: int | None = None,
        **knobs: Unpack[KnobSettings],
    ) -> None:
        """``issuer`` is what it calls itself to who reaches it without a Host header."""
        self.name = name
        self.issuer = issuer.rstrip("/") + "/"
        self.clock = clock or Clock()
        self.inbox = Inbox()
        self.requests = RequestLog()
        self.faults = Faults()
        self.bell = Bell()
        self._seed = seed
        self._knobs = Knobs(**knobs)
        self._factors = Factors(set(self._knobs.factors))
        self._limit = RateLimit(self._knobs)
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
        """
        self._factors.add(
            Factor(
                name=channel, kind=channel, type=type or channel, channel=channel, address=address, prompt=prompt,
                purse=channel, sends=sends, text=text, associate=associate, challenge=challenge, confirm=confirm,
            )
        )  # fmt: skip

    def reset(self) -> None:
        """Back to the seed: two clients, and Ada without a factor. The clock stays where it is."""
        self.inbox.clear()
        self.requests.clear()
        self.faults.clear()
        world = World(self.name, self.clock, self._knobs, Mint(self._seed), self.inbox, self._factors)
        self._desk = Desk(world, Clients())
        self.clients.add("demo-client", "demo-secret")
        self.clients.add("demo-public")
        self.users.add("ada@example.com", "correct-horse")

    def answer(self, call: Call) -> Reply:
        """What Auth0 would answer, at once. A fault that drops the connection raises ConnectionResetError."""
        return self._answer(call)[0]

    async def respond(self, call: Call) -> Reply:
        """The same, but a fault may hold it back."""
        reply, delay = self._answer(call)
        if delay is not None:
            await asyncio.sleep(delay)
        return reply

    def _answer(self, call: Call) -> tuple[Reply, float | None]:
        """The answer, and how long it is held back."""
        request = Request.of(call, self.issuer)
        request.grant = grant_of(request)
        fault = self.faults.strike(request, asker(self._desk, request)) if len(self.faults) else None
        if fault is None:
            return self._own(request), None
        if fault.drop == "before":
            raise self._dropped(request)
        reply = self._logged(request, fault.reply()) if fault.replaces else fault.adorn(self._own(request))
        if fault.drop == "after":
            raise ConnectionResetError(_DROPPED)
        return reply, fault.delay

    def _dropped(self, request: Request) -> ConnectionResetError:
        self._logged(request, Reply(0))
        return ConnectionResetError(_DROPPED)

    def _logged(self, request: Request, reply: Reply, error: str | None = None) -> Reply:
        entry = Entry(self.clock.now(), request.method, request.path, request.grant, reply.status, error)
        self.requests.add(entry)
        self.bell.ring()
        return reply

    def _own(self, request: Request) -> Reply:
        error = None
        try:
            self._limit.take(self.clock.now())
            status, content, body = _success(request, endpoint(request)(self._desk, request))
        except Refused as no:
            status, error, body = no.status, no.error, to_bytes(no.body)
            content = {"content-type": "application/json", **no.headers}
        headers = content | self._limit.headers(self.clock.now()) | _caching(request)
        return self._logged(request, Reply(status, headers, body), error)


def _success(request: Request, body: Any) -> tuple[int, dict[str, str], bytes]:
    """Only what goes well elsewhere than at the token endpoint names its charset; nothing has no type."""
    if body is None:
        return 204, {}, b""
    charset = "" if request.path == GRANTS_PATH else "; charset=utf-8"
    return 200, {"content-type": f"application/json{charset}"}, to_bytes(body)


def _caching(request: Request) -> dict[str, str]:
    return {"cache-control": "no-store", "pragma": "no-cache"} if request.path == GRANTS_PATH else {}
