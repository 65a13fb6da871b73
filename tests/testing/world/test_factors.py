"""What a tenant knows of its factors."""

import pytest

from mfa_flow.testing.world.factors import BUILT_IN, EMAIL, OTP, PREFERRED, PUSH, RECOVERY, SMS, VOICE, Factor, Factors


def test_the_names_of_things() -> None:
    """People's word, the id's, the requirement's, the channel's: four vocabularies."""
    assert [
        ("otp", "totp", "otp", None),
        ("sms", "sms", "phone", "sms"),
        ("voice", "voice", "phone", "voice"),
        ("email", "email", "email", "email"),
        ("push", "push", "push-notification", "auth0"),
    ] == [(each.name, each.kind, each.type, each.channel) for each in BUILT_IN]
    assert {each.name for each in BUILT_IN} == {*PREFERRED}


@pytest.mark.parametrize(
    ("factor", "on", "together"),
    [
        (SMS, {"sms", "voice"}, [SMS, VOICE]),
        (VOICE, {"sms", "voice"}, [VOICE, SMS]),
        (SMS, {"sms"}, [SMS]),
        (SMS, {"voice"}, [SMS]),
        (PUSH, {"push"}, [PUSH, OTP]),
        (EMAIL, {"email"}, [EMAIL]),
        (OTP, {"otp", "push"}, [OTP]),
    ],
)
def test_what_comes_together(factor: Factor, on: set[str], together: list[Factor]) -> None:
    """Phones where both channels are on, a push with its app always."""
    assert together == Factors(on).with_twins(factor)


def test_a_recovery_code_is_never_off() -> None:
    """Whether people get one is another switch."""
    assert [True, False] == [Factors(set()).is_on(each) for each in (RECOVERY, OTP)]


def test_an_unknown_name_is_told_the_known() -> None:
    """A slip in a seed is quickly seen."""
    with pytest.raises(ValueError, match="any of otp, sms, voice, email, push: not 'fax'"):
        Factors(set()).named("fax")
