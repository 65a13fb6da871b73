"""The bell: who listens hears it, for as long as they listen."""

from mfa_flow.testing import Tenant
from mfa_flow.testing.bell import Bell
from testing.conftest import Wire


def test_everybody_who_listens_hears_it() -> None:
    """Twice for two rings, and no more afterwards."""
    bell, first, second = Bell(), [], []
    with bell.listening(lambda: first.append(1)):
        bell.ring()
        with bell.listening(lambda: second.append(1)):
            bell.ring()
        bell.ring()
    bell.ring()
    assert ([1, 1, 1], [1]) == (first, second)


def test_a_tenant_rings_at_each_answer(tenant: Tenant, wire: Wire) -> None:
    """A request, refused or not, may have changed something."""
    rings = []
    with tenant.bell.listening(lambda: rings.append(1)):
        wire.login()
        wire.send("GET", "/nowhere")
    assert [1, 1] == rings
