"""Every knob can be turned, and none in a way that means nothing."""

from typing import Any, get_type_hints

import attrs
import pytest

from mfa_flow.testing import Tenant
from mfa_flow.testing.knobs import Knobs, KnobSettings


def test_settings_name_every_knob() -> None:
    """What Tenant takes is what there is, in the same order."""
    assert [each.name for each in attrs.fields(Knobs)] == list(get_type_hints(KnobSettings))


@pytest.mark.parametrize(
    "knobs",
    [
        {"push_denied_style": "x"},
        {"factors": ["fax"]},
        {"factors": "otp"},
        {"lockout_style": ""},
        {"factor": ["otp"]},
        {"requirements": {"chalenge": ["otp"]}},
        {"requirements": {"enroll": "otp"}},
        {"requirements": {"enroll": [1]}},
        {"mfa_token_ttl": 0},
        {"oob_ttl": -1},
        {"mfa_token_ttl": float("inf")},
        {"oob_ttl": float("nan")},
        {"pending_ttl": 10**9 + 1},
        {"pending_ttl": 0},
        {"otp_window": -1},
        {"rate_limit": 0},
        {"expired_status": 200},
        {"slow_down_status": 600},
        {"association_status": "x"},
    ],
    ids=str,
)
def test_slips_are_refused(knobs: dict[str, Any]) -> None:
    """Unknown names and unknown values."""
    with pytest.raises((ValueError, TypeError)):
        Tenant(**knobs)
