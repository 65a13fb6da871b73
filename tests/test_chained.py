"""A further factor is asked for after the first proof."""

import json

from spoiling import Impatient

from mfa_flow import App, AskCode, Choose, Done, MfaClient
from mfa_flow.testing import Clock
from mfa_flow.wire.call import Reply

DEMAND = {"error": "mfa_required", "mfa_token": "second-token"}
OTP = {"id": "totp|dev_1", "authenticator_type": "otp", "active": True}
SMS = {"id": "sms|dev_2", "authenticator_type": "oob", "oob_channel": "sms", "active": True}


class Scripted:
    """Gives the replies it was given, in order, and keeps the calls."""

    def __init__(self, *replies):
        self.replies, self.calls = list(replies), []

    async def send(self, call):
        """Keep the call, give the next reply."""
        self.calls.append(call)
        status, body = self.replies.pop(0)
        return Reply(status, {}, json.dumps(body).encode())

    async def aclose(self):
        """Nothing is held."""


async def test_a_list_that_fails_after_an_accepted_code():
    """The code is not given again; the next verb reads the list with the new token, and the login goes on."""
    wire = Scripted(
        (403, DEMAND | {"mfa_token": "first-token"}),
        (200, [OTP]),
        (403, DEMAND),
        *[(502, {})] * 3,
        (200, [OTP, SMS]),
        (200, {"challenge_type": "oob", "oob_code": "x", "binding_method": "prompt"}),
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
