"""One-time passwords from an app."""

import pytest
from replies import APP, BARCODE, OTP_SECRET, SEAL, otp_associated

from mfa_flow.errors import BadInput
from mfa_flow.factors.otp import Otp
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Scan
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Authenticator

OTP = Otp()
FLOW = Flow(id="f", mfa_token=Secret(SEAL))


def test_it_says_what_it_is():
    """It can be enrolled, and sends nobody a message."""
    assert ("otp", "", True, False) == (OTP.name, OTP.requirement, OTP.enrolls, OTP.sends)


def test_associate_is_the_canonical_request():
    """Q4 of the contract, byte for byte."""
    call = OTP.associate(APP, FLOW).call
    assert ("POST", "/mfa/associate", b'{"authenticator_types":["otp"]}') == (call.method, call.path, call.body)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == call.headers


def test_confirm_is_the_canonical_request():
    """Q11 of the contract, byte for byte: blanks gone, the seal's stars as they are."""
    call = OTP.confirm(APP, FLOW, "123 456").call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert (
        b"grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fmfa-otp"
        b"&client_id=the-client&client_secret=the-secret"
        b"&mfa_token=Fe26.2*SERVER_1*mfa-_token*A~b.c&otp=123456"
    ) == call.body


def test_a_public_application_sends_no_secret():
    """Its id is all it has."""
    body = OTP.confirm(App(domain="example.com", client_id="c"), FLOW, "123456").call.body
    assert b"&client_id=c&mfa_token=" in body
    assert b"client_secret" not in body


def test_a_challenge_needs_no_request():
    """The app shows its code all the time."""
    assert OTP.challenge(APP, FLOW, Authenticator("totp|dev_1", "otp", active=True)) is None


def test_what_was_associated_is_remembered():
    """The secret and its picture, until the factor is left."""
    outcome = OTP.associate(APP, FLOW).read(otp_associated())
    assert ("associated", {"secret": OTP_SECRET, "barcode_uri": BARCODE}) == (outcome.event, outcome.memory)


def test_a_new_one_is_scanned():
    """With the key for those who type it in."""
    flow = Flow(id="f", memory={"secret": OTP_SECRET, "barcode_uri": BARCODE})
    assert Scan(barcode_uri=BARCODE, secret=OTP_SECRET, length=6) == OTP.ask(flow)


def test_a_known_one_is_asked_for():
    """Six digits, from the app."""
    assert AskCode(channel="otp", to=None, length=6, until=None) == OTP.ask(FLOW, "wrong_code")


@pytest.mark.parametrize("details", [{"phone_number": "+15551230000"}, {"email": "user@example.com", "x": "y"}])
def test_it_takes_no_details(details):
    """The message names what was too much, and not its value."""
    with pytest.raises(BadInput, match=", ".join(details)) as caught:
        OTP.associate(APP, FLOW, **details)
    assert "555" not in str(caught.value)


@pytest.mark.parametrize("answer", [None, "", "12345", "12345a", "1234567", 123456])
def test_what_cannot_be_its_code_is_refused(answer):
    """Before there is a request."""
    with pytest.raises(BadInput):
        OTP.confirm(APP, FLOW, answer)
