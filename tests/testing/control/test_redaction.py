"""No secret is ever in the log, wherever it was sent; what is harmless is."""

import json
from base64 import b64encode
from typing import Any

import pytest
from attrs import asdict
from joserfc import jwk, jwt

from mfa_flow.testing import Tenant
from mfa_flow.testing.world.people import User
from mfa_flow.wire.call import Call
from testing.conftest import GRANT, PHONE, Wire, form_call, get_call, json_call

CY = "cy@example.com"
PASSWORD = "hushhushhush"


def shown(tenant: Tenant) -> str:
    """The whole log, as the control API shows it."""
    return json.dumps([asdict(each) for each in tenant.requests])


def strings(value: Any) -> list[str]:
    """Every string in an answer."""
    if isinstance(value, dict):
        return [found for each in value.values() for found in strings(each)]
    if isinstance(value, list | tuple):
        return [found for each in value for found in strings(each)]
    return [value] if isinstance(value, str) else []


PUBLIC = {
    "otp", "oob", "sms", "voice", "email", "auth0", "prompt", "Bearer", "messenger", "recovery-code", "mfa_required",
    "invalid_grant", "authorization_pending", "Multifactor authentication required", "phone", "push-notification",
}  # fmt: skip
SECRET = {
    "mfa_token", "oob_code", "access_token", "refresh_token", "id_token", "recovery_code", "recovery_codes", "secret",
    "barcode_uri",
}  # fmt: skip


class Spy(Wire):
    """A client that notes every secret it was given."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self.secrets = {PASSWORD, "demo-secret", PHONE}

    def answer(self, call: Call) -> Any:
        """The same, with its secrets noted."""
        answer = super().answer(call)
        if isinstance(answer.body, dict):
            self.secrets |= {each for name in SECRET for each in strings(answer.body.get(name))}
        return answer


def every_factor(spy: Spy) -> User:
    """Cy enrols with each factor, logs in by each, and is wrong once at each."""
    tenant = spy.tenant
    tenant.teach("messenger", address="handle")
    cy = tenant.users.add(CY, PASSWORD, phone=PHONE)
    bearer = spy.login(CY, PASSWORD, scope="openid offline_access")
    spy.add_otp(bearer)
    spy.secrets.add(cy.otp_secret or "")
    spy.secrets.add(code := tenant.otp(CY))
    spy.otp(bearer, "999999")
    assert 200 == spy.otp(bearer, code).status
    for channel, fields in (
        ("sms", {"phone_number": PHONE}), ("voice", {"phone_number": PHONE}), ("email", {}), ("auth0", {}),
        ("messenger", {"handle": "@hidden-handle"}),
    ):  # fmt: skip
        tenant.clock.advance(30)
        spy.secrets.add(tenant.otp(CY))
        added = spy.add(spy.access_token(CY, PASSWORD), channel, **fields)
        mfa_token = spy.login(CY, PASSWORD)
        challenged = (
            spy.challenge(mfa_token, challenge_type="oob", oob_channel=channel) if channel != "voice" else added
        )
        if channel == "auth0":
            tenant.push(CY).approve()
            spy.oob(mfa_token, added.body["oob_code"])
            continue
        code = tenant.inbox.messages()[0].code or ""
        spy.secrets.add(code)
        spy.oob(mfa_token, challenged.body.get("oob_code", "x"), binding_code=code)
    spy.secrets.add(cy.recovery_code or "")
    done = spy.recover(spy.login(CY, PASSWORD, scope="offline_access"), cy.recovery_code or "")
    spy.token("refresh_token", refresh_token=done.body["refresh_token"])
    return cy


def test_no_secret_of_any_factor(wide: Wire) -> None:
    """Every secret that was handed out or sent, searched for in the log's JSON; there are a good many."""
    spy = Spy(wide.tenant)
    every_factor(spy)
    spy.secrets.add("@hidden-handle")
    log = shown(spy.tenant)
    assert [] == sorted(each for each in spy.secrets if each and each in log)
    assert (True, True) == (len(spy.secrets) > 30, len(spy.tenant.requests) > 30)


def test_no_secret_in_the_wrong_place(wide: Wire) -> None:
    """As another parameter's value, as a name, as the whole body, in the query, in a header, in a grant's name."""
    spy = Spy(wide.tenant)
    cy = every_factor(spy)
    mfa_token = spy.login(CY, PASSWORD)
    secrets = {*spy.secrets, mfa_token, cy.recovery_code or "", cy.otp_secret or ""} - {""}
    names = [
        "grant_type", "client_id", "challenge_type", "authenticator_id", "authenticator_types", "oob_channel", "oob_channels",
        "scope", "audience", "username", "client_assertion_type", "realm", "unknownName",
    ]  # fmt: skip
    for secret in secrets:
        as_name = "x" if secret == PASSWORD else secret  # one plain word is a name like any other
        for name in names:
            spy.tenant.answer(form_call("/oauth/token", {name: secret}))
            spy.tenant.answer(json_call("/mfa/challenge", {name: [secret, {as_name: secret}]}))
        spy.tenant.answer(json_call("/oauth/token", {as_name: secret, "grant_type": f"{GRANT}{secret}"}))
        spy.tenant.answer(Call("POST", "/oauth/token", {"content-type": "application/json"}, secret.encode()))
        form = {"content-type": "application/x-www-form-urlencoded"}
        spy.tenant.answer(Call("POST", "/oauth/token", form, json.dumps({"otp": secret}).encode()))
        spy.tenant.answer(get_call(f"/mfa/authenticators?token={secret}", secret))
        basic = b64encode(f"demo-client:{secret}".encode()).decode()
        spy.tenant.answer(Call("POST", "/oauth/token", {**form, "authorization": f"Basic {basic}"}, b"otp=1"))
    log = shown(spy.tenant)
    assert [] == sorted(each for each in secrets if each in log)


def test_no_assertion(wide: Wire) -> None:
    """A client's signed word is a secret for as long as it lives."""
    key = jwk.RSAKey.generate_key(2048)
    wide.tenant.clients.add("signed", key=key.as_dict(private=False))
    assertion = jwt.encode({"alg": "RS256"}, {"sub": "signed"}, key)
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    wide.tenant.answer(
        form_call(
            "/oauth/token", {"grant_type": "password", "client_assertion": assertion, "client_assertion_type": kind}
        )
    )
    [entry] = wide.tenant.requests
    assert {"grant_type": "password", "client_assertion": "***", "client_assertion_type": kind} == entry.fields


def test_what_is_harmless_shows(wide: Wire) -> None:
    """Who asks for what, of whom, and how it ended."""
    wide.tenant.users.add(CY, "pw", phone=PHONE, authenticators=("sms",))
    mfa_token = wide.login(CY, "pw", scope="openid read:authenticators", audience="https://tenant.example/mfa/")
    device = wide.tenant.users[CY].of_kind("sms")[0].id
    wide.challenge(mfa_token, challenge_type="oob", authenticator_id=device, oob_channel="sms")
    wide.add_sms(mfa_token)
    first, second, third = wide.tenant.requests
    assert (CY, CY, CY) == (first.user, second.user, third.user)
    assert {
        "grant_type": "password",
        "client_id": "demo-client",
        "client_secret": "***",
        "username": "***",
        "password": "***",
        "scope": "openid read:authenticators",
        "audience": "https://tenant.example/mfa/",
    } == first.fields
    assert ("oob", device, "sms") == tuple(
        second.fields[each] for each in ("challenge_type", "authenticator_id", "oob_channel")
    )
    assert {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "***"} == third.fields
    assert (403, "access_denied") == (third.status, third.error)


def test_unknown_parameters_are_named(wide: Wire) -> None:
    """A slip in a name is taken without a word by the tenant, and found in the log; a taught one is known."""
    wide.tenant.teach("messenger", address="handle")
    wide.token("password", username="ada@example.com", password="correct-horse", user_name="x", authenticatorId="y")
    wide.add("x", "messenger", handle="@ada")
    assert [("user_name", "authenticatorId"), ()] == [each.unknown for each in wide.tenant.requests]
    assert ["***", "***"] == [
        next(iter(wide.tenant.requests)).fields[each] for each in ("user_name", "authenticatorId")
    ]


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/mfa/associate", {}), ("/oauth/token", {"grant_type": "password", "username": "nobody@example.com"})],
)
def test_nobody_is_named_who_is_not_there(wide: Wire, path: str, fields: dict[str, str]) -> None:
    """What stands where a name should be may be anything."""
    wide.tenant.answer(json_call(path, fields))
    assert [None] == [each.user for each in wide.tenant.requests]


def test_not_more_of_a_request_than_anybody_reads(wire: Wire) -> None:
    """Fifty names, twenty items of a list, and a word that there were more."""
    names = [f"{'abcdefghij'[number % 10] * (number // 10 + 1)}" for number in range(60)]
    wire.associate("x", oob_channels=["sms"] * 21, **dict.fromkeys(names, 1))
    [entry] = wire.tenant.requests
    assert ["sms"] * 20 + ["..."] == entry.fields["oob_channels"]
    assert (51, "...") == (len(entry.fields), [*entry.fields][-1])
    assert (51, "...") == (len(entry.unknown), entry.unknown[-1])
