"""Codes by text message."""

import pytest
from replies import APP, OOB_CODE, PHONE, SEAL

from mfa_flow.errors import BadInput
from mfa_flow.factors.sms import Sms
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

SMS = Sms()
FLOW = Flow(id="f", mfa_token=Secret(SEAL), memory={"oob_code": OOB_CODE}, asked_at=1000.0)
KNOWN = Authenticator("sms|dev_klnv5yshzzoosSUm", "oob", active=True, oob_channel="sms", name="XXXXXXXX9167")


def test_it_says_what_it_is():
    """Auth0's requirements call it a phone; there is a message to resend."""
    assert ("sms", "sms", "phone", True, True) == (SMS.name, SMS.channel, SMS.requirement, SMS.enrolls, SMS.sends)


@pytest.mark.parametrize("number", [PHONE, "+1 555 123-0000"])
def test_associate_is_the_canonical_request(number):
    """Q5 of the contract, byte for byte, however the number was typed."""
    step = SMS.associate(APP, FLOW, phone_number=number)
    assert ("POST", "/mfa/associate") == (step.call.method, step.call.path)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == step.call.headers
    assert b'{"authenticator_types":["oob"],"oob_channels":["sms"],"phone_number":"+15551230000"}' == step.call.body
    assert {"details": {"phone_number": PHONE}} == step.enters


def test_challenge_is_the_canonical_request():
    """Q9 of the contract, byte for byte: a bare pipe, and no bearer."""
    call = SMS.challenge(APP, FLOW, KNOWN).call
    assert ("POST", "/mfa/challenge") == (call.method, call.path)
    assert {"Content-Type": "application/json"} == call.headers
    assert (
        b'{"client_id":"the-client","client_secret":"the-secret","challenge_type":"oob",'
        b'"authenticator_id":"sms|dev_klnv5yshzzoosSUm","mfa_token":"Fe26.2*SERVER_1*mfa-_token*A~b.c"}'
    ) == call.body


def test_confirm_is_the_canonical_request():
    """Q12 of the contract, byte for byte: the code that came with the message, and the code that was typed."""
    call = SMS.confirm(APP, FLOW, "123-456").call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert (
        b"grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fmfa-oob"
        b"&client_id=the-client&client_secret=the-secret"
        b"&mfa_token=Fe26.2*SERVER_1*mfa-_token*A~b.c&oob_code=Fe26.2*SERVER_1*oob-_code*B&binding_code=123456"
    ) == call.body


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"phone": PHONE},
        {"phone_number": PHONE, "email": "x"},
        {"phone_number": "5551230000"},
        {"phone_number": ""},
        {"phone_number": 15551230000},
        {"phone_number": None},
        {"phone_number": "\ud800"},
    ],
)
def test_it_takes_one_number_in_e_164(details):
    """Anything else is refused before there is a request, and not quoted."""
    with pytest.raises(BadInput) as caught:
        SMS.associate(APP, FLOW, **details)
    assert "5551230000" not in str(caught.value).replace(PHONE, "")


def test_a_new_number_is_shown_masked():
    """As Auth0's list will show it; the code runs out after five minutes."""
    flow = Flow(id="f", details={"phone_number": PHONE}, authenticator=KNOWN, asked_at=1000.0)
    assert AskCode(channel="sms", to="XXXXXXXX0000", length=6, until=1300.0) == SMS.ask(flow)


@pytest.mark.parametrize(("authenticator", "shown"), [(KNOWN, "XXXXXXXX9167"), (None, None)])
def test_a_known_number_is_shown_by_its_name(authenticator, shown):
    """Auth0 masked it; where it gave none, there is none."""
    assert shown == SMS.ask(Flow(id="f", authenticator=authenticator)).to
