"""The stage of a walk: a tenant with the person's account, a store that outlives processes, time that does not last."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from attrs import define, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.kit.deeds import EMAIL, PASSWORD, PHONE, Scene
from mfa_flow.stores.base import Store
from mfa_flow.stores.memory import MemoryStore
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.transport import TenantTransport
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.values import App

START = 1_700_000_000.0
# Seconds a request takes: so that who asks without a pause gets somewhere, too.
TRIP = 0.05
DOMAIN = "tenant.example"
_SCOPES = "enroll read:authenticators remove:authenticators"


@define(eq=False)
class Pace:
    """Time: whoever sleeps by it makes it pass at once, and what is due by then happens on the way."""

    clock: Clock
    _due: list[tuple[float, Callable[[], object]]] = field(factory=list)

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        self.advance(seconds)
        await asyncio.sleep(0)

    def later(self, seconds: float, happening: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        self._due.append((self.now() + seconds, happening))

    def advance(self, seconds: float) -> None:
        """Move on, and let happen what is due."""
        end = self.now() + max(seconds, 0)
        for at, happening in sorted(self._due, key=lambda due: due[0]):
            if at <= end:
                self.clock.advance(max(at - self.now(), 0))
                self._due.remove((at, happening))
                happening()
        self.clock.advance(max(end - self.now(), 0))


@frozen
class _Trip(TenantTransport):
    """A transport on which each request takes a moment."""

    pace: Pace

    async def send(self, call: Call) -> Reply:
        self.pace.advance(TRIP)
        await asyncio.sleep(0)
        return self.tenant.answer(call)


class Stage:
    """What a front end needs to be walked through: ``client()`` for the library's, or its parts.

    ``tenant`` answers, ``transport`` goes there, ``clock`` is the time to sleep by, ``store`` stays when processes die.
    """

    def __init__(self, scene: Scene, store: Store | None = None) -> None:
        self.scene = scene
        clock = Clock(START)
        self.clock = Pace(clock)
        self.tenant = Tenant(clock=clock, seed=1, issuer=f"https://{DOMAIN}/", **scene.knobs)  # type: ignore[arg-type]
        self.transport = _Trip(self.tenant, self.clock)
        self.store: Store = MemoryStore(now=self.clock.now) if store is None else store
        self.app = App(DOMAIN, "demo-client", "demo-secret")
        self.refresh_token = self.access_token = ""
        self._settle()

    def client(self, **options: Any) -> MfaClient:
        """A client as a fresh process would have it; ``options`` are those of ``MfaClient``."""
        given = {"store": self.store, "transport": self.transport, "clock": self.clock}
        return MfaClient(self.app, **{**given, **options})

    def token(self, **fields: str) -> dict[str, Any]:
        """What the token endpoint answers to somebody else: how things got to where the walk begins."""
        body = {"client_id": "demo-client", "client_secret": "demo-secret", "username": EMAIL, "password": PASSWORD}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = urlencode({"grant_type": "password", **body, **fields}).encode()
        found: dict[str, Any] = json.loads(self.tenant.answer(Call("POST", "/oauth/token", form, sent)).body)
        return found

    def _settle(self) -> None:
        """The account. What a person holds from before is asked for while a password is still enough for it."""
        self.user = self.tenant.users.add(EMAIL, PASSWORD, phone=PHONE, mfa=False)
        words = {word for deed in (*self.scene.opening, *self.scene.deeds) for word in deed.given}
        if "<refresh token>" in words:
            self.refresh_token = self.token(scope="offline_access")["refresh_token"]
        if "<access token>" in words:
            self.access_token = self.token(audience=f"https://{DOMAIN}/mfa/", scope=_SCOPES)["access_token"]
        for factor in self.scene.owns:
            self.user.enroll(factor)
        changes: dict[str, Any] = {"mfa": True, **self.scene.user}
        self.tenant.users.change(EMAIL, **changes)
        self.tenant.requests.clear()
