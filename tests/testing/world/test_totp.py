"""One-time passwords agree with the RFC's table and with the recorded secret."""

import pytest

from mfa_flow.testing.world.totp import code_of, step_at

RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_rfc_6238(now: int, code: str) -> None:
    """The check values of the standard, cut to six digits."""
    assert code == code_of(RFC, step_at(now))


def test_recorded_secret() -> None:
    """The secret of the golden body, at its time."""
    assert "241176" == code_of("HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF", step_at(1726830000))


def test_a_step_is_half_a_minute() -> None:
    """Second 29 belongs to the step before second 30."""
    assert [0, 0, 1] == [step_at(0), step_at(29.999), step_at(30)]
