"""Resume tokens: a whole flow in a text, for one purpose and a time."""

import re
import traceback
import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given

from mfa_flow import BadInput, Unreadable
from mfa_flow.stores import PLAINTEXT, Carried, Seal, carried
from stores.flows import flows
from stores.typical import TYPICAL

SEAL = Seal(Seal.generate_key())


@given(flows)
def test_there_and_back(flow):
    """Whatever a flow holds is found again; the text fits into a URL, a cookie or a form as it is."""
    text = Carried(SEAL).pack(flow, 60)
    assert flow == Carried(SEAL).unpack(text)
    assert re.fullmatch("[A-Za-z0-9_-]+", text)


def test_it_ends(mfa_clock):
    """It is good until its time is over; the time is inside, and cannot be changed."""
    made = Carried(SEAL, now=mfa_clock.now)
    text = made.pack(TYPICAL, 60)
    mfa_clock.advance(59)
    assert TYPICAL == made.unpack(text)
    mfa_clock.advance(1)
    with pytest.raises(Unreadable, match="is over: log in again"):
        made.unpack(text)


def test_it_is_for_one_purpose():
    """A token of a resumed login is none of a password reset."""
    text = Carried(SEAL, "login").pack(TYPICAL, 60)
    with pytest.raises(Unreadable):
        Carried(SEAL, "reset").unpack(text)


def test_keys_are_changed():
    """Tokens of the old key are read as long as it is given; those of foreign keys are not."""
    old, new = Seal.generate_key(), Seal.generate_key()
    text = Carried(Seal(old)).pack(TYPICAL, 60)
    assert TYPICAL == Carried(Seal(new, old)).unpack(text)
    with pytest.raises(Unreadable, match="a key that was not given"):
        Carried(Seal(new)).unpack(text)


def test_a_changed_character_is_refused():
    """Wherever it is changed, or cut, it is refused. (Two spellings of the last character may be the same bytes.)"""
    text = Carried(SEAL).pack(TYPICAL, 60)
    for index in range(len(text) - 1):
        with pytest.raises(Unreadable):
            Carried(SEAL).unpack(text[:index] + ("A" if text[index] != "A" else "B") + text[index + 1 :])
    for length in range(0, len(text), 7):
        with pytest.raises(Unreadable):
            Carried(SEAL).unpack(text[:length])


@pytest.mark.parametrize("text", ["", "x", "é", "\ud800", "!" * 80, "A" * 81], ids=ascii)
def test_what_is_none(text):
    """Anything else is refused, too."""
    with pytest.raises(Unreadable):
        Carried(SEAL).unpack(text)


def test_a_bomb_does_not_go_off():
    """What would grow beyond any flow is refused, even if it was sealed with the key."""
    sealed = SEAL.close(zlib.compress(b"\xff" * (carried.LARGEST + 1)), b"carried resume")
    with pytest.raises(Unreadable, match="more than a flow"):
        Carried(SEAL).unpack(urlsafe_b64encode(sealed).decode())


def test_its_size_is_as_stated(monkeypatch):
    """The docstring states what a typical flow takes, packed and not."""
    packed = len(Carried(SEAL).pack(TYPICAL, 60))
    monkeypatch.setattr(carried.zlib, "compress", lambda text, level: text)
    raw = len(Carried(SEAL).pack(TYPICAL, 60))
    stated = [int(number) for number in re.findall(r"takes (\d+) characters \((\d+) if", carried.__doc__)[0]]
    assert stated == [pytest.approx(packed, abs=20), raw]


@pytest.mark.parametrize("seal", [PLAINTEXT, None, "key"], ids=repr)
def test_it_is_sealed(seal):
    """A token that anybody could read and change is none: only a Seal is taken."""
    with pytest.raises(BadInput, match="Seal"):
        Carried(seal)


@pytest.mark.parametrize("text", [b'{"id":"HUSH"}', b'{"format":99,"id":"HUSH"}', b"HUSH"], ids=repr)
@pytest.mark.parametrize("seconds", [60, -60])
def test_its_errors_hold_nothing(text, seconds):
    """What was in a token is in no variable of its errors, and in none of those before them."""
    packed = zlib.compress(int(carried.time() + seconds).to_bytes(8) + text)
    sealed = urlsafe_b64encode(SEAL.close(packed, b"carried resume")).decode()
    with pytest.raises(Unreadable) as caught:
        Carried(SEAL).unpack(sealed)
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]
    assert "HUSH" not in repr([frame.f_locals for frame in frames])
    assert (None, None) == (caught.value.__context__, caught.value.__cause__)
