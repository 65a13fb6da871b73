"""One tenant for the module, over a socket; each test begins in an empty one."""

import pytest

from mfa_flow.testing import Tenant, serving


@pytest.fixture(scope="module")
def server():
    """It stands as long as the module's tests run."""
    with serving(Tenant(seed=1)) as found:
        yield found


@pytest.fixture
def tenant(server):
    """As it is after a reset."""
    server.tenant.reset()
    return server.tenant
