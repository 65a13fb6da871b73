"""What is added in one test is gone in the next, and what was added elsewhere is not there."""

import pytest

from mfa_flow.texts import catalogues


@pytest.fixture(autouse=True)
def nothing_added():
    """The catalogues are the process's."""
    before = dict(catalogues._SHELF.added)
    catalogues._SHELF.added = {}
    catalogues._SHELF.edition += 1
    yield
    catalogues._SHELF.added = before
    catalogues._SHELF.edition += 1
