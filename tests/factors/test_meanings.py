"""Each known error means what the contract says, and each row of the table is reached by one."""

import re
from pathlib import Path

import pytest
from replies import refusal

from mfa_flow.errors import Misconfigured, TenantBroken, UnexpectedReply
from mfa_flow.factors.meanings import MEANINGS, meaning_of
from mfa_flow.wire.reading import problem_of

STEPS = ("password", "refresh", "list", "associate", "challenge", "confirm", "remove")
NOT_ENROLLED = "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator."
UNCONFIRMED = "User does not have any confirmed authenticator associated. You can associate a new authenticator calling /mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using it in /oauth/token"
OTHER_TYPE = "The user does not support the requested challenge type (otp). Supported type: oob."
NO_WAY = f"{OTHER_TYPE} Currently there is no supported challenge available."
BLOCKED = "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your preferred contact method with instructions on how to unblock it."
SUSPICIOUS = (
    "We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator."
)
LEAKED = "This login attempt has been blocked because the password you're using was previously disclosed through a data breach (not in this application)."
NO_USER = "The refresh_token was generated for a user who doesn't exist anymore."
BAD_BEARER = "The mfa_token provided is invalid. Try getting a new token."
MANY_CODES = "Too many failed codes. Wait for some minutes before retrying."
MANY_SMS = "Too many SMS sent by the user. Wait for some minutes before retrying."

# The contract's row, or the chapter; the step; status, code and text of the reply; what it means, and the pause.
MOVES = [
    ("T2", "password", 403, "invalid_grant", "Wrong email or password.", "password_rejected", "wrong_password", None),
    (
        "T2",
        "password",
        403,
        "invalid_user_password",
        "Wrong email or password.",
        "password_rejected",
        "wrong_password",
        None,
    ),
    ("T14", "password", 403, "unauthorized", "user is blocked", "refused", "blocked", None),
    ("T14", "confirm", 403, "unauthorized", "user is blocked", "refused", "blocked", None),
    ("T16", "password", 429, "too_many_attempts", BLOCKED, "refused", "blocked", None),
    ("T17", "password", 429, "too_many_attempts", SUSPICIOUS, "throttled", "too_many_logins", 360),
    ("T18", "password", 401, "password_leaked", LEAKED, "refused", "password_leaked", None),
    (
        "T17",
        "refresh",
        429,
        "too_many_attempts",
        SUSPICIOUS,
        "throttled",
        "too_many_logins",
        360,
    ),
    ("T14", "refresh", 403, "unauthorized", "user is blocked", "refused", "blocked", None),
    (
        "T19",
        "refresh",
        403,
        "invalid_grant",
        "Unknown or invalid refresh token.",
        "refresh_rejected",
        "refresh_token_rejected",
        None,
    ),
    ("T19b", "refresh", 403, "invalid_grant", NO_USER, "refresh_rejected", "refresh_token_rejected", None),
    ("M1", "confirm", 403, "invalid_grant", "Invalid otp_code.", "code_rejected", "wrong_code", None),
    ("M2", "confirm", 403, "invalid_grant", "Invalid binding_code.", "code_rejected", "wrong_code", None),
    ("M3", "confirm", 403, "invalid_grant", "MFA Authorization rejected.", "code_rejected", "wrong_code", None),
    ("M6", "confirm", 429, "slow_down", "You are polling too quickly.", "throttled", "too_fast", 5),
    ("M7", "confirm", 401, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    ("M7", "confirm", 403, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    ("M8", "confirm", 401, "expired_token", "oob_code is expired", "code_expired", "code_expired", None),
    ("M9", "confirm", 403, "invalid_grant", "Malformed mfa_token", "token_expired", "mfa_token_invalid", None),
    ("M10", "confirm", 403, "invalid_grant", "Malformed oob_code", "code_expired", "code_expired", None),
    (
        "M13",
        "confirm",
        400,
        "invalid_request",
        "The oob_code doesn't match the mfa_token",
        "code_expired",
        "code_expired",
        None,
    ),
    ("M14", "confirm", 401, "unsupported_challenge_type", NOT_ENROLLED, "unavailable", "factor_unavailable", None),
    (
        "M15",
        "confirm",
        403,
        "unsupported_challenge_type",
        "User does not have a recovery-code.",
        "unavailable",
        "factor_unavailable",
        None,
    ),
    ("M16", "confirm", 400, "invalid_request", MANY_CODES, "throttled", "too_many_attempts", 360),
    ("M16", "confirm", 429, "too_many_attempts", "", "throttled", "too_many_attempts", 360),
    (
        "A1",
        "associate",
        403,
        "access_denied",
        "User is already enrolled.",
        "already_enrolled",
        "already_enrolled",
        None,
    ),
    ("A1", "associate", 403, "access_denied", "Enrolled.", "already_enrolled", "already_enrolled", None),
    ("A2", "associate", 401, "invalid_grant", BAD_BEARER, "token_expired", "mfa_token_invalid", None),
    ("A3", "associate", 401, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    (
        "A4",
        "associate",
        400,
        "invalid_request",
        "The phone number is invalid.",
        "details_rejected",
        "phone_rejected",
        None,
    ),
    ("A4", "associate", 400, "invalid_phone_number", "", "details_rejected", "phone_rejected", None),
    ("A7", "associate", 400, "unsupported_challenge_type", "", "unavailable", "factor_unavailable", None),
    ("A8", "associate", 400, "invalid_request", MANY_SMS, "throttled", "too_many_messages", 3600),
    ("C1", "challenge", 403, "invalid_grant", "Malformed mfa_token", "token_expired", "mfa_token_invalid", None),
    ("C2", "challenge", 401, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    ("C3", "challenge", 400, "association_required", UNCONFIRMED, "unavailable", "factor_unavailable", None),
    ("C4", "challenge", 401, "unsupported_challenge_type", NOT_ENROLLED, "unavailable", "factor_unavailable", None),
    ("C5", "challenge", 401, "unsupported_challenge_type", OTHER_TYPE, "unavailable", "factor_unavailable", None),
    ("C6", "challenge", 401, "unsupported_challenge_type", NO_WAY, "unavailable", "factor_unavailable", None),
    ("C7", "challenge", 400, "invalid_authenticator", "", "unavailable", "factor_unavailable", None),
    ("C7", "challenge", 404, "invalid_authenticator", "", "unavailable", "factor_unavailable", None),
    ("C11", "challenge", 400, "invalid_request", MANY_SMS, "throttled", "too_many_messages", 3600),
    ("L1", "list", 401, "invalid_grant", BAD_BEARER, "token_expired", "mfa_token_invalid", None),
    ("L2", "list", 401, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    ("L1", "remove", 401, "invalid_grant", BAD_BEARER, "token_expired", "mfa_token_invalid", None),
    ("L2", "remove", 401, "expired_token", "mfa_token is expired", "token_expired", "expired", None),
    ("L4", "remove", 400, "invalid_request", "", "unavailable", "not_removable", None),
    ("L4", "remove", 400, "invalid_request", "This cannot be removed.", "unavailable", "not_removable", None),
    ("L6", "remove", 401, "unauthorized", "", "token_expired", "mfa_token_invalid", None),
    ("3.4", "list", 401, "invalid_grant", "", "token_expired", "mfa_token_invalid", None),
    ("3.4", "associate", 401, "invalid_grant", "", "token_expired", "mfa_token_invalid", None),
    ("3.4", "challenge", 403, "invalid_grant", "", "token_expired", "mfa_token_invalid", None),
    ("3.10", "confirm", 403, "invalid_grant", "", "code_rejected", "wrong_code", None),
    ("L6", "list", 401, "", "", "token_expired", "mfa_token_invalid", None),
    ("L6", "associate", 401, "", "", "token_expired", "mfa_token_invalid", None),
    ("L6", "remove", 401, "", "", "token_expired", "mfa_token_invalid", None),
    ("3.9", "list", 401, "invalid_token", "", "token_expired", "mfa_token_invalid", None),
    ("3.9", "list", 401, "unauthorized", "", "token_expired", "mfa_token_invalid", None),
    ("3.9", "list", 401, "access_denied", "Invalid MFA token", "token_expired", "mfa_token_invalid", None),
    ("3.9", "confirm", 401, "mfa_token_expired", "", "token_expired", "expired", None),
    ("3.9", "confirm", 401, "mfa_token_invalid", "", "token_expired", "mfa_token_invalid", None),
    ("3.9", "associate", 400, "unsupported_authenticator_type", "", "unavailable", "factor_unavailable", None),
    ("3.9", "associate", 400, "invalid_phone", "", "details_rejected", "phone_rejected", None),
    ("3.9", "associate", 400, "invalid_request", "Invalid phone number", "details_rejected", "phone_rejected", None),
    ("3.9", "associate", 400, "too_many_sms", "", "throttled", "too_many_messages", 3600),
    ("3.9", "confirm", 400, "invalid_oob_code", "", "code_expired", "code_expired", None),
    ("3.9", "confirm", 400, "invalid_otp", "", "code_rejected", "wrong_code", None),
    ("3.9", "confirm", 400, "invalid_binding_code", "", "code_rejected", "wrong_code", None),
    ("3.9", "confirm", 400, "invalid_recovery_code", "", "code_rejected", "wrong_code", None),
    ("3.9", "confirm", 400, "mfa_invalid_code", "", "code_rejected", "wrong_code", None),
    ("3.9", "confirm", 400, "a0.mfa_invalid_code", "", "code_rejected", "wrong_code", None),
    ("3.9", "associate", 400, "invalid_email", "", "details_rejected", "email_rejected", None),
]
# The same for mistakes in the set-up; the last column is part of the advice.
MISTAKES = [
    ("T3", "password", 401, "access_denied", "", "client_id"),
    ("T3", "password", 401, "access_denied", "Unauthorized", "client_id"),
    ("T4", "password", 401, "invalid_client", "Client authentication failed", "client_id"),
    ("T5", "password", 401, "invalid_client", "Missing client_id", "client_id"),
    ("T6", "password", 403, "unauthorized_client", "Grant type 'password' not allowed for the client.", "Grant Types"),
    ("T6", "confirm", 403, "unauthorized_client", "Grant type 'x' not allowed for the client.", "Grant Types"),
    ("T8", "confirm", 400, "unsupported_grant_type", "Grant type not supported", "Grant Types"),
    (
        "T11",
        "password",
        500,
        "server_error",
        "Authorization server not configured with default connection.",
        "default directory",
    ),
    ("T12", "password", 403, "invalid_request", "Unknown realm 'nowhere'", "realm="),
    ("T13", "password", 403, "unauthorized_client", "The connection is not enabled for this client", "connection"),
    ("T15", "password", 403, "access_denied", "Service not found: https://api", "audience="),
    ("T22", "password", 400, "invalid_request", "invalid audience specified for password grant exchange", "audience="),
    ("M12", "confirm", 400, "invalid_request", "mfa_token not issued to this client", "client_id"),
    ("M5", "confirm", 401, "access_denied", "Unauthorized", "client_id"),
    ("T3", "refresh", 401, "access_denied", "Unauthorized", "client_id"),
    ("T6", "refresh", 403, "unauthorized_client", "Grant type 'refresh_token' not allowed.", "Grant Types"),
    ("A9", "associate", 403, "insufficient_scope", "Insufficient scope, expected any of: enroll", "scope enroll"),
    ("L5", "list", 403, "insufficient_scope", "", "read:authenticators"),
    ("L5", "remove", 403, "insufficient_scope", "", "remove:authenticators"),
    ("L5", "remove", 403, "access_denied", "", "remove:authenticators"),
    ("C9", "challenge", 401, "access_denied", "Unauthorized", "client_id"),
    ("C10", "challenge", 403, "unauthorized_client", "Grant type 'x' not allowed for the client.", "Grant Types"),
    ("C12", "challenge", 400, "invalid_request", "mfa_token not issued to this client", "client_id"),
]


def problem(status, error, description="", **headers):
    """What such a reply is read as."""
    return problem_of(refusal(status, error, description, **headers))


def spelt(text):
    """A description as one may meet it: as it is documented, and in the ways sources are known to differ."""
    return {text, text.rstrip("."), f"{text.rstrip('.')}.", text.upper(), text.lower()}


@pytest.mark.parametrize(("row", "step", "status", "error", "text", "event", "told", "pause"), MOVES)
def test_an_error_is_a_move(row, step, status, error, text, event, told, pause):
    """Whatever the case of its description, and with or without a full stop."""
    for description in spelt(text):
        outcome = meaning_of(problem(status, error, description), step)
        assert (event, told, pause) == (outcome.event, outcome.error, outcome.pause)


@pytest.mark.parametrize(("row", "step", "status", "error", "text", "advice"), MISTAKES)
def test_a_mistake_in_the_set_up_says_what_to_do(row, step, status, error, text, advice):
    """The message holds the status, the code and the advice; the error holds them, too."""
    for description in spelt(text):
        with pytest.raises(Misconfigured, match=f"{status} {error}: .*{advice}") as caught:
            meaning_of(problem(status, error, description, x_auth0_requestid="abc"), step)
        assert (status, error, "abc") == (caught.value.status, caught.value.error, caught.value.request_id)


def test_every_meaning_is_reached():
    """A row that no known error reaches would be a guess, or hidden behind an earlier one."""
    known = [(problem(*case[2:5]), case[1]) for case in (*MOVES, *MISTAKES)]
    fitting = (
        next((place for place, one in enumerate(MEANINGS) if one.fits(found, step)), -1) for found, step in known
    )
    reached = set(fitting)
    assert [] == [one for place, one in enumerate(MEANINGS) if place not in reached]


def test_a_row_speaks_of_its_step_only():
    """The same bytes mean a wrong password, a bad token or a wrong code."""
    found = {step: meaning_of(problem(403, "invalid_grant", "Something new."), step).event for step in STEPS}
    bad_token = dict.fromkeys(("list", "associate", "challenge", "remove"), "token_expired")
    first = {"password": "password_rejected", "refresh": "refresh_rejected"}
    assert {**first, **bad_token, "confirm": "code_rejected"} == found


@pytest.mark.parametrize("step", ["password", "refresh", "list"])
@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("unsupported_challenge_type", NOT_ENROLLED),
        ("association_required", UNCONFIRMED),
        ("invalid_authenticator", ""),
        ("invalid_request", MANY_SMS),
        ("too_many_sms", ""),
    ],
)
def test_what_speaks_of_a_factor_is_not_said_before_one_is_chosen(step, error, text):
    """A list that failed so would be read again for ever."""
    with pytest.raises(UnexpectedReply):
        meaning_of(problem(400, error, text), step)


@pytest.mark.parametrize(("header", "pause"), [("40", 40.0), ("7200", 7200.0), ("0", 360), ("soon", 360)])
def test_auth0_says_how_long_to_wait(header, pause):
    """Its header goes before the refill time of the guides."""
    assert pause == meaning_of(problem(429, "too_many_attempts", retry_after=header), "confirm").pause


def test_only_a_bucket_has_a_pause():
    """A wrong code may be followed by another at once, whatever a header says."""
    assert meaning_of(problem(403, "invalid_grant", "Invalid otp_code.", retry_after="9"), "confirm").pause is None


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("status", "error"),
    [(429, "too_many_requests"), (429, ""), (500, "server_error"), (502, ""), (503, "bad_gateway"), (599, "x")],
)
def test_a_broken_tenant_is_nobodys_fault(step, status, error):
    """M18, M19, A10, A11, C13: global limits and outages move nothing, and say how long they last if they know."""
    with pytest.raises(TenantBroken, match=str(status)) as caught:
        meaning_of(problem(status, error, retry_after="30"), step)
    assert (status, error or None, 30.0) == (caught.value.status, caught.value.error, caught.value.retry_after)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (401, "use_dpop_nonce", ""),
        (418, "brand_new", ""),
        (404, "", ""),
        (302, "", ""),
    ],
)
def test_what_nobody_knows_is_unexpected(step, status, error, text):
    """T21 and whatever comes: nothing is guessed."""
    with pytest.raises(UnexpectedReply, match=f"{status} {error or 'without an error code'}") as caught:
        meaning_of(problem(status, error, text), step)
    assert (status, error or None) == (caught.value.status, caught.value.error)


@pytest.mark.parametrize("step", ["password", "refresh", "challenge", "confirm"])
def test_a_401_without_a_code_says_nothing_where_no_token_was_in_the_header(step):
    """Only on the list, associate and remove does it speak of the token."""
    with pytest.raises(UnexpectedReply):
        meaning_of(problem(401, ""), step)


@pytest.mark.parametrize(("row", "step", "status", "error", "text", "advice"), MISTAKES)
def test_a_mistake_in_the_set_up_is_not_mended_by_waiting(row, step, status, error, text, advice):
    """Whatever the headers of a limit say that come with it."""
    with pytest.raises(Misconfigured) as caught:
        meaning_of(problem(status, error, text, retry_after="30", x_ratelimit_reset="1726830000"), step)
    assert (None, None) == (caught.value.retry_after, caught.value.resets_at)


def test_a_description_is_never_quoted():
    """It may quote what was sent."""
    with pytest.raises(UnexpectedReply) as caught:
        meaning_of(problem(400, "brand_new", "hidden"), "confirm")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("step", [step for step in STEPS if step != "remove"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Missing required parameter: grant_type", id="T7"),
        pytest.param("Missing required parameter: mfa_token", id="T9 A5 C8"),
        pytest.param("mfa_token must be a string", id="T10 A6"),
        pytest.param("Missing required parameter: binding_code", id="M11"),
        pytest.param("binding_code is required", id="M11 as it was"),
    ],
)
def test_a_request_that_was_wrong_is_unexpected(step, text):
    """No request of ours can be so: only where something is removed does the code speak of what cannot be."""
    with pytest.raises(UnexpectedReply, match="400 invalid_request"):
        meaning_of(problem(400, "invalid_request", text), step)


# Every row of the contract's chapters 3.4 to 3.8 that is confirmed or reported. The unknown and inferred ones of it are
# tried all the same where they stand above.
ROWS = {
    "3.4": "T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15 T16 T17 T18 T19 T19b T20 T21 T22",
    "3.5": "M1 M2 M3 M4 M5 M6 M7 M8 M9 M10 M11 M12 M13 M14 M15 M16 M17 M18 M19",
    "3.6": "A1 A2 A3 A4 A7 A8 A10 A11",
    "3.7": "C1 C2 C3 C4 C5 C6 C7 C9 C10 C11 C12 C13",
    "3.8": "L1 L2 L3 L4",
}
# No request of ours is answered so: nobody here takes the code grant.
NOT_OURS = {"T20"}


def test_every_row_of_the_contract_is_tried():
    """Some test of the client names it."""
    tests = Path(__file__).parent.parent
    sources = [path for path in tests.rglob("*.py") if "testing" not in path.parts[len(tests.parts) :]]
    told = "".join(path.read_text().partition("\nROWS = ")[0] for path in sources)
    assert NOT_OURS == set(" ".join(ROWS.values()).split()) - set(re.findall(r"\b[TMACL][0-9]+b?\b", told))
