"""Clients with bugs that were planted for the dialogues to find, one for each thing that always holds."""

from attrs import evolve

from mfa_flow import Notice, WrongState
from mfa_flow.client import MfaClient
from mfa_flow.kit.dialogues import Dialogue
from mfa_flow.stores import MemoryStore
from mfa_flow.testing import TenantTransport
from mfa_flow.wire.call import Reply

TOKENS = b'{"access_token": "a", "token_type": "Bearer", "expires_in": 1}'


class Stubborn(TenantTransport):
    async def send(self, call):
        reply = await super().send(call)
        if reply.status == 403 and b"invalid_grant" in reply.body and b"binding_code" in call.body:
            reply = await super().send(call)
        return reply


class Planted(Dialogue):
    """Sends a wrong code twice."""

    def client(self, stage):
        return stage.client(transport=Stubborn(stage.tenant))


class Bent(MfaClient):
    """Does one verb otherwise than it should."""

    def __init__(self, stage, verb, otherwise):
        super().__init__(stage.app, store=stage.store, transport=stage.transport, clock=stage.clock)
        self.verb, self.otherwise, self.looks = verb, otherwise, 0

    async def _do(self, flow_id, once, intent, headers):
        if intent.verb == self.verb:
            return await self.otherwise(self, lambda: super(Bent, self)._do(flow_id, once, intent, headers))
        return await super()._do(flow_id, once, intent, headers)

    async def _look(self, flow_id):
        self.looks += 1
        if self.verb == "look":
            return self.otherwise(self, await super()._look(flow_id))
        return await super()._look(flow_id)


class Bug(Dialogue):
    """``verb`` is done ``otherwise``."""

    verb = "look"

    def client(self, stage):
        return Bent(stage, self.verb, self.otherwise)

    @staticmethod
    def otherwise(mfa, prompt):
        return prompt


async def twice(mfa, do):
    await do()
    return await do()


class ResendsTwice(Bug):
    verb = "resend"
    otherwise = staticmethod(twice)


class Crashes(Bug):
    """Raises what is no error of ours, and takes itself for what a test is given."""

    verb = "go_back"
    told = "no way back"

    def client(self, stage):
        async def crash(mfa, do):
            raise RuntimeError(self.told)

        return Bent(stage, self.verb, crash)


class Generous(Bug):
    """Takes whatever Auth0 says to a code for tokens."""

    class Transport(TenantTransport):
        async def send(self, call):
            reply = await super().send(call)
            return Reply(200, reply.headers, TOKENS) if b"binding_code" in call.body else reply

    def client(self, stage):
        return stage.client(transport=self.Transport(stage.tenant))


class Fickle(Bug):
    """Looks otherwise each time, at a choice."""

    @staticmethod
    def otherwise(mfa, prompt):
        if prompt.kind != "choose":
            return prompt
        return evolve(prompt, enroll=(*prompt.enroll, f"more-{mfa.looks}"))


class Forgetful(Bug):
    """Does not say at the second look why a code was refused."""

    @staticmethod
    def otherwise(mfa, prompt):
        return evolve(prompt, error=None)


class Hasty(Bug):
    """Asks first, and says then that it is not the time."""

    verb = "confirm"

    @staticmethod
    async def otherwise(mfa, do):
        await do()
        raise WrongState("not now")


class Moving(Bug):
    """Ends the flow where no answer came."""

    async def _ended(mfa, do):  # noqa: N805 - of the client
        try:
            return await do()
        except Exception:
            await mfa.flow("dialogue").cancel()
            raise

    verb = "challenge"
    otherwise = staticmethod(_ended)


class Chatty(Bug):
    """Shows the password that was wrong."""

    class Client(MfaClient):
        def _shown(self, flow):
            prompt = super()._shown(flow)
            return evolve(prompt, error=Notice("wrong_password", "not bo-password")) if prompt.error else prompt

    def client(self, stage):
        return self.Client(stage.app, store=stage.store, transport=stage.transport, clock=stage.clock)


class LosesAtRestart(Dialogue):
    """Has a store of its own, anew with each process."""

    def client(self, stage):
        return stage.client(store=MemoryStore(now=stage.clock.now))


BUGS = {
    Planted: "no request that spends something is made twice: this does not hold; in confirm, POST /oauth/token mfa-oob",
    ResendsTwice: "no request that spends something is made twice: this does not hold; in resend, POST /mfa/",
    Crashes: "the client fails with RuntimeError (planted.py, line ",
    LosesAtRestart: "a restart leaves the prompt as it was: this does not hold; ",
    Generous: "there are tokens only after a proof: this does not hold; confirm gave them",
    Fickle: "a prompt can be looked at again: this does not hold; choose was shown, and choose is when one looks again",
    Forgetful: "a prompt can be looked at again: this does not hold; ",
    Hasty: "a misuse sends nothing: this does not hold; WrongState was raised",
    Moving: "an error leaves the flow where it was: this does not hold; ",
    Chatty: "no secret is in a repr: this does not hold; there is the password",
}
