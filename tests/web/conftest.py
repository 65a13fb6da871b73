"""Somebody with a browser in front of the pages, and a real browser."""

import pytest
from testing.page.conftest import browser  # noqa: F401 - a fixture

from .house import House
from .pictures import people
from .visitor import Visitor


@pytest.fixture
def visitor(mfa):
    """A browser without a window, at a service with the tenant of ``mfa_tenant``."""
    return Visitor(mfa)


@pytest.fixture
def house():
    """A service, and Bo with an app, a phone and an e-mail address; Ada has nothing yet."""
    return House.of(people())


@pytest.fixture
def someone(mfa):
    """More of them."""
    return lambda **how: Visitor(mfa, **how)
