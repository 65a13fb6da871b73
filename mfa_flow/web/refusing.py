"""What HTTP calls it, when a verb does nothing."""

from mfa_flow.errors import (
    Busy,
    Conflict,
    MfaFlowError,
    MissingExtra,
    MisuseError,
    StoreError,
    TenantBroken,
    TransportError,
    Unreadable,
    WrongState,
)

# The first that fits.
_STATUS: tuple[tuple[type[MfaFlowError], int], ...] = (
    (WrongState, 409),
    (MissingExtra, 500),
    (MisuseError, 422),
    (Busy, 409),
    (Conflict, 409),
    (Unreadable, 409),
    (StoreError, 503),
    (TransportError, 504),
    (TenantBroken, 503),
    (MfaFlowError, 502),
)


def status_of(error: MfaFlowError) -> int:
    """4xx where the person's side can mend it, 5xx where they can only come again."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))
