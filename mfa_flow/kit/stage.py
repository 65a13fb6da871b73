"""The stage of a walk: a tenant with the person's account, a store that outlives processes, time that takes no time."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.kit.deeds import EMAIL, PASSWORD, PHONE, Deed, Scene
from mfa_flow.kit.hasty import Hasty
from mfa_flow.kit.people import Person
from mfa_flow.kit.transport import InProcess
from mfa_flow.machine.prompts import Prompt
from mfa_flow.stores.base import Store
from mfa_flow.stores.memory import MemoryStore
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.tenant import Tenant
from mfa_flow.wire.call import Call, Reply
from mfa_flow.wire.values import App

START = 1_700_000_000.0
# Seconds a request takes: so that who asks without a pause gets somewhere, too.
TRIP = 0.05
DOMAIN = "tenant.example"
_SCOPES = "enroll read:authenticators remove:authenticators"


@frozen
class _Trip(InProcess):
    """The way to the tenant, on which each request takes a moment. ``issued`` are the tokens that came by."""

    issued: set[str] = field(factory=set, kw_only=True, eq=False, repr=False)

    async def send(self, call: Call) -> Reply:
        self.tenant.clock.advance(TRIP)
        await asyncio.sleep(0)
        reply = await super().send(call)
        self.issued.update(_tokens(reply.body))
        return reply


def _tokens(body: bytes) -> Iterator[str]:
    """Those of an answer. What is broken has none."""
    try:
        found = json.loads(body)
    except ValueError:
        return
    for name in ("access_token", "refresh_token", "id_token"):
        token = found.get(name) if isinstance(found, dict) else None
        if isinstance(token, str):
            yield token


class _Typed(str):
    """What a person types: a ``str`` that no traceback shows, though it is handed through other people's code."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Typed(****)"


class Stage:
    """What a front end needs to be walked through: ``client()`` for the library's, or its parts.

    ``tenant`` answers, ``transport`` goes there, ``clock`` is the time to sleep by, ``store`` stays when processes die.
    ``person`` is who acts.
    """

    def __init__(self, scene: Scene, store: Store | None = None) -> None:
        self.scene = scene
        self.clock = Hasty(Clock(START))
        knobs: dict[str, Any] = dict(scene.knobs)
        self.tenant = Tenant(clock=self.clock.clock, seed=1, issuer=f"https://{DOMAIN}/", **knobs)
        self.transport = _Trip(self.tenant, clock=self.clock)
        self.person = Person(self.tenant, EMAIL, PASSWORD)
        self.store: Store = MemoryStore(now=self.clock.now) if store is None else store
        self.app = App(DOMAIN, "demo-client", "demo-secret")
        self.refresh_token = self.access_token = ""
        self._settle()

    def client(self, **options: Any) -> MfaClient:
        """A client as a fresh process would have it; ``options`` are those of ``MfaClient``."""
        given = {"store": self.store, "transport": self.transport, "clock": self.clock}
        return MfaClient(self.app, **{**given, **options})

    def given(self, deed: Deed, asked: Prompt) -> tuple[tuple[str, ...], dict[str, str]]:
        """What the person does this with when that is asked, looked up now."""
        details = {name: self._value(text, asked) for name, text in deed.details.items()}
        return tuple(self._value(text, asked) for text in deed.given), details

    def token(self, **fields: str) -> dict[str, Any]:
        """What the token endpoint answers to somebody else: how things got to where the walk begins."""
        body = {"client_id": "demo-client", "client_secret": "demo-secret", "username": EMAIL, "password": PASSWORD}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = urlencode({"grant_type": "password", **body, **fields}).encode()
        found: dict[str, Any] = json.loads(self.tenant.answer(Call("POST", "/oauth/token", form, sent)).body)
        return found

    def _settle(self) -> None:
        """The account. What a person holds from before is asked for while a password is still enough for it."""
        user = self.tenant.users.add(EMAIL, PASSWORD, phone=PHONE, mfa=False)
        words = {word for deed in (*self.scene.opening, *self.scene.deeds) for word in deed.given}
        if "<refresh token>" in words:
            self.refresh_token = self.token(scope="offline_access")["refresh_token"]
        if "<access token>" in words:
            self.access_token = self.token(audience=f"https://{DOMAIN}/mfa/", scope=_SCOPES)["access_token"]
        for factor in self.scene.owns:
            user.enroll(factor)
        changes: dict[str, Any] = {"mfa": True, **self.scene.user}
        self.tenant.users.change(EMAIL, **changes)
        self.tenant.requests.clear()

    def _value(self, text: str, asked: Prompt) -> str:
        return _Typed(_WORDS[text](self, asked)) if text in _WORDS else text


def _owned(stage: Stage, factor: str) -> str:
    """The id of the person's newest authenticator of that factor."""
    return stage.person.user.of_kind(_KINDS.get(factor, factor))[0].id


_KINDS = {"otp": "totp", "recovery": "recovery-code"}
_WORDS: Mapping[str, Callable[[Stage, Prompt], str]] = {
    "<email>": lambda stage, _: stage.person.email,
    "<password>": lambda stage, _: stage.person.password,
    "<phone>": lambda stage, _: stage.person.number,
    "<right code>": lambda stage, asked: stage.person.code(asked),
    "<wrong code>": lambda stage, asked: stage.person.wrong_code(asked),
    "<authenticator>": lambda stage, _: _owned(stage, stage.scene.factor),
    "<recovery>": lambda stage, _: _owned(stage, "recovery"),
    "<refresh token>": lambda stage, _: stage.refresh_token,
    "<access token>": lambda stage, _: stage.access_token,
    "<mfa token>": lambda stage, _: str(stage.token()["mfa_token"]),
}
