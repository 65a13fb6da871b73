"""Reading the list is repeated where that may help; nothing that costs something ever is."""

import asyncio
from collections import Counter

import pytest
from aiohttp import web
from spoiling import cut, spoiled, with_body

from mfa_flow import App, Choose, Done, MfaClient, MfaFlowError, Stopped, TenantBroken, TransportError
from mfa_flow.testing import Clock, Tenant, TenantTransport

ADA, PASSWORD = "ada@example.com", "correct-horse"
BO, PHONE = "bo@example.com", "+15551230042"
LIST = "/mfa/authenticators"


class Hurried(Clock):
    """Whoever sleeps moves it on; ``slept`` tells how long."""

    def __init__(self):
        super().__init__(1_726_830_000)
        self.slept = []

    async def sleep(self, seconds):
        """Not really."""
        await asyncio.sleep(0)
        self.slept.append(seconds)
        self.advance(seconds)


@pytest.fixture
def tenant():
    """A tenant in a hurry, and Bo, who has a phone and an app."""
    tenant = Tenant(clock=Hurried())
    tenant.users.add(BO, "pw", phone=PHONE, authenticators=["sms", "otp"])
    return tenant


def answers(status, times=1, **headers):
    """This status so often, and then the tenant's own answer."""
    left = [times]

    async def spoil(_, reply):
        if left[0]:
            left[0] -= 1
            return web.Response(status=status, headers={name.replace("_", "-"): v for name, v in headers.items()})
        return web.Response(status=reply.status, headers=dict(reply.headers), body=reply.body)

    return spoil


class TestTheList:
    """Up to three times, with pauses."""

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    @pytest.mark.parametrize(("times", "slept"), [(1, [0.2]), (2, [0.2, 1.0])])
    async def test_an_outage_that_passes(self, tenant, status, times, slept):
        """The person sees nothing of it: the login goes on."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(status, times)
            assert isinstance(await mfa.flow().login(BO, "pw"), Choose)
        assert {"/oauth/token": 1, LIST: times + 1} == Counter(spoiler.asked)
        assert slept == tenant.clock.slept

    async def test_an_outage_that_stays(self, tenant):
        """After the third time it is an error, and nothing has moved but the clock."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(503, 9)
            flow = mfa.flow()
            with pytest.raises(TenantBroken) as caught:
                await flow.login(BO, "pw")
            assert (503, f"GET {LIST}") == (caught.value.status, caught.value.operation)
        assert {"/oauth/token": 1, LIST: 3} == Counter(spoiler.asked)
        assert [0.2, 1.0] == tenant.clock.slept

    async def test_broken_connections(self, tenant):
        """They count like an outage, and the last one is the error."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, cut
            with pytest.raises(TransportError):
                await mfa.flow().login(BO, "pw")
        assert {"/oauth/token": 1, LIST: 3} == Counter(spoiler.asked)

    @pytest.mark.parametrize("drop", ["before", "after"])
    async def test_a_connection_lost_in_the_same_process(self, tenant, drop):
        """Python's own error of a connection counts like a broken one: the list is read again, a grant is not sent again."""
        wire = TenantTransport(tenant)
        async with MfaClient(App("tenant.example", "demo-public"), transport=wire, clock=tenant.clock) as mfa:
            tenant.faults.add(LIST, drop=drop, times=2)
            assert isinstance(await mfa.flow("f").login(BO, "pw"), Choose)
            assert [0.2, 1.0] == tenant.clock.slept
            tenant.faults.add("/oauth/token", drop=drop)
            with pytest.raises(
                TransportError, match=r"no answer to POST /oauth/token \(ConnectionResetError\)"
            ) as caught:
                await mfa.flow("g").login(BO, "pw")
        assert caught.value.may_have_arrived
        assert [0.2, 1.0] == tenant.clock.slept

    @pytest.mark.parametrize(("asks", "slept"), [("1", 1), ("5", 5), ("0", 0.2), ("soon", 0.2), ("-1", 0.2)])
    async def test_a_short_time(self, tenant, asks, slept):
        """Up to five seconds the server's own time is waited for; what is no time counts for nothing."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(429, retry_after=asks)
            assert isinstance(await mfa.flow().login(BO, "pw"), Choose)
        assert [slept] == tenant.clock.slept

    @pytest.mark.parametrize("asks", ["6", "3600", "9" * 8])
    async def test_a_long_time(self, tenant, asks):
        """A longer one is not: the error says how long, and it is for the caller to decide."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(429, retry_after=asks)
            with pytest.raises(TenantBroken) as caught:
                await mfa.flow().login(BO, "pw")
        assert float(asks) == caught.value.retry_after
        assert ([], 1) == (tenant.clock.slept, spoiler.asked.count(LIST))

    @pytest.mark.parametrize("digits", [400, 5000])
    async def test_a_time_that_is_none(self, tenant, digits):
        """A number too long to be a time breaks nothing."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(429, retry_after="9" * digits)
            flow = mfa.flow()
            try:
                assert isinstance(await flow.login(BO, "pw"), Choose)
            except TenantBroken:
                assert [] == tenant.clock.slept

    @pytest.mark.parametrize("status", [400, 403, 404])
    async def test_a_no_is_a_no(self, tenant, status):
        """A refusal is not asked again."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(status, 9)
            with pytest.raises(MfaFlowError):
                await mfa.flow().login(BO, "pw")
        assert ([], 1) == (tenant.clock.slept, spoiler.asked.count(LIST))

    async def test_an_answer_that_cannot_be_read(self, tenant):
        """Nor is a success that makes no sense: it would not the next time."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, with_body(b"<html>")
            with pytest.raises(MfaFlowError):
                await mfa.flow().login(BO, "pw")
        assert 1 == spoiler.asked.count(LIST)

    async def test_by_itself(self, tenant):
        """The verb that only lists is repeated, too."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            flow = mfa.flow()
            await flow.login(BO, "pw")
            spoiler.path, spoiler.spoil = LIST, answers(500, 2)
            assert 4 == len(await flow.authenticators())
        assert 4 == spoiler.asked.count(LIST)

    async def test_abandoned(self, tenant):
        """A caller that goes away during the pauses leaves a flow that can go on."""
        async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
            spoiler.path, spoiler.spoil = LIST, answers(500, 1)
            tenant.clock.sleep = lambda _: asyncio.Event().wait()
            flow = mfa.flow()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await flow.login(BO, "pw")
            assert isinstance(await flow.login(BO, "pw"), Choose)


async def _login(flow, tenant):
    return "/oauth/token", lambda: flow.login(ADA, PASSWORD)


async def _refresh(flow, tenant):
    return "/oauth/token", lambda: flow.refresh("a-token")


async def _enroll(flow, tenant):
    await flow.login(ADA, PASSWORD)
    return "/mfa/associate", lambda: flow.enroll("voice", phone_number=PHONE)


async def _challenge(flow, tenant):
    choose = await flow.login(BO, "pw")
    phone = next(one for one in choose.challenge if one.factor == "sms")
    return "/mfa/challenge", lambda: flow.challenge(phone)


async def _resend(flow, tenant):
    _, challenge = await _challenge(flow, tenant)
    await challenge()
    return "/mfa/challenge", flow.resend


async def _confirm(flow, tenant):
    _, challenge = await _challenge(flow, tenant)
    await challenge()
    return "/oauth/token", lambda: flow.confirm(tenant.inbox.code(PHONE))


async def _recover(flow, tenant):
    choose = await flow.login(BO, "pw")
    await flow.challenge(next(one for one in choose.challenge if one.factor == "recovery"))
    return "/oauth/token", lambda: flow.confirm(tenant.users[BO].recovery_code)


COSTLY = {one.__name__[1:]: one for one in (_login, _refresh, _enroll, _challenge, _resend, _confirm, _recover)}
TROUBLE = {
    "cut": lambda: cut,
    "429": lambda: answers(429, 9),
    "429 soon": lambda: answers(429, 9, retry_after="1"),
    "500": lambda: answers(500, 9),
    "503": lambda: answers(503, 9, retry_after="0"),
    "html": lambda: with_body(b"<html>"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("verb", COSTLY)
async def test_no_post_is_sent_twice(tenant, verb, trouble):
    """Whatever goes wrong with a request that spends something, the server sees it once, and nobody sleeps."""
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
        path, take = await COSTLY[verb](mfa.flow(), tenant)
        spoiler.asked.clear()
        spoiler.path, spoiler.spoil = path, TROUBLE[trouble]()
        with pytest.raises(MfaFlowError):
            await take()
        assert [path] == spoiler.asked
    assert [] == tenant.clock.slept


@pytest.mark.parametrize("trouble", ["cut", "500", "429"])
async def test_a_removal_that_goes_wrong(tenant, trouble):
    """Nor is a DELETE by us; asked for again by the person, what is gone already is simply gone."""
    scopes = "read:authenticators remove:authenticators"
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
        flow = mfa.flow()
        audience = f"{mfa._engine.app.base_url}/mfa/"
        choose = await flow.login(BO, "pw", audience=audience, scope=scopes)
        await flow.challenge(next(one for one in choose.challenge if one.factor == "otp"))
        token = (await flow.confirm(tenant.otp(BO))).tokens.access_token
        flow = mfa.flow()
        choose = await flow.manage(token)
        phone = next(one for one in choose.authenticators if one.factor == "sms")
        path = f"{LIST}/{phone.id}"
        spoiler.asked.clear()
        spoiler.path, spoiler.spoil = path, cut_head if trouble == "cut" else answers(int(trouble), 9)
        with pytest.raises(MfaFlowError):
            await flow.remove(phone)
        # aiohttp itself asks again where a kept-alive connection is dead: once, and never for a POST.
        assert {path} == set(spoiler.asked)
        assert (2 if trouble == "cut" else 1) >= len(spoiler.asked)
        spoiler.spoil = None
        choose = await flow.remove(phone)
    assert {"otp", "recovery"} == {one.factor for one in choose.authenticators}


async def cut_head(request, _):
    """The connection is closed before any answer, although the request took effect."""
    request.transport.abort()
    return web.Response()


async def test_a_whole_walk_costs_what_it_must(tenant):
    """Without trouble: a grant, a list, a challenge, a confirmation, and not one more."""
    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
        flow = mfa.flow()
        _, take = await _confirm(flow, tenant)
        assert isinstance(await take(), Done)
    assert ["/oauth/token", LIST, "/mfa/challenge", "/oauth/token"] == spoiler.asked


async def test_nobody_listens(tenant):
    """Where nothing can be sent at all, the error says that nothing arrived."""
    async with MfaClient(App("http://127.0.0.1:9", "c"), clock=tenant.clock) as mfa:
        with pytest.raises(TransportError) as caught:
            await mfa.flow().login(ADA, PASSWORD)
    assert not caught.value.may_have_arrived


async def test_the_lists_refusal_after_a_repeat(tenant):
    """A refusal that comes after an outage is read as what it is."""

    async def spoil(request, reply):
        if len(spoiler.asked) == 2:
            return web.Response(status=502)
        return web.json_response({"error": "expired_token", "error_description": "mfa_token is expired"}, status=401)

    async with spoiled(tenant, clock=tenant.clock) as (spoiler, mfa):
        spoiler.path, spoiler.spoil = LIST, spoil
        stopped = await mfa.flow().login(BO, "pw")
    assert (Stopped, "expired") == (type(stopped), stopped.reason)
