"""Every fault of the test kit, and what comes of it: shown in the README."""

import pytest

from mfa_flow import MfaFlowError
from mfa_flow.kit import faults

COMES_TO = [  # before which verb it strikes, and what comes: a prompt's error, else its kind, or an error's code
    (faults.rate_limited, "challenge", "tenant_broken"),
    (faults.rate_limited_without_time, "challenge", "tenant_broken"),
    (faults.server_error, "challenge", "tenant_broken"),
    (faults.bad_gateway_html, "challenge", "tenant_broken"),
    (faults.timeout, "confirm", "transport"),
    (faults.reset_before, "confirm", "transport"),
    (faults.reset_after, "confirm", "transport"),
    (faults.truncated, "confirm", "transport"),
    (faults.garbled, "confirm", "unexpected_reply"),
    (faults.wrong_typed, "confirm", "unexpected_reply"),
    (faults.late_push, "wait", "done"),
    (faults.late_denial, "wait", "push_denied"),
    (faults.expired_code, "confirm", "code_expired"),
    (faults.expired_mfa_token, "confirm", "stopped"),
    (faults.exhausted_attempts, "confirm", "too_many_attempts"),
    (faults.exhausted_messages, "challenge", "too_many_messages"),
    (faults.already_enrolled, "enroll", "already_enrolled"),
    (faults.factor_removed, "confirm", "code_expired"),
    (faults.clock_skew, "confirm", "done"),
]


async def at(verb, mfa, bo, fault):
    flow = mfa.flow()
    prompt = await flow.login(bo.email, bo.password)
    known = {one.factor: one for one in prompt.challenge}
    device = known.get("push") or known.get("sms")
    if verb not in ("challenge", "enroll"):
        prompt = await flow.challenge(device)
    fault.strike(bo, clock=mfa.clock)
    match verb:
        case "challenge":
            return await flow.challenge(device)
        case "enroll":
            return await flow.enroll("otp")
        case "confirm":
            return await flow.confirm(bo.code(prompt))
        case "wait":
            return await flow.wait()


@pytest.mark.parametrize(("fault", "verb", "expected"), COMES_TO, ids=lambda each: getattr(each, "name", each))
async def test_what_comes_of_it(mfa, mfa_account, fault, verb, expected):
    """A fault comes to this, and never to anything else than a prompt or an error of ours."""
    bo = mfa_account(*{"enroll": [], "wait": ["push"]}.get(verb, ["sms"]))
    try:
        prompt = await at(verb, mfa, bo, fault)
        came = prompt.error.key if prompt.error else prompt.kind
    except MfaFlowError as error:
        came = error.code
    assert expected == came
