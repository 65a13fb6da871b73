"""Run where the service is installed: it is walked through everything it can do, over HTTP."""

from aiohttp.test_utils import TestClient, TestServer
from mfa_outside_service import service

from mfa_flow.kit import every_walk, faults, through

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


SCENES = ("login", "sms-*", "otp-*", "push-*", "recovery-*")
FAULTS = (faults.server_error, faults.reset_after, faults.expired_code)


@every_walk(*SCENES, verbs=VERBS, faults=FAULTS)
async def test_service(walk):
    """Each walk, as a browser with a person takes it; and with each of these faults at each step."""
    await through(walk, Browser)
