"""Time-based one-time passwords as Auth0 uses them: SHA-1, six digits, a new one every 30 seconds."""

try:
    from pyotp.totp import TOTP
except ImportError as missing:  # pragma: no cover - needs an environment without the extra
    raise ImportError("the simulated tenant needs pyotp: pip install 'mfa_flow[testing]'") from missing

PERIOD = 30


def step_at(now: float) -> int:
    """The number of the half minute we are in."""
    return int(now // PERIOD)


def code_of(secret: str, step: int) -> str:
    """The code an authenticator app shows during that half minute."""
    return TOTP(secret).generate_otp(step)
