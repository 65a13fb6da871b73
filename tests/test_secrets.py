"""Every factor is walked, and nothing that is secret shows anywhere on the way."""

import copy
import json
import logging
import pickle
from urllib.parse import parse_qsl

import pytest

from mfa_flow import App, BadInput, Choose, Done, MfaClient, MfaFlowError, TransportError, Wait
from mfa_flow.stores import MemoryStore
from mfa_flow.testing import TenantTransport

PASSWORD = "correct-horse"
PHONE = "+15551230042"
HIDDEN = {
    *("password", "client_secret", "mfa_token", "oob_code", "otp", "binding_code", "recovery_code", "refresh_token"),
    *("access_token", "id_token", "secret", "barcode_uri"),
}


class Overheard(TenantTransport):
    """Notes every secret that goes over it, either way; loses the answers to a path on demand."""

    def __init__(self, tenant):
        super().__init__(tenant)
        object.__setattr__(self, "secrets", set())
        object.__setattr__(self, "lost", set())

    async def send(self, call):
        """Send, and note what was said."""
        sent = call.body.decode()
        self.note(json.loads(sent) if sent.startswith("{") else dict(parse_qsl(sent)))
        self.secrets.add(call.headers.get("Authorization", "").removeprefix("Bearer "))
        reply = await super().send(call)
        if reply.body.startswith(b"{"):
            self.note(json.loads(reply.body))
        if call.path in self.lost:
            raise TransportError(f"no answer to {call.operation}", may_have_arrived=True)
        return reply

    def note(self, body):
        """The secrets of a body."""
        self.secrets.update(str(body[name]) for name in HIDDEN & body.keys())
        self.secrets.update(body.get("recovery_codes", []))


async def enrol(flow, factor, tenant, email):
    """Set a factor up, with a wrong answer and a lost one on the way."""
    details = {"phone_number": PHONE} if factor in ("sms", "voice") else {}
    yield await flow.enroll(factor, **details)
    if factor == "push":
        yield await flow.confirm()
        tenant.push(email).approve()
        yield await flow.wait()
        return
    yield await flow.confirm("000 000")
    code = tenant.otp(email) if factor == "otp" else tenant.inbox.code(PHONE if details else email)
    yield await flow.confirm(code)


@pytest.mark.parametrize("factor", ["otp", "sms", "voice", "email", "push"])
async def test_nothing_shows(mfa_tenant, caplog, factor):
    """Not in a repr, a log at DEBUG, an error, or a store's repr: neither what was sent nor what came back."""
    caplog.set_level(logging.DEBUG)
    email = "bo@example.com"
    mfa_tenant.users.add(email, PASSWORD)
    wire, store, shown = Overheard(mfa_tenant), MemoryStore(now=mfa_tenant.clock.now), []
    app = App("tenant.example", "demo-client", "demo-secret", scope="openid offline_access")
    async with MfaClient(app, transport=wire, store=store, clock=mfa_tenant.clock, on_move=shown.append) as mfa:
        flow = mfa.flow("f")
        shown += [app, mfa, flow, await flow.login(email, PASSWORD)]
        async for prompt in enrol(flow, factor, mfa_tenant, email):
            shown += [prompt, store, (await store.load("f")).flow]
        assert isinstance(prompt, Done)
        wire.lost.add("/oauth/token")
        for attempt in (mfa.flow("g").login(email, PASSWORD), mfa.flow("h").login(email, "")):
            with pytest.raises(MfaFlowError) as caught:
                await attempt
            shown += [caught.value, str(caught.value), caught.value.__cause__, caught.value.__context__]
    told = caplog.text + repr(shown) + "".join(map(str, shown[:3]))
    secrets = {secret for secret in wire.secrets if len(secret) > 5}
    assert len(secrets) > 5
    assert [] == [secret for secret in secrets if secret in told]


async def test_nothing_is_pickled(mfa_tenant):
    """A pickle is readable: what holds secrets refuses it; a copy is the thing itself."""
    store = MemoryStore(now=mfa_tenant.clock.now)
    wire = TenantTransport(mfa_tenant)
    async with MfaClient(App("t.example", "demo-public"), transport=wire, store=store, clock=mfa_tenant.clock) as mfa:
        flow = mfa.flow("f")
        await flow.login("ada@example.com", PASSWORD)
        scan = await flow.enroll("otp")
        kept = (await store.load("f")).flow
        done = await flow.confirm(mfa_tenant.otp("ada@example.com"))
    for value in (scan, kept, kept.mfa_token, done, done.tokens):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(value)
        assert value is copy.copy(value)
        assert value is copy.deepcopy(value)


async def test_a_push_that_is_answered_shows_nothing(mfa_tenant, caplog):
    """Nor does waiting for one."""
    caplog.set_level(logging.DEBUG)
    mfa_tenant.users.add("bo@example.com", PASSWORD, authenticators=["push"])
    wire = Overheard(mfa_tenant)
    async with MfaClient(App("t.example", "demo-public"), transport=wire, clock=mfa_tenant.clock) as mfa:
        flow = mfa.flow("f")
        choose = await flow.login("bo@example.com", PASSWORD)
        waits = await flow.challenge(next(one for one in choose.challenge if one.factor == "push"))
        assert isinstance(waits, Wait)
        with pytest.raises(BadInput):
            await flow.confirm("123456")
        mfa_tenant.push("bo@example.com").deny()
        denied = await flow.wait()
    assert isinstance(denied, Choose)
    told = caplog.text + repr([choose, waits, denied])
    assert [] == [secret for secret in wire.secrets if len(secret) > 5 and secret in told]
