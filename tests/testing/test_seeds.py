"""The same seed gives the same codes, secrets, ids and tokens, run after run, so that a failure can be replayed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.population import Population

from .conftest import PHONE, START, Wire


def walk(wire: Wire) -> str:
    """Every factor of somebody new, and every byte that was said, but for JWTs and the numbers of messages; what came of it in one word."""
    email = "cy@example.com"
    user = wire.tenant.users.add(email, "pw", phone=PHONE, verified=True)
    bearer = wire.login(email, "pw")
    said: list[object] = [bearer, wire.add_otp(bearer), wire.otp(bearer, wire.tenant.otp(email))]
    for channel, number in (("sms", PHONE), ("voice", PHONE), ("email", None), ("auth0", None)):
        wire.tenant.clock.advance(60)
        fields = {} if number is None else {"phone_number": number}
        added = wire.add(wire.access_token(email, "pw"), channel, **fields)
        said += [added.status, added.body["oob_code"]]
    assert [200] * 4 == said[3::2]
    mfa_token = wire.login(email, "pw", scope="offline_access")
    said.append(wire.recover(mfa_token, user.recovery_code or ""))
    said += [user.id, user.otp_secret, user.recovery_code, [each.id for each in user.authenticators]]
    said += [(each.to, each.code, each.text) for each in wire.tenant.inbox.messages()]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def fresh(seed: int | None) -> Wire:
    """A tenant with that seed, on a clock of its own."""
    return Wire(Tenant(clock=Clock(START), seed=seed))


def replayed(wire: Wire, seed: int | None = None) -> str:
    """The same walk after a reset, at the same time of day."""
    wire.tenant.clock.put_back(START)
    wire.tenant.reset(seed)
    return walk(wire)


def test_two_tenants_and_a_reset() -> None:
    """Each says the same, to the byte."""
    wire = fresh(7)
    assert 1 == len({walk(wire), walk(fresh(7)), replayed(wire), replayed(wire)})


def test_another_seed_says_something_else() -> None:
    """Seven, eight, and none at all, twice."""
    assert 4 == len({walk(fresh(seed)) for seed in (7, 8, None)} | {walk(fresh(None))})


def test_a_reset_with_a_seed() -> None:
    """From then on it is the tenant's, whatever it had before."""
    wire = fresh(None)
    assert [walk(fresh(7))] * 2 == [replayed(wire, 7), replayed(wire)]


@pytest.mark.parametrize("hashes", ["1", "2"])
def test_another_process(hashes: str) -> None:
    """No set's order, no address in memory plays a part."""
    code = "from testing.test_seeds import fresh, walk; print(walk(fresh(7)))"
    env = {**os.environ, "PYTHONHASHSEED": hashes}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], env=env, check=True, capture_output=True, text=True
    )
    assert walk(fresh(7)) == ran.stdout.strip()


def test_a_tenant_of_ones_own() -> None:
    """Who is there at first is there again after a reset."""
    tenant = Tenant(population=Population(clients=(), users=[{"email": "eve@example.com", "password": "pw"}]))
    tenant.users.remove("eve@example.com")
    tenant.reset()
    assert (["eve@example.com"], []) == ([each.email for each in tenant.users], list(tenant.clients))
