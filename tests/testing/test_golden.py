"""The golden bodies G1 to G12 and the recorded list, byte for byte as they were seen at Auth0.

What is random in them is put into the tenant's mint; sealed strings, of which only the shape is known, are checked
against that and cut out. All other bytes are the recorded ones.
"""

import re
from collections.abc import Callable, Iterator

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.world.totp import code_of, step_at
from mfa_flow.wire.call import Reply

from .conftest import GRANT, Wire, form_call, get_call, has, json_call

USER = "user@example.com"
G1_SECRET = "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SEAL = r"Fe26\.2\*SERVER_\d{10}\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*\d{13}\*[0-9a-f]{64}\*[\w-]{43}"
BARE, CHARSET = "application/json", "application/json; charset=utf-8"
IDS = (
    "sms|dev_klnv5yshzzoosSUm",
    "recovery-code|dev_i1kgKoFSZLbPt6G1",
    "push|dev_BBTKYpxKHOXVBnql",
    "totp|dev_WzMZ2sZbUw1wbC2F",
    "totp|dev_wLdxko6pjg6ziKL9",
)
RECORDED_LIST = '[{"id":"sms|dev_klnv5yshzzoosSUm","authenticator_type":"oob","active":false,"oob_channel":"sms","name":"XXXXXXXXX9167"},{"id":"recovery-code|dev_i1kgKoFSZLbPt6G1","authenticator_type":"recovery-code","active":false},{"id":"push|dev_BBTKYpxKHOXVBnql","authenticator_type":"oob","active":false,"oob_channel":"auth0"},{"id":"totp|dev_WzMZ2sZbUw1wbC2F","authenticator_type":"otp","active":false},{"id":"totp|dev_wLdxko6pjg6ziKL9","authenticator_type":"otp","active":false},{"id":"email|dev_hdkmORJuqOmjRRQU","authenticator_type":"oob","active":true,"oob_channel":"email","name":"****@exam*******"}]'


@pytest.fixture
def wire(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """A tenant like the recorded one, without voice, that draws what was recorded. Its user has a verified email."""
    wire = Wire(Tenant(clock=clock, seed=7, name="My Test Tenant", factors=("otp", "sms", "email", "push")))
    mint = wire.tenant._desk.world.mint
    monkeypatch.setattr(mint, "device", lambda kind: "email|dev_hdkmORJuqOmjRRQU")
    wire.tenant.users.add(USER, "pw", verified=True)
    ids: Iterator[str] = iter(IDS)
    monkeypatch.setattr(mint, "device", lambda kind: next(ids))
    monkeypatch.setattr(mint, "otp_secret", lambda: G1_SECRET)
    monkeypatch.setattr(mint, "recovery_code", lambda: "MZCRK3YX5V3AKNNYY6JEBQCL")
    monkeypatch.setattr(mint, "opaque", lambda length=32: "t5FmaYNt8APzKlh3WCRNLi2dG3uZYnAC")
    return wire


def associate(wire: Wire, mfa_token: str, body: str) -> Reply:
    """With a body written out."""
    headers = {"content_type": "application/json", "authorization": f"Bearer {mfa_token}"}
    return wire.send("POST", "/mfa/associate", body.encode(), **headers)


def add_sms(wire: Wire, mfa_token: str) -> Reply:
    """The first of the recorded associations."""
    body = '{"authenticator_types":["oob"],"oob_channels":["sms"],"phone_number":"+915551239167"}'
    return associate(wire, mfa_token, body)


def add_push(wire: Wire, mfa_token: str) -> Reply:
    """The second."""
    return associate(wire, mfa_token, '{"authenticator_types":["oob"],"oob_channels":["auth0"]}')


def add_otp(wire: Wire, mfa_token: str) -> Reply:
    """The third."""
    return associate(wire, mfa_token, '{"authenticator_types":["otp"]}')


def g1(wire: Wire) -> Reply:
    """An app that is not the first."""
    mfa_token = wire.login(USER, "pw")
    add_sms(wire, mfa_token)
    return add_otp(wire, mfa_token)


def g2(wire: Wire) -> Reply:
    """A phone that is the first."""
    return add_sms(wire, wire.login(USER, "pw"))


def g3(wire: Wire) -> Reply:
    """A push that is not the first."""
    mfa_token = wire.login(USER, "pw")
    add_sms(wire, mfa_token)
    return add_push(wire, mfa_token)


def g4(wire: Wire) -> Reply:
    """An app is challenged."""
    wire.tenant.users[USER].enroll("otp")
    fields = {**wire.client, "mfa_token": wire.login(USER, "pw"), "challenge_type": "otp"}
    return wire.tenant.answer(json_call("/mfa/challenge", fields))


def polled(wire: Wire, *, denied: bool) -> Reply:
    """A push that was answered, or not."""
    mfa_token = wire.login(USER, "pw")
    oob_code = wire.add(mfa_token, "auth0").body["oob_code"]
    if denied:
        wire.tenant.push(USER).deny()
    return proof(wire, "mfa-oob", mfa_token=mfa_token, oob_code=oob_code)


def proof(wire: Wire, grant: str, **fields: str) -> Reply:
    """The token endpoint."""
    return wire.tenant.answer(form_call("/oauth/token", {"grant_type": f"{GRANT}{grant}", **wire.client, **fields}))


def g8(wire: Wire) -> Reply:
    """An mfa_token of somebody enrolled."""
    wire.tenant.users[USER].enroll("otp")
    return add_otp(wire, wire.login(USER, "pw"))


def g9(wire: Wire) -> Reply:
    """A code that nobody's app shows."""
    wire.tenant.users[USER].enroll("otp")
    return proof(wire, "mfa-otp", mfa_token=wire.login(USER, "pw"), otp="abcdef")


def messaged(wire: Wire, oob_code: str | None = None) -> Reply:
    """A phone's code that was not sent."""
    mfa_token = wire.login(USER, "pw")
    sent = wire.add_sms(mfa_token).body["oob_code"]
    return proof(wire, "mfa-oob", mfa_token=mfa_token, oob_code=oob_code or sent, binding_code="abcdef")


Row = tuple[int, str, int | None, str, Callable[[Wire], Reply]]
GOLDEN: dict[str, Row] = {
    "G1": (200, CHARSET, 241, '{"authenticator_type":"otp","secret":"HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF","barcode_uri":"otpauth://totp/My%20Test%20Tenant:user%40example.com?secret=HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF&issuer=My%20Test%20Tenant&algorithm=SHA1&digits=6&period=30"}', g1),
    "G2": (200, CHARSET, None, '{"authenticator_type":"oob","binding_method":"prompt","recovery_codes":["MZCRK3YX5V3AKNNYY6JEBQCL"],"oob_channel":"sms","oob_code":"Fe26.2*…"}', g2),
    "G3": (200, CHARSET, None, '{"authenticator_type":"oob","barcode_uri":"otpauth://totp/My%20Test%20Tenant:user%40example.com?enrollment_tx_id=t5FmaYNt8APzKlh3WCRNLi2dG3uZYnAC&base_url=https%3A%2F%2Fmy-test-tenant.guardian.us.auth0.com","oob_channel":"auth0","oob_code":"Fe26.2*…"}', g3),
    "G4": (200, CHARSET, 24, '{"challenge_type":"otp"}', g4),
    "G5": (400, BARE, 122, '{"error":"authorization_pending","error_description":"Authorization pending: please repeat the request in a few seconds."}', lambda wire: polled(wire, denied=False)),
    "G6": (400, BARE, 75, '{"error":"access_denied","error_description":"MFA Authorization rejected."}', lambda wire: polled(wire, denied=True)),
    "G7": (401, BARE, 107, '{"error":"invalid_grant","error_description":"The mfa_token provided is invalid. Try getting a new token."}', lambda wire: wire.tenant.answer(get_call("/mfa/authenticators", "x"))),
    "G8": (403, BARE, 73, '{"error":"access_denied","error_description":"User is already enrolled."}', g8),
    "G9": (403, BARE, 65, '{"error":"invalid_grant","error_description":"Invalid otp_code."}', g9),
    "G10": (403, BARE, 69, '{"error":"invalid_grant","error_description":"Invalid binding_code."}', messaged),
    "G11": (403, BARE, 67, '{"error":"invalid_grant","error_description":"Malformed mfa_token"}', lambda wire: proof(wire, "mfa-otp", mfa_token="x", otp="1")),
    "G12": (403, BARE, 66, '{"error":"invalid_grant","error_description":"Malformed oob_code"}', lambda wire: messaged(wire, "Fe26.2*x")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind", "length", "body", "provoke"), [pytest.param(*row, id=name) for name, row in GOLDEN.items()]
)
def test_golden_body(
    wire: Wire, status: int, kind: str, length: int | None, body: str, provoke: Callable[[Wire], Reply]
) -> None:
    """Status, content type and every byte are the recorded ones."""
    reply = provoke(wire)
    assert body == re.sub(SEAL, "Fe26.2*…", reply.body.decode(), flags=re.ASCII)
    assert (status, kind) == (reply.status, reply.headers["content-type"])
    assert length in (None, len(reply.body))
    assert "x-synthetic" not in reply.headers


def test_the_recorded_list(wire: Wire) -> None:
    """A phone, a push with its app, an app, all pending, and the verified email: 2.5 as it was recorded."""
    mfa_token = wire.login(USER, "pw")
    for add in (add_sms, add_push, add_otp):
        assert 200 == add(wire, mfa_token).status
    reply = wire.tenant.answer(get_call("/mfa/authenticators", mfa_token))
    assert (200, CHARSET, RECORDED_LIST) == (reply.status, reply.headers["content-type"], reply.body.decode())


@pytest.mark.parametrize(
    ("requirements", "wanted"),
    [
        (None, ""),
        (
            {"challenge": ["otp", "push-notification", "phone", "recovery-code"]},
            ',"mfa_requirements":{"challenge":[{"type":"otp"},{"type":"push-notification"},{"type":"phone"},{"type":"recovery-code"}]}',
        ),
        ({"enroll": ["otp", "phone"]}, ',"mfa_requirements":{"enroll":[{"type":"otp"},{"type":"phone"}]}'),
    ],
    ids=["absent", "challenge", "enroll"],
)
def test_mfa_required(clock: Clock, requirements: dict[str, list[str]] | None, wanted: str) -> None:
    """2.2: the three real-looking bodies, with a token of 1986 characters."""
    wire = Wire(Tenant(clock=clock, seed=7, requirements=requirements))
    has(wire, *(("sms", "push") if "challenge" in wanted else ()), email=USER)
    fields = {"grant_type": "password", "username": USER, "password": "pw", **wire.client}
    reply = wire.tenant.answer(form_call("/oauth/token", fields))
    found = re.search(SEAL, reply.body.decode(), flags=re.ASCII)
    assert found is not None
    expected = (
        '{"error":"mfa_required","error_description":"Multifactor authentication required","mfa_token":"Fe26...Ha"%s}'
    )
    assert expected % wanted == reply.body.decode().replace(found[0], "Fe26...Ha")
    assert (403, BARE, 1986) == (reply.status, reply.headers["content-type"], len(found[0]))


@pytest.mark.parametrize(
    ("secret", "now", "code"),
    [
        (RFC_SECRET, 59, "287082"),
        (RFC_SECRET, 1111111109, "081804"),
        (RFC_SECRET, 1111111111, "050471"),
        (RFC_SECRET, 1234567890, "005924"),
        (RFC_SECRET, 2000000000, "279037"),
        (RFC_SECRET, 20000000000, "353130"),
        (G1_SECRET, 1726830000, "241176"),
    ],
)
def test_totp_check_values(wire: Wire, monkeypatch: pytest.MonkeyPatch, secret: str, now: int, code: str) -> None:
    """2.10's table is what the app shows and what the token endpoint takes, at that very second."""
    assert code == code_of(secret, step_at(now))
    wire = Wire(Tenant(clock=Clock(now), seed=7))
    monkeypatch.setattr(wire.tenant._desk.world.mint, "otp_secret", lambda: secret)
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    assert 200 == wire.otp(mfa_token, code).status
