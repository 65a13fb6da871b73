"""Single answers of Auth0 by name, as its documents, its SDKs' tests and recordings have them.

``ANSWERS`` has each under its name (``wrong_otp``) and, where the wire contract has a row for it, under that (``M1``). They
are written out here once more: neither the tenant nor the client is asked, so that a mistake of theirs shows.
Sealed values, of which nobody needs more than that they are there, are shortened.
"""

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from mfa_flow.kit.given import whole
from mfa_flow.testing.tenant import Tenant

_TOKEN, _ASSOCIATE, _CHALLENGE, _LIST = "/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators"
_SEAL = "Fe26.2*SERVER_1726830000*a-sealed-value"
_OTP, _OOB, _RECOVERY = "mfa-otp", "mfa-oob", "mfa-recovery-code"


@frozen
class GoldenAnswer:
    """One answer: to which ``path`` (and ``grant``) it comes, its ``status`` and ``headers``, and its ``payload``."""

    row: str
    name: str
    path: str
    status: int
    payload: Any = field(repr=False)
    grant: str | None = None
    headers: Mapping[str, str] = field(factory=dict)

    @property
    def body(self) -> bytes:
        """As it goes over the wire: compact JSON."""
        return json.dumps(self.payload, separators=(",", ":")).encode()

    @property
    def error(self) -> str | None:
        """Its error code, if it is one."""
        return self.payload.get("error") if isinstance(self.payload, dict) else None

    @property
    def mocked(self) -> dict[str, Any]:
        """As keywords for an ``aioresponses`` of one's own: ``answers.post(url, **ANSWERS["M1"].mocked)``."""
        return {"status": self.status, "body": self.body, "headers": dict(self.headers)}

    def arm(self, tenant: Tenant, *, nth: int = 1) -> None:
        """Have the tenant give it to the next call that it fits, or to the n-th. Raises ValueError for an ``nth`` below 1,
        TypeError for one that is no whole number."""
        whole("nth", nth, 1)
        tenant.faults.add(
            self.path, status=self.status, body=self.payload, headers=self.headers or None, grant=self.grant, nth=nth
        )


def _no(
    row: str, name: str, path: str, status: int, error: str, text: str, grant: str | None = None, **headers: str
) -> GoldenAnswer:
    body = {"error": error, "error_description": text}
    found = {key.replace("_", "-"): value for key, value in headers.items()}
    return GoldenAnswer(row, name, path, status, body, grant, found)


_BAD_BEARER = "The mfa_token provided is invalid. Try getting a new token."
_TOO_MANY_CODES = "Too many failed codes. Wait for some minutes before retrying."
_TOO_MANY_SMS = "Too many SMS sent by the user. Wait for some minutes before retrying."
_NOT_ENROLLED = "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator."
_PENDING = "Authorization pending: please repeat the request in a few seconds."
_UNCONFIRMED = (
    "User does not have any confirmed authenticator associated. You can associate a new authenticator calling "
    "/mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using it "
    "in /oauth/token"
)
_BLOCKED = (
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your "
    "preferred contact method with instructions on how to unblock it."
)
_SECRET = "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"
_LABEL = "otpauth://totp/My%20Test%20Tenant:user%40example.com"
_DEVICES = [
    {
        "id": "sms|dev_klnv5yshzzoosSUm",
        "authenticator_type": "oob",
        "active": False,
        "oob_channel": "sms",
        "name": "XXXXXXXXX9167",
    },
    {"id": "recovery-code|dev_i1kgKoFSZLbPt6G1", "authenticator_type": "recovery-code", "active": False},
    {"id": "push|dev_BBTKYpxKHOXVBnql", "authenticator_type": "oob", "active": False, "oob_channel": "auth0"},
    {"id": "totp|dev_WzMZ2sZbUw1wbC2F", "authenticator_type": "otp", "active": False},
    {"id": "totp|dev_wLdxko6pjg6ziKL9", "authenticator_type": "otp", "active": False},
    {
        "id": "email|dev_hdkmORJuqOmjRRQU",
        "authenticator_type": "oob",
        "active": True,
        "oob_channel": "email",
        "name": "****@exam*******",
    },
]

_ALL = (
    # The password, and everything at the token endpoint.
    GoldenAnswer("", "tokens", _TOKEN, 200, {"access_token": "an-access-token", "scope": "openid", "expires_in": 86400, "token_type": "Bearer"}),
    GoldenAnswer("T1", "mfa_required", _TOKEN, 403, {"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": _SEAL}),
    _no("T2", "wrong_password", _TOKEN, 403, "invalid_grant", "Wrong email or password."),
    _no("T3", "unknown_client", _TOKEN, 401, "access_denied", "Unauthorized"),
    _no("T4", "client_authentication_failed", _TOKEN, 401, "invalid_client", "Client authentication failed"),
    _no("T6", "grant_not_allowed", _TOKEN, 403, "unauthorized_client", "Grant type 'password' not allowed for the client."),
    _no("T14", "user_blocked", _TOKEN, 403, "unauthorized", "user is blocked"),
    _no("T15", "unknown_audience", _TOKEN, 403, "access_denied", "Service not found: https://api.example/"),
    _no("T16", "account_blocked", _TOKEN, 429, "too_many_attempts", _BLOCKED),
    _no("T19", "refresh_token_rejected", _TOKEN, 403, "invalid_grant", "Unknown or invalid refresh token.", "refresh_token"),
    # The proof.
    _no("M1", "wrong_otp", _TOKEN, 403, "invalid_grant", "Invalid otp_code.", _OTP),
    _no("M2", "wrong_binding_code", _TOKEN, 403, "invalid_grant", "Invalid binding_code.", _OOB),
    _no("M3", "wrong_recovery_code", _TOKEN, 403, "invalid_grant", "MFA Authorization rejected.", _RECOVERY),
    _no("M4", "push_pending", _TOKEN, 400, "authorization_pending", _PENDING, _OOB),
    _no("M5", "push_denied", _TOKEN, 400, "access_denied", "MFA Authorization rejected.", _OOB),
    _no("M6", "slow_down", _TOKEN, 429, "slow_down", "You are polling faster than allowed. Try again in 10 seconds.", _OOB, retry_after="10"),
    _no("M7", "mfa_token_expired", _TOKEN, 401, "expired_token", "mfa_token is expired"),
    _no("M8", "oob_code_expired", _TOKEN, 401, "expired_token", "oob_code is expired", _OOB),
    _no("M9", "malformed_mfa_token", _TOKEN, 403, "invalid_grant", "Malformed mfa_token"),
    _no("M10", "malformed_oob_code", _TOKEN, 403, "invalid_grant", "Malformed oob_code", _OOB),
    _no("M14", "not_enrolled", _TOKEN, 401, "unsupported_challenge_type", _NOT_ENROLLED),
    _no("M15", "no_recovery_code", _TOKEN, 403, "unsupported_challenge_type", "User does not have a recovery-code.", _RECOVERY),
    _no("M16", "too_many_wrong_codes", _TOKEN, 400, "invalid_request", _TOO_MANY_CODES),
    _no("M18", "rate_limited", "*", 429, "too_many_requests", "Rate limit exceeded.", retry_after="7"),
    # Enrolment.
    GoldenAnswer("G1", "otp_associated", _ASSOCIATE, 200, {"authenticator_type": "otp", "secret": _SECRET, "barcode_uri": f"{_LABEL}?secret={_SECRET}&issuer=My%20Test%20Tenant&algorithm=SHA1&digits=6&period=30"}),
    GoldenAnswer("G2", "sms_associated", _ASSOCIATE, 200, {"authenticator_type": "oob", "binding_method": "prompt", "recovery_codes": ["MZCRK3YX5V3AKNNYY6JEBQCL"], "oob_channel": "sms", "oob_code": _SEAL}),
    GoldenAnswer("G3", "push_associated", _ASSOCIATE, 200, {"authenticator_type": "oob", "barcode_uri": f"{_LABEL}?enrollment_tx_id=t5FmaYNt8APzKlh3WCRNLi2dG3uZYnAC&base_url=https%3A%2F%2Ftenant.guardian.eu.auth0.com", "oob_channel": "auth0", "oob_code": _SEAL}),
    _no("A1", "already_enrolled", _ASSOCIATE, 403, "access_denied", "User is already enrolled."),
    _no("A2", "bad_bearer", _ASSOCIATE, 401, "invalid_grant", _BAD_BEARER),
    _no("A4", "phone_number_invalid", _ASSOCIATE, 400, "invalid_request", "The phone number is invalid."),
    _no("A8", "too_many_sms_enrolling", _ASSOCIATE, 400, "invalid_request", _TOO_MANY_SMS),
    # The challenge.
    GoldenAnswer("G4", "otp_challenged", _CHALLENGE, 200, {"challenge_type": "otp"}),
    GoldenAnswer("", "code_sent", _CHALLENGE, 200, {"challenge_type": "oob", "oob_code": _SEAL, "binding_method": "prompt"}),
    GoldenAnswer("", "push_sent", _CHALLENGE, 200, {"challenge_type": "oob", "oob_code": _SEAL}),
    _no("C2", "challenge_token_expired", _CHALLENGE, 401, "expired_token", "mfa_token is expired"),
    _no("C3", "association_required", _CHALLENGE, 400, "association_required", _UNCONFIRMED),
    _no("C4", "nothing_to_challenge", _CHALLENGE, 401, "unsupported_challenge_type", _NOT_ENROLLED),
    _no("C11", "too_many_sms", _CHALLENGE, 400, "invalid_request", _TOO_MANY_SMS),
    # The list.
    GoldenAnswer("", "authenticators", _LIST, 200, _DEVICES),
    GoldenAnswer("", "no_authenticators", _LIST, 200, []),
    _no("L1", "list_bad_bearer", _LIST, 401, "invalid_grant", _BAD_BEARER),
)  # fmt: skip

ANSWERS: Mapping[str, GoldenAnswer] = {key: each for each in _ALL for key in (each.row, each.name) if key}


def found(name: str) -> GoldenAnswer:
    """The answer of that name or row. Raises LookupError, which says what there is."""
    if name not in ANSWERS:
        raise LookupError(f"there is no answer {name!r}: there are {', '.join(each.name for each in _ALL)}")
    return ANSWERS[name]
