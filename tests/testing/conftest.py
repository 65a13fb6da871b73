"""A still clock, a seeded tenant on it, and a hand-written client that knows nothing but the wire."""

import json
from typing import Any, NamedTuple

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Call, Reply

START = 1_726_830_000
GRANT = "http://auth0.com/oauth/grant-type/"
PHONE = "+15551230000"


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
        return self.answer(Call.form("/oauth/token", {"grant_type": grant, **self.client, **fields}))

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
        return self.answer(Call.json("/mfa/associate", fields, bearer))

    def add_otp(self, bearer: str) -> Answer:
        """Add an authenticator app."""
        return self.associate(bearer, authenticator_types=["otp"])

    def add_sms(self, bearer: str, phone: str = PHONE) -> Answer:
        """Add a phone."""
        return self.associate(bearer, authenticator_types=["oob"], oob_channels=["sms"], phone_number=phone)

    def challenge(self, mfa_token: str, **fields: Any) -> Answer:
        """Challenge an authenticator."""
        return self.answer(Call.json("/mfa/challenge", {**self.client, "mfa_token": mfa_token, **fields}))

    def list(self, bearer: str) -> Answer:
        """List the authenticators."""
        return self.answer(Call.get("/mfa/authenticators", bearer))


@pytest.fixture
def clock() -> Clock:
    """A still clock at a known moment."""
    return Clock(START)


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    """A tenant with reproducible codes. Beside Ada there is Bob, who has an authenticator app and a phone."""
    tenant = Tenant(clock=clock, seed=7, name="My Test Tenant")
    tenant.users.add("bob@example.com", "pw", phone=PHONE, authenticators=("otp", "sms"))
    return tenant


@pytest.fixture
def wire(tenant: Tenant) -> Wire:
    """A client of that tenant."""
    return Wire(tenant)
