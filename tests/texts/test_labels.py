"""What factors and authenticators are called."""

import pytest

from mfa_flow.texts import add, factor_name, label, labels
from mfa_flow.wire.values import Authenticator

SMS = Authenticator("sms|dev_2", "oob", active=True, oob_channel="sms", name="XXXXXXXX0000")
OTP = Authenticator("totp|dev_1", "otp", active=True)


@pytest.mark.parametrize(
    ("choice", "english", "french"),
    [
        (SMS, "text message (XXXXXXXX0000)", "SMS (XXXXXXXX0000)"),
        (OTP, "authenticator app", "application d\u2019authentification"),
        ("push", "push notification", "notification push"),
        ("pigeon", "pigeon", "pigeon"),
        (Authenticator("pigeon|1", "pigeon", name="{factor}"), "pigeon ({factor})", "pigeon ({factor})"),
    ],
)
def test_a_choice_has_a_label(choice, english, french):
    """An authenticator with the place it stands for; a factor by its name; a new one as it is called."""
    assert (english, french) == (label(choice), label(choice, "fr"))


def test_choices_called_the_same():
    """All but the first are numbered; the others are called as ever."""
    twin = Authenticator("totp|dev_2", "otp", active=True)
    same = ["authenticator app", "text message (XXXXXXXX0000)", "authenticator app (2)", "authenticator app (3)"]
    assert same == list(labels([OTP, SMS, twin, "otp"]))
    assert "application d\u2019authentification (2)" == labels([OTP, twin], "fr")[1]


def test_a_factor_of_ones_own():
    """Its package brings its name."""
    add("en", {"factor.pigeon": "carrier pigeon"})
    add("fr", {"factor.pigeon": "pigeon voyageur"})
    assert ("carrier pigeon", "pigeon voyageur") == (factor_name("pigeon"), factor_name("pigeon", "fr-CA"))
