"""The only choice there is, taken for the person: when, and what becomes of it when it goes wrong."""

import pytest
from scripted import DEMAND, OTP, SENT, SMS, Scripted
from spoiling import Impatient

from mfa_flow import App, AskCode, Choose, MfaClient, TenantBroken
from mfa_flow.testing import Clock, TenantTransport

BO = "bo@example.com"
APP = App("tenant.example", "demo-client", "demo-secret")
CHAINED = [(403, DEMAND | {"mfa_token": "first-token"}), (200, [OTP]), (403, DEMAND), (200, [SMS])]


class Signer:
    """Signs, but for the times that are ``away``."""

    def __init__(self, *away):
        self.away, self.times = away, 0

    def assertion(self, client_id, audience):
        """No assertion anybody checks."""
        self.times += 1
        if self.times in self.away:
            raise RuntimeError("the key is away")
        return {"client_assertion": "signed"}


def client(wire, signer=None):
    app = App("a.example", "id", client_auth=signer) if signer else App("a.example", "id")
    return MfaClient(app, transport=wire, clock=Impatient(Clock()), auto=True)


async def test_who_goes_back_is_asked(mfa_tenant):
    """Nothing is sent, and the choice is the person's from then on: reading the list takes none either."""
    mfa_tenant.users.add(BO, "pw", authenticators=["email"], requirements={"challenge": ["email"]})
    async with MfaClient(APP, transport=TenantTransport(mfa_tenant), clock=mfa_tenant.clock, auto=True) as mfa:
        flow = mfa.flow("f")
        assert isinstance(await flow.login(BO, "pw"), AskCode)
        sent = len(mfa_tenant.requests)
        choose = await flow.go_back()
        assert (Choose, sent) == (type(choose), len(mfa_tenant.requests))
        assert choose.authenticators == await flow.authenticators()
        assert (choose, sent + 1) == (await flow.look(), len(mfa_tenant.requests))


async def test_a_late_duplicate_after_a_further_factor():
    """The accepted code that comes again is not taken for the next factor's: one request, and the question stands."""
    wire = Scripted(*CHAINED, (200, SENT))
    async with client(wire) as mfa:
        flow = mfa.flow("f")
        assert "otp" == (await flow.login("ada", "pw")).channel
        ask = await flow.confirm("123456")
        assert (AskCode, "sms") == (type(ask), ask.channel)
        assert ask == await flow.confirm("123 456")
    assert 5 == len(wire.calls)


async def test_a_signer_that_is_away_loses_no_proof():
    """The code was accepted: the choice it led to stands, and is the person's to take when the signer is back."""
    wire = Scripted(*CHAINED, (200, SENT))
    async with client(wire, Signer(3)) as mfa:
        flow = mfa.flow("f")
        await flow.login("ada", "pw")
        choose = await flow.confirm("123456")
        assert (Choose, "further_factor", ["sms|dev_2"]) == (
            type(choose),
            choose.error.key,
            [one.id for one in choose.challenge],
        )
        assert choose == await flow.look()
        assert isinstance(await flow.challenge(choose.challenge[0]), AskCode)


async def test_a_signer_that_is_away_before_anything_was_spent():
    """Its own error is told, and the login can be made again."""
    wire = Scripted((403, DEMAND), (200, [SMS]), (403, DEMAND), (200, [SMS]), (200, SENT))
    async with client(wire, Signer(2)) as mfa:
        with pytest.raises(RuntimeError, match="the key is away"):
            await mfa.flow("f").login("ada", "pw")
        assert isinstance(await mfa.flow("f").login("ada", "pw"), AskCode)


async def test_a_choice_that_fails_after_an_accepted_code():
    """It is left to the person, and the list that was read is not called missing."""
    wire = Scripted(*CHAINED, (502, {}))
    async with client(wire) as mfa:
        flow = mfa.flow("f")
        await flow.login("ada", "pw")
        choose = await flow.confirm("123456")
        assert (Choose, "further_factor", 1) == (type(choose), choose.error.key, len(choose.challenge))


async def test_a_choice_that_fails_before_anything_was_spent():
    """It is an error, as it is without the choice."""
    async with client(Scripted((403, DEMAND), (200, [SMS]), (502, {}))) as mfa:
        with pytest.raises(TenantBroken):
            await mfa.flow("f").login("ada", "pw")
