"""What Auth0's errors mean: one table, read by error code first, then by description, then by status.

Several situations share one code, so descriptions have to be compared, although Auth0 does not promise them: known
beginnings are matched, whatever their case, and where none fits the code alone decides. Where the sources disagree
about a spelling both stand here.
"""

import re

from attrs import evolve, frozen

from mfa_flow.errors import Misconfigured, TenantBroken, TenantError, UnexpectedReply
from mfa_flow.factors.base import Outcome
from mfa_flow.wire.reading import Problem
from mfa_flow.wire.vocabulary import ATTEMPT_REFILL, POLL_INTERVAL, SEND_REFILL


@frozen
class Meaning:
    """``error`` whose description begins with ``text`` is ``event``, told to people by the key ``told``.

    It is so on the steps of ``on`` (names with blanks between), or on any. Without an event it is a mistake in the
    set-up, and ``told`` says what to do.
    """

    error: str
    text: str
    event: str | None
    told: str = ""
    on: str = ""
    pause: float | None = None

    def fits(self, problem: Problem, step: str) -> bool:
        """Whether this row speaks of such a problem."""
        return self.error == problem.error and (not self.on or step in self.on.split()) and problem.says(self.text)


_GRANTS = "enable the Password and MFA grants: Applications > Advanced Settings > Grant Types"
_FACTOR = "associate challenge confirm"
_HELD = "list associate challenge confirm remove"
_MESSAGES = "too_many_messages"
# Where the token goes in the header: a 401 that gives no reason speaks of it.
_BEARER = frozenset({"list", "associate", "remove"})
_SCOPE = "the access token needs the scope {}; log in for the audience https://{{domain}}/mfa/ with it"
ENROLL_SCOPE, _READ_SCOPE, _REMOVE_SCOPE = (
    _SCOPE.format(name) for name in ("enroll", "read:authenticators", "remove:authenticators")
)
_CLIENT = "check client_id, domain, and the secret or key of the App"

MEANINGS: tuple[Meaning, ...] = (
    # The set-up.
    Meaning("access_denied", "Unauthorized", None, _CLIENT),
    Meaning("invalid_client", "", None, _CLIENT),
    Meaning("invalid_request", "mfa_token not issued to this client", None, _CLIENT),
    Meaning("unauthorized_client", "The connection is not enabled", None, "enable the connection for the application"),
    Meaning("unauthorized_client", "", None, _GRANTS),
    Meaning("unsupported_grant_type", "", None, _GRANTS),
    Meaning(
        "server_error",
        "Authorization server not configured with default connection",
        None,
        "set the tenant's default directory, or log in with realm=",
    ),
    Meaning("invalid_request", "Unknown realm", None, "realm= names no connection of the tenant"),
    Meaning("access_denied", "Service not found", None, "audience= names no API of the tenant"),
    Meaning("invalid_request", "invalid audience", None, "audience= cannot be used with this grant"),
    Meaning("insufficient_scope", "", None, ENROLL_SCOPE, "associate"),
    Meaning("insufficient_scope", "", None, _READ_SCOPE, "list"),
    Meaning("insufficient_scope", "", None, _REMOVE_SCOPE, "remove"),
    Meaning("access_denied", "", None, _REMOVE_SCOPE, "remove"),
    Meaning("access_denied", "", None, _CLIENT, "password challenge"),
    # The password.
    Meaning("invalid_grant", "", "password_rejected", "wrong_password", "password"),
    Meaning("invalid_user_password", "", "password_rejected", "wrong_password", "password"),
    Meaning("too_many_attempts", "Your account has been blocked", "refused", "blocked", "password"),
    Meaning("too_many_attempts", "", "throttled", "too_many_logins", "password", ATTEMPT_REFILL),
    Meaning("password_leaked", "", "refused", "password_leaked", "password"),
    Meaning("unauthorized", "user is blocked", "refused", "blocked"),
    # The refresh token.
    Meaning("invalid_grant", "", "refresh_rejected", "refresh_token_rejected", "refresh"),
    Meaning("too_many_attempts", "", "throttled", "too_many_logins", "refresh", ATTEMPT_REFILL),
    # The mfa_token.
    Meaning("expired_token", "oob_code", "code_expired", "code_expired", "confirm"),
    Meaning("expired_token", "", "token_expired", "expired", _HELD),
    Meaning("mfa_token_expired", "", "token_expired", "expired"),
    Meaning("invalid_grant", "Malformed mfa_token", "token_expired", "mfa_token_invalid"),
    Meaning("invalid_grant", "The mfa_token provided is invalid", "token_expired", "mfa_token_invalid"),
    Meaning("invalid_grant", "", "token_expired", "mfa_token_invalid", "list associate challenge remove"),
    Meaning("invalid_token", "", "token_expired", "mfa_token_invalid"),
    Meaning("mfa_token_invalid", "", "token_expired", "mfa_token_invalid"),
    Meaning("unauthorized", "", "token_expired", "mfa_token_invalid", "list associate remove"),
    Meaning("access_denied", "Invalid MFA token", "token_expired", "mfa_token_invalid", "list"),
    # The buckets.
    Meaning("invalid_request", "Too many failed codes", "throttled", "too_many_attempts", "confirm", ATTEMPT_REFILL),
    Meaning("too_many_attempts", "", "throttled", "too_many_attempts", "confirm", ATTEMPT_REFILL),
    Meaning("slow_down", "", "throttled", "too_fast", "confirm", POLL_INTERVAL),
    Meaning("invalid_request", "Too many", "throttled", _MESSAGES, _FACTOR),
    Meaning("too_many_sms", "", "throttled", _MESSAGES, _FACTOR),
    # A new factor.
    Meaning("access_denied", "User is already enrolled", "already_enrolled", "already_enrolled", "associate"),
    Meaning("access_denied", "", "already_enrolled", "already_enrolled", "associate"),
    Meaning("invalid_request", "The phone number is invalid", "details_rejected", "phone_rejected", "associate"),
    Meaning("invalid_request", "Invalid phone number", "details_rejected", "phone_rejected", "associate"),
    Meaning("invalid_phone_number", "", "details_rejected", "phone_rejected", "associate"),
    Meaning("invalid_phone", "", "details_rejected", "phone_rejected", "associate"),
    Meaning("invalid_email", "", "details_rejected", "email_rejected", "associate"),
    Meaning("unsupported_challenge_type", "", "unavailable", "factor_unavailable", _FACTOR),
    Meaning("unsupported_authenticator_type", "", "unavailable", "factor_unavailable", "associate"),
    # A known factor.
    Meaning("association_required", "", "unavailable", "factor_unavailable", _FACTOR),
    Meaning("invalid_authenticator", "", "unavailable", "factor_unavailable", _FACTOR),
    # The proof. What else an invalid_grant may be, on an MFA grant it is a wrong code.
    Meaning("invalid_grant", "Malformed oob_code", "code_expired", "code_expired", "confirm"),
    Meaning("invalid_oob_code", "", "code_expired", "code_expired", "confirm"),
    Meaning("invalid_request", "The oob_code doesn't match the mfa_token", "code_expired", "code_expired", "confirm"),
    Meaning("invalid_grant", "", "code_rejected", "wrong_code", "confirm"),
    Meaning("invalid_otp", "", "code_rejected", "wrong_code", "confirm"),
    Meaning("invalid_binding_code", "", "code_rejected", "wrong_code", "confirm"),
    Meaning("invalid_recovery_code", "", "code_rejected", "wrong_code", "confirm"),
    Meaning("mfa_invalid_code", "", "code_rejected", "wrong_code", "confirm"),
    Meaning("a0.mfa_invalid_code", "", "code_rejected", "wrong_code", "confirm"),
    # What can be removed.
    Meaning("invalid_request", "", "unavailable", "not_removable", "remove"),
)

# What says that Auth0 or who sends its messages is down, whatever the status.
_BROKEN = frozenset({"bad_gateway", "server_error"})
_CODE = re.compile(r"[a-z0-9_.]{1,64}", re.ASCII)
# Seconds: a day. A server that asks for more is not believed.
LONGEST_PAUSE = 86_400


def meaning_of(problem: Problem, step: str, refill: float = SEND_REFILL) -> Outcome:
    """The outcome a problem stands for on a step: ``password``, ``list``, ``associate``, ``challenge``, ``confirm``.

    ``refill`` is the seconds until one more message may be sent. Raises Misconfigured, TenantBroken or UnexpectedReply
    where there is none and the flow cannot move.
    """
    for meaning in MEANINGS:
        if meaning.fits(problem, step):
            if meaning.event is None:
                raise misconfigured(problem, meaning.told)
            pause = refill if meaning.told == _MESSAGES else meaning.pause
            return Outcome(meaning.event, meaning.told, pause and min(problem.retry_after or pause, LONGEST_PAUSE))
    if problem.status == 401 and not problem.error and step in _BEARER:
        return Outcome("token_expired", "mfa_token_invalid")
    if problem.status == 429 or problem.status >= 500 or problem.error in _BROKEN:
        raise _error(TenantBroken, problem, "try again later")
    raise _error(UnexpectedReply, problem, "this is no answer the API is known to give here")


def misconfigured(problem: Problem, advice: str) -> TenantError:
    """A mistake in the set-up: waiting mends nothing, so what a header says of time is left out."""
    return _error(Misconfigured, evolve(problem, retry_after=None, resets_at=None), advice)


def _error(kind: type[TenantError], problem: Problem, advice: str) -> TenantError:
    # A gateway may put anything there, an echo of the request included: only what looks like a code is shown.
    error = problem.error if _CODE.fullmatch(problem.error) else None
    return kind(
        f"Auth0 answered {problem.status} {error or 'without an error code'}: {advice}",
        status=problem.status,
        error=error,
        retry_after=problem.retry_after,
        resets_at=problem.resets_at,
        request_id=problem.request_id,
    )
