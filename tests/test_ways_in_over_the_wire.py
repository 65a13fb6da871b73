"""Refresh, manage, and the list: the other ways into a flow, against the tenant."""

import json
from contextlib import asynccontextmanager

import pytest

from mfa_flow import App, AskCode, AskPassword, BadInput, Choose, Done, MfaClient, Misconfigured, Stopped, WrongState
from mfa_flow.testing import TenantTransport, serve
from mfa_flow.wire.call import Call

ADA, PASSWORD = "ada@example.com", "correct-horse"
BO, PHONE = "bo@example.com", "+15551230042"
MFA_API = "https://tenant.example/mfa/"
SCOPES = "enroll read:authenticators remove:authenticators"
NEEDED = {"manage": "read:authenticators", "enroll": "enroll", "remove": "remove:authenticators"}
APP = App("tenant.example", "demo-client", "demo-secret")


@asynccontextmanager
async def client(tenant, app=APP, **options):
    async with MfaClient(app, transport=TenantTransport(tenant), clock=tenant.clock, **options) as mfa:
        yield mfa


def bo(tenant, *authenticators, **more):
    """Somebody who has these."""
    return tenant.users.add(BO, "pw", phone=PHONE, authenticators=authenticators, **more)


def of(authenticators, factor):
    return next(one for one in authenticators if one.factor == factor)


async def tokens_of(mfa, tenant, **asked):
    """Tokens that Bo, who has an app, got by an ordinary login."""
    flow = mfa.flow()
    choose = await flow.login(BO, "pw", **asked)
    if isinstance(choose, Done):
        return choose.tokens
    await flow.challenge(of(choose.challenge, "otp"))
    tokens = (await flow.confirm(tenant.otp(BO))).tokens
    tenant.clock.advance(30)
    return tokens


async def managing(mfa, tenant, scope=SCOPES):
    """An access token of Bo's for the MFA API."""
    return (await tokens_of(mfa, tenant, audience=MFA_API, scope=scope)).access_token


class TestRefresh:
    """From a refresh token."""

    async def test_tokens_at_once(self, mfa_tenant):
        """New tokens in one request; the refresh token that replaces the old one is among them."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            first = await tokens_of(mfa, mfa_tenant, scope="openid offline_access")
            sent = len(mfa_tenant.requests)
            done = await mfa.flow().refresh(first.refresh_token)
            assert isinstance(done, Done)
            assert sent + 1 == len(mfa_tenant.requests)
            assert done.tokens.refresh_token not in (None, first.refresh_token)
            assert done.tokens.access_token != first.access_token

    async def test_meeting_mfa_required(self, mfa_tenant):
        """Where a refresh needs a second factor it is chosen, proved, and gives tokens."""
        bo(mfa_tenant, "otp", refresh_mfa=True)
        async with client(mfa_tenant) as mfa:
            first = await tokens_of(mfa, mfa_tenant, scope="openid offline_access")
            flow = mfa.flow()
            choose = await flow.refresh(first.refresh_token)
            assert ["otp", "recovery"] == [one.factor for one in choose.challenge]
            assert isinstance(await flow.challenge(choose.challenge[0]), AskCode)
            assert isinstance(await flow.confirm(mfa_tenant.otp(BO)), Done)

    @pytest.mark.parametrize("token", ["nonsense", "used"])
    async def test_a_bad_token(self, mfa_tenant, token):
        """One that is unknown or used up asks for the password, and says why; the same flow then logs in."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            if token == "used":
                token = (await tokens_of(mfa, mfa_tenant, scope="openid offline_access")).refresh_token
                await mfa.flow().refresh(token)
            flow = mfa.flow()
            ask = await flow.refresh(token)
            assert (AskPassword, "refresh_token_rejected") == (type(ask), ask.error.key)
            choose = await flow.login(BO, "pw")
            assert (Choose, None) == (type(choose), choose.error)

    @pytest.mark.parametrize("token", ["", "  ", None, 5, b"x"])
    async def test_no_token(self, mfa_tenant, token):
        """What is no token is refused by name, and sends nothing."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(BadInput, match=r"refresh_token.*nothing was sent"):
                await mfa.flow().refresh(token)
        assert 0 == len(mfa_tenant.requests)

    async def test_not_in_the_middle(self, mfa_tenant):
        """It begins a flow; one that is under way refuses it."""
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.login(ADA, PASSWORD)
            for verb, given in (("refresh", "r"), ("manage", "a"), ("begin", "m")):
                with pytest.raises(WrongState, match="nothing was sent"):
                    await getattr(flow, verb)(given)

    async def test_after_the_end(self, mfa_tenant):
        """A flow that is done is begun anew by a refresh under the same id."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            token = (await tokens_of(mfa, mfa_tenant, scope="openid offline_access")).refresh_token
            flow = mfa.flow("chat")
            done = await flow.refresh(token)
            again = await flow.refresh(done.tokens.refresh_token)
            assert isinstance(again, Done)
            assert done.tokens != again.tokens


class TestManage:
    """A signed-in person's factors."""

    async def test_list(self, mfa_tenant):
        """One request; all there is may be removed, nothing is challenged, every factor may be set up."""
        bo(mfa_tenant, "otp", "sms")
        async with client(mfa_tenant) as mfa:
            token, sent = await managing(mfa, mfa_tenant), len(mfa_tenant.requests)
            choose = await mfa.flow().manage(token)
            assert sent + 1 == len(mfa_tenant.requests)
            assert {"otp", "recovery", "sms", "voice"} == {one.factor for one in choose.authenticators}
            assert ((), ("otp", "push", "sms", "voice", "email")) == (choose.challenge, choose.enroll)
            assert {"enroll", "remove", "authenticators"} <= set(choose.verbs)

    async def test_a_further_factor(self, mfa_tenant):
        """It is set up and confirmed with the access token; afterwards it is on the list, active."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            token = await managing(mfa, mfa_tenant)
            flow = mfa.flow()
            await flow.manage(token)
            ask = await flow.enroll("sms", phone_number=PHONE)
            assert ("sms", ()) == (ask.channel, ask.recovery_codes)
            assert isinstance(await flow.confirm(mfa_tenant.inbox.code(PHONE)), Done)
            choose = await mfa.flow().manage(token)
        assert [True] * 4 == [one.active for one in choose.authenticators]
        assert {"otp", "recovery", "sms", "voice"} == {one.factor for one in choose.authenticators}

    async def test_a_further_push(self, mfa_tenant):
        """What is scanned is waited for, with the access token as well."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.manage(await managing(mfa, mfa_tenant))
            await flow.enroll("push")
            mfa_tenant.push(BO).approve()
            assert isinstance(await flow.wait(), Done)

    async def test_going_back(self, mfa_tenant):
        """Who changes their mind is back at managing, the pending one on the list."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            await flow.manage(await managing(mfa, mfa_tenant))
            await flow.enroll("email", email="x@example.com")
            choose = await flow.go_back()
            assert isinstance(choose, Choose)
            assert {"remove", "enroll"} <= set(choose.verbs)
            pending = [one.factor for one in await flow.authenticators() if not one.active]
            assert ["email"] == pending

    async def test_the_first_factor(self, mfa_tenant):
        """Who has none needs no second factor for the token, and is told the recovery code."""
        async with client(mfa_tenant) as mfa:
            done = await mfa.flow().login(ADA, PASSWORD, audience=MFA_API, scope=SCOPES)
            flow = mfa.flow()
            assert () == (await flow.manage(done.tokens.access_token)).authenticators
            scan = await flow.enroll("otp")
            assert (mfa_tenant.users[ADA].recovery_code,) == scan.recovery_codes
            assert isinstance(await flow.confirm(mfa_tenant.otp(ADA)), Done)

    @pytest.mark.parametrize(
        ("removed", "left"), [("voice", {"otp", "recovery", "email"}), ("email", {"otp", "recovery", "sms", "voice"})]
    )
    async def test_remove(self, mfa_tenant, removed, left):
        """Two requests; twins go together, and the list that comes back is the new one."""
        user = bo(mfa_tenant, "otp", "sms")
        user.confirm(user.associate("email", BO).authenticator)
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.manage(await managing(mfa, mfa_tenant))
            sent = len(mfa_tenant.requests)
            choose = await flow.remove(of(choose.authenticators, removed))
            assert sent + 2 == len(mfa_tenant.requests)
            assert left == {one.factor for one in choose.authenticators}
            assert left == {one.factor for one in await flow.authenticators()}

    async def test_remove_a_push(self, mfa_tenant):
        """By its id; the app that came with it goes, too."""
        bo(mfa_tenant, "otp", "push")
        async with client(mfa_tenant) as mfa:
            token = await managing(mfa, mfa_tenant)
            flow = mfa.flow()
            choose = await flow.manage(token)
            apps = [one for one in choose.authenticators if one.factor == "otp"]
            choose = await flow.remove(of(choose.authenticators, "push").id)
        assert (2, ["otp", "recovery"]) == (len(apps), [one.factor for one in choose.authenticators])

    async def test_what_cannot_be_removed(self, mfa_tenant):
        """A recovery code stays, and the person is told so; what is on no list sends nothing."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            before = await flow.manage(await managing(mfa, mfa_tenant))
            choose = await flow.remove(of(before.authenticators, "recovery"))
            assert ("not_removable", before.authenticators) == (choose.error.key, choose.authenticators)
            sent = len(mfa_tenant.requests)
            for wrong in ("sms|dev_nobody", "", "../../x", None, 5):
                with pytest.raises(BadInput, match="nothing was sent"):
                    await flow.remove(wrong)
            assert sent == len(mfa_tenant.requests)

    async def test_what_somebody_else_removed(self, mfa_tenant):
        """One that is gone already is removed, too: a lost answer may have said so."""
        user = bo(mfa_tenant, "otp", "sms")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.manage(await managing(mfa, mfa_tenant))
            user.remove(next(one for one in user.authenticators if one.kind == "sms"))
            choose = await flow.remove(of(choose.authenticators, "sms"))
        assert (None, ["otp", "recovery"]) == (choose.error, [one.factor for one in choose.authenticators])

    async def test_remove_during_a_login(self, mfa_tenant):
        """An mfa_token removes nothing: the verb is not offered, and refused before it is sent."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            flow = mfa.flow()
            choose = await flow.login(BO, "pw")
            sent = len(mfa_tenant.requests)
            with pytest.raises(WrongState):
                await flow.remove(choose.challenge[0])
            assert "remove" not in choose.verbs
            assert sent == len(mfa_tenant.requests)

    async def test_the_wrong_kind_of_token(self, mfa_tenant):
        """Either verb knows the other's token, names the right verb, and sends nothing."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            token = await managing(mfa, mfa_tenant)
            grant = {"grant_type": "password", "username": BO, "password": "pw"}
            sealed = mfa_required(mfa_tenant, grant)
            sent = len(mfa_tenant.requests)
            with pytest.raises(BadInput, match=r"manage\(access_token\)"):
                await mfa.flow().begin(token)
            with pytest.raises(BadInput, match=r"begin\(mfa_token\)"):
                await mfa.flow().manage(sealed)
            assert sent == len(mfa_tenant.requests)

    @pytest.mark.parametrize(
        ("scope", "verbs"),
        [
            ("enroll", ["manage"]),
            ("read:authenticators", ["enroll", "remove"]),
            ("read:authenticators enroll", ["remove"]),
        ],
    )
    async def test_a_missing_scope(self, mfa_tenant, scope, verbs):
        """It is the set-up's mistake: the error names the scope, and the flow stands where it did."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            token = await managing(mfa, mfa_tenant, scope)
            flow = mfa.flow()
            before = None if verbs == ["manage"] else await flow.manage(token)
            given = {"manage": (token,), "enroll": ("otp",), "remove": (before and before.authenticators[0],)}
            for verb in verbs:
                with pytest.raises(Misconfigured, match=f"needs the scope {NEEDED[verb]}; log in for") as caught:
                    await getattr(flow, verb)(*given[verb])
                assert 403 == caught.value.status
            assert before is None or before == await flow.look()

    @pytest.mark.parametrize("token", ["", " ", None, 5, "two words", "n\nl"])
    async def test_no_token(self, mfa_tenant, token):
        """What is no token is refused, and sends nothing."""
        async with client(mfa_tenant) as mfa:
            with pytest.raises(BadInput):
                await mfa.flow().manage(token)
        assert 0 == len(mfa_tenant.requests)

    async def test_an_expired_token(self, mfa_tenant):
        """One that has run out ends the flow, with a reason."""
        bo(mfa_tenant, "otp")
        async with client(mfa_tenant) as mfa:
            token = await managing(mfa, mfa_tenant)
            mfa_tenant.clock.advance(90_000)
            stopped = await mfa.flow().manage(token)
        assert (Stopped, "mfa_token_invalid") == (type(stopped), stopped.reason)


def mfa_required(tenant, grant):
    """The mfa_token that somebody else met."""
    call = Call.form("/oauth/token", {**grant, "client_id": "demo-client", "client_secret": "demo-secret"})
    return json.loads(tenant.answer(call).body)["mfa_token"]


async def test_authenticators(mfa_tenant):
    """The list is read anew at each call, pending ones included, and nothing else changes."""
    bo(mfa_tenant, "otp")
    async with client(mfa_tenant) as mfa:
        flow = mfa.flow()
        choose = await flow.login(BO, "pw")
        sent = len(mfa_tenant.requests)
        assert choose.authenticators == await flow.authenticators()
        mfa_tenant.users[BO].associate("sms", PHONE)
        assert ["sms", "voice"] == sorted(one.factor for one in await flow.authenticators() if not one.active)
        assert sent + 2 == len(mfa_tenant.requests)
        assert choose.challenge == (await flow.look()).challenge


async def test_all_by_a_socket(mfa_tenant):
    """Managing over real HTTP: list, add, remove, an id with a pipe in its path included."""
    bo(mfa_tenant, "otp")
    async with (
        serve(mfa_tenant) as server,
        MfaClient(App(server.url, "demo-client", "demo-secret"), clock=mfa_tenant.clock) as mfa,
    ):
        done = await tokens_of(mfa, mfa_tenant, audience=f"{server.url}/mfa/", scope=SCOPES)
        await mfa.flow("f").manage(done.access_token)
        await mfa.flow("f").enroll("sms", phone_number=PHONE)
        assert isinstance(await mfa.flow("f").confirm(mfa_tenant.inbox.code(PHONE)), Done)
        choose = await mfa.flow("g").manage(done.access_token)
        choose = await mfa.flow("g").remove(of(choose.authenticators, "voice"))
    assert ["otp", "recovery"] == [one.factor for one in choose.authenticators]
