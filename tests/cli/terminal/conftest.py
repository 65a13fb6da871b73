"""A seat at a terminal."""

import json

import pytest
from seat import Seat, mfa_flow


@pytest.fixture
def sit(server, tenant, tmp_path):
    """``sit("login", ...)`` starts a command at a terminal. Its stdout goes to ``tokens``, unless ``to=None``."""
    seats = []

    def begin(*arguments, to="tokens.json", start=mfa_flow, **how):
        command = start(*arguments, to=to and tmp_path / to)
        how = {"MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", **how}
        seats.append(Seat(command, **how))
        return seats[-1]

    yield begin
    for seat in seats:
        seat.child.close(force=True)


@pytest.fixture
def tokens(tmp_path):
    """``tokens()`` is what went to stdout, read as JSON."""
    return lambda: json.loads((tmp_path / "tokens.json").read_text())
