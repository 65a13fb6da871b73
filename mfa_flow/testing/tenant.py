"""The simulated tenant: a function from a call to a reply, and the world it remembers between calls.

It does no I/O, reads no clock but its own, and shares nothing with other tenants.
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Unpack

from mfa_flow.testing.buckets import Bucket
from mfa_flow.testing.challenges import challenge
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.desk import Clients, Desk
from mfa_flow.testing.enrolment import associate, authenticators
from mfa_flow.testing.exchange import Request, to_bytes
from mfa_flow.testing.grants import token
from mfa_flow.testing.inbox import Inbox
from mfa_flow.testing.knobs import Knobs, KnobSettings
from mfa_flow.testing.mint import Mint
from mfa_flow.testing.requests import Entry, RequestLog
from mfa_flow.testing.texts import UNKNOWN_PATH, WRONG_METHOD, Refused
from mfa_flow.testing.world import Users, World
from mfa_flow.wire.call import Call, Reply

_GRANTS_PATH = "/oauth/token"
_ROUTES: dict[str, dict[str, Callable[[Desk, Request], Any]]] = {
    _GRANTS_PATH: {"POST": token},
    "/mfa/associate": {"POST": associate},
    "/mfa/challenge": {"POST": challenge},
    "/mfa/authenticators": {"GET": authenticators},
}
_RATE_LIMIT, _RATE_REFILL = 100_000, 0.001  # for the whole tenant: the headers count, but nobody is turned away


class Tenant:
    """An Auth0 tenant of one's own. ``answer`` is its wire, the rest is for tests to look and to arrange."""

    def __init__(
        self,
        *,
        name: str = "mfa-flow-demo",
        clock: Clock | None = None,
        seed: int | None = None,
        **knobs: Unpack[KnobSettings],
    ) -> None:
        self.name = name
        self.clock = clock or Clock()
        self.inbox = Inbox()
        self.requests = RequestLog()
        self._seed = seed
        self._knobs = Knobs(**knobs)
        self._rate = Bucket(_RATE_LIMIT, _RATE_REFILL)
        self.reset()

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

    def reset(self) -> None:
        """Back to the seed: two clients, and Ada without a factor. The clock stays where it is."""
        self.inbox.clear()
        self.requests.clear()
        world = World(self.name, self.clock, self._knobs, Mint(self._seed), self.inbox)
        self._desk = Desk(world, Clients())
        self.clients.add("demo-client", "demo-secret")
        self.clients.add("demo-public")
        self.users.add("ada@example.com", "correct-horse")

    def answer(self, call: Call) -> Reply:
        """What Auth0 would answer."""
        request, error = Request.of(call), None
        try:
            status, headers, body = 200, _success_headers(request), _endpoint(request)(self._desk, request)
        except Refused as no:
            status, error, body = no.status, no.error, no.body
            headers = {"content-type": "application/json", **no.headers}
        self.requests.add(Entry(self.clock.now(), request.method, request.path, request.grant, status, error))
        return Reply(status, headers | self._common_headers(request), to_bytes(body))

    def _common_headers(self, request: Request) -> dict[str, str]:
        now = self.clock.now()
        self._rate.take(now)
        limits = {
            "x-ratelimit-limit": str(_RATE_LIMIT),
            "x-ratelimit-remaining": str(self._rate.left(now)),
            "x-ratelimit-reset": str(int(now) + 1),
        }
        return limits | ({"cache-control": "no-store", "pragma": "no-cache"} if request.path == _GRANTS_PATH else {})


def _success_headers(request: Request) -> dict[str, str]:
    """Only what goes well under /mfa/ names its charset."""
    return {"content-type": "application/json" if request.path == _GRANTS_PATH else "application/json; charset=utf-8"}


def _endpoint(request: Request) -> Callable[[Desk, Request], Any]:
    methods = _ROUTES.get(request.path)
    if methods is None:
        raise Refused(UNKNOWN_PATH, path=request.path, nearest=_nearest(request.path))
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise Refused(
            WRONG_METHOD, headers={"allow": allowed}, path=request.path, allowed=allowed, method=request.method
        )
    return methods[request.method]


def _nearest(path: str) -> str:
    nearest: list[str] = get_close_matches(path, _ROUTES, n=1, cutoff=0)
    return nearest[0]
