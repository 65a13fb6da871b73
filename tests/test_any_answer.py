"""Whatever Auth0 answers, and to whichever request: a prompt or an error of ours, and a flow one can go on with."""

import asyncio
import json
from contextlib import suppress

import pytest
from attrs import define, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mfa_flow import App, AskPassword, Choose, Done, MfaClient, MfaFlowError, Stopped, Wait
from mfa_flow.machine.prompts import prompt_from_json
from mfa_flow.testing import Clock, Tenant, TenantTransport

BO, PHONE, CODE = "bo@example.com", "+15551230042", "123456"
ERRORS = ("mfa_required", "invalid_grant", "access_denied", "expired_token", "slow_down", "authorization_pending")
TEXTS = (
    "Malformed mfa_token",
    "Malformed oob_code",
    "MFA Authorization rejected.",
    "oob_code is expired",
    "otp",
    "oob",
)
KEYS = """error error_description mfa_token mfa_requirements challenge enroll type challenge_type oob_code
binding_method authenticator_type secret barcode_uri recovery_codes recovery_code oob_channel access_token id_token
refresh_token scope expires_in token_type id active name"""
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ERRORS + TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner),
    max_leaves=12,
)
STATUSES = st.sampled_from((200, 201, 204, 301, 400, 401, 403, 404, 429, 500, 502))


class Hurried(Clock):
    """Whoever sleeps moves it on."""

    async def sleep(self, seconds):
        """Not really."""
        await asyncio.sleep(0)
        self.advance(seconds)


@define
class Meddler:
    """Passes calls on, and puts other bytes in place of one answer, the ``nth``."""

    to: TenantTransport
    nth: int
    status: int
    body: bytes

    async def send(self, call):
        """The tenant's answer, or the other."""
        reply = await self.to.send(call)
        self.nth -= 1
        return evolve(reply, status=self.status, body=self.body) if self.nth == -1 else reply

    async def aclose(self):
        """Nothing is held."""


class NothingOfTheKind(Exception):
    """What the walk is looking for is not to be chosen any more."""


def one_of(prompt, factor):
    """The authenticator of a factor."""
    for one in getattr(prompt, "challenge", ()):
        if one.factor == factor:
            return one
    raise NothingOfTheKind


async def known(flow):
    """A login with a factor that sends a message, once more, then by a push."""
    prompt = await flow.login(BO, "pw")
    await flow.challenge(one_of(prompt, "sms"))
    await flow.confirm(CODE)
    await flow.resend()
    await flow.confirm(CODE)
    await flow.go_back()
    await flow.challenge(one_of(prompt, "push"))
    await flow.wait(timeout=0)


async def new(flow):
    """A factor is set up, then another."""
    await flow.login("ada@example.com", "correct-horse")
    await flow.enroll("otp")
    await flow.confirm(CODE)
    await flow.enroll("sms", phone_number=PHONE)
    await flow.confirm(CODE)


async def recovered(flow):
    """A recovery code, twice."""
    prompt = await flow.login(BO, "pw")
    await flow.challenge(one_of(prompt, "recovery"))
    await flow.confirm("A" * 24)
    await flow.confirm("B" * 24)


def tenant():
    """Bo has it all, Ada nothing."""
    made = Tenant(clock=Hurried(), seed=1)
    made.users.add(BO, "pw", phone=PHONE, authenticators=["otp", "sms", "push"])
    return made


async def walk(path, nth, status, body):
    """Walk with one answer meddled with, then look, tell it as JSON, and log in anew."""
    meddled = tenant()
    wire = Meddler(TenantTransport(meddled), nth, status, body)
    async with MfaClient(App("tenant.example", "demo-public"), transport=wire, clock=meddled.clock) as mfa:
        flow = mfa.flow("f")
        with suppress(MfaFlowError, NothingOfTheKind):
            await path(flow)
        prompt = await flow.look()
        assert prompt == prompt_from_json(prompt.to_json(tokens=True))
        if not isinstance(prompt, AskPassword | Done | Stopped):
            assert isinstance(await flow.cancel(), Stopped)
        wire.nth = -2
        assert isinstance(await flow.login(BO, "pw"), Choose | Wait)


@pytest.mark.parametrize("path", [known, new, recovered])
@given(nth=st.integers(0, 8), status=STATUSES, value=VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_in_place_of_any_answer(path, nth, status, value):
    """It is a move, a prompt or an error of ours; the flow stays readable, and can be cancelled and begun anew."""
    asyncio.run(walk(path, nth, status, json.dumps(value).encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("path", [known, new, recovered])
@given(nth=st.integers(0, 8), status=STATUSES, body=st.binary())
@settings(max_examples=50, deadline=None)
def test_any_bytes_in_place_of_any_answer(path, nth, status, body):
    """The same for what is no JSON at all."""
    asyncio.run(walk(path, nth, status, body))
