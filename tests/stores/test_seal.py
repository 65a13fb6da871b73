"""Seals: unreadable without the key, unchangeable, not to be moved; and keys that can be changed."""

import os
import pickle
import sys
from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_flow import BadInput, MissingExtra, Unreadable
from mfa_flow.stores import PLAINTEXT, RedisStore, Seal, SqliteStore

KEY, OLD = Seal.generate_key(), Seal.generate_key()
SEAL = Seal(KEY)


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_there_and_back(text, bound_to):
    """What was sealed opens to what it was, costs 33 bytes, and shows nothing of it."""
    sealed = SEAL.close(text, bound_to)
    assert text == SEAL.open(sealed, bound_to)
    assert len(text) + 33 == len(sealed)
    assert len(text) < 4 or text not in sealed


def test_no_two_are_equal():
    """The same text sealed twice looks different."""
    assert SEAL.close(b"x", b"") != SEAL.close(b"x", b"")


def test_one_changed_byte_is_refused():
    """Whichever byte is changed, in whichever way, it does not open."""
    sealed = SEAL.close(b"the flow", b"f")
    for index in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[index] ^= 1 << bit
            with pytest.raises(Unreadable):
                SEAL.open(bytes(changed), b"f")


def test_each_refusal_says_what_and_what_to_do():
    """Tampered with, cut off, moved, foreign, never sealed: each is told apart as far as that can be known."""
    sealed = SEAL.close(b"the flow", b"f")
    for found, bound_to, told in (
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"f", "changed after it was sealed, or belongs to another flow"),
        (sealed, b"g", "changed after it was sealed, or belongs to another flow"),
        (sealed[:20], b"f", "cut off"),
        (b"", b"f", "was not sealed by this version"),
        (b"\x02" + sealed[1:], b"f", "written by a newer mfa_flow"),
        (b'{"format":1}', b"f", "was stored with PLAINTEXT"),
        (Seal(OLD).close(b"x", b"f"), b"f", r"add it to Seal\(...\) as an old key"),
    ):
        with pytest.raises(Unreadable, match=told):
            SEAL.open(found, bound_to)


def test_keys_are_changed():
    """The new key seals; what the old one sealed opens as long as it is given."""
    both = Seal(KEY, OLD)
    old = Seal(OLD).close(b"x", b"f")
    assert b"x" == both.open(old, b"f")
    assert b"y" == SEAL.open(both.close(b"y", b"f"), b"f")
    with pytest.raises(Unreadable, match="a key that was not given"):
        Seal(OLD).open(both.close(b"y", b"f"), b"f")


def test_keys_are_texts_or_bytes():
    """A key is 32 bytes, or those in base64 of either alphabet, with blanks around it."""
    key = bytes(range(224, 256))
    spellings = (key, b64encode(key).decode(), urlsafe_b64encode(key).decode(), f" {b64encode(key).decode()}\n")
    assert 1 == len({repr(Seal(each)) for each in spellings})
    assert len({Seal.generate_key() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "key", ["", "short", b"x" * 31, "x" * 32, "not base64 " * 4, "é" * 43, None, 5, KEY[:-4]], ids=lambda _: "key"
)
def test_what_is_no_key(key):
    """Anything else is refused, without being shown, and with the way to get one."""
    for keys in ((key,), (KEY, key)):
        with pytest.raises(BadInput, match=r"Seal.generate_key\(\) makes one") as caught:
            Seal(*keys)
        assert caught.value.__cause__ is None
        assert not key or str(key) not in str(caught.value)


def test_keys_do_not_show():
    """Its repr shows ids of keys; it is not pickled."""
    shown = repr(Seal(KEY, OLD))
    assert shown.startswith("Seal(key ")
    assert ", old key " in shown
    assert KEY[:8] not in shown
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(SEAL)


def test_derived_keys_are_others():
    """A key for another purpose is neither the key itself nor that of a third purpose."""
    one, two = Seal(KEY, OLD).derived(b"one"), SEAL.derived(b"two")
    assert (2, 1) == (len(one), len(two))
    assert one[0] != two[0]
    assert SEAL.derived(b"one")[0] == one[0]


@pytest.mark.parametrize("store", [SqliteStore, RedisStore])
@pytest.mark.parametrize("given", [{}, {"seal": None}, {"seal": KEY}, {"seal": False}], ids=lambda _: "seal")
def test_a_store_demands_a_seal(store, given):
    """Leaving it out is an error that says what to write, and how to do without."""
    with pytest.raises(BadInput, match=rf"{store.__name__}\(..., seal=Seal\(key\)\).*seal=PLAINTEXT"):
        store("redis://localhost", **given)


def test_plaintext_seals_nothing():
    """By name one can do without; what is sealed is refused then."""
    assert b"x" == PLAINTEXT.open(PLAINTEXT.close(b"x", b"f"), b"g")
    assert "PLAINTEXT" == repr(PLAINTEXT)
    with pytest.raises(Unreadable, match=r"is sealed.*give it the Seal"):
        PLAINTEXT.open(SEAL.close(b"x", b"f"), b"f")


def test_without_the_extra(monkeypatch):
    """Without the package it says how to get it."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(MissingExtra, match=r"pip install 'mfa_flow\[seal\]'"):
        Seal(os.urandom(32))
