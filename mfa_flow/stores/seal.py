"""Seals: what a store keeps is unreadable without the key, cannot be changed, and cannot be moved to another flow.

AES-256-GCM. A sealed text is one byte of format, 4 bytes of key id, a nonce of 12 random bytes, the text, a tag of 16.
"""

import os
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from typing import Any

from mfa_flow.errors import BadInput, Unreadable
from mfa_flow.extras import need_extra

KEY_BYTES = 32
_FORMAT = b"\x01"
_ID = slice(1, 5)
_NONCE = slice(5, 17)
_HEAD, _TAG = 17, 16


class Seal:
    """Seals with ``key``, opens with it or with one of the ``old_keys``.

    To change the key of one process, put the new one first and keep the old ones until no flow that they sealed is
    left: an hour after the last process that sealed with the old key ended. Several processes must all know the new key
    before one of them seals with it: give ``Seal(old, new)`` to each (the old one still seals), then ``Seal(new, old)``
    to each, and an hour later ``Seal(new)``. A key is a text as ``generate_key`` gives, 32 bytes in base64; it seals
    some 4 billion times. Needs the extra ``seal``. Raises BadInput for what is no key, and MissingExtra.
    """

    def __init__(self, key: str | bytes, *old_keys: str | bytes) -> None:
        aead = need_extra("cryptography.hazmat.primitives.ciphers.aead", "seal")
        self._invalid = need_extra("cryptography.exceptions", "seal").InvalidTag
        self._keys = tuple(map(_key, (key, *old_keys)))
        self._ciphers: dict[bytes, Any] = {}
        for each in reversed(self._keys):
            self._ciphers[_key_id(each)] = aead.AESGCM(each)
        self._id = _key_id(self._keys[0])
        self._cipher = self._ciphers[self._id]

    @staticmethod
    def generate_key() -> str:
        """A new key. Keep it where secrets are kept, and give the same to every process."""
        return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()

    def __repr__(self) -> str:
        first, *others = (_key_id(each).hex() for each in self._keys)
        return f"Seal(key {first}" + "".join(f", old key {each}" for each in others) + ")"

    def __reduce__(self) -> str:
        raise TypeError("a Seal holds keys and is not pickled; make one in each process")

    def close(self, text: bytes, bound_to: bytes) -> bytes:
        """The text, sealed with the newest key; it opens only as ``bound_to`` the same."""
        nonce = os.urandom(12)
        head = _FORMAT + self._id
        sealed: bytes = self._cipher.encrypt(nonce, text, head + bound_to)
        return head + nonce + sealed

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        """The text that was sealed. Raises Unreadable: tampered with, or sealed with a key that is not here."""
        if sealed[:1] != _FORMAT or len(sealed) < _HEAD + _TAG:
            raise Unreadable(_unsealed(sealed))
        cipher = self._ciphers.get(sealed[_ID])
        if cipher is None:
            told = f"sealed with a key that was not given, {sealed[_ID].hex()}: add it to Seal(...) as an old key"
            raise Unreadable(f"what is stored is {told}; those given are {self!r}")
        try:
            text: bytes = cipher.decrypt(sealed[_NONCE], sealed[_HEAD:], sealed[:5] + bound_to)
        except self._invalid:
            raise Unreadable(
                "what is stored was changed after it was sealed, or belongs to another flow: drop it, and begin anew"
            ) from None
        return text

    def derived(self, purpose: bytes) -> tuple[bytes, ...]:
        """Keys for another purpose, one for each key, the newest first."""
        return tuple(digest(each, b"mfa_flow " + purpose, "sha256") for each in self._keys)


class Plaintext:
    """Seals nothing: who can read the store can read tokens and codes. For tests, and stores that are safe as such."""

    def __repr__(self) -> str:
        return "PLAINTEXT"

    def close(self, text: bytes, bound_to: bytes) -> bytes:
        """The text."""
        return text

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        """The text. Raises Unreadable for what is sealed."""
        if sealed[:1] == _FORMAT:
            raise Unreadable("what is stored is sealed, and this store was told PLAINTEXT: give it the Seal")
        return sealed


PLAINTEXT = Plaintext()


def needed(seal: Any, store: str) -> Seal | Plaintext:
    """The seal, if it is one. Raises BadInput, which says what to write."""
    if isinstance(seal, (Seal, Plaintext)):
        return seal
    raise BadInput(
        f"{store}(..., seal=Seal(key)) seals what it keeps; make a key once with Seal.generate_key(), and keep it "
        "secret. seal=PLAINTEXT leaves tokens and codes readable"
    )


def _key(given: str | bytes) -> bytes:
    try:
        key = given if isinstance(given, bytes) else b64decode(given.strip().translate(_URLSAFE), validate=True)
    except (ValueError, AttributeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadInput(f"Seal takes keys of {KEY_BYTES} bytes in base64: Seal.generate_key() makes one") from None
    return key


_URLSAFE = str.maketrans("-_", "+/")


def _key_id(key: bytes) -> bytes:
    return sha256(b"mfa_flow key id " + key).digest()[:4]


def _unsealed(found: bytes) -> str:
    if found[:1] == b"{":
        return "what is stored is not sealed: it was stored with PLAINTEXT, or put there by somebody else"
    if found[:1] == _FORMAT:
        return "what is stored was cut off: drop it, and begin anew"
    return "what is stored was not sealed by this version: it was changed, or written by a newer mfa_flow"
