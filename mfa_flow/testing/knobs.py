"""What may be turned on a tenant: one knob for each thing that Auth0 leaves open, or that tenants differ in."""

from typing import Literal, TypedDict, get_args

from attrs import field, frozen
from attrs.validators import in_

LockoutStyle = Literal["invalid_request", "too_many_attempts"]
ClientAuthStyle = Literal["access_denied", "invalid_client"]


@frozen(kw_only=True)
class Knobs:
    """Their defaults are what most evidence speaks for."""

    mfa_token_ttl: float = 600
    oob_ttl: float = 300
    otp_window: int = 1
    recovery_codes_enabled: bool = True
    default_directory: bool = True
    lockout_style: LockoutStyle = field(default="invalid_request", validator=in_(get_args(LockoutStyle)))
    client_auth_style: ClientAuthStyle = field(default="access_denied", validator=in_(get_args(ClientAuthStyle)))


class KnobSettings(TypedDict, total=False):
    """The same as keywords of ``Tenant(...)``."""

    mfa_token_ttl: float
    oob_ttl: float
    otp_window: int
    recovery_codes_enabled: bool
    default_directory: bool
    lockout_style: LockoutStyle
    client_auth_style: ClientAuthStyle
