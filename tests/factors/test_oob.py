"""What the out-of-band factors share: another channel is a few lines."""

import pytest
from replies import APP, OOB_CODE, SEAL, reply, sms_associated, sms_challenged

from mfa_flow.errors import BadInput, UnexpectedReply
from mfa_flow.factors.oob import OobCode
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

FLOW = Flow(id="f", mfa_token=Secret(SEAL), memory={"oob_code": Secret(OOB_CODE)}, asked_at=10.0)


class Pigeon(OobCode):
    """Codes by carrier pigeon."""

    name = "pigeon"
    channel = "bird"

    def details(self, **details):
        """A loft, whichever."""
        return {"loft": details["loft"]}

    def destination(self, flow):
        """Birds go home."""
        return "home"


class Mute(OobCode):
    """A channel that says nothing of itself."""

    name = "mute"
    channel = "none"


def test_a_channel_is_enrolled_with_its_details():
    """They go into the body under the wire's names, and are kept for a resend."""
    step = Pigeon().associate(APP, FLOW, loft="north")
    assert b'{"authenticator_types":["oob"],"oob_channels":["bird"],"loft":"north"}' == step.call.body
    assert {"details": {"loft": "north"}} == step.enters


def test_the_oob_code_is_remembered():
    """After an enrolment and after a challenge alike, and hidden."""
    known = Authenticator("x|dev_1", "oob", active=True)
    enrolled = Pigeon().associate(APP, FLOW, loft="north").read(sms_associated())
    challenged = Pigeon().challenge(APP, FLOW, known).read(sms_challenged())
    assert ("associated", {"oob_code": OOB_CODE}) == (enrolled.event, enrolled.memory)
    assert ("challenged", {"oob_code": OOB_CODE}) == (challenged.event, challenged.memory)
    assert "Fe26" not in repr(dict(enrolled.memory))


def test_the_two_answers_name_their_type_differently():
    """The answer to one is no answer to the other."""
    with pytest.raises(UnexpectedReply, match="authenticator_type"):
        Pigeon().associate(APP, FLOW, loft="north").read(sms_challenged())
    with pytest.raises(UnexpectedReply, match="challenge_type"):
        Pigeon().challenge(APP, FLOW, Authenticator("x|dev_1")).read(reply(200, {"challenge_type": "otp"}))


def test_the_question_names_the_channel_and_the_place():
    """The code runs out five minutes after it was asked for."""
    assert AskCode(channel="pigeon", to="home", length=6, until=310.0) == Pigeon().ask(FLOW)


@pytest.mark.parametrize("answer", [None, "", "12345", "abcdef", 123456])
def test_what_cannot_be_its_code_is_refused(answer):
    """Before there is a request."""
    with pytest.raises(BadInput):
        Pigeon().confirm(APP, FLOW, answer)


def test_a_channel_has_to_say_its_details_and_its_place():
    """There is no default for either."""
    with pytest.raises(NotImplementedError):
        Mute().associate(APP, FLOW)
    with pytest.raises(NotImplementedError):
        Mute().ask(FLOW)
