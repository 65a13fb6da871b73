"""Random values have Auth0's shapes, and the same seed gives the same ones."""

import base64
import re

import pytest

from mfa_flow.testing.world.mint import Mint

SHAPES = [
    ("device", ("sms",), r"sms\|dev_[A-Za-z0-9]{16}"),
    ("user_id", (), r"auth0\|[0-9a-f]{24}"),
    ("code", (), r"[0-9]{6}"),
    ("recovery_code", (), r"[1-9A-HJ-NP-Z]{24}"),
    ("otp_secret", (), r"[A-Z2-7]{32}"),
    ("opaque", (), r"[A-Za-z0-9]{32}"),
]


@pytest.mark.parametrize(("name", "arguments", "shape"), SHAPES, ids=[each[0] for each in SHAPES])
@pytest.mark.parametrize("seed", [None, 7])
def test_shapes(seed: int | None, name: str, arguments: tuple[str, ...], shape: str) -> None:
    """Each value looks as Auth0's do, every time."""
    mint = Mint(seed)
    assert [] == [made for _ in range(50) if not re.fullmatch(shape, made := getattr(mint, name)(*arguments))]


def test_otp_secrets_decode_to_printable_ascii() -> None:
    """Twenty visible characters, as in the recorded one."""
    secret = base64.b32decode(Mint().otp_secret()).decode("ascii")
    assert (20, True, False) == (len(secret), secret.isprintable(), " " in secret)


def test_same_seed_same_values() -> None:
    """A failure can be replayed."""
    one, other = Mint(7), Mint(7)
    assert [one.code() for _ in range(9)] == [other.code() for _ in range(9)]


def test_no_seed_no_repetition() -> None:
    """Unseeded tenants cannot be foretold from one another."""
    assert Mint().opaque() != Mint().opaque()


def test_other_seed_other_values() -> None:
    """Two seeds share nothing."""
    assert Mint(1).opaque() != Mint(2).opaque()
