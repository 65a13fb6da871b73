"""An edge case, as a user tests it: shown in the README."""

from mfa_flow import Done, Pause


async def test_ten_wrong_codes(mfa, mfa_account, mfa_tenant, mfa_clock):
    """After ten wrong codes the door is shut for six minutes, then the right one still works."""
    bo, flow = mfa_account("otp"), mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(choose.challenge[0])
    for _ in range(10):
        prompt = await flow.confirm(bo.wrong_code(ask))
        assert prompt.error.key == "wrong_code"

    prompt = await flow.confirm(bo.wrong_code(ask))
    assert isinstance(prompt, Pause)
    assert prompt.seconds == 360

    mfa_clock.advance(prompt.seconds)
    assert isinstance(await flow.confirm(bo.code(ask)), Done)
    assert mfa_tenant.requests.count("mfa-otp") == 12
