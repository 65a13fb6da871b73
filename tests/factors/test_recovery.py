"""The recovery code."""

import pytest
from replies import APP, RECOVERY, SEAL, refusal, tokens

from mfa_flow.errors import BadInput, UnknownFactor
from mfa_flow.factors.recovery import Recovery
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator

CODE = Recovery()
FLOW = Flow(id="f", mfa_token=Secret(SEAL))


def test_it_says_what_it_is():
    """It cannot be enrolled, and sends nobody a message."""
    assert ("recovery", "recovery-code", False, False, False) == (
        CODE.name,
        CODE.requirement,
        CODE.enrolls,
        CODE.sends,
        CODE.polls,
    )


@pytest.mark.parametrize("details", [{}, {"x": "y"}])
def test_it_cannot_be_set_up_by_itself(details):
    """It comes with the first factor."""
    with pytest.raises(UnknownFactor, match="first factor"):
        CODE.associate(APP, FLOW, **details)


def test_a_challenge_needs_no_request():
    """The person has kept it."""
    assert CODE.challenge(APP, FLOW, Authenticator("recovery-code|dev_1", "recovery-code", active=True)) is None


@pytest.mark.parametrize("typed", [RECOVERY, "mzcr-k3yx-5v3a-knny-y6je-bqcl", f" {RECOVERY}\n"])
def test_confirm_is_the_canonical_request(typed):
    """Q14 of the contract, byte for byte, however the code was typed."""
    call = CODE.confirm(APP, FLOW, typed).call
    assert ("POST", "/oauth/token") == (call.method, call.path)
    assert {"Content-Type": "application/x-www-form-urlencoded"} == call.headers
    assert (
        b"grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fmfa-recovery-code"
        b"&client_id=the-client&client_secret=the-secret"
        b"&mfa_token=Fe26.2*SERVER_1*mfa-_token*A~b.c&recovery_code=MZCRK3YX5V3AKNNYY6JEBQCL"
    ) == call.body


@pytest.mark.parametrize("typed", [None, "", "123456", RECOVERY + "A", 5])
def test_what_cannot_be_one_is_refused(typed):
    """Before there is a request."""
    with pytest.raises(BadInput, match="nothing was sent"):
        CODE.confirm(APP, FLOW, typed)


def test_the_next_one_comes_with_the_tokens():
    """The one that was used is dead."""
    outcome = CODE.confirm(APP, FLOW, RECOVERY).read(tokens(recovery_code="N3BGPZZWJ85JLCNPZBDW6QXC"))
    assert ("tokens_issued", "N3BGPZZWJ85JLCNPZBDW6QXC") == (outcome.event, outcome.changes["recovery_code"])


@pytest.mark.parametrize(
    ("status", "error", "text", "event"),
    [
        (403, "invalid_grant", "MFA Authorization rejected.", "code_rejected"),
        (400, "invalid_recovery_code", "", "code_rejected"),
        (403, "unsupported_challenge_type", "User does not have a recovery-code.", "unavailable"),
        (400, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.", "throttled"),
    ],
)
def test_a_refusal_speaks_of_the_code(status, error, text, event):
    """M3, M15 and M16 of the contract: what denies a push is a wrong code here."""
    assert event == CODE.confirm(APP, FLOW, RECOVERY).read(refusal(status, error, text)).event


def test_it_is_asked_for():
    """Letters too, and there is no place it was sent to."""
    assert AskCode(channel="recovery", to=None, length=24, until=None, numeric=False) == CODE.ask(FLOW)
