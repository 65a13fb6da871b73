"""What the middle says and remembers, letter for letter: small things that only a person or a log would notice."""

import pytest
from attrs import evolve
from replies import (
    APP,
    ENGINE,
    FULL,
    NOW,
    OTP_ENTRY,
    SEAL,
    SMS_ENTRY,
    Knock,
    act,
    challenging_sms,
    choosing,
    jwt,
    refusal,
    reply,
    signed_in,
    sms_challenged,
)

from mfa_flow import ways_in
from mfa_flow.engine import Engine
from mfa_flow.errors import BadInput, MfaFlowError, Misconfigured, TenantBroken, UnexpectedReply, UnknownFactor
from mfa_flow.factors.codes import digits, email, masked_email, phone, recovery_code
from mfa_flow.factors.registry import by_name
from mfa_flow.intent import Intent
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.table import State
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Authenticator, Requirements

FLOW = Flow(id="f", mfa_token=Secret(SEAL), asked_at=NOW, memory={"oob_code": "Fe26.2*o*"})


def planned(flow, verb, /, by=ENGINE, **given):
    return by.plan(flow, Intent.of(verb, **given), NOW)


NOTHING = "; nothing was sent"
TWO = evolve(choosing(by=FULL), requirements=Requirements(enroll=("otp", "email")))
WORDS = {
    "what was given holds characters that cannot be sent" + NOTHING: lambda: planned(
        Flow(id="f"), "login", username="\ud800", password="x"
    ),
    "this login may enroll otp, email, not push" + NOTHING: lambda: planned(TWO, "enroll", FULL, factor="push"),
    "challenge takes an authenticator of the Choose prompt, or its id" + NOTHING: lambda: planned(
        choosing(OTP_ENTRY), "challenge", authenticator="x"
    ),
    "remove takes an authenticator of the person's list, or its id" + NOTHING: lambda: planned(
        signed_in(OTP_ENTRY), "remove", authenticator="x"
    ),
    "give the code as text: a number forgets its leading zeros" + NOTHING: lambda: digits(123456, 6),
    "a phone number in E.164 form is needed, such as +15551230000" + NOTHING: lambda: phone("5551"),
    "an e-mail address is needed, such as ada@example.com" + NOTHING: lambda: email("ada"),
    "enroll('email') takes email= and nothing else" + NOTHING: lambda: FULL.factor("email").details(mail="x"),
    "a push is answered on the phone, there is nothing to type: wait()" + NOTHING: lambda: FULL.factor("push").confirm(
        APP, FLOW, "1"
    ),
    "a recovery code comes with the first factor and cannot be enrolled by itself": lambda: FULL.factor(
        "recovery"
    ).associate(APP, FLOW),
}


@pytest.mark.parametrize("told", WORDS)
def test_refusals(told):
    """They say what is wrong and what to do, and that nothing was sent."""
    with pytest.raises((BadInput, UnknownFactor)) as refused:
        WORDS[told]()
    assert told == refused.value.args[0]


@pytest.mark.parametrize(
    ("refuse", "told"),
    [
        (lambda: digits("12", 6), "The code has 6 digits. Check it and try again."),
        (lambda: digits("12", 8), "The code has 8 digits. Check it and try again."),
        (
            lambda: recovery_code("x"),
            "A recovery code has 24 letters and digits. Check it and try again.",
        ),
        (lambda: phone("5551"), "Enter the phone number with its country code, such as +15551230000."),
        (lambda: email("ada"), "Enter an e-mail address, such as ada@example.com."),
        (lambda: FULL.factor("push").confirm(APP, FLOW, "1"), "Answer on your phone: there is nothing to type."),
        (lambda: digits(123456, 6), "That cannot be right. Check it and try again."),
    ],
)
def test_what_people_are_told_of_a_refusal(refuse, told):
    """What is wanted of them, in their words."""
    with pytest.raises(BadInput) as refused:
        refuse()
    assert told == refused.value.text()


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (refusal(500, "x"), TenantBroken, "Auth0 answered 500 x: try again later"),
        (refusal(429, "x"), TenantBroken, "Auth0 answered 429 x: try again later"),
        (refusal(418, "x"), UnexpectedReply, "Auth0 answered 418 x: this is no answer the API is known to give here"),
    ],
)
def test_what_auth0_said(answer, kind, told):
    """Its status, its code, and what that means."""
    with pytest.raises(kind) as error:
        act(challenging_sms(), "confirm", answer, answer="123456")
    assert told == error.value.args[0]


def test_a_mistake_in_the_set_up_is_not_waited_for():
    """Whatever a header says of time."""
    answer = refusal(401, "invalid_client", retry_after="7", x_ratelimit_reset=str(int(NOW) + 9))
    with pytest.raises(Misconfigured) as error:
        act(challenging_sms(), "confirm", answer, answer="123456")
    assert (None, None) == (error.value.retry_after, error.value.resets_at)


def test_a_limit_that_is_over():
    """What was reset before is waited for no more."""
    with pytest.raises(TenantBroken) as error:
        act(challenging_sms(), "confirm", refusal(429, "x", x_ratelimit_reset=str(int(NOW) - 9)), answer="123456")
    assert 0 == error.value.retry_after


def test_ends_say_why():
    """Who gave up, and whose time is over."""
    assert "cancelled" == act(challenging_sms(), "cancel").flow.error
    late = evolve(challenging_sms(), expires_at=NOW - 1)
    assert "expired" == act(late, "confirm", answer="123456").flow.error


def test_a_move_names_its_flow_and_its_time():
    """So that a log can be read."""
    [moved] = act(challenging_sms(), "confirm", refusal(403, "invalid_grant"), answer="123456").moves
    assert ("f", NOW) == (moved.flow_id, moved.at)


def test_only_codes_are_locked():
    """Too many messages are no wrong codes; a wrong code later does not open what is locked."""
    flow = act(challenging_sms(), "resend", refusal(429, "invalid_request", "Too many messages")).flow
    assert flow.locked_until is None
    locked = evolve(challenging_sms(), locked_until=NOW + 5)
    assert NOW + 5 == act(locked, "confirm", refusal(403, "invalid_grant"), answer="123456").flow.locked_until


def test_what_is_pointless_is_not_offered():
    """Nothing to be challenged by; one choice after a further factor is asked for."""
    assert "challenge" not in ENGINE.verbs(choosing())
    further = evolve(choosing(OTP_ENTRY), error="further_factor")
    assert ENGINE.only_choice(further) is not None


def test_a_factor_is_told_why():
    """It may ask in another way then."""

    class Told(Knock):
        name = "told"

        def ask(self, flow, error=None):
            assert "wrong_code" == error
            return super().ask(flow, error)

    flow = Flow(id="f", state=State.CHALLENGING, factor="told", error="wrong_code", mfa_token=Secret(SEAL))
    assert "wrong_code" == Engine(APP, by_name([Told()])).look(flow, NOW).error.key


@pytest.mark.parametrize(("factor", "seconds"), [("sms", 3600), ("email", 60), ("push", 12)])
def test_refills(factor, seconds):
    """After too many messages there is one more in an hour, a minute, twelve seconds."""
    chosen = FULL.factor(factor)
    details = {"phone_number": "+15551230000"} if factor == "sms" else {}
    known = Authenticator("x|1", "oob", active=True, oob_channel=factor)
    for step in (chosen.associate(APP, FLOW, **details), chosen.challenge(APP, FLOW, known)):
        assert seconds == step.read(refusal(429, "invalid_request", "Too many messages")).pause


def test_an_address_with_two_ats():
    """The last one ends the name."""
    assert "a@b.****@exam*******" != masked_email("a@b@example.com")
    assert "***@exam*******" == masked_email("a@b@example.com")


@pytest.mark.parametrize("length", range(1, 9))
def test_tokens_of_any_length_are_read(length):
    """Whatever padding a JWT leaves out."""
    with pytest.raises(BadInput, match="another audience"):
        ways_in.manage(access_token=jwt({"aud": "x" * length}))


def test_an_audience_that_only_looks_like_it():
    """It ends otherwise."""
    ways_in.begin(mfa_token=jwt({"aud": "https://a.example/mfaX"}))


def test_basic_goes_with_the_first_grant():
    """An application that proves itself by header does so at the first request, too."""
    call = ways_in.login(evolve(APP, client_auth="basic"), username="u", password="p").call
    assert call.headers["Authorization"].startswith("Basic ")


def test_a_list_and_a_nothing():
    """What was proved comes last, and errors have a code."""
    proved = evolve(choosing(OTP_ENTRY, SMS_ENTRY), proved=(OTP_ENTRY["id"],))
    assert ["sms", "otp"] == [one.factor for one in ENGINE.look(proved, NOW).challenge]
    assert isinstance(reply(200, {}), Reply)
    assert MfaFlowError("x").code


def test_an_answer_that_led_to_the_next_question_is_known_again():
    """Where the only choice was taken for the person, the answer given before is still the accepted one."""
    intent = Intent.of("confirm", answer="123456")
    flow = evolve(choosing(SMS_ENTRY), accepted=intent.digest("f"))
    settled = ENGINE.settle(flow, intent, ENGINE.only_choice(flow), sms_challenged(), NOW)
    assert intent.digest("f") == settled.flow.accepted
    other = ENGINE.settle(flow, Intent.of("confirm", answer="654321"), ENGINE.only_choice(flow), sms_challenged(), NOW)
    assert other.flow.accepted is None
