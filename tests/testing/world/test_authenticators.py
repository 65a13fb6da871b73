"""Which codes of an app would be taken."""

import pytest

from mfa_flow.testing import Clock, Tenant


@pytest.mark.parametrize(("now", "steps"), [(0, [0, 1]), (30, [1, 2, 0])])
def test_no_half_minute_before_the_first(now: float, steps: list[int]) -> None:
    """At the beginning of time there is none to look back to, and codes work all the same."""
    tenant = Tenant(clock=Clock(now))
    user = tenant.users.add("cy@example.com", "pw", authenticators=["otp"])
    [app] = user.of_kind("totp")
    assert steps == app.open_steps(now, 1)
    assert app.redeem(tenant.otp("cy@example.com"), now, 1)
