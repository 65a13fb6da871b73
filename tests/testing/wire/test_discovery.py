"""What a tenant tells of itself, in process and behind a socket."""

import json

import aiohttp
import pytest

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import Wire, has

CY = "cy@example.com"


@pytest.mark.parametrize("issuer", ["https://acme.example", "https://acme.example/"])
def test_the_issuer_is_what_the_tenant_was_given(issuer: str) -> None:
    """With one slash at the end."""
    body = json.loads(Wire(Tenant(issuer=issuer)).send("GET", "/.well-known/openid-configuration").body)
    assert "https://acme.example/" == body["issuer"]
    assert "https://acme.example/mfa/challenge" == body["mfa_challenge_endpoint"]
    assert "https://acme.example/.well-known/jwks.json" == body["jwks_uri"]
    assert "http://auth0.com/oauth/grant-type/mfa-oob" in body["grant_types_supported"]


def test_one_key_per_process() -> None:
    """Two tenants publish the same, and nothing private."""
    one, other = (json.loads(Wire(Tenant()).send("GET", "/.well-known/jwks.json").body) for _ in range(2))
    assert one == other
    assert {"kty", "n", "e", "kid", "use", "alg"} == set(one["keys"][0])


async def test_behind_a_socket_the_name_is_the_one_it_was_called_by(tenant: Tenant) -> None:
    """The Host header, port and all; id_tokens and the MFA audience go by it too."""
    tenant.users.add("eve@example.com", "pw", mfa=False)
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        async with session.get("/.well-known/openid-configuration") as reply:
            assert f"{server.url}/" == (await reply.json())["issuer"]
        async with session.get("/.well-known/openid-configuration", headers={"Host": "localhost:1"}) as reply:
            assert "http://localhost:1/oauth/token" == (await reply.json())["token_endpoint"]
        fields = {"grant_type": "password", "username": "eve@example.com", "password": "pw", "client_id": "demo-public"}
        async with session.post("/oauth/token", data={**fields, "audience": f"{server.url}/mfa/"}) as reply:
            assert 600 == (await reply.json())["expires_in"]


def test_userinfo(wide: Wire) -> None:
    """What the scopes cover, for an access token that was asked for with openid."""
    user = has(wide, mfa=False)
    token = wide.token("password", username=CY, password="pw", scope="openid email").body["access_token"]
    reply = wide.send("GET", "/userinfo", authorization=f"Bearer {token}")
    assert {"sub": user.id, "email": CY, "email_verified": False} == json.loads(reply.body)


def test_userinfo_refuses(wide: Wire, clock: Clock) -> None:
    """No token, a strange one, one without openid, one whose day is over, one of somebody who is gone."""
    has(wide, mfa=False)
    plain = wide.token("password", username=CY, password="pw").body["access_token"]
    tokens = ["", "Bearer x", f"Bearer {plain}"]
    assert [401] * 3 == [wide.send("GET", "/userinfo", authorization=each).status for each in tokens]
    token = wide.token("password", username=CY, password="pw", scope="openid").body["access_token"]
    clock.advance(86399)
    assert 200 == wide.send("GET", "/userinfo", authorization=f"Bearer {token}").status
    clock.advance(1)
    assert 401 == wide.send("GET", "/userinfo", authorization=f"Bearer {token}").status
    token = wide.token("password", username=CY, password="pw", scope="openid").body["access_token"]
    wide.tenant.users.remove(CY)
    assert 401 == wide.send("GET", "/userinfo", authorization=f"Bearer {token}").status
