"""A client with a bug that was planted for the dialogue to find: it sends a wrong code twice."""

from mfa_flow.kit.dialogues import Dialogue
from mfa_flow.testing import TenantTransport


class Stubborn(TenantTransport):
    async def send(self, call):
        reply = await super().send(call)
        if reply.status == 403 and b"invalid_grant" in reply.body and b"binding_code" in call.body:
            reply = await super().send(call)
        return reply


class Planted(Dialogue):
    def client(self, stage):
        return stage.client(transport=Stubborn(stage.tenant))
