"""Single answers: each is what Auth0 says, and the client reads each as what its name says."""

import json

import pytest

from mfa_flow import MfaFlowError, Wait
from mfa_flow.kit import ANSWERS
from mfa_flow.kit.answers import found

# What a client makes of it: the kind of the prompt and its error, or the code of what is raised.
READ = {
    "tokens": "done None",
    "mfa_required": "stopped None",  # the tenant knows nothing of its mfa_token
    "wrong_password": "ask_password wrong_password",
    "unknown_client": "misconfigured",
    "client_authentication_failed": "misconfigured",
    "grant_not_allowed": "misconfigured",
    "user_blocked": "stopped None",
    "unknown_audience": "misconfigured",
    "account_blocked": "stopped None",
    "wrong_otp": "ask_code wrong_code",
    "wrong_binding_code": "ask_code wrong_code",
    "wrong_recovery_code": "ask_code wrong_code",
    "push_pending": "wait still_pending",
    "push_denied": "choose push_denied",
    "slow_down": "wait still_pending",
    "mfa_token_expired": "stopped None",
    "oob_code_expired": "choose code_expired",
    "malformed_mfa_token": "stopped None",
    "malformed_oob_code": "choose code_expired",
    "too_many_wrong_codes": "pause too_many_attempts",
    "rate_limited": "tenant_broken",
    "otp_associated": "scan None",
    "sms_associated": "ask_code None",
    "push_associated": "scan None",
    "already_enrolled": "choose already_enrolled",
    "bad_bearer": "stopped None",
    "phone_number_invalid": "choose phone_rejected",
    "too_many_sms_enrolling": "pause too_many_messages",
    "code_sent": "ask_code None",
    "push_sent": "wait None",
    "challenge_token_expired": "stopped None",
    "too_many_sms": "pause too_many_messages",
    "authenticators": "choose None",
    "no_authenticators": "choose None",
}
FACTOR = {"wrong_otp": "otp", "wrong_recovery_code": "recovery", "push_pending": "push", "push_denied": "push"}
FACTOR |= {"slow_down": "push", "push_sent": "push"}
SETS_UP = {"otp_associated": "otp", "push_associated": "push"}


async def step(flow, bo, golden):
    """The step that it answers, armed for."""
    if golden.path == "/mfa/authenticators" or golden.name in BEFORE:
        golden.arm(bo.tenant)
        return await flow.login(bo.email, bo.password)
    choose = await flow.login(bo.email, bo.password)
    if golden.path == "/mfa/associate":
        golden.arm(bo.tenant)
        factor = SETS_UP.get(golden.name, "sms")
        return await flow.enroll(factor, **bo.details(factor))
    known = {one.factor: one for one in choose.challenge}
    if golden.path == "/mfa/challenge":
        golden.arm(bo.tenant)
        return await flow.challenge(known[FACTOR.get(golden.name, "sms")])
    prompt = await flow.challenge(known[FACTOR.get(golden.name, "sms")])
    golden.arm(bo.tenant)
    return await flow.confirm(None if isinstance(prompt, Wait) else bo.code(prompt))


BEFORE = {each.name for each in ANSWERS.values() if each.row.startswith("T")} | {"tokens"}


@pytest.mark.parametrize("name", READ)
async def test_what_a_client_makes_of_it(mfa, mfa_account, name):
    """The client, which knows nothing of the kit, reads it as what it is called."""
    golden = ANSWERS[name]
    bo = mfa_account(*([] if golden.path == "/mfa/associate" else ["otp", "sms", "push"]))
    try:
        prompt = await step(mfa.flow(), bo, golden)
        came = f"{prompt.kind} {prompt.error.key if prompt.error else None}"
    except MfaFlowError as error:
        came = error.code
    assert READ[name] == came


def test_each_has_a_name_and_maybe_a_row():
    """Both lead to the same; what is not there is told with what is."""
    for key, golden in ANSWERS.items():
        assert key in (golden.row, golden.name)
        assert golden is found(golden.name)
        assert golden.error is None or golden.status >= 400
        assert golden.payload == json.loads(golden.body)
    assert ANSWERS["M1"] is ANSWERS["wrong_otp"]
    assert b'{"error":"invalid_grant","error_description":"Invalid otp_code."}' == ANSWERS["M1"].body
    with pytest.raises(LookupError, match="there is no answer 'M99'"):
        found("M99")


@pytest.mark.parametrize(("nth", "error"), [(0, ValueError), ("1", TypeError), (True, TypeError)])
def test_the_nth_that_never_comes(mfa_tenant, nth, error):
    """Calls are counted from one, in whole numbers."""
    with pytest.raises(error, match=r"nth (is|takes)"):
        ANSWERS["wrong_otp"].arm(mfa_tenant, nth=nth)
    assert 0 == len(mfa_tenant.faults)


def test_most_are_read_back():
    """The few that no step of these walks is answered by are named here."""
    assert {"refresh_token_rejected", "not_enrolled", "no_recovery_code", "otp_challenged", "association_required",
            "nothing_to_challenge", "list_bad_bearer"} == {each.name for each in ANSWERS.values()} - READ.keys()  # fmt: skip
