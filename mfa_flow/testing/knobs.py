"""What may be turned on a tenant: one knob for each thing that Auth0 leaves open, or that tenants differ in."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict, get_args

from attrs import field, frozen
from attrs.validators import deep_iterable, in_

LockoutStyle = Literal["invalid_request", "too_many_attempts"]
ClientAuthStyle = Literal["access_denied", "invalid_client"]
PushDeniedStyle = Literal["access_denied", "invalid_grant"]
FACTORS = ("otp", "sms", "voice", "email", "push")


def _tuple(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names)


@frozen(kw_only=True)
class Knobs:
    """Their defaults are what most evidence speaks for."""

    # What the tenant offers.
    factors: tuple[str, ...] = field(default=FACTORS, converter=_tuple, validator=deep_iterable(in_(FACTORS)))
    recovery_codes_enabled: bool = True
    requirements: Mapping[str, Sequence[str]] | None = None  # types to "challenge" or "enroll"; None: any, and unsaid
    list_type_field: bool | None = None  # None: exactly when there are requirements
    refresh_mfa: bool = False
    default_directory: bool = True
    audiences: Sequence[str] | None = None  # the APIs there are; None: any that is asked for
    access_token_confirms: bool = True

    # How long things last, in seconds.
    mfa_token_ttl: float = 600
    oob_ttl: float = 300
    pending_ttl: float | None = None
    otp_window: int = 1  # half minutes, each way
    consume_on_success: bool = False
    invalidate_previous: bool = False

    # Limits that are off unless turned on.
    rate_limit: int | None = None  # requests a second, for the whole tenant
    ratelimit_headers: bool = True
    brute_force_protection: int | None = None  # wrong passwords of one user, until unblocked
    suspicious_logins: int | None = None  # wrong passwords from one address; one is forgiven every minute

    # How it says things.
    lockout_style: LockoutStyle = field(default="invalid_request", validator=in_(get_args(LockoutStyle)))
    client_auth_style: ClientAuthStyle = field(default="access_denied", validator=in_(get_args(ClientAuthStyle)))
    push_denied_style: PushDeniedStyle = field(default="access_denied", validator=in_(get_args(PushDeniedStyle)))
    expired_status: int = 401
    slow_down_status: int = 429
    association_status: int = 400


class KnobSettings(TypedDict, total=False):
    """The same as keywords of ``Tenant(...)``."""

    factors: Sequence[str]
    recovery_codes_enabled: bool
    requirements: Mapping[str, Sequence[str]] | None
    list_type_field: bool | None
    refresh_mfa: bool
    default_directory: bool
    audiences: Sequence[str] | None
    access_token_confirms: bool
    mfa_token_ttl: float
    oob_ttl: float
    pending_ttl: float | None
    otp_window: int
    consume_on_success: bool
    invalidate_previous: bool
    rate_limit: int | None
    ratelimit_headers: bool
    brute_force_protection: int | None
    suspicious_logins: int | None
    lockout_style: LockoutStyle
    client_auth_style: ClientAuthStyle
    push_denied_style: PushDeniedStyle
    expired_status: int
    slow_down_status: int
    association_status: int
