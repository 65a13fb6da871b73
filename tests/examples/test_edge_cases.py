"""Edge cases of a login, on a tenant in the same process and a clock that moves when told."""

from mfa_flow import App, Done, MfaClient, Pause
from mfa_flow.testing import TenantTransport


async def test_ten_wrong_codes(mfa_tenant, mfa_clock):
    """After ten wrong codes the door is shut for six minutes, then the right one still works."""
    mfa_tenant.users.add("bo@example.com", "pw", authenticators=["otp"])
    app, wire = App(domain="tenant.example", client_id="demo-public"), TenantTransport(mfa_tenant)
    async with MfaClient(app, transport=wire, clock=mfa_clock) as mfa:
        flow = mfa.flow("bo")
        choose = await flow.login("bo@example.com", "pw")
        await flow.challenge(choose.challenge[0])
        for _ in range(10):
            prompt = await flow.confirm("000000")
            assert prompt.error.key == "wrong_code"

        prompt = await flow.confirm("000000")
        assert isinstance(prompt, Pause)
        assert prompt.seconds == 360

        mfa_clock.advance(prompt.seconds)
        assert isinstance(await flow.confirm(mfa_tenant.otp("bo@example.com")), Done)
        assert mfa_tenant.requests.count("mfa-otp") == 12
