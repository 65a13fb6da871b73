"""The applications: which grants they may use."""

import pytest

from mfa_flow.testing import Tenant
from mfa_flow.testing.wire.clients import MFA_OTP, PASSWORD


def test_grants_in_short(tenant: Tenant) -> None:
    """The last word of a URI is enough."""
    assert {MFA_OTP, PASSWORD} == tenant.clients.add("shop", grants=["mfa-otp", "password"]).grants


@pytest.mark.parametrize(
    ("grants", "said"), [(["mfa-opt"], "did you mean mfa-otp?"), ("password", "a list of strings")]
)
def test_unknown_grants_are_told(tenant: Tenant, grants: list[str], said: str) -> None:
    """And there is no such client."""
    with pytest.raises((ValueError, TypeError), match="grants") as caught:
        tenant.clients.add("shop", grants=grants)
    assert (True, None) == (said in str(caught.value), tenant.clients.find("shop"))
