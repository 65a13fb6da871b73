"""Many people at once, over one server's sockets, never meet each other."""

from bench.walks import crowd, email_of, mixed_up, people

from mfa_flow.testing import Clock, Tenant, serve

from .conftest import START

PEOPLE = 250  # two thousand take longer than a test may: tests/bench/tenant.py does that


async def test_a_crowd() -> None:
    """Each enrols a phone and logs in with it; tokens are everyone's own, and so are the two codes."""
    tenant = Tenant(clock=Clock(START))
    people(tenant, PEOPLE)
    async with serve(tenant) as server:
        told = await crowd(server.url, PEOPLE)
    assert PEOPLE == len({claims["sub"] for pair in told for claims in pair})
    assert [] == mixed_up(tenant, told)
    assert {200: 5 * PEOPLE, 403: 2 * PEOPLE} == {
        status: sum(each.status == status for each in tenant.requests) for status in {e.status for e in tenant.requests}
    }


async def test_a_mix_up_would_be_seen() -> None:
    """Somebody else's token, or a code that went elsewhere, is told by whose it is."""
    tenant = Tenant(clock=Clock(START))
    people(tenant, 3)
    async with serve(tenant) as server:
        told = await crowd(server.url, 3)
    told[0], told[1] = told[1], told[0]
    tenant.inbox.clear("+15550000002")
    assert [0, 1, 2] == mixed_up(tenant, told)
    assert "user2@example.com" == email_of(2)
