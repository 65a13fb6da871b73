"""What goes to stdout goes down to the system, or it is known that it did not."""

import sys
from pathlib import Path

import pytest

from mfa_flow import Choose
from mfa_flow.cli.authenticators import _listed
from mfa_flow.cli.printing import NotWritten, printed


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("give", [lambda: printed([]), lambda: _listed(Choose(), "en")], ids=["printed", "listed"])
def test_nothing_fits_in(monkeypatch, give, terminal):
    """JSON and a person's table alike: it is said, with no other error when the file is closed."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(full, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(NotWritten, match="No space left on device"):
            give()
