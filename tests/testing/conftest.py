"""A still clock, a seeded tenant on it, and a hand-written client that knows nothing but the wire."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.world.people import User
from mfa_flow.wire.call import Call, Reply

START = 1_726_830_000
GRANT = "http://auth0.com/oauth/grant-type/"
PHONE = "+15551230000"
MFA_API = "https://tenant.example/mfa/"


def form_call(path: str, fields: Mapping[str, str]) -> Call:
    """A form, as a browser would write it."""
    return Call("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(fields).encode())


def json_call(path: str, fields: Mapping[str, Any], bearer: str | None = None) -> Call:
    """A JSON body and, if there is one, a token in the header."""
    return Call("POST", path, {"Content-Type": "application/json", **_bearer(bearer)}, json.dumps(fields).encode())


def get_call(path: str, bearer: str) -> Call:
    """No body, and a token in the header."""
    return Call("GET", path, _bearer(bearer))


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


class Answer(NamedTuple):
    """A reply's status, and its body as values."""

    status: int
    body: Any


class Wire:
    """Writes calls by hand, as Auth0's documents show them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.client = {"client_id": "demo-client", "client_secret": "demo-secret"}

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        """Any call; underscores in header names become dashes."""
        return self.tenant.answer(Call(method, path, {k.replace("_", "-"): v for k, v in headers.items()}, body))

    def answer(self, call: Call) -> Answer:
        """A call's status and body."""
        reply = self.tenant.answer(call)
        return Answer(reply.status, json.loads(reply.body))

    def token(self, grant: str, **fields: str) -> Answer:
        """The token endpoint, by a confidential client."""
        return self.answer(form_call("/oauth/token", {"grant_type": grant, **self.client, **fields}))

    def login(self, email: str = "ada@example.com", password: str = "correct-horse", **fields: str) -> str:
        """A password, and the mfa_token it gives."""
        return str(self.token("password", username=email, password=password, **fields).body["mfa_token"])

    def otp(self, mfa_token: str, code: str) -> Answer:
        """Prove an authenticator app."""
        return self.token(f"{GRANT}mfa-otp", mfa_token=mfa_token, otp=code)

    def oob(self, mfa_token: str, oob_code: str, **fields: str) -> Answer:
        """Prove a phone."""
        return self.token(f"{GRANT}mfa-oob", mfa_token=mfa_token, oob_code=oob_code, **fields)

    def associate(self, bearer: str, **fields: Any) -> Answer:
        """Add an authenticator."""
        return self.answer(json_call("/mfa/associate", fields, bearer))

    def add_otp(self, bearer: str) -> Answer:
        """Add an authenticator app."""
        return self.associate(bearer, authenticator_types=["otp"])

    def add_sms(self, bearer: str, phone: str = PHONE) -> Answer:
        """Add a phone."""
        return self.associate(bearer, authenticator_types=["oob"], oob_channels=["sms"], phone_number=phone)

    def add(self, bearer: str, channel: str, **fields: Any) -> Answer:
        """Add an authenticator out of band."""
        return self.associate(bearer, authenticator_types=["oob"], oob_channels=[channel], **fields)

    def challenge(self, mfa_token: str, **fields: Any) -> Answer:
        """Challenge an authenticator."""
        return self.answer(json_call("/mfa/challenge", {**self.client, "mfa_token": mfa_token, **fields}))

    def recover(self, mfa_token: str, code: str) -> Answer:
        """Prove a recovery code."""
        return self.token(f"{GRANT}mfa-recovery-code", mfa_token=mfa_token, recovery_code=code)

    def access_token(self, email: str = "ada@example.com", password: str = "correct-horse", **fields: str) -> str:
        """An MFA access token of somebody who has an app, or nothing."""
        answer = self.token("password", username=email, password=password, audience=MFA_API, **fields)
        if "mfa_token" in answer.body:
            answer = self.otp(answer.body["mfa_token"], self.tenant.otp(email))
        return str(answer.body["access_token"])

    def delete(self, bearer: str, authenticator_id: str) -> Reply:
        """Remove an authenticator."""
        path = f"/mfa/authenticators/{quote(authenticator_id, safe='')}"
        return self.tenant.answer(Call("DELETE", path, {"Authorization": f"Bearer {bearer}"}))

    def list(self, bearer: str) -> Answer:
        """List the authenticators."""
        return self.answer(get_call("/mfa/authenticators", bearer))


@pytest.fixture
def clock() -> Clock:
    """A still clock at a known moment."""
    return Clock(START)


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    """A tenant like the recorded one, which takes apps and phones that read. Bob has one of each."""
    tenant = Tenant(clock=clock, seed=7, name="My Test Tenant", factors=("otp", "sms"))
    tenant.users.add("bob@example.com", "pw", phone=PHONE, authenticators=("otp", "sms"))
    return tenant


@pytest.fixture
def wire(tenant: Tenant) -> Wire:
    """A client of that tenant."""
    return Wire(tenant)


@pytest.fixture
def wide(clock: Clock) -> Wire:
    """A client of a tenant with every factor. Eve has a verified email and nothing else."""
    tenant = Tenant(clock=clock, seed=7, name="My Test Tenant")
    tenant.users.add("eve@example.com", "pw", verified=True)
    return Wire(tenant)


def has(wire: Wire, *factors: str, email: str = "cy@example.com", **more: Any) -> User:
    """Somebody who has these, with the password pw."""
    user = wire.tenant.users.add(email, "pw", phone=PHONE, **more)
    for factor in factors:
        user.enroll(factor)
    return user
