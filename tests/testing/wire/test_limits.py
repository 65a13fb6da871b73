"""The tenant-wide limit: it counts always, and refuses when a knob says so."""

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.wire.call import Call
from testing.conftest import START, Wire

M18 = b'{"error":"too_many_requests","error_description":"Rate limit exceeded."}'
PATHS = ["/oauth/token", "/mfa/associate", "/mfa/challenge", "/.well-known/jwks.json"]


@pytest.mark.parametrize("path", PATHS)
def test_m18_the_third_of_two_a_second(clock: Clock, path: str) -> None:
    """Refused everywhere, and told when to come again; half a second later there is one more."""
    wire = Wire(Tenant(clock=clock, rate_limit=2))
    assert 429 not in [wire.send("POST", path).status for _ in range(2)]
    reply = wire.send("POST", path)
    assert (429, M18) == (reply.status, reply.body)
    assert ("1", str(START + 1)) == (reply.headers["retry-after"], reply.headers["x-ratelimit-reset"])
    assert ("2", "0") == (reply.headers["x-ratelimit-limit"], reply.headers["x-ratelimit-remaining"])
    clock.advance(0.4)
    assert 429 == wire.send("POST", path).status
    clock.advance(0.1)
    assert [False, True] == [wire.send("POST", path).status == 429 for _ in range(2)]


def test_m18_nothing_happens_behind_it(clock: Clock) -> None:
    """No message is sent, no attempt spent."""
    wire = Wire(Tenant(clock=clock, rate_limit=1))
    mfa_token = wire.login()
    assert 429 == wire.add_sms(mfa_token).status
    assert ([], []) == (wire.tenant.inbox.messages(), wire.tenant.users["ada@example.com"].authenticators)


def test_nobody_is_turned_away_unless_told(wire: Wire) -> None:
    """However quick."""
    assert 429 not in [wire.send("GET", "/x").status for _ in range(1000)]


def test_nobody_is_turned_away_however_long_the_clock_stands() -> None:
    """Not after a hundred thousand requests in the same second, and the headers go on making sense."""
    limit = RateLimit(Knobs())
    for _ in range(100_001):
        limit.take(START)
    assert int(limit.headers(START)["x-ratelimit-remaining"]) > 90_000


def test_the_headers_are_a_knob(clock: Clock) -> None:
    """Without them, a refusal still says when."""
    tenant = Tenant(clock=clock, rate_limit=1, ratelimit_headers=False)
    first, second = (tenant.answer(Call("GET", "/x")) for _ in range(2))
    assert [] == [name for name in first.headers if name.startswith("x-ratelimit")]
    assert ["x-ratelimit-reset"] == [name for name in second.headers if name.startswith("x-ratelimit")]
