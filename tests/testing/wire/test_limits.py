"""The tenant-wide limit: it counts always, and refuses when a knob says so."""

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.knobs import Knobs
from mfa_flow.testing.wire.limits import RateLimit
from mfa_flow.wire.call import Call
from testing.conftest import GRANT, START, Wire, form_call, has

M18 = b'{"error":"too_many_requests","error_description":"Rate limit exceeded."}'
PATHS = ["/oauth/token", "/mfa/associate", "/mfa/challenge", "/.well-known/jwks.json"]


@pytest.mark.parametrize("path", PATHS)
def test_m18_the_third_of_two_a_second(clock: Clock, path: str) -> None:
    """Refused everywhere, and told when to come again; half a second later there is one more."""
    wire = Wire(Tenant(clock=clock, rate_limit=2))
    readable = form_call(path, {"a": "b"})
    assert 429 not in [wire.tenant.answer(readable).status for _ in range(2)]
    reply = wire.tenant.answer(readable)
    assert (429, M18) == (reply.status, reply.body)
    assert ("1", str(START + 1)) == (reply.headers["retry-after"], reply.headers["x-ratelimit-reset"])
    assert ("2", "0") == (reply.headers["x-ratelimit-limit"], reply.headers["x-ratelimit-remaining"])
    clock.advance(0.4)
    assert 429 == wire.tenant.answer(readable).status
    clock.advance(0.1)
    assert [False, True] == [wire.tenant.answer(readable).status == 429 for _ in range(2)]


def test_an_unreadable_body_is_refused_before_it_counts(clock: Clock) -> None:
    """At the token endpoint the body comes first, then the limit, then what the body says."""
    wire = Wire(Tenant(clock=clock, rate_limit=1))
    statuses = [wire.send("POST", "/oauth/token", b"{", content_type="application/json").status for _ in range(2)]
    assert [400, 400] == statuses
    assert [400, 429] == [wire.tenant.answer(form_call("/oauth/token", {})).status for _ in range(2)]


def test_m18_nothing_happens_behind_it(clock: Clock) -> None:
    """No message is sent, no attempt spent."""
    wire = Wire(Tenant(clock=clock, rate_limit=1))
    mfa_token = wire.login()
    assert 429 == wire.add_sms(mfa_token).status
    assert ([], []) == (wire.tenant.inbox.messages(), wire.tenant.users["ada@example.com"].authenticators)


def test_every_429_says_how_long_to_wait(clock: Clock) -> None:
    """An empty attempt bucket, an address that tries too much, a user who is blocked: in step with the limit's headers."""
    wire = Wire(Tenant(clock=clock, lockout_style="too_many_attempts", suspicious_logins=2, brute_force_protection=1))
    has(wire, "otp")
    mfa_token = wire.login("cy@example.com", "pw")
    wrong = form_call(
        "/oauth/token", {"grant_type": f"{GRANT}mfa-otp", **wire.client, "mfa_token": mfa_token, "otp": "x"}
    )
    password = {"grant_type": "password", **wire.client, "username": "ada@example.com", "password": "x"}
    clock.advance(10)
    told = [wire.tenant.answer(wrong) for _ in range(11)][-1:]
    told += [wire.tenant.answer(form_call("/oauth/token", password)) for _ in range(2)][-1:]
    told += [wire.tenant.answer(form_call("/oauth/token", {**password, "username": who})) for who in "xy"][-1:]
    waits = [int(each.headers["retry-after"]) for each in told]
    assert ([429] * 3, [360, 3600, 60]) == ([each.status for each in told], waits)
    resets = [int(each.headers["x-ratelimit-reset"]) - int(clock.now()) for each in told]
    assert (waits, ["0"] * 3) == (resets, [each.headers["x-ratelimit-remaining"] for each in told])


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


def test_the_reset_is_not_before_the_wait_is_over() -> None:
    """Whole seconds, rounded up."""
    assert "1006" == RateLimit(Knobs()).headers(1000.9, "5")["x-ratelimit-reset"]
