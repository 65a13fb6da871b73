"""Adding authenticators and listing them, byte for byte."""

import json
import re

import pytest

from mfa_flow.testing import Clock, Tenant
from testing.conftest import PHONE, Wire, get_call

BOB = "bob@example.com"
ADA = "ada@example.com"


def test_first_app_comes_with_a_recovery_code_last(wire: Wire) -> None:
    """The code stands at the end of an app's answer."""
    body = wire.add_otp(wire.login()).body
    assert ["authenticator_type", "secret", "barcode_uri", "recovery_codes"] == list(body)
    assert [wire.tenant.users[ADA].recovery_code] == body["recovery_codes"]


def test_no_second_recovery_code(wire: Wire) -> None:
    """The second association has none, though the first was never confirmed."""
    mfa_token = wire.login()
    wire.add_sms(mfa_token)
    assert ["authenticator_type", "binding_method", "oob_channel", "oob_code"] == list(wire.add_sms(mfa_token).body)


def test_recovery_codes_switched_off() -> None:
    """A tenant without recovery codes gives none, the first time either."""
    wire = Wire(Tenant(recovery_codes_enabled=False))
    mfa_token = wire.login()
    assert "recovery_codes" not in wire.add_otp(mfa_token).body
    assert ["otp"] == [each["authenticator_type"] for each in wire.list(mfa_token).body]


def test_barcode_encodes_as_javascript_does(clock: Clock) -> None:
    """Names with blanks, slashes and umlauts are percent-encoded, marks that JavaScript spares are not."""
    wire = Wire(Tenant(clock=clock, name="Größe & Co/(1)!"))
    uri = wire.add_otp(wire.login()).body["barcode_uri"]
    assert uri.startswith("otpauth://totp/Gr%C3%B6%C3%9Fe%20%26%20Co%2F(1)!:ada%40example.com?secret=")


def test_associating_a_phone_sends_a_code_there(wire: Wire) -> None:
    """The message is sent at once, to the number that was given."""
    wire.add_sms(wire.login(), "+491701234567")
    assert ["+491701234567"] == [each.to for each in wire.tenant.inbox.messages(channel="sms")]


def test_associating_an_app_sends_nothing(wire: Wire) -> None:
    """An app needs no message."""
    wire.add_otp(wire.login())
    assert [] == wire.tenant.inbox.messages()


def test_sends_are_ten_and_one_an_hour(wire: Wire, clock: Clock) -> None:
    """Auth0: 10 SMS, one back every hour; associating and challenging draw from the same bucket."""
    assert [200] * 10 + [400] == [wire.add_sms(wire.login()).status for _ in range(11)]
    clock.advance(3599)
    assert 400 == wire.add_sms(wire.login()).status
    clock.advance(1)
    assert [200, 400] == [wire.add_sms(wire.login()).status for _ in range(2)]


def test_a_refused_send_leaves_no_entry(wire: Wire) -> None:
    """The eleventh association adds nothing."""
    mfa_token = wire.login()
    for _ in range(11):
        wire.add_sms(mfa_token)
    assert 11 == len(wire.list(mfa_token).body)


@pytest.mark.parametrize("channels", ["sms", ["sms"], ["sms", "auth0"]])
def test_channels(wire: Wire, channels: object) -> None:
    """A bare string is taken too; of several channels, the first."""
    answer = wire.associate(wire.login(), authenticator_types=["oob"], oob_channels=channels, phone_number=PHONE)
    assert (200, "sms") == (answer.status, answer.body["oob_channel"])


def test_unknown_fields_and_nulls_do_not_matter(wire: Wire) -> None:
    """What SDKs send beside the needful is ignored, and null means unset."""
    answer = wire.associate(
        wire.login(), authenticator_types=["otp"], oob_channels=None, phone_number=None, client_id="x", colour="red"
    )
    assert 200 == answer.status


def test_null_types_are_missing(wire: Wire) -> None:
    """A null does not stand for a value."""
    assert 400 == wire.associate(wire.login(), authenticator_types=None).status


def test_a_form_is_refused(wire: Wire) -> None:
    """This endpoint takes JSON only."""
    kind = "application/x-www-form-urlencoded"
    bearer = f"Bearer {wire.login()}"
    body = b"authenticator_types=otp&authenticator_types=otp"  # an array, as far as a form can hold one
    reply = wire.send("POST", "/mfa/associate", body, content_type=kind, authorization=bearer)
    assert (400, "invalid_request") == (reply.status, json.loads(reply.body)["error"])
    assert "The body must have the content type application/json." == json.loads(reply.body)["error_description"]
    assert [] == wire.tenant.users[ADA].authenticators


def test_pending_entries_pile_up(wire: Wire) -> None:
    """Associating with only pending entries is allowed, again and again."""
    mfa_token = wire.login()
    assert [200] * 3 == [wire.add_otp(mfa_token).status for _ in range(3)]
    assert ["totp", "recovery-code", "totp", "totp"] == [
        each["id"].partition("|")[0] for each in wire.list(mfa_token).body
    ]


def test_an_active_factor_closes_the_door_for_older_tokens_too(wire: Wire) -> None:
    """Once enrolled, no mfa_token adds anything, whenever it was given."""
    old, mfa_token = wire.login(), wire.login()
    wire.add_otp(mfa_token)
    wire.otp(mfa_token, wire.tenant.otp(ADA))
    assert [403, 403] == [wire.add_otp(each).status for each in (old, mfa_token)]


@pytest.mark.parametrize("factor", ["otp", "sms"])
def test_any_active_factor_closes_the_door(wire: Wire, factor: str) -> None:
    """A phone as well as an app."""
    wire.tenant.users.add("eve@example.com", "pw", phone=PHONE, authenticators=[factor])
    assert 403 == wire.add_otp(wire.login("eve@example.com", "pw")).status


def test_a_verified_email_does_not_close_the_door(wire: Wire) -> None:
    """The automatic email is no enrolment."""
    wire.tenant.users.add("eve@example.com", "pw", verified=True)
    assert 200 == wire.add_otp(wire.login("eve@example.com", "pw")).status


def test_list_of_nobody(wire: Wire) -> None:
    """A user without factors has an empty array."""
    reply = wire.tenant.answer(get_call("/mfa/authenticators", wire.login()))
    assert (200, b"[]") == (reply.status, reply.body)
    assert "application/json; charset=utf-8" == reply.headers["content-type"]


def test_list_golden_body(wire: Wire) -> None:
    """The recorded list's shape and order: phone, recovery code, app, and the verified email last."""
    wire.tenant.users.add("user@example.com", "pw", verified=True)
    mfa_token = wire.login("user@example.com", "pw")
    wire.add_sms(mfa_token, "+15551239167")
    wire.add_otp(mfa_token)
    ids = [each.id for each in wire.tenant.users["user@example.com"].authenticators]
    expected = (
        f'[{{"id":"{ids[0]}","authenticator_type":"oob","active":false,"oob_channel":"sms","name":"XXXXXXXX9167"}},'
        f'{{"id":"{ids[1]}","authenticator_type":"recovery-code","active":false}},'
        f'{{"id":"{ids[2]}","authenticator_type":"otp","active":false}},'
        f'{{"id":"{ids[3]}","authenticator_type":"oob","active":true,"oob_channel":"email","name":"****@exam*******"}}]'
    )
    assert expected.encode() == wire.tenant.answer(get_call("/mfa/authenticators", mfa_token)).body
    assert re.fullmatch(r"(sms|recovery-code|totp|email)\|dev_[A-Za-z0-9]{16},?" * 4, ",".join(ids))


def test_a_content_type_on_the_list_does_not_matter(wire: Wire) -> None:
    """Some SDKs send one with every request."""
    reply = wire.send("GET", "/mfa/authenticators", content_type="x/y", authorization=f"Bearer {wire.login()}")
    assert 200 == reply.status


@pytest.mark.parametrize("header", ["bearer {}", "BEARER  {} "])
def test_the_scheme_has_no_case(wire: Wire, header: str) -> None:
    """HTTP compares schemes without case."""
    assert 200 == wire.send("GET", "/mfa/authenticators", Authorization=header.format(wire.login())).status


@pytest.mark.parametrize("header", ["", "Bearer", "Basic eDp5", "x"])
def test_other_schemes_are_refused(wire: Wire, header: str) -> None:
    """No bearer token, no list."""
    assert 401 == wire.send("GET", "/mfa/authenticators", authorization=header).status


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("user@example.com", "****@exam*******"),
        ("dlozxxxxxxxx@gmail.com", "dloz********@gmai*****"),
        ("alice@a.io", "alic*@a.io"),
    ],
)
def test_email_masks(wire: Wire, email: str, masked: str) -> None:
    """Four characters of each half are kept, a name of four or fewer is not."""
    wire.tenant.users.add(email, "pw", verified=True)
    assert [masked] == [each["name"] for each in wire.list(wire.login(email, "pw")).body]
