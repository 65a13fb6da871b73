"""What may go wrong at a step of a walk: three faults of its own kind, and the shape of any other."""

from collections.abc import Mapping
from typing import Any, Protocol

from attrs import field, frozen

from mfa_flow.machine.flow import NOTHING
from mfa_flow.testing.tenant import Tenant


class Spoiler(Protocol):
    """A fault: a ``name``, and ``apply(tenant)``, which lets it strike at the next request."""

    @property
    def name(self) -> str:
        """As it stands in a walk's name."""
        ...

    def apply(self, tenant: Tenant) -> object:
        """Arm it."""
        ...


@frozen
class Answered:
    """The next request is spoiled. ``again`` says that nothing has happened then: the same deed may be done again."""

    name: str
    fault: Mapping[str, Any] = field(default=NOTHING, hash=False)
    again: bool = True

    def apply(self, tenant: Tenant) -> object:
        """Arm it."""
        return tenant.faults.add(**self.fault)


LOST_REPLY = Answered("lost reply", {"drop": "after"}, again=False)
BUSY = Answered("429", {"status": 429, "body": {"error": "too_many_requests"}})
BROKEN = Answered("500", {"status": 500, "body": {"error": "server_error"}})
SPOILERS: tuple[Spoiler, ...] = (LOST_REPLY, BUSY, BROKEN)
