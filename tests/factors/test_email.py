"""Codes by e-mail."""

import pytest
from replies import APP, OOB_CODE, SEAL, refusal, reply

from mfa_flow.errors import BadInput
from mfa_flow.factors.email import Email
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

EMAIL = Email()
ADDRESS = "user@example.com"
FLOW = Flow(id="f", mfa_token=Secret(SEAL), memory={"oob_code": OOB_CODE}, asked_at=1000.0)
KNOWN = Authenticator("email|dev_hdkmORJuqOmjRRQU", "oob", active=True, oob_channel="email", name="****@exam*******")


def test_it_says_what_it_is():
    """It needs no detail, and there is a message to resend."""
    assert ("email", "email", "", (), True, True) == (
        EMAIL.name,
        EMAIL.channel,
        EMAIL.requirement,
        EMAIL.needs,
        EMAIL.enrolls,
        EMAIL.sends,
    )


@pytest.mark.parametrize("address", [ADDRESS, f" {ADDRESS}\n"])
def test_associate_is_the_canonical_request(address):
    """Q7 of the contract, byte for byte."""
    step = EMAIL.associate(APP, FLOW, email=address)
    assert ("POST", "/mfa/associate") == (step.call.method, step.call.path)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == step.call.headers
    assert b'{"authenticator_types":["oob"],"oob_channels":["email"],"email":"user@example.com"}' == step.call.body
    assert {"details": {"email": ADDRESS}} == step.enters


def test_without_an_address_the_persons_own_is_used():
    """Q7 of the contract, with the address left out."""
    step = EMAIL.associate(APP, FLOW)
    assert b'{"authenticator_types":["oob"],"oob_channels":["email"]}' == step.call.body
    assert {"details": {}} == step.enters


def test_challenge_is_the_canonical_request():
    """Q9 of the contract, for an address."""
    call = EMAIL.challenge(APP, FLOW, KNOWN).call
    assert b'"challenge_type":"oob","authenticator_id":"email|dev_hdkmORJuqOmjRRQU"' in call.body


def test_the_oob_code_is_remembered():
    """In whichever order the fields stand."""
    body = {"authenticator_type": "oob", "binding_method": "prompt", "oob_code": OOB_CODE, "oob_channel": "email"}
    assert {"oob_code": OOB_CODE} == EMAIL.associate(APP, FLOW).read(reply(200, body)).memory


@pytest.mark.parametrize(
    "details",
    [
        {"phone_number": "+15551230000"},
        {"email": ADDRESS, "x": "y"},
        {"email": "hidden"},
        {"email": ""},
        {"email": None},
    ],
)
def test_it_takes_one_address(details):
    """Anything else is refused before there is a request, and not quoted."""
    with pytest.raises(BadInput, match="nothing was sent") as caught:
        EMAIL.associate(APP, FLOW, **details)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("details", "authenticator", "shown"),
    [
        ({"email": ADDRESS}, None, "****@exam*******"),
        ({"email": "someone@elsewhere.org"}, KNOWN, "some***@else*********"),
        ({}, KNOWN, "****@exam*******"),
        ({}, None, None),
    ],
)
def test_the_address_is_shown_masked(details, authenticator, shown):
    """As Auth0's list shows it; where none is known, none is told."""
    flow = Flow(id="f", details=details, authenticator=authenticator, asked_at=1000.0)
    assert AskCode(channel="email", to=shown, length=6, until=1300.0) == EMAIL.ask(flow)


@pytest.mark.parametrize("step", [EMAIL.associate(APP, FLOW), EMAIL.challenge(APP, FLOW, KNOWN)])
def test_an_e_mail_may_be_sent_again_after_a_minute(step):
    """Where Auth0 names no time itself."""
    text = "Too many e-mails sent by the user. Wait for some minutes before retrying."
    assert 60 == step.read(refusal(400, "invalid_request", text)).pause
    assert 5 == step.read(refusal(400, "invalid_request", text, retry_after="5")).pause
