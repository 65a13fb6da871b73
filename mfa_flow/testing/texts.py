"""Every text the tenant says, in one place: those seen at Auth0 as plain strings, our guesses as ``Synthetic``.

A test may list the guesses, and none should rely on one: an answer that holds one says so in its header
``x-synthetic``.
"""

import math
from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen


class Synthetic(str):
    """A text that nobody has seen at Auth0: it says what we think it would say."""

    __slots__ = ()


@frozen
class Refusal:
    """An error as it goes over the wire. ``text`` may hold names in braces."""

    status: int
    error: str
    text: str


class Refused(Exception):
    """The tenant's answer is no. ``wait`` is in how many seconds it may be another."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        wait: float | None = None,
        **details: str,
    ) -> None:
        super().__init__(refusal.error)
        self.status = refusal.status
        self.error = refusal.error
        self.headers = {**_marked(refusal.text), **_waiting(wait), **(headers or {})}
        self.body = {"error": refusal.error, "error_description": refusal.text.format(**details), **(extra or {})}


def _marked(text: str) -> dict[str, str]:
    return {"x-synthetic": "error_description"} if isinstance(text, Synthetic) else {}


def _waiting(seconds: float | None) -> dict[str, str]:
    return {} if seconds is None else {"retry-after": str(math.ceil(seconds))}


# The request itself.
UNREADABLE = Refusal(400, "invalid_request", Synthetic("The body is not a readable {kind} object."))
WRONG_TYPE = Refusal(400, "invalid_request", Synthetic("The body must have the content type {kinds}."))
TOO_LARGE = Refusal(413, "invalid_request", Synthetic("The body is larger than {most} bytes."))
BROKEN = Refusal(400, "invalid_request", Synthetic("The body does not arrive as its headers say."))
FAILED = Refusal(500, "server_error", Synthetic("The tenant itself failed. Its log says how."))
NO_PATH = Refusal(404, "not_found", Synthetic("There is no path in this request."))
MISSING = Refusal(400, "invalid_request", "Missing required parameter: {name}")
NOT_A_STRING = Refusal(400, "invalid_request", Synthetic("{name} must be a string"))
TOO_LONG = Refusal(400, "invalid_request", Synthetic("{name} is longer than {most} characters."))
UNKNOWN_PATH = Refusal(
    404, "not_found", Synthetic("There is nothing at {path}. The nearest thing served is {nearest}.")
)
WRONG_METHOD = Refusal(405, "method_not_allowed", Synthetic("{path} takes {allowed}, not {method}."))

# Clients and grants.
MISSING_CLIENT_ID = Refusal(401, "invalid_client", "Missing client_id")
BAD_CLIENT = {
    "access_denied": Refusal(401, "access_denied", "Unauthorized"),
    "invalid_client": Refusal(401, "invalid_client", "Client authentication failed"),
}
GRANT_NOT_ALLOWED = Refusal(403, "unauthorized_client", "Grant type '{grant}' not allowed for the client.")
UNSUPPORTED_GRANT = Refusal(400, "unsupported_grant_type", "Grant type not supported")

NO_CONNECTION = Refusal(403, "unauthorized_client", "The connection is not enabled for this client")
RATE_LIMITED = Refusal(429, "too_many_requests", "Rate limit exceeded.")

# The password step.
NO_DIRECTORY = Refusal(500, "server_error", "Authorization server not configured with default connection.")
UNKNOWN_REALM = Refusal(403, "invalid_request", "Unknown realm '{realm}'")
WRONG_PASSWORD = Refusal(403, "invalid_grant", "Wrong email or password.")
BLOCKED = Refusal(403, "unauthorized", "user is blocked")
UNKNOWN_AUDIENCE = Refusal(403, "access_denied", "Service not found: {audience}")
BRUTE_FORCE = Refusal(
    429,
    "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your "
    "preferred contact method with instructions on how to unblock it.",
)
SUSPICIOUS = Refusal(
    429,
    "too_many_attempts",
    "We have detected suspicious login behavior and further attempts will be blocked. Please contact the "
    "administrator.",
)
LEAKED = Refusal(
    401,
    "password_leaked",
    "This login attempt has been blocked because the password you're using was previously disclosed through a data "
    "breach (not in this application).",
)
BAD_CODE = Refusal(403, "invalid_grant", "Invalid authorization code")
MFA_REQUIRED = Refusal(403, "mfa_required", "Multifactor authentication required")
NO_FACTOR_LEFT = Refusal(
    403, "access_denied", Synthetic("None of the factors that this login requires is available to the user.")
)

# Refreshing.
BAD_REFRESH_TOKEN = Refusal(403, "invalid_grant", "Unknown or invalid refresh token.")
REFRESHER_GONE = Refusal(403, "invalid_grant", "The refresh_token was generated for a user who doesn't exist anymore.")

# Sealed tokens.
MALFORMED = Refusal(403, "invalid_grant", "Malformed {name}")
EXPIRED = Refusal(401, "expired_token", "{name} is expired")
OTHER_CLIENT = Refusal(400, "invalid_request", "mfa_token not issued to this client")
OTHER_SESSION = Refusal(400, "invalid_request", "The oob_code doesn't match the mfa_token")
BAD_BEARER = Refusal(401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
NO_BEARER = Refusal(401, "invalid_request", Synthetic("Missing Authorization header with a bearer token."))
NO_SCOPE = Refusal(403, "insufficient_scope", Synthetic("Insufficient scope, expected: {scope}"))
BAD_ACCESS_TOKEN = Refusal(401, "invalid_token", Synthetic("The access token is invalid."))

# Codes and their limits.
WRONG_OTP = Refusal(403, "invalid_grant", "Invalid otp_code.")
WRONG_RECOVERY_CODE = Refusal(403, "invalid_grant", "MFA Authorization rejected.")
NO_RECOVERY_CODE = Refusal(403, "unsupported_challenge_type", "User does not have a recovery-code.")
WRONG_BINDING_CODE = Refusal(403, "invalid_grant", "Invalid binding_code.")
_LOCKED_OUT = Refusal(400, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.")
LOCKED_OUT = {
    "invalid_request": _LOCKED_OUT,
    "too_many_attempts": evolve(_LOCKED_OUT, status=429, error="too_many_attempts"),
}
TOO_MANY_SMS = Refusal(400, "invalid_request", "Too many SMS sent by the user. Wait for some minutes before retrying.")
TOO_MANY_OTHERS = Refusal(
    400,
    "invalid_request",
    Synthetic("Too many {what} messages sent by the user. Wait for some minutes before retrying."),
)
PENDING = Refusal(400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.")
_DENIED = Refusal(400, "access_denied", "MFA Authorization rejected.")
PUSH_DENIED = {"access_denied": _DENIED, "invalid_grant": evolve(_DENIED, error="invalid_grant")}
SLOW_DOWN = Refusal(429, "slow_down", Synthetic("You are polling too quickly. Wait a few seconds before retrying."))

# Enrolling.
ALREADY_ENROLLED = Refusal(403, "access_denied", "User is already enrolled.")
BAD_EMAIL = Refusal(400, "invalid_request", Synthetic("The email address is invalid."))
BAD_PHONE = Refusal(400, "invalid_request", "The phone number is invalid.")
NOT_A_LIST = Refusal(400, "invalid_request", Synthetic("{name} must be an array of strings"))
NOTHING_ASKED = Refusal(400, "invalid_request", Synthetic("Missing required parameter: {name}"))
UNKNOWN_CHOICE = Refusal(400, "invalid_request", Synthetic("{name} does not know {choice}. It takes: {known}."))
NOT_ENABLED = Refusal(400, "unsupported_challenge_type", Synthetic("The factor {factor} is not enabled."))
NOT_REQUIRED = Refusal(
    400, "unsupported_challenge_type", Synthetic("The factor {factor} is not among those required: {types}.")
)

# Sending.
NO_PROVIDER = Refusal(502, "bad_gateway", Synthetic("The message could not be handed over to its provider."))

# Removing.
NO_AUTHENTICATOR = Refusal(404, "not_found", Synthetic("Authenticator not found."))
NOT_REMOVABLE = Refusal(400, "invalid_request", Synthetic("This authenticator cannot be deleted."))

# Challenging.
NOT_ENROLLED = Refusal(
    401,
    "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
)
NONE_CONFIRMED = Refusal(
    400,
    "association_required",
    "User does not have any confirmed authenticator associated. You can associate a new authenticator calling "
    "/mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using "
    "it in /oauth/token",
)
UNSUPPORTED_CHALLENGE = Refusal(401, "unsupported_challenge_type", "The user does not support {asked}. {supported}")
ASKED = {
    False: "the requested challenge type ({types})",
    True: "any of the requested challenge types ({types})",
}
SUPPORTED = {
    0: "Currently there is no supported challenge available.",
    1: "Supported type: {types}.",
    2: "Supported types: {types}.",
}
BAD_AUTHENTICATOR = Refusal(
    400, "invalid_authenticator", Synthetic("There is no such authenticator that can be challenged.")
)


MESSAGES = {
    "sms": Synthetic("{code} is your verification code for {tenant}."),
    "voice": Synthetic("Hello. Your verification code for {tenant} is {code}."),
    "email": Synthetic("Your verification code for {tenant} is {code}."),
    "push": Synthetic("{tenant} asks: is it you who is logging in?"),
}
