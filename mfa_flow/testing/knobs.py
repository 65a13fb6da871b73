"""What may be turned on a tenant: one knob for each thing that Auth0 leaves open, or that tenants differ in."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict, get_args

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, in_, le, optional

LockoutStyle = Literal["invalid_request", "too_many_attempts"]
ClientAuthStyle = Literal["access_denied", "invalid_client"]
PushDeniedStyle = Literal["access_denied", "invalid_grant"]
FACTORS = ("otp", "sms", "voice", "email", "push")

_LIFE = and_(gt(0), le(10**9))  # seconds, of which a clock can add so many
_STATUS = in_(range(400, 600))


def _tuple(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names)


def _lists(_: object, __: object, wanted: Mapping[str, Sequence[str]] | None) -> None:
    for name, types in (wanted or {}).items():
        if name not in ("challenge", "enroll") or isinstance(types, str) or not all(isinstance(t, str) for t in types):
            raise ValueError('requirements are lists of types, named "challenge" and "enroll": not ' + repr(name))


@frozen(kw_only=True)
class Knobs:
    """Their defaults are what most evidence speaks for. A value that means nothing is refused with a ValueError."""

    # What the tenant offers.
    factors: tuple[str, ...] = field(default=FACTORS, converter=_tuple, validator=deep_iterable(in_(FACTORS)))
    recovery_codes_enabled: bool = True
    # Types to "challenge" or "enroll"; None: any, and unsaid.
    requirements: Mapping[str, Sequence[str]] | None = field(default=None, validator=_lists)
    list_type_field: bool | None = None  # None: exactly when there are requirements
    refresh_mfa: bool = False
    refresh_rotation: bool = True  # whether refreshing uses the refresh token up and gives another
    default_directory: bool = True
    audiences: Sequence[str] | None = None  # the APIs there are; None: any that is asked for
    access_token_confirms: bool = True

    # How long things last, in seconds.
    mfa_token_ttl: float = field(default=600, validator=_LIFE)
    oob_ttl: float = field(default=300, validator=_LIFE)
    pending_ttl: float | None = field(default=None, validator=optional(_LIFE))
    otp_window: int = field(default=1, validator=ge(0))  # half minutes, each way
    consume_on_success: bool = False
    invalidate_previous: bool = False

    # Limits that are off unless turned on.
    rate_limit: int | None = field(default=None, validator=optional(ge(1)))  # requests a second, for the whole tenant
    ratelimit_headers: bool = True
    # Wrong passwords of one user, until unblocked; and from one address, of which one is forgiven every minute.
    brute_force_protection: int | None = field(default=None, validator=optional(ge(1)))
    suspicious_logins: int | None = field(default=None, validator=optional(ge(1)))

    # How it says things.
    lockout_style: LockoutStyle = field(default="invalid_request", validator=in_(get_args(LockoutStyle)))
    client_auth_style: ClientAuthStyle = field(default="access_denied", validator=in_(get_args(ClientAuthStyle)))
    push_denied_style: PushDeniedStyle = field(default="access_denied", validator=in_(get_args(PushDeniedStyle)))
    expired_status: int = field(default=401, validator=_STATUS)
    slow_down_status: int = field(default=429, validator=_STATUS)
    association_status: int = field(default=400, validator=_STATUS)


class KnobSettings(TypedDict, total=False):
    """The same as keywords of ``Tenant(...)``."""

    factors: Sequence[str]
    recovery_codes_enabled: bool
    requirements: Mapping[str, Sequence[str]] | None
    list_type_field: bool | None
    refresh_mfa: bool
    refresh_rotation: bool
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
