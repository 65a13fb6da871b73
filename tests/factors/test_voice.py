"""Codes by phone call."""

from replies import APP, OOB_CODE, PHONE, SEAL

from mfa_flow.factors.voice import Voice
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

VOICE = Voice()
FLOW = Flow(id="f", mfa_token=Secret(SEAL), memory={"oob_code": OOB_CODE}, asked_at=1000.0)
KNOWN = Authenticator("voice|dev_klnv5yshzzoosSUm", "oob", active=True, oob_channel="voice", name="XXXXXXXX9167")


def test_it_says_what_it_is():
    """A phone as well, by another channel."""
    assert ("voice", "voice", "phone", True, True) == (
        VOICE.name,
        VOICE.channel,
        VOICE.requirement,
        VOICE.enrolls,
        VOICE.sends,
    )


def test_associate_is_the_canonical_request():
    """Q6 of the contract, byte for byte."""
    call = VOICE.associate(APP, FLOW, phone_number=PHONE).call
    assert ("POST", "/mfa/associate") == (call.method, call.path)
    assert {"Content-Type": "application/json", "Authorization": f"Bearer {SEAL}"} == call.headers
    assert b'{"authenticator_types":["oob"],"oob_channels":["voice"],"phone_number":"+15551230000"}' == call.body


def test_challenge_is_the_canonical_request():
    """Q9 of the contract, for the voice twin of a phone."""
    call = VOICE.challenge(APP, FLOW, KNOWN).call
    assert ("POST", "/mfa/challenge") == (call.method, call.path)
    assert b'"challenge_type":"oob","authenticator_id":"voice|dev_klnv5yshzzoosSUm"' in call.body


def test_confirm_is_the_canonical_request():
    """Q12 of the contract: nothing in it speaks of the channel."""
    body = VOICE.confirm(APP, FLOW, "123 456").call.body
    assert body.endswith(b"&oob_code=Fe26.2*SERVER_1*oob-_code*B&binding_code=123456")


def test_it_asks_for_what_was_told():
    """By its own name, with the number that is called."""
    flow = Flow(id="f", authenticator=KNOWN, asked_at=1000.0)
    assert AskCode(channel="voice", to="XXXXXXXX9167", length=6, until=1300.0) == VOICE.ask(flow)
