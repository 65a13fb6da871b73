"""The tenant over https, by name, to clients that trust its authority and nothing else."""

import asyncio
import json
import os
import shutil
import ssl
import time
from pathlib import Path

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from mfa_flow.testing import Server, Tenant, serve
from mfa_flow.testing.tls import ca_file, ca_pem

LOGIN = {"grant_type": "password", "username": "eve@example.com", "password": "pw", "client_id": "demo-public"}


def trusting(server: Server) -> aiohttp.ClientSession:
    """A client that knows the tenant's certificate only."""
    context = ssl.create_default_context(cadata=server.ca)
    return aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(ssl=context))


async def said(*command: str, **env: str) -> str:
    """What a program of somebody else's got."""
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | env, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert 0 == process.returncode
    return out.decode()


async def test_every_name_of_the_tenant_agrees(tenant: Tenant) -> None:
    """Discovery, id_token, access token and the MFA audience say https://localhost:PORT/, and the keys verify them."""
    tenant.users.add("eve@example.com", "pw", mfa=False)
    async with serve(tenant, https=True) as server, trusting(server) as session:
        assert server.url == f"https://localhost:{server.url.rpartition(':')[2]}"
        async with session.get("/.well-known/openid-configuration") as reply:
            found = await reply.json()
        async with session.get(found["jwks_uri"]) as reply:
            keys = KeySet.import_key_set(await reply.json())
        audience = f"{found['issuer']}mfa/"
        async with session.post(
            found["token_endpoint"], data={**LOGIN, "audience": audience, "scope": "openid enroll"}
        ) as reply:
            tokens = await reply.json()
        assert (600, "openid enroll") == (tokens["expires_in"], tokens["scope"])
        identity, access = (jwt.decode(tokens[name], keys).claims for name in ("id_token", "access_token"))
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        async with session.get("/mfa/authenticators", headers={**bearer}) as reply:
            assert 403 == reply.status  # scope read:authenticators was not asked for: it is known as an MFA token
        async with session.post("/mfa/associate", headers=bearer, json={"authenticator_types": ["otp"]}) as reply:
            assert 200 == reply.status
    assert {f"{server.url}/"} == {found["issuer"], identity["iss"], access["iss"]}
    assert [f"{server.url}/mfa/", f"{server.url}/userinfo"] == access["aud"]


async def test_an_assertion_for_that_issuer(tenant: Tenant) -> None:
    """private_key_jwt with the https issuer as its audience is taken; with the http one it is not."""
    key = RSAKey.generate_key(2048)
    tenant.users.add("eve@example.com", "pw", mfa=False)
    tenant.clients.add("keyed", key=key.as_pem(private=False))
    now, answers = int(time.time()), []
    async with serve(tenant, https=True) as server, trusting(server) as session:
        for number, issuer in enumerate([f"{server.url}/", f"{server.url}/".replace("https", "http")]):
            claims = {"iss": "keyed", "sub": "keyed", "aud": issuer, "jti": f"{number}", "iat": now, "exp": now + 60}
            fields = LOGIN | {
                "client_id": "keyed",
                "client_assertion": jwt.encode({"alg": "RS256"}, claims, key),
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            }
            async with session.post("/oauth/token", data=fields) as reply:
                answers.append(reply.status)
    assert [200, 401] == answers


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
async def test_each_name_of_this_machine(tenant: Tenant, name: str) -> None:
    """The certificate is good for all three, at the same port, and the issuer is the one that was used."""
    async with serve(tenant, https=True) as server, trusting(server) as session:
        url = server.url.replace("localhost", name)
        try:
            async with session.get(f"{url}/.well-known/openid-configuration") as reply:
                assert f"{url}/" == (await reply.json())["issuer"]
        except aiohttp.ClientConnectorError as error:
            if name != "[::1]" or isinstance(error, aiohttp.ClientSSLError):
                raise
            pytest.skip("no IPv6 here")


async def test_who_does_not_trust_it_gets_nothing(tenant: Tenant) -> None:
    """The authority is nobody's but this process's; the same for all its servers."""
    async with serve(tenant, https=True) as server, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(server.url)
        async with session.get(f"{server.url}/_tenant/ca.pem", ssl=False) as reply:
            assert (server.ca, "application/x-pem-file") == (await reply.text(), reply.content_type)
        async with serve(Tenant(), https=True) as other:
            assert server.ca == other.ca == ca_pem()


async def test_over_http_there_is_no_certificate(tenant: Tenant) -> None:
    """Its path is an unknown one."""
    async with serve(tenant) as server, aiohttp.request("GET", f"{server.url}/_tenant/ca.pem") as reply:
        assert (None, 404) == (server.ca, reply.status)


async def test_other_names_and_every_address(tenant: Tenant) -> None:
    """At a further address it is called by that, at all of them by this machine's name."""
    async with serve(tenant, "127.0.0.2", https=True) as server, trusting(server) as session:
        assert server.url.startswith("https://127.0.0.2:")
        async with session.get("/_tenant/clock") as reply:
            assert 200 == reply.status
    async with serve(tenant, "0.0.0.0", https=True) as server, trusting(server) as session:
        assert server.url.startswith("https://localhost:")
        async with session.get("/_tenant/clock") as reply:
            assert 200 == reply.status


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
async def test_curl(tenant: Tenant, tmp_path: Path) -> None:
    """``curl --cacert`` walks in."""
    with ca_file(tmp_path / "ca.pem") as path:
        async with serve(tenant, https=True) as server:
            fields = [each for pair in LOGIN.items() for each in ("-d", "=".join(pair))]
            out = await said("curl", "-s", "--cacert", str(path), *fields, f"{server.url}/oauth/token")
    assert "Wrong email or password." == json.loads(out)["error_description"]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
async def test_node(tenant: Tenant) -> None:
    """A JavaScript client that was told of the authority at its start."""
    script = "fetch(process.argv[1] + '/.well-known/openid-configuration').then(r => r.text()).then(console.log)"
    with ca_file() as path:
        async with serve(tenant, https=True) as server:
            out = await said("node", "-e", script, server.url, NODE_EXTRA_CA_CERTS=str(path))
    assert f"{server.url}/" == json.loads(out)["issuer"]
    assert not path.exists()
