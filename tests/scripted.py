"""A transport that knows its lines."""

import json

from mfa_flow.wire.call import Reply

DEMAND = {"error": "mfa_required", "mfa_token": "second-token"}
OTP = {"id": "totp|dev_1", "authenticator_type": "otp", "active": True}
SMS = {"id": "sms|dev_2", "authenticator_type": "oob", "oob_channel": "sms", "active": True}
SENT = {"challenge_type": "oob", "oob_code": "x", "binding_method": "prompt"}


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
