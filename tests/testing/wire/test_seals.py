"""Sealed tokens look and weigh like Auth0's, and open only untouched, in time, and where they were made."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_flow.testing.texts import Refused
from mfa_flow.testing.wire.seals import Sealer
from mfa_flow.testing.world.mint import Mint

NOW = 1_726_830_000.0
SEALER = Sealer("oob_code", 288, int(NOW), Mint(7), b"k" * 32)
CONTENT = {"session": "s", "sending": "ü"}
TOKEN = SEALER.seal(CONTENT, NOW + 300)
SHAPE = r"Fe26\.2\*SERVER_1726830000\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{384}\*1726830300000\*[0-9a-f]{64}\*[\w-]{43}"


def refusal(token: str, now: float = NOW, sealer: Sealer = SEALER) -> str:
    """Why it does not open."""
    with pytest.raises(Refused) as caught:
        sealer.open(token, now)
    return str(caught.value.body["error_description"])


def test_shape_and_weight() -> None:
    """Eight fields, 620 characters."""
    assert re.fullmatch(SHAPE, TOKEN, re.ASCII)
    assert 620 == len(TOKEN)


def test_opens() -> None:
    """What went in comes out."""
    assert CONTENT == SEALER.open(TOKEN, NOW)


def test_two_seals_of_the_same_differ() -> None:
    """A token does not tell that its content was seen before."""
    assert TOKEN != SEALER.seal(CONTENT, NOW + 300)


def test_a_long_content_is_carried_too() -> None:
    """A content beyond the ordinary makes a longer token, in whole blocks."""
    content = {"scope": "x" * 5000}
    assert content == SEALER.open(SEALER.seal(content, NOW + 300), NOW)


def test_ends_on_the_second() -> None:
    """Good at 299, over at 300."""
    assert CONTENT == SEALER.open(TOKEN, NOW + 299)
    assert "oob_code is expired" == refusal(TOKEN, NOW + 300)


def test_every_character_counts() -> None:
    """Changing any one character spoils it, the unused bits of the last one included."""
    touched = [
        TOKEN[:at] + other + TOKEN[at + 1 :] for at in range(len(TOKEN)) for other in {"A", "B", "9", "*"} - {TOKEN[at]}
    ]
    assert {"Malformed oob_code"} == {refusal(each) for each in touched}


@pytest.mark.parametrize(
    "token",
    [
        TOKEN[:-1],
        TOKEN[1:],
        TOKEN + "=",
        TOKEN + "*",
        f" {TOKEN}",
        "",
        "*",
        "*" * 7,
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "é",
        "\ud800",
    ],
)
def test_cut_appended_or_no_seal_at_all(token: str) -> None:
    """What is not exactly a seal is malformed."""
    assert "Malformed oob_code" == refusal(token)


@given(st.text(max_size=700))
def test_any_text_is_refused_politely(text: str) -> None:
    """Nothing that is typed in raises anything but a refusal."""
    assert "Malformed oob_code" == refusal(text)


def test_another_kind_does_not_open() -> None:
    """An oob_code is no mfa_token, though the key is the same."""
    assert "Malformed mfa_token" == refusal(TOKEN, sealer=Sealer("mfa_token", 288, int(NOW), Mint(7), b"k" * 32))


def test_another_key_does_not_open() -> None:
    """A tenant knows its own seals only."""
    assert "Malformed oob_code" == refusal(TOKEN, sealer=Sealer("oob_code", 288, int(NOW), Mint(7), b"l" * 32))


def test_content_cannot_be_read() -> None:
    """What is inside does not show."""
    assert "sending" not in TOKEN
    assert "k" * 32 not in repr(SEALER)


def test_costs_microseconds() -> None:
    """A hundred seals and openings take well under a tenth of a second."""
    start = time.perf_counter()
    for _ in range(100):
        SEALER.open(SEALER.seal(CONTENT, NOW + 300), NOW)
    assert time.perf_counter() - start < 0.1
