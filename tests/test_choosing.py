"""What a person can choose from: the contract's truth table, row by row."""

import pytest
from attrs import evolve
from replies import stub

from mfa_flow.choosing import choices
from mfa_flow.factors.email import Email
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.push import Push
from mfa_flow.factors.recovery import Recovery
from mfa_flow.factors.registry import by_name
from mfa_flow.factors.sms import Sms
from mfa_flow.factors.voice import Voice
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.values import Authenticator, Requirements

FACTORS = by_name([Recovery(), Email(), Voice(), Sms(), Push(), Otp()])
OTP = Authenticator("totp|dev_1", "otp", active=True)
PUSH = Authenticator("push|dev_2", "oob", active=True, oob_channel="auth0")
SMS = Authenticator("sms|dev_3", "oob", active=True, oob_channel="sms")
VOICE = Authenticator("voice|dev_3", "oob", active=True, oob_channel="voice")
EMAIL = Authenticator("email|dev_4", "oob", active=True, oob_channel="email")
RECOVERY = Authenticator("recovery-code|dev_5", "recovery-code", active=True)
PENDING = Authenticator("totp|dev_6", "otp", active=False)
PENDING_SMS = Authenticator("sms|dev_7", "oob", active=False, oob_channel="sms")
KEY = Authenticator("webauthn|dev_8", "webauthn-roaming", active=True)
ALL = ("otp", "push", "sms", "voice", "email")


def asked(challenge=None, enroll=None):
    """Requirements as they are read."""
    return Requirements(challenge, enroll)


# The row of chapter 5.4, what is listed, what is required; and what can be challenged and enrolled.
TRUTH = [
    ("1", (), None, (), ALL),
    ("2", (PENDING,), None, (), ALL),
    ("2", (PENDING, PENDING_SMS), None, (), ALL),
    ("3", (), asked(enroll=("otp", "phone")), (), ("otp", "sms", "voice")),
    ("3", (RECOVERY, PENDING), asked(enroll=("push-notification",)), (), ("push",)),
    ("4", (), asked(("otp",)), (), ()),
    ("4", (PENDING,), asked(("otp", "phone")), (), ()),
    ("5", (RECOVERY,), None, (RECOVERY,), ALL),
    ("5", (RECOVERY, PENDING), None, (RECOVERY,), ALL),
    ("6", (OTP,), None, (OTP,), ()),
    ("6", (SMS, PENDING), None, (SMS,), ()),
    ("7", (EMAIL, VOICE, SMS, PUSH, OTP), None, (OTP, PUSH, SMS, VOICE, EMAIL), ()),
    ("8", (RECOVERY, SMS), None, (SMS, RECOVERY), ()),
    ("8", (RECOVERY, OTP, EMAIL), None, (OTP, EMAIL, RECOVERY), ()),
    ("9", (OTP, SMS, VOICE), asked(("phone",)), (SMS, VOICE), ()),
    ("9", (OTP, SMS, RECOVERY), asked(("otp",)), (OTP,), ()),
    ("9", (PUSH, OTP), asked(("push-notification", "otp")), (OTP, PUSH), ()),
    ("10", (SMS, RECOVERY), asked(("otp", "recovery-code")), (RECOVERY,), ()),
    ("10", (RECOVERY,), asked(("recovery-code",)), (RECOVERY,), ()),
    ("11", (SMS, RECOVERY), asked(("otp",)), (), ()),
    ("11", (SMS,), asked(()), (), ()),
    ("12", (SMS,), asked(enroll=("otp",)), (), ("otp",)),
    ("12", (SMS, RECOVERY, PENDING), asked(enroll=("otp", "phone")), (), ("otp", "sms", "voice")),
    ("13", (SMS,), asked(("phone",), ("otp",)), (SMS,), ()),
    ("13", (SMS,), asked(("push-notification",), ("otp",)), (), ("otp",)),
    ("13", (), asked(("otp",), ("otp",)), (), ("otp",)),
    ("13", (), asked((), ("otp",)), (), ("otp",)),
    ("10", (PUSH, RECOVERY), asked(("email", "recovery-code")), (RECOVERY,), ()),
    ("12", (OTP,), asked(enroll=("email", "push-notification")), (), ("push", "email")),
    ("13", (EMAIL, SMS), asked(("email",), ("otp",)), (EMAIL,), ()),
    ("14", (EMAIL, PUSH), None, (PUSH, EMAIL), ()),
    ("14", (EMAIL, PENDING), None, (EMAIL,), ALL),
    ("14", (EMAIL,), None, (EMAIL,), ALL),
    ("14", (EMAIL, RECOVERY), None, (EMAIL, RECOVERY), ALL),
]


@pytest.mark.parametrize(("row", "listed", "requirements", "challenge", "enroll"), TRUTH)
def test_the_truth_table_holds(row, listed, requirements, challenge, enroll):
    """Who can be challenged by what, and who has to set up what, best first."""
    flow = Flow(id="f", authenticators=listed, requirements=requirements)
    assert (challenge, enroll) == choices(flow, FACTORS)


def test_every_row_of_the_table_is_tried():
    """The fifteenth row speaks of a list that was refused: there is nothing to choose then."""
    assert {str(number) for number in range(1, 15)} == {row for row, *_ in TRUTH}


@pytest.mark.parametrize(
    ("listed", "requirements", "expected"),
    [
        ((KEY,), None, ((), ())),
        ((KEY, OTP), None, ((OTP,), ())),
        ((KEY,), asked(("webauthn-roaming",)), ((), ())),
        ((), asked(enroll=("webauthn-roaming", "otp")), ((), ("otp",))),
        ((), asked(enroll=()), ((), ())),
        ((OTP,), Requirements(), ((OTP,), ())),
        ((), Requirements(), ((), ALL)),
        ((), asked(enroll=("recovery-code",)), ((), ())),
    ],
)
def test_what_is_unknown_is_not_offered(listed, requirements, expected):
    """A key one cannot use here still counts as being enrolled; an empty demand is no demand for anything."""
    assert expected == choices(Flow(id="f", authenticators=listed, requirements=requirements), FACTORS)


def test_before_the_list_is_known_nothing_can_be_challenged():
    """It is as if there were none."""
    assert ((), ALL) == choices(Flow(id="f"), FACTORS)


def test_authenticators_of_one_factor_stay_in_auth0s_order():
    """The first one set up comes first."""
    other = Authenticator("sms|dev_9", "oob", active=True, oob_channel="sms")
    assert (other, SMS) == choices(Flow(id="f", authenticators=(other, SMS)), FACTORS)[0]
    assert (SMS, other) == choices(Flow(id="f", authenticators=(SMS, other)), FACTORS)[0]


def test_other_peoples_factors_come_before_the_recovery_code():
    """A recovery code is the last thing to spend."""
    pigeon = Authenticator("pigeon|dev_1", "oob", active=True, oob_channel="pigeon")
    factors = {**FACTORS, **by_name([stub("pigeon")])}
    challenge, _ = choices(Flow(id="f", authenticators=(RECOVERY, pigeon, EMAIL)), factors)
    assert (EMAIL, pigeon, RECOVERY) == challenge
    assert (*ALL, "pigeon") == choices(Flow(id="f"), factors)[1]


def test_a_factor_without_a_requirement_goes_by_its_name():
    """That is what Auth0 would have to call it."""
    factors = {**FACTORS, **by_name([stub("pigeon")])}
    assert ("pigeon",) == choices(Flow(id="f", requirements=asked(enroll=("pigeon",))), factors)[1]


@pytest.mark.parametrize("listed", [None, (), (OTP, SMS, RECOVERY), (PENDING,)])
@pytest.mark.parametrize("requirements", [None, asked(("otp",)), asked(enroll=("otp",))])
def test_who_is_signed_in_may_set_up_anything(listed, requirements):
    """And is challenged by nothing: nothing is demanded of them."""
    flow = Flow(id="f", access_token="a", authenticators=listed, requirements=requirements)
    assert ((), ALL) == choices(flow, FACTORS)


def test_what_was_proved_comes_last():
    """Even after the recovery code: Auth0 asks for a further factor, not for the same once more."""
    flow = Flow(id="f", authenticators=(OTP, SMS, RECOVERY), proved=(OTP.id,))
    assert ((SMS, RECOVERY, OTP), ()) == choices(flow, FACTORS)


def test_who_is_enrolled_already_is_challenged():
    """What Auth0 said goes before the guess that an address of one's own is no enrolment; else nothing could be done."""
    flow = Flow(id="f", enrolled=True)
    assert ((EMAIL,), ()) == choices(evolve(flow, authenticators=(EMAIL,)), FACTORS)
    assert ((), ALL) == choices(evolve(flow, authenticators=(PENDING,)), FACTORS)
