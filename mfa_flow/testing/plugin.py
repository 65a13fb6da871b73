"""Fixtures for pytest: a simulated tenant, and the clock it lives by. Nothing happens until one is asked for."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mfa_flow.testing import Clock, Tenant


@pytest.fixture
def mfa_clock() -> "Clock":
    """A clock that stands still until ``advance`` moves it."""
    from mfa_flow.testing.clock import Clock  # noqa: PLC0415 - cheap until used

    return Clock()


@pytest.fixture
def mfa_tenant(mfa_clock: "Clock") -> "Tenant":
    """A fresh tenant on that clock."""
    from mfa_flow.testing.tenant import Tenant  # noqa: PLC0415 - cheap until used

    return Tenant(clock=mfa_clock)
