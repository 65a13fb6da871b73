"""A further factor is asked for after the first proof."""

import pytest
from scripted import DEMAND, OTP, SENT, SMS, Scripted
from spoiling import Impatient

from mfa_flow import App, AskCode, AskPassword, Choose, Done, MfaClient, Stopped, WrongState
from mfa_flow.testing import Clock


async def test_a_list_that_fails_after_an_accepted_code():
    """The code is not given again; the next verb reads the list with the new token, and the login goes on."""
    wire = Scripted(
        (403, DEMAND | {"mfa_token": "first-token"}),
        (200, [OTP]),
        (403, DEMAND),
        *[(502, {})] * 3,
        (200, [OTP, SMS]),
        (200, SENT),
        (200, {"access_token": "a"}),
    )
    async with MfaClient(App("a.example", "id"), transport=wire, clock=Impatient(Clock())) as mfa:
        flow = mfa.flow("f")
        choose = await flow.login("ada", "pw")
        await flow.challenge(choose.challenge[0])
        failed = await flow.confirm("123456")
        assert (Choose, "list_failed", ()) == (type(failed), failed.error.key, failed.challenge)
        assert failed == await flow.look()
        assert isinstance(await flow.challenge("sms|dev_2"), AskCode)
        assert isinstance(await flow.confirm("123456"), Done)
    told = [b"second-token" in call.body or "second-token" in str(call.headers) for call in wire.calls]
    assert [False] * 3 + [True] * 6 == told


async def test_a_late_duplicate_reads_the_list():
    """The accepted code given again is not sent again, and brings the list that is missing."""
    wire = Scripted((403, DEMAND), (200, [OTP]), (403, DEMAND), *[(502, {})] * 3, (200, [SMS]))
    async with MfaClient(App("a.example", "id"), transport=wire, clock=Impatient(Clock())) as mfa:
        flow = mfa.flow("f")
        choose = await flow.login("ada", "pw")
        await flow.challenge(choose.challenge[0])
        await flow.confirm("123456")
        choose = await flow.confirm("123456")
    assert (None, ["sms|dev_2"]) == (choose.error, [one.id for one in choose.challenge])


async def test_a_list_that_ends_the_flow_after_it_failed():
    """The end is kept: it is told once and for all, and the same id takes a new login."""
    demand = DEMAND | {"mfa_requirements": {"challenge": [{"type": "phone"}]}}
    wire = Scripted(
        (403, DEMAND), (200, [OTP]), (403, demand), *[(502, {})] * 3, (200, [OTP]), (403, {"error": "invalid_grant"})
    )
    async with MfaClient(App("a.example", "id"), transport=wire, clock=Impatient(Clock())) as mfa:
        flow = mfa.flow("f")
        choose = await flow.login("ada", "pw")
        await flow.challenge(choose.challenge[0])
        await flow.confirm("123456")
        stopped = await flow.challenge("totp|dev_1")
        assert (Stopped, "no_available_factor") == (type(stopped), stopped.reason)
        assert stopped == await flow.look()
        with pytest.raises(WrongState, match="failed"):
            await flow.challenge("totp|dev_1")
        assert isinstance(await flow.login("ada", "pw"), AskPassword)
    assert [] == wire.replies
