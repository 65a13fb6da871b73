"""The package's names are loaded when asked for."""

import pytest

import mfa_flow.testing


@pytest.mark.parametrize("name", mfa_flow.testing.__all__)
def test_each_name_is_there(name: str) -> None:
    """What is promised can be had, under its own name."""
    assert name == getattr(mfa_flow.testing, name).__name__


def test_other_names_are_not() -> None:
    """A slip is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="no attribute 'Tennant'"):
        _ = mfa_flow.testing.Tennant
