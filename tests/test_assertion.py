"""How the application proves who it is: not at all, by its secret in body or header, by its private key."""

import json
from base64 import urlsafe_b64decode

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from mfa_flow import App, BadInput, Choose, Done, MfaClient, Misconfigured
from mfa_flow.assertion import PrivateKeyJwt
from mfa_flow.testing import TenantTransport, serve

ADA, PASSWORD = "ada@example.com", "correct-horse"
PHONE = "+15551230042"
KEY, OTHER = (RSAKey.generate_key(2048).as_pem(private=True).decode() for _ in range(2))
PUBLIC = RSAKey.import_key(KEY).as_pem(private=False)
APPS = {
    "none": {"client_id": "demo-public"},
    "post": {"client_id": "demo-client", "client_secret": "demo-secret"},
    "basic": {"client_id": "demo-client", "client_secret": "demo-secret", "client_auth": "basic"},
    "odd basic": {"client_id": "a b:ä", "client_secret": "s:e/c&+%", "client_auth": "basic"},
    "RS256": {"client_id": "keyed", "client_auth": PrivateKeyJwt(KEY)},
    "RS384": {"client_id": "keyed", "client_auth": PrivateKeyJwt(KEY, algorithm="RS384", key_id="k1")},
    "PS256": {"client_id": "keyed", "client_auth": PrivateKeyJwt(KEY, algorithm="PS256")},
}


class Kept:
    """Keeps the calls it sends."""

    def __init__(self, tenant):
        self._to, self.calls = TenantTransport(tenant), []

    async def send(self, call):
        """Keep it, pass it on."""
        self.calls.append(call)
        return await self._to.send(call)

    async def aclose(self):
        """Nothing is held open."""


@pytest.fixture
def tenant(mfa_tenant):
    """A tenant that knows a client by its key, and one with odd characters."""
    mfa_tenant.clients.add("keyed", key=PUBLIC)
    mfa_tenant.clients.add("a b:ä", "s:e/c&+%")
    return mfa_tenant


async def walk(mfa, tenant):
    """All requests there are: log in, enrol, log in, be challenged, confirm."""
    flow = mfa.flow()
    await flow.login(ADA, PASSWORD)
    await flow.enroll("sms", phone_number=PHONE)
    assert isinstance(await flow.confirm(tenant.inbox.code(PHONE)), Done)
    choose = await flow.login(ADA, PASSWORD)
    await flow.challenge(choose.challenge[0])
    return await flow.confirm(tenant.inbox.code(PHONE))


@pytest.mark.parametrize("app", APPS)
async def test_a_whole_walk(tenant, app):
    """Each way is taken by the tenant at every step; the secret is in the body, in the header, or nowhere."""
    transport = Kept(tenant)
    async with MfaClient(App("tenant.example", **APPS[app]), transport=transport, clock=tenant.clock) as mfa:
        assert isinstance(await walk(mfa, tenant), Done)
    authenticated = [call for call in transport.calls if call.path in {"/oauth/token", "/mfa/challenge"}]
    assert 5 == len(authenticated)
    has = {
        "secret": all(b"demo-secret" in call.body for call in authenticated),
        "basic": all(call.headers.get("Authorization", "").startswith("Basic ") for call in authenticated),
        "assertion": all(b"client_assertion_type" in call.body for call in authenticated),
    }
    expected = {"post": "secret", "none": None}.get(app, "basic" if "basic" in app else "assertion")
    assert [expected] == ([name for name, found in has.items() if found] or [None])


@pytest.mark.parametrize("app", ["none", "post", "basic", "RS256"])
async def test_over_a_socket(tenant, app):
    """The same over real HTTP, where the tenant's issuer is its address."""
    async with serve(tenant) as server, MfaClient(App(server.url, **APPS[app]), clock=tenant.clock) as mfa:
        assert isinstance(await walk(mfa, tenant), Done)


def claims_of(fields):
    payload = fields["client_assertion"].split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_the_assertion_keeps_auth0s_rules():
    """Iss and sub are the client, aud the domain with its slash, it lives a minute, and no two are the same."""
    auth = PrivateKeyJwt(KEY)
    first, second = (auth.assertion("keyed", "https://tenant.example/") for _ in range(2))
    claims = claims_of(first)
    assert ("keyed", "keyed", "https://tenant.example/") == (claims["iss"], claims["sub"], claims["aud"])
    assert 60 == claims["exp"] - claims["iat"]
    assert len(claims["jti"]) <= 64
    assert claims["jti"] != claims_of(second)["jti"]
    assert len(first["client_assertion"]) <= 2048
    assert "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" == first["client_assertion_type"]


def test_the_key_id_stands_in_the_header():
    """Where one is given; else the header names the algorithm and nothing of a key."""
    for key_id in (None, "k1"):
        header = PrivateKeyJwt(KEY, key_id=key_id).assertion("c", "a")["client_assertion"].split(".")[0]
        found = json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))
        assert ("RS256", key_id) == (found["alg"], found.get("kid"))


@pytest.mark.parametrize(
    "app",
    [
        {"client_id": "demo-client", "client_secret": "wrong"},
        {"client_id": "demo-client"},
        {"client_id": "demo-client", "client_secret": "wrong", "client_auth": "basic"},
        {"client_id": "nobody", "client_secret": "demo-secret"},
        {"client_id": "keyed", "client_auth": PrivateKeyJwt(OTHER)},
        {"client_id": "keyed", "client_secret": "demo-secret"},
        {"client_id": "demo-client", "client_auth": PrivateKeyJwt(KEY)},
    ],
)
async def test_the_wrong_credentials(tenant, app):
    """Any is a mistake in the set-up, told in full without the secret."""
    async with MfaClient(App("tenant.example", **app), transport=TenantTransport(tenant), clock=tenant.clock) as mfa:
        with pytest.raises(Misconfigured, match="check client_id, domain, and the secret or key") as caught:
            await mfa.flow().login(ADA, PASSWORD)
    assert 401 == caught.value.status
    assert "wrong" not in str(caught.value)


async def test_another_tenants_audience(tenant):
    """An assertion for another domain is refused by this one."""
    app = App("other.example", "keyed", client_auth=PrivateKeyJwt(KEY))
    async with MfaClient(app, transport=TenantTransport(tenant), clock=tenant.clock) as mfa:
        with pytest.raises(Misconfigured):
            await mfa.flow().login(ADA, PASSWORD)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (KEY, "HS256"),
        (KEY, "none"),
        (KEY, "RS512"),
        ("", "RS256"),
        ("no key", "RS256"),
        (None, "RS256"),
        (5, "RS256"),
        (PUBLIC.decode(), "RS256"),
        (ECKey.generate_key("P-256").as_pem(private=True).decode(), "RS256"),
        (json.dumps(OctKey.generate_key(256).as_dict()), "RS256"),
    ],
    ids=lambda _: "key",
)
def test_keys_that_cannot_sign(key, algorithm):
    """They are refused when the App is made, not when the first person logs in."""
    with pytest.raises(BadInput) as caught:
        PrivateKeyJwt(key, algorithm=algorithm)
    assert "PRIVATE" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["jwt", "", "Basic"])
def test_unknown_ways(wrong):
    """An App knows its ways, and Basic needs a secret."""
    with pytest.raises(BadInput, match="client_auth"):
        App("tenant.example", "c", "s", client_auth=wrong)
    with pytest.raises(BadInput, match="client_secret"):
        App("tenant.example", "c", client_auth="basic")


def test_the_key_does_not_show():
    """Neither the way nor the App shows it."""
    app = App("tenant.example", "c", client_auth=PrivateKeyJwt(KEY))
    assert "PRIVATE" not in repr(app) + repr(app.client_auth) + str(app)


async def test_managing_needs_no_credentials(tenant):
    """The list and the enrolment go with the bearer alone."""
    transport = Kept(tenant)
    async with MfaClient(App("tenant.example", **APPS["RS256"]), transport=transport, clock=tenant.clock) as mfa:
        assert isinstance(await mfa.flow().login(ADA, PASSWORD), Choose)
        flow = mfa.flow()
        await flow.login(ADA, PASSWORD)
        await flow.enroll("otp")
    bare = [call for call in transport.calls if call.path in {"/mfa/authenticators", "/mfa/associate"}]
    assert 3 == len(bare)
    assert all(call.headers["Authorization"].startswith("Bearer ") for call in bare)
    assert not [call for call in bare if b"client_assertion" in call.body]
