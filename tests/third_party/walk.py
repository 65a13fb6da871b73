"""Run where the messenger's package is installed: a whole walk with it, against a tenant that was taught its half."""

import asyncio

from mfa_flow import App, AskCode, BadInput, Done, MfaClient
from mfa_flow.testing import Tenant, TenantTransport

ADA = ("ada@example.com", "correct-horse")


async def walk() -> None:
    tenant = Tenant()
    tenant.teach("messenger", address="handle")
    async with MfaClient(App("tenant.example", "demo-public"), transport=TenantTransport(tenant)) as mfa:
        flow = mfa.flow("first")
        choose = await flow.login(*ADA)
        assert "messenger" in choose.enroll, choose.enroll
        try:
            await flow.enroll("messenger", handle="ada")
        except BadInput as error:
            assert "handle" in str(error)
        ask = await flow.enroll("messenger", handle="@ada")
        assert (AskCode, "messenger", "@ada") == (type(ask), ask.channel, ask.to), ask
        assert "wrong_code" == (await flow.confirm("000000")).error.key
        await flow.resend()
        assert isinstance(await flow.confirm(tenant.inbox.code("@ada")), Done)
        flow = mfa.flow("second")
        choose = await flow.login(*ADA)
        assert isinstance(await flow.challenge(choose.challenge[0]), AskCode)
        assert isinstance(await flow.confirm(tenant.inbox.code("@ada")), Done)
    print("walked", choose.challenge[0].factor)


asyncio.run(walk())
