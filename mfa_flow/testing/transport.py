"""Calls a tenant in the same process, without a socket."""

from attrs import frozen

from mfa_flow.testing.tenant import Tenant
from mfa_flow.wire.call import Call, Reply


@frozen
class TenantTransport:
    """What a client sends through, when its tenant is an object."""

    tenant: Tenant

    async def send(self, call: Call) -> Reply:
        """The tenant's answer, at once unless a fault holds it back. One that drops it raises ConnectionResetError."""
        return await self.tenant.respond(call)

    async def aclose(self) -> None:
        """Nothing is held open."""
