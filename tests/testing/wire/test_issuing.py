"""What a login ends in: MFA access tokens and their scopes, id_tokens, and who reads them."""

import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from mfa_flow.testing import Clock, Tenant
from testing.conftest import GRANT, MFA_API, PHONE, Wire, has

ADA, CY = "ada@example.com", "cy@example.com"
ISSUER = "https://tenant.example/"
ALL = "enroll read:authenticators remove:authenticators"


def claims(wire: Wire, token: str) -> dict[str, Any]:
    """What a client reads who verifies with the published keys."""
    keys = KeySet.import_key_set(json.loads(wire.send("GET", "/.well-known/jwks.json").body))
    read = jwt.decode(token, keys, algorithms=["RS256"])
    assert ("RS256", keys.keys[0].kid) == (read.header["alg"], read.header["kid"])
    return read.claims


def grant(wire: Wire, email: str = CY, **fields: str) -> dict[str, Any]:
    """The answer to a password."""
    password = "correct-horse" if email == ADA else "pw"
    body: dict[str, Any] = wire.token("password", username=email, password=password, **fields).body
    return body


@pytest.mark.parametrize("audience", [MFA_API, MFA_API.rstrip("/")])
def test_an_mfa_access_token(wide: Wire, audience: str) -> None:
    """Slash or not: 600 seconds, all scopes if none was asked for, signed, on the wall's clock."""
    body = grant(wide, ADA, audience=audience)
    assert ["access_token", "scope", "expires_in", "token_type"] == list(body)
    assert (ALL, 600, "Bearer") == (body["scope"], body["expires_in"], body["token_type"])
    read = claims(wide, body["access_token"])
    assert (ISSUER, MFA_API, "demo-client", ALL) == (read["iss"], read["aud"], read["azp"], read["scope"])
    assert (wide.tenant.users[ADA].id, 600) == (read["sub"], read["exp"] - read["iat"])
    assert time.time() == pytest.approx(read["iat"], abs=60)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("enroll", "enroll"),
        ("read:authenticators sing enroll", "read:authenticators enroll"),
        ("sing", ""),
    ],
)
def test_only_known_scopes_are_granted(wide: Wire, asked: str, granted: str) -> None:
    """What was asked for, less what there is not."""
    assert granted == grant(wide, ADA, audience=MFA_API, scope=asked)["scope"]


@pytest.mark.parametrize(
    ("factors", "verified", "at_once"), [((), False, True), ((), True, True), (("otp",), True, False)]
)
def test_who_has_no_factor_gets_it_at_once(
    wide: Wire, factors: tuple[str, ...], *, verified: bool, at_once: bool
) -> None:
    """No factor, or only the automatic email; who has one proves it."""
    has(wide, *factors, verified=verified)
    body = grant(wide, audience=MFA_API)
    assert ("access_token" if at_once else "mfa_token") in body


def test_even_who_needs_no_mfa_elsewhere_proves_it_here(wide: Wire) -> None:
    """The MFA API is never reached around a factor."""
    has(wide, "otp", mfa=False)
    assert ("access_token" in grant(wide), "mfa_token" in grant(wide, audience=MFA_API)) == (True, True)


def test_it_lists_associates_and_confirms_a_further_factor(wide: Wire) -> None:
    """Row 35: the token that was bearer on associate is the mfa_token of the confirmation."""
    has(wide, "otp")
    bearer = wide.access_token(CY, "pw")
    oob_code = wide.add(bearer, "sms", phone_number=PHONE).body["oob_code"]
    answer = wide.oob(bearer, oob_code, binding_code=wide.tenant.inbox.code(PHONE))
    assert (200, 600, ALL) == (answer.status, answer.body["expires_in"], answer.body["scope"])
    assert all(each["active"] for each in wide.list(bearer).body)


def test_an_app_and_a_push_too(wide: Wire) -> None:
    """Each by its own grant, with no challenge in between."""
    has(wide, "sms")
    user, mfa_token = wide.tenant.users[CY], wide.login(CY, "pw", audience=MFA_API)
    oob_code = wide.challenge(mfa_token).body["oob_code"]
    bearer = wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(PHONE)).body["access_token"]
    wide.add_otp(bearer)
    assert 200 == wide.otp(bearer, wide.tenant.otp(CY)).status
    oob_code = wide.add(bearer, "auth0").body["oob_code"]
    wide.tenant.push(CY).approve()
    assert (200, True) == (wide.oob(bearer, oob_code).status, user.of_kind("push")[0].active)


def test_confirming_with_it_can_be_switched_off(clock: Clock) -> None:
    """Then it is no mfa_token."""
    wire = Wire(Tenant(clock=clock, access_token_confirms=False))
    bearer = wire.access_token()
    wire.add_otp(bearer)
    assert "Malformed mfa_token" == wire.otp(bearer, wire.tenant.otp(ADA)).body["error_description"]


def test_c1_never_at_the_challenge(wide: Wire) -> None:
    """Good as it is elsewhere."""
    has(wide, "otp")
    answer = wide.challenge(wide.access_token(CY, "pw"))
    assert (403, {"error": "invalid_grant", "error_description": "Malformed mfa_token"}) == answer


@pytest.mark.parametrize(("scope", "listed", "added"), [("enroll", 403, 200), ("read:authenticators", 200, 403)])
def test_a9_and_l5_each_door_has_its_scope(wide: Wire, scope: str, listed: int, added: int) -> None:
    """Without it the answer is 403."""
    bearer = grant(wide, ADA, audience=MFA_API, scope=scope)["access_token"]
    assert (listed, added) == (wide.list(bearer).status, wide.add_otp(bearer).status)


def test_without_enroll_it_confirms_nothing(wide: Wire) -> None:
    """M9: such a token does not fit."""
    mfa_token = wide.login()
    wide.add_otp(mfa_token)
    bearer = grant(wide, ADA, audience=MFA_API, scope="read:authenticators")["access_token"]
    assert "Malformed mfa_token" == wide.otp(bearer, wide.tenant.otp(ADA)).body["error_description"]


def test_its_end(wide: Wire, clock: Clock) -> None:
    """A2, L1, M7: as a bearer no token any more, as an mfa_token expired."""
    bearer = wide.access_token()
    wide.add_otp(bearer)
    clock.advance(599)
    assert 200 == wide.list(bearer).status
    clock.advance(1)
    assert (401, "invalid_grant") == ((listed := wide.list(bearer)).status, listed.body["error"])
    assert "mfa_token is expired" == wide.otp(bearer, wide.tenant.otp(ADA)).body["error_description"]


def test_m12_of_another_client(wide: Wire) -> None:
    """It is its client's."""
    bearer = wide.access_token()
    wide.add_otp(bearer)
    wide.client = {"client_id": "demo-public"}
    assert "mfa_token not issued to this client" == wide.otp(bearer, wide.tenant.otp(ADA)).body["error_description"]


def test_neighbours_and_the_past_share_no_token(wide: Wire) -> None:
    """The signing key is the process's; the tokens are the tenant's, until it is reset."""
    bearer = wide.access_token()
    assert 401 == Wire(Tenant()).list(bearer).status
    wide.tenant.reset()
    assert 401 == wide.list(bearer).status


def test_a_touched_token_is_none(wide: Wire) -> None:
    """One letter is enough."""
    bearer = wide.access_token()
    assert 401 == wide.list(bearer[:-2] + ("A" if bearer[-2] != "A" else "B") + bearer[-1]).status


def test_an_id_token_for_openid(wide: Wire) -> None:
    """After MFA it says so; the nonce comes back; profile and email show what they cover."""
    has(wide, "otp", verified=True)
    mfa_token = wide.login(CY, "pw", scope="openid email profile offline_access", nonce="n-1")
    body = wide.otp(mfa_token, wide.tenant.otp(CY)).body
    assert ["access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"] == list(body)
    read = claims(wide, body["id_token"])
    assert (ISSUER, "demo-client", ["mfa"], "n-1") == (read["iss"], read["aud"], read["amr"], read["nonce"])
    assert (CY, True, "cy") == (read["email"], read["email_verified"], read["nickname"])
    assert wide.tenant.users[CY].id == read["sub"]
    assert time.time() < read["exp"]


def test_no_amr_where_nothing_was_proved(wide: Wire) -> None:
    """A password alone is no MFA."""
    has(wide, mfa=False)
    read = claims(wide, grant(wide, scope="openid")["id_token"])
    assert ([], ["aud", "exp", "iat", "iss", "sub"]) == ([name for name in read if name == "amr"], sorted(read))


def test_jwt_times_do_not_follow_the_tenants_clock(wide: Wire, clock: Clock) -> None:
    """Readers in other processes would refuse a token from the future."""
    has(wide, mfa=False)
    clock.advance(10**9)
    assert time.time() == pytest.approx(claims(wide, grant(wide, scope="openid")["id_token"])["iat"], abs=60)


def test_another_audience_has_a_signed_token(wide: Wire) -> None:
    """With openid it is good for userinfo as well."""
    has(wide, mfa=False)
    plain = claims(wide, grant(wide, audience="https://api.example/")["access_token"])
    both = claims(wide, grant(wide, audience="https://api.example/", scope="openid")["access_token"])
    assert ("https://api.example/", ["https://api.example/", f"{ISSUER}userinfo"]) == (plain["aud"], both["aud"])


def test_the_same_scope_and_audience_after_each_proof(wide: Wire) -> None:
    """What the proof's request says of them changes nothing."""
    has(wide, "otp")
    mfa_token = wide.login(CY, "pw", scope="enroll", audience=MFA_API)
    fields = {"mfa_token": mfa_token, "otp": wide.tenant.otp(CY), "scope": "openid", "audience": "https://api.example/"}
    assert ("enroll", 600) == ((body := wide.token(f"{GRANT}mfa-otp", **fields).body)["scope"], body["expires_in"])
