"""The way to a tenant in the same process, on which a late answer takes the clock's time and not the test's."""

from attrs import field, frozen

from mfa_flow.kit.hasty import Hasty
from mfa_flow.testing.tenant import Tenant
from mfa_flow.transport import LONGEST
from mfa_flow.waiting import Clock
from mfa_flow.wire.call import Call, Reply


@frozen
class InProcess:
    """Calls to ``tenant``. An answer that is held back for longer than ``longest`` seconds is a TimeoutError."""

    tenant: Tenant
    clock: Clock = field(kw_only=True)
    longest: float = field(default=LONGEST, kw_only=True)

    @classmethod
    def to(cls, tenant: Tenant) -> "InProcess":
        """The way to that tenant, by a clock that never lets a test wait."""
        return cls(tenant, clock=Hasty(tenant.clock))

    async def send(self, call: Call) -> Reply:
        """The answer. One that is lost raises ConnectionResetError."""
        outcome = self.tenant.perform(call)
        if outcome.delay:
            await self.clock.sleep(min(outcome.delay, self.longest))
            if outcome.delay > self.longest:
                raise TimeoutError
        return outcome.arrived()

    async def aclose(self) -> None:
        """Nothing is held open."""
