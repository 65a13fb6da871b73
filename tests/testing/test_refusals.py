"""Every way the tenant says no, byte for byte, each named after its row in the table of errors."""

import json
from collections.abc import Callable

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.wire.call import Reply

from .conftest import GRANT, PHONE, Wire, form_call, get_call, json_call

MISSING = "Missing required parameter: "
NOT_ENROLLED = "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator."
TOO_MANY_SMS = "Too many SMS sent by the user. Wait for some minutes before retrying."
BAD_BEARER = "The mfa_token provided is invalid. Try getting a new token."
ADA = {"username": "ada@example.com", "password": "correct-horse"}
BOB = {"email": "bob@example.com", "password": "pw"}
CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}


def token(wire: Wire, grant: str, **fields: str) -> Reply:
    """The token endpoint, by a confidential client."""
    return wire.tenant.answer(form_call("/oauth/token", {"grant_type": grant, **wire.client, **fields}))


def form(wire: Wire, body: str) -> Reply:
    """The token endpoint, with a body written out."""
    return wire.send("POST", "/oauth/token", body.encode(), content_type="application/x-www-form-urlencoded")


def challenge(wire: Wire, **fields: object) -> Reply:
    """The challenge endpoint, with nothing added."""
    return wire.tenant.answer(json_call("/mfa/challenge", fields))


def associate(wire: Wire, bearer: str, **fields: object) -> Reply:
    """The associate endpoint."""
    return wire.tenant.answer(json_call("/mfa/associate", fields, bearer))


def later(wire: Wire, seconds: float) -> None:
    """Move the tenant's clock."""
    wire.tenant.clock.advance(seconds)


def another(wire: Wire) -> dict[str, str]:
    """Another client than the one that logs in."""
    wire.tenant.clients.add("other")
    return {"client_id": "other", "client_secret": ""}


def t6(wire: Wire) -> Reply:
    """A client that may not use passwords."""
    wire.tenant.clients.add("narrow", grants=[f"{GRANT}mfa-otp"])
    return form(wire, "grant_type=password&client_id=narrow&username=a&password=b")


def t11(wire: Wire) -> Reply:
    """A tenant without a default directory."""
    return token(Wire(Tenant(default_directory=False)), "password", **ADA)


def t4(wire: Wire) -> Reply:
    """A wrong secret, on a tenant that answers in the documented way."""
    return token(Wire(Tenant(client_auth_style="invalid_client")), "password", **ADA, client_secret="wrong")


def m2(wire: Wire) -> Reply:
    """A code that was never sent."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    return token(wire, f"{GRANT}mfa-oob", mfa_token=mfa_token, oob_code=oob_code, binding_code="abcdef")


def m6(wire: Wire) -> Reply:
    """The thirteenth exchange at once."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    for _ in range(12):
        wire.oob(mfa_token, oob_code)
    return token(wire, f"{GRANT}mfa-oob", mfa_token=mfa_token, oob_code=oob_code)


def m7(wire: Wire) -> Reply:
    """An mfa_token at its end."""
    mfa_token = wire.login()
    later(wire, 600)
    return token(wire, f"{GRANT}mfa-otp", mfa_token=mfa_token, otp="000000")


def m8(wire: Wire) -> Reply:
    """An oob_code past its end."""
    mfa_token = wire.login()
    oob_code = wire.add_sms(mfa_token).body["oob_code"]
    later(wire, 301)
    return token(wire, f"{GRANT}mfa-oob", mfa_token=mfa_token, oob_code=oob_code, binding_code="000000")


def m10(wire: Wire) -> Reply:
    """The beginning of a seal."""
    return token(wire, f"{GRANT}mfa-oob", mfa_token=wire.login(), oob_code="Fe26.2*", binding_code="000000")


def m11(wire: Wire) -> Reply:
    """A phone without its code."""
    mfa_token = wire.login()
    return token(wire, f"{GRANT}mfa-oob", mfa_token=mfa_token, oob_code=wire.add_sms(mfa_token).body["oob_code"])


def m12(wire: Wire) -> Reply:
    """Another client's mfa_token."""
    return token(wire, f"{GRANT}mfa-otp", mfa_token=wire.login(), otp="000000", **another(wire))


def m13(wire: Wire) -> Reply:
    """An oob_code of another login."""
    oob_code = wire.add_sms(wire.login()).body["oob_code"]
    return token(wire, f"{GRANT}mfa-oob", mfa_token=wire.login(), oob_code=oob_code, binding_code="000000")


def m14(wire: Wire) -> Reply:
    """A code from somebody without an app."""
    return token(wire, f"{GRANT}mfa-otp", mfa_token=wire.login(), otp="000000")


def m16(wire: Wire) -> Reply:
    """A right code after ten wrong ones."""
    mfa_token = wire.login(**BOB)
    for _ in range(10):
        wire.otp(mfa_token, "wrong")
    return token(wire, f"{GRANT}mfa-otp", mfa_token=mfa_token, otp=wire.tenant.otp("bob@example.com"))


def a8(wire: Wire) -> Reply:
    """The eleventh message, by associating."""
    mfa_token = wire.login()
    for _ in range(10):
        wire.add_sms(mfa_token)
    return associate(wire, mfa_token, authenticator_types=["oob"], oob_channels=["sms"], phone_number=PHONE)


def a2(wire: Wire) -> Reply:
    """A bearer token at its end."""
    mfa_token = wire.login()
    later(wire, 600)
    return associate(wire, mfa_token, authenticator_types=["otp"])


def c2(wire: Wire) -> Reply:
    """An mfa_token at its end."""
    mfa_token = wire.login()
    later(wire, 600)
    return challenge(wire, mfa_token=mfa_token, **CLIENT)


def c3(wire: Wire) -> Reply:
    """Only a pending app."""
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    return challenge(wire, mfa_token=mfa_token, **CLIENT)


def c5(wire: Wire, asked: str = "otp") -> Reply:
    """An app asked of somebody who has a phone."""
    wire.tenant.users.add("eve@example.com", "pw", phone=PHONE, authenticators=["sms"])
    return challenge(wire, mfa_token=wire.login("eve@example.com", "pw"), challenge_type=asked, **CLIENT)


def c6(wire: Wire) -> Reply:
    """Only a verified email, which nothing is sent to."""
    wire.tenant.users.add("eve@example.com", "pw", verified=True)
    return challenge(wire, mfa_token=wire.login("eve@example.com", "pw"), challenge_type="oob", **CLIENT)


def c7(wire: Wire) -> Reply:
    """An id that nobody has."""
    return challenge(wire, mfa_token=wire.login(**BOB), authenticator_id="sms|dev_0000000000000000", **CLIENT)


def c10(wire: Wire) -> Reply:
    """A client that may not use MFA."""
    wire.tenant.clients.add("narrow", grants=["password"])
    return challenge(wire, mfa_token=wire.login(), client_id="narrow")


def c11(wire: Wire) -> Reply:
    """The eleventh message, by challenging."""
    mfa_token = wire.login(**BOB)
    for _ in range(10):
        wire.challenge(mfa_token, challenge_type="oob")
    return challenge(wire, mfa_token=mfa_token, challenge_type="oob", **CLIENT)


def l1(wire: Wire) -> Reply:
    """A bearer token at its end."""
    mfa_token = wire.login()
    later(wire, 600)
    return wire.tenant.answer(get_call("/mfa/authenticators", mfa_token))


Row = tuple[str, int, str, str, Callable[[Wire], Reply]]
ROWS: list[Row] = [
    ("T2", 403, "invalid_grant", "Wrong email or password.", lambda w: token(w, "password", **ADA | {"password": "x"})),
    ("T2-case", 403, "invalid_grant", "Wrong email or password.", lambda w: token(w, "password", **ADA | {"password": "Correct-Horse"})),
    ("T2-user", 403, "invalid_grant", "Wrong email or password.", lambda w: token(w, "password", username="x", password="y")),
    ("T3-unknown", 401, "access_denied", "Unauthorized", lambda w: token(w, "password", **ADA, client_id="x")),
    ("T3-wrong", 401, "access_denied", "Unauthorized", lambda w: token(w, "password", **ADA, client_secret="x")),
    ("T3-missing", 401, "access_denied", "Unauthorized", lambda w: form(w, "grant_type=password&client_id=demo-client")),
    ("T4", 401, "invalid_client", "Client authentication failed", t4),
    ("T5", 401, "invalid_client", "Missing client_id", lambda w: form(w, "grant_type=password")),
    ("T6", 403, "unauthorized_client", "Grant type 'password' not allowed for the client.", t6),
    ("T7", 400, "invalid_request", f"{MISSING}grant_type", lambda w: form(w, "client_id=demo-client")),
    ("T7-empty", 400, "invalid_request", f"{MISSING}grant_type", lambda w: form(w, "")),
    ("T8", 400, "unsupported_grant_type", "Grant type not supported", lambda w: token(w, "magic")),
    ("T9-username", 400, "invalid_request", f"{MISSING}username", lambda w: token(w, "password", password="x")),
    ("T9-password", 400, "invalid_request", f"{MISSING}password", lambda w: token(w, "password", username="x", password="")),
    ("T9-mfa_token", 400, "invalid_request", f"{MISSING}mfa_token", lambda w: token(w, f"{GRANT}mfa-otp", otp="1")),
    ("T9-otp", 400, "invalid_request", f"{MISSING}otp", lambda w: token(w, f"{GRANT}mfa-otp", mfa_token="x")),
    ("T9-oob_code", 400, "invalid_request", f"{MISSING}oob_code", lambda w: token(w, f"{GRANT}mfa-oob", mfa_token="x")),
    ("T9-realm", 400, "invalid_request", f"{MISSING}realm", lambda w: token(w, f"{GRANT}password-realm", **ADA)),
    (
        "T10-mfa_token", 400, "invalid_request", "mfa_token must be a string",
        lambda w: form(w, f"grant_type={GRANT}mfa-otp&client_id=demo-public&mfa_token=a&mfa_token=b&otp=1"),
    ),
    (
        "T10-oob_code", 400, "invalid_request", "oob_code must be a string",
        lambda w: form(w, f"grant_type={GRANT}mfa-oob&client_id=demo-public&mfa_token=a&oob_code=b&oob_code=c"),
    ),
    ("T9-code", 400, "invalid_request", f"{MISSING}code", lambda w: token(w, "authorization_code")),
    ("T20", 403, "invalid_grant", "Invalid authorization code", lambda w: token(w, "authorization_code", code="x")),
    ("T11", 500, "server_error", "Authorization server not configured with default connection.", t11),
    ("T12", 403, "invalid_request", "Unknown realm 'x'", lambda w: token(w, f"{GRANT}password-realm", **ADA, realm="x")),
    ("M1", 403, "invalid_grant", "Invalid otp_code.", lambda w: token(w, f"{GRANT}mfa-otp", mfa_token=w.login(**BOB), otp="abcdef")),
    ("M2", 403, "invalid_grant", "Invalid binding_code.", m2),
    ("M6", 429, "slow_down", "You are polling too quickly. Wait a few seconds before retrying.", m6),
    ("M7", 401, "expired_token", "mfa_token is expired", m7),
    ("M8", 401, "expired_token", "oob_code is expired", m8),
    ("M9", 403, "invalid_grant", "Malformed mfa_token", lambda w: token(w, f"{GRANT}mfa-otp", mfa_token="x", otp="1")),
    ("M10", 403, "invalid_grant", "Malformed oob_code", m10),
    ("M11", 400, "invalid_request", f"{MISSING}binding_code", m11),
    ("M12", 400, "invalid_request", "mfa_token not issued to this client", m12),
    ("M13", 400, "invalid_request", "The oob_code doesn't match the mfa_token", m13),
    ("M14", 401, "unsupported_challenge_type", NOT_ENROLLED, m14),
    ("M16", 400, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.", m16),
    (
        "A1", 403, "access_denied", "User is already enrolled.",
        lambda w: associate(w, w.login(**BOB), authenticator_types=["otp"]),
    ),
    ("A2-bad", 401, "invalid_grant", BAD_BEARER, lambda w: associate(w, "x", authenticator_types=["otp"])),
    ("A2-expired", 401, "invalid_grant", BAD_BEARER, a2),
    (
        "A4", 400, "invalid_request", "The phone number is invalid.",
        lambda w: associate(w, w.login(), authenticator_types=["oob"], oob_channels=["sms"], phone_number="555"),
    ),
    ("A5", 400, "invalid_request", f"{MISSING}authenticator_types", lambda w: associate(w, w.login())),
    (
        "A5-empty", 400, "invalid_request", f"{MISSING}authenticator_types",
        lambda w: associate(w, w.login(), authenticator_types=[]),
    ),
    (
        "A5-wrong-name", 400, "invalid_request", f"{MISSING}authenticator_types",
        lambda w: associate(w, w.login(), authentication_types=["otp"]),
    ),
    (
        "A5-string", 400, "invalid_request", "authenticator_types must be an array of strings",
        lambda w: associate(w, w.login(), authenticator_types="otp"),
    ),
    (
        "A5-numbers", 400, "invalid_request", "authenticator_types must be an array of strings",
        lambda w: associate(w, w.login(), authenticator_types=[1]),
    ),
    (
        "A5-unknown", 400, "invalid_request", "authenticator_types does not know sms. It takes: otp, oob.",
        lambda w: associate(w, w.login(), authenticator_types=["sms"]),
    ),
    (
        "A6-channels", 400, "invalid_request", f"{MISSING}oob_channels",
        lambda w: associate(w, w.login(), authenticator_types=["oob"], phone_number=PHONE),
    ),
    (
        "A6-unknown", 400, "invalid_request", "oob_channels does not know fax. It takes: sms, voice, email, auth0.",
        lambda w: associate(w, w.login(), authenticator_types=["oob"], oob_channels=["fax"], phone_number=PHONE),
    ),
    (
        "A6-phone", 400, "invalid_request", f"{MISSING}phone_number",
        lambda w: associate(w, w.login(), authenticator_types=["oob"], oob_channels=["sms"]),
    ),
    (
        "A7", 400, "unsupported_challenge_type", "The factor auth0 is not enabled.",
        lambda w: associate(w, w.login(), authenticator_types=["oob"], oob_channels=["auth0"]),
    ),
    ("A8", 400, "invalid_request", TOO_MANY_SMS, a8),
    ("C1", 403, "invalid_grant", "Malformed mfa_token", lambda w: challenge(w, mfa_token="eyJ.e30.x", **CLIENT)),
    ("C2", 401, "expired_token", "mfa_token is expired", c2),
    (
        "C3", 400, "association_required",
        ("User does not have any confirmed authenticator associated. You can associate a new authenticator calling "
        "/mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just "
        "using it in /oauth/token"), c3,
    ),
    ("C4", 401, "unsupported_challenge_type", NOT_ENROLLED, lambda w: challenge(w, mfa_token=w.login(), **CLIENT)),
    (
        "C5", 401, "unsupported_challenge_type",
        "The user does not support the requested challenge type (otp). Supported type: oob.", c5,
    ),
    (
        "C5-plural", 401, "unsupported_challenge_type",
        "The user does not support any of the requested challenge types (otp, fax). Supported type: oob.",
        lambda w: c5(w, "otp fax"),
    ),
    (
        "C6", 401, "unsupported_challenge_type",
        ("The user does not support the requested challenge type (oob). "
        "Currently there is no supported challenge available."), c6,
    ),
    ("C7", 400, "invalid_authenticator", "There is no such authenticator that can be challenged.", c7),
    ("C8-mfa_token", 400, "invalid_request", f"{MISSING}mfa_token", lambda w: challenge(w, **CLIENT)),
    ("C8-client_id", 400, "invalid_request", f"{MISSING}client_id", lambda w: challenge(w, mfa_token=w.login())),
    ("C9", 401, "access_denied", "Unauthorized", lambda w: challenge(w, mfa_token=w.login(), client_id="demo-client")),
    ("C10", 403, "unauthorized_client", f"Grant type '{GRANT}mfa-otp' not allowed for the client.", c10),
    ("C11", 400, "invalid_request", TOO_MANY_SMS, c11),
    (
        "C12", 400, "invalid_request", "mfa_token not issued to this client",
        lambda w: challenge(w, mfa_token=w.login(), **another(w)),
    ),
    ("L1-bad", 401, "invalid_grant", BAD_BEARER, lambda w: w.tenant.answer(get_call("/mfa/authenticators", "x"))),
    ("L1-expired", 401, "invalid_grant", BAD_BEARER, l1),
    ("L6", 401, "invalid_request", "Missing Authorization header with a bearer token.", lambda w: w.send("GET", "/mfa/authenticators")),
    ("A-L6", 401, "invalid_request", "Missing Authorization header with a bearer token.", lambda w: w.send("POST", "/mfa/associate")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "error", "text", "provoke"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_row(wire: Wire, status: int, error: str, text: str, provoke: Callable[[Wire], Reply]) -> None:
    """Status, code and text are the row's, the body is compact, and no charset is named."""
    reply = provoke(wire)
    assert f'{{"error":"{error}","error_description":"{text}"}}'.encode() == reply.body
    assert (status, "application/json") == (reply.status, reply.headers["content-type"])
    assert "www-authenticate" not in reply.headers


def test_slow_down_says_how_long(wire: Wire) -> None:
    """M6 carries Retry-After in whole seconds."""
    assert "5" == m6(wire).headers["retry-after"]


def test_lockout_in_the_other_style(clock: Clock) -> None:
    """A tenant may answer an empty attempt bucket with 429."""
    wire = Wire(Tenant(clock=clock, lockout_style="too_many_attempts"))
    wire.tenant.users.add(BOB["email"], BOB["password"], authenticators=["otp"])
    reply = m16(wire)
    assert (429, "too_many_attempts") == (reply.status, json.loads(reply.body)["error"])


def narrow(wire: Wire, *grants: str, secret: str | None = None) -> dict[str, str]:
    """A client that may use these grants only."""
    wire.tenant.clients.add("narrow", secret, grants=grants)
    return {"client_id": "narrow", "client_secret": "wrong"}


def touched(wire: Wire) -> Reply:
    """An expired mfa_token with one letter changed."""
    mfa_token = wire.login()
    later(wire, 601)
    changed = mfa_token[:-1] + ("A" if mfa_token[-1] != "A" else "B")
    return token(wire, f"{GRANT}mfa-otp", mfa_token=changed, otp="1")


def expired_of_another(wire: Wire) -> Reply:
    """An expired mfa_token, shown by another client."""
    mfa_token = wire.login()
    later(wire, 601)
    return token(wire, f"{GRANT}mfa-otp", mfa_token=mfa_token, otp="1", **another(wire))


def of_another(wire: Wire, grant: str, **fields: str) -> Reply:
    """An mfa_token shown by another client, with something else that is wrong."""
    return token(wire, f"{GRANT}{grant}", mfa_token=wire.login(), **fields, **another(wire))


def expired_of_another_session(wire: Wire) -> Reply:
    """An oob_code that is over and of another login."""
    oob_code = wire.add_sms(wire.login()).body["oob_code"]
    later(wire, 301)
    return token(wire, f"{GRANT}mfa-oob", mfa_token=wire.login(), oob_code=oob_code, binding_code="1")


def locked_without_app(wire: Wire) -> Reply:
    """Ten wrong codes of a phone, then one of an app that is not there."""
    wire.tenant.users.add("eve@example.com", "pw", phone=PHONE, authenticators=["sms"])
    mfa_token = wire.login("eve@example.com", "pw")
    oob_code = wire.challenge(mfa_token).body["oob_code"]
    for _ in range(10):
        wire.oob(mfa_token, oob_code, binding_code="wrong")
    return token(wire, f"{GRANT}mfa-otp", mfa_token=mfa_token, otp="1")


def wrong_in_a_chain(wire: Wire, *, right: bool) -> Reply:
    """Somebody who needs two factors."""
    wire.tenant.users.add("eve@example.com", "pw", phone=PHONE, authenticators=["sms", "otp"], factors=2)
    code = wire.tenant.otp("eve@example.com") if right else "wrong"
    return token(wire, f"{GRANT}mfa-otp", mfa_token=wire.login("eve@example.com", "pw"), otp=code)


def enrolled_and_sent_out(wire: Wire) -> Reply:
    """Ten messages to somebody enrolled, who then adds a phone."""
    mfa_token = wire.login(**BOB)
    for _ in range(10):
        wire.challenge(mfa_token, challenge_type="oob")
    return associate(wire, mfa_token, authenticator_types=["oob"], oob_channels=["sms"], phone_number=PHONE)


def sent_out_and_unfit(wire: Wire) -> Reply:
    """Ten messages, then a type that does not fit."""
    mfa_token = wire.login(**BOB)
    for _ in range(10):
        wire.challenge(mfa_token, challenge_type="oob")
    return challenge(wire, mfa_token=mfa_token, challenge_type="fax", **CLIENT)


def pending_app(wire: Wire) -> Reply:
    """Only a pending app, asked for out of band."""
    mfa_token = wire.login()
    wire.add_otp(mfa_token)
    return challenge(wire, mfa_token=mfa_token, challenge_type="oob", **CLIENT)


def scoped(wire: Wire, *, expired: bool) -> Reply:
    """A strange id, by an access token without the scope."""
    bearer = wire.access_token(scope="enroll")
    later(wire, 600 if expired else 0)
    return wire.delete(bearer, "totp|dev_0000000000000000")


def badly_phoned(wire: Wire) -> Reply:
    """A channel that is off, and no number."""
    fields = {"authenticator_types": ["oob"], "oob_channels": ["voice"], "phone_number": "x"}
    return associate(wire, wire.login(), **fields)


# By endpoint and the two neighbours of chapter 3.3; what is missing here cannot fail together, or is in test_limits.
ORDER = [
    ("token 1-3", lambda w: w.send("POST", "/oauth/token", b"grant_type=x", content_type="text/plain"), "content type"),
    ("token 3-4", lambda w: form(w, "client_id=x"), "grant_type"),
    ("token 4-5", lambda w: token(w, "password", **narrow(w, "refresh_token", secret="s")), "Unauthorized"),
    ("token 4-5 unknown grant", lambda w: token(w, "magic", client_id="x"), "Unauthorized"),
    ("token 5-6", lambda w: token(w, "password", **narrow(w, "refresh_token")), "not allowed"),
    ("token 6-7", lambda w: token(w, f"{GRANT}mfa-oob", mfa_token="x"), "oob_code"),
    ("token 6 in its order", lambda w: token(w, f"{GRANT}mfa-oob"), "parameter: mfa_token"),
    ("token 7-8", touched, "Malformed mfa_token"),
    ("token 7-10", lambda w: token(w, f"{GRANT}mfa-oob", mfa_token="x", oob_code="x"), "Malformed mfa_token"),
    ("token 8-9", expired_of_another, "mfa_token is expired"),
    ("token 9-10", lambda w: of_another(w, "mfa-oob", oob_code="x"), "not issued to this client"),
    ("token 9-11", lambda w: of_another(w, "mfa-otp", otp="1"), "not issued to this client"),
    ("token 10 in its order", expired_of_another_session, "oob_code is expired"),
    ("token 11-12", locked_without_app, "User is not enrolled"),
    ("token 12-13", m16, "Too many failed codes"),
    ("token 13-14", lambda w: wrong_in_a_chain(w, right=False), "Invalid otp_code."),
    ("token 14-15", lambda w: wrong_in_a_chain(w, right=True), "Multifactor authentication required"),
    ("token 6 before directory", lambda w: token(w, f"{GRANT}password-realm", username="x", realm="x"), "password"),
    ("associate 1-2", lambda w: w.send("POST", "/mfa/associate", b"{", authorization="Bearer x"), "Try getting"),
    ("associate 3-4", badly_phoned, "The phone number is invalid."),
    ("associate 3-5", lambda w: associate(w, w.login(**BOB), authenticator_types=["x"]), "does not know"),
    ("associate 4-5", lambda w: associate(w, w.login(**BOB), authenticator_types=["oob"], oob_channels=["auth0"]), "not enabled"),
    ("associate 5-6", enrolled_and_sent_out, "User is already enrolled."),
    ("challenge 1-2", lambda w: w.send("POST", "/mfa/challenge", b"{", content_type="application/json"), "not a readable"),
    ("challenge 2-3", lambda w: challenge(w, mfa_token="x", **narrow(w, "password", secret="s")), "Unauthorized"),
    ("challenge 2-4", lambda w: challenge(w, client_id="x", mfa_token="x"), "Unauthorized"),
    ("challenge 3-4", lambda w: challenge(w, mfa_token="x", **narrow(w, "password")), "not allowed"),
    ("challenge 4-5", lambda w: challenge(w, mfa_token="x", authenticator_id="x", **CLIENT), "Malformed mfa_token"),
    ("challenge 5-6", lambda w: challenge(w, mfa_token=w.login(), authenticator_id="x", **CLIENT), "no such"),
    ("challenge 6-7", pending_app, "any confirmed authenticator"),
    ("challenge 7-8", sent_out_and_unfit, "does not support"),
    ("delete 1-2", lambda w: scoped(w, expired=True), "Try getting"),
    ("delete 2-3", lambda w: scoped(w, expired=False), "Insufficient scope"),
]  # fmt: skip


@pytest.mark.parametrize(("provoke", "text"), [each[1:] for each in ORDER], ids=[each[0] for each in ORDER])
def test_order_of_checks(wire: Wire, provoke: Callable[[Wire], Reply], text: str) -> None:
    """With two faults in one request, the earlier check answers."""
    assert text in json.loads(provoke(wire).body)["error_description"]
