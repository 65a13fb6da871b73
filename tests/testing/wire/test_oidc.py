"""What OIDC clients check before they believe a tenant, done here by hand: with the keys it serves, over a socket.

The signature is verified with nothing but RSA, so that the library that signs is not its own witness.
"""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import GRANT

CY, API = "cy@example.com", "https://api.example/"
CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}
REQUIRED = {
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "mfa_challenge_endpoint", "jwks_uri",
    "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
}  # fmt: skip


class Strict:
    """A client that looks at everything."""

    def __init__(self, tenant: Tenant, url: str, session: aiohttp.ClientSession) -> None:
        self.tenant, self.url, self.session = tenant, url, session
        self.metadata: dict[str, Any] = {}
        self.keys: list[dict[str, str]] = []

    async def get(self, url: str, **headers: str) -> Any:
        """JSON, called so."""
        async with self.session.get(url, headers=headers) as reply:
            assert (200, "application/json") == (reply.status, reply.content_type)
            return await reply.json()

    async def token(self, grant: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """The endpoint that was discovered."""
        form = {"grant_type": grant, **CLIENT, **fields}
        async with self.session.post(self.metadata["token_endpoint"], data=form) as reply:
            assert "application/json" == reply.headers["Content-Type"]
            assert "WWW-Authenticate" not in reply.headers
            return reply.status, await reply.json()

    async def discover(self) -> None:
        """The issuer is exactly what was asked, with a slash; the keys are of the advertised kind."""
        self.metadata = await self.get(f"{self.url}/.well-known/openid-configuration")
        assert f"{self.url}/" == self.metadata["issuer"]
        assert set() == REQUIRED - self.metadata.keys()
        assert all(
            self.metadata[name].startswith(f"{self.url}/")
            for name in self.metadata
            if "endpoint_" not in name and name.endswith(("_endpoint", "_uri"))
        )
        self.keys = (await self.get(self.metadata["jwks_uri"]))["keys"]
        assert [("RSA", "sig", "RS256")] == [(each["kty"], each["use"], each["alg"]) for each in self.keys]

    def read(self, token: str) -> dict[str, Any]:
        """The claims, if the signature is one of the published key's."""
        head, body, signature = token.split(".")
        header = json.loads(decoded(head))
        assert [header["alg"]] == self.metadata["id_token_signing_alg_values_supported"] == ["RS256"]
        assert "JWT" == header["typ"]
        [key] = [each for each in self.keys if each["kid"] == header["kid"]]
        numbers = RSAPublicNumbers(*(int.from_bytes(decoded(key[name])) for name in ("e", "n")))
        numbers.public_key().verify(decoded(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        claims: dict[str, Any] = json.loads(decoded(body))
        now = time.time()
        assert claims["iss"] == self.metadata["issuer"]
        assert all(type(claims[name]) is int for name in ("iat", "exp"))
        assert claims["iat"] <= now < claims["exp"]
        return claims

    async def login(self, **fields: str) -> dict[str, Any]:
        """By a password and an app."""
        status, refused = await self.token("password", username=CY, password="pw", **fields)
        assert (403, "mfa_required") == (status, refused["error"])
        status, body = await self.token(f"{GRANT}mfa-otp", mfa_token=refused["mfa_token"], otp=self.tenant.otp(CY))
        assert (200, "Bearer", int) == (status, body["token_type"], type(body["expires_in"]))
        return body


def decoded(text: str) -> bytes:
    """Base64url without its padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
async def strict(clock: Clock) -> AsyncIterator[Strict]:
    """It has discovered a tenant whose clock is far ahead; Cy has an app."""
    clock.advance(10**8)
    tenant = Tenant(clock=clock, seed=7)
    tenant.users.add(CY, "pw", authenticators=["otp"], verified=True)
    async with serve(tenant) as server, aiohttp.ClientSession() as session:
        client = Strict(tenant, server.url, session)
        await client.discover()
        yield client


async def test_an_id_token_is_believed(strict: Strict) -> None:
    """Signature, iss, aud, azp, sub, nonce, times and amr; userinfo speaks of the same person."""
    body = await strict.login(scope="openid profile email", nonce="n-0S6_WzA2Mj")
    claims = strict.read(body["id_token"])
    assert ("demo-client", "n-0S6_WzA2Mj", ["mfa"]) == (claims["aud"], claims["nonce"], claims["amr"])
    assert "demo-client" == claims.get("azp", "demo-client")
    assert "openid profile email" == body["scope"]
    told = await strict.get(strict.metadata["userinfo_endpoint"], Authorization=f"Bearer {body['access_token']}")
    assert (claims["sub"], CY, True) == (told["sub"], told["email"], told["email_verified"])


async def test_a_password_alone_is_no_mfa(strict: Strict) -> None:
    """No amr, and no nonce where none was given."""
    strict.tenant.users[CY].mfa = False
    _, body = await strict.token("password", username=CY, password="pw", scope="openid")
    assert set() == strict.read(body["id_token"]).keys() & {"amr", "nonce"}


async def test_an_api_gets_a_token_it_can_read(strict: Strict) -> None:
    """For its audience, and for userinfo since openid was asked for; a day long."""
    claims = strict.read((await strict.login(scope="openid read:sample", audience=API))["access_token"])
    assert ([API, f"{strict.url}/userinfo"], "demo-client") == (claims["aud"], claims["azp"])
    assert ("openid read:sample", 86400) == (claims["scope"], claims["exp"] - claims["iat"])
    assert strict.tenant.users[CY].id == claims["sub"]


async def test_the_mfa_api_is_an_audience_like_any(strict: Strict) -> None:
    """Named after the issuer, ten minutes long, with its scopes."""
    body = await strict.login(scope="enroll read:authenticators", audience=f"{strict.url}/mfa/")
    claims = strict.read(body["access_token"])
    assert (f"{strict.url}/mfa/", 600, "enroll read:authenticators") == (
        claims["aud"],
        body["expires_in"],
        body["scope"],
    )
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    listed = await strict.get(f"{strict.url}/mfa/authenticators", **headers)
    assert ["otp", "recovery-code", "oob"] == [each["authenticator_type"] for each in listed]


async def test_a_refreshed_id_token_is_of_the_same_person(strict: Strict) -> None:
    """Same iss, sub, aud and amr; the nonce was the first one's."""
    first = await strict.login(scope="openid offline_access", nonce="n")
    _, again = await strict.token("refresh_token", refresh_token=first["refresh_token"])
    one, other = strict.read(first["id_token"]), strict.read(again["id_token"])
    same = ("iss", "sub", "aud", "amr")
    assert ([one[name] for name in same], False) == ([other[name] for name in same], "nonce" in other)
    assert again["refresh_token"] != first["refresh_token"]
