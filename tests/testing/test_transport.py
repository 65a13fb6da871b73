"""A client's way to a tenant in the same process."""

from mfa_flow.testing import Tenant, TenantTransport
from mfa_flow.wire.call import Call


async def test_sends_to_the_tenant(tenant: Tenant) -> None:
    """The reply is the tenant's, and closing is harmless, twice too."""
    transport = TenantTransport(tenant)
    reply = await transport.send(Call("GET", "/nowhere"))
    await transport.aclose()
    await transport.aclose()
    assert (404, 1) == (reply.status, tenant.requests.count("/nowhere"))
