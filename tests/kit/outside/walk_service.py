"""Run where the service is installed: it is walked through everything it can do, over HTTP."""

from aiohttp.test_utils import TestClient, TestServer
from mfa_outside_service import service

from mfa_flow.kit.fronts import through
from mfa_flow.kit.walks import every_walk

VERBS = {"login", "enroll", "challenge", "confirm", "wait", "resend", "go_back", "cancel", "restart"}


class Browser:
    def __init__(self, stage):
        site = service(stage.app, stage.store, transport=stage.transport, clock=stage.clock)
        self.client = TestClient(TestServer(site))

    async def act(self, verb, *given, **details):
        if not self.client.server.started:
            await self.client.start_server()
        asked = {"given": given, "details": details}
        answer = await self.client.post(f"/{verb}", json=asked, headers={"X-Session": "session-1"})
        return await answer.json()

    async def aclose(self):
        await self.client.close()


@every_walk("login", "sms-*", "otp-*", "push-*", "recovery-*", verbs=VERBS)
async def test_service(walk):
    """Each walk, as a browser with a person takes it."""
    await through(walk, Browser)
