"""Sealed strings that look and weigh like Auth0's: the tenant keeps nothing and can still trust what comes back.

Eight fields joined by stars, as Iron seals are: version, key id, salt, iv, ciphertext, expiry in milliseconds, salt,
signature. The content is encrypted, and the signature covers every character before it.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import shake_256
from typing import Any

from attrs import field, frozen

from mfa_flow.testing.texts import EXPIRED, MALFORMED, Refusal, Refused
from mfa_flow.testing.world.mint import Mint

_BLOCK = 16
_REMEMBERED = 256  # tokens; one comes back with each of the next few requests


@frozen
class Sealer:
    """Seals and opens one kind of token. Another kind's, another tenant's or a touched one does not open."""

    name: str  # mfa_token or oob_code, as the refusals call it
    size: int  # bytes of ciphertext for ordinary content: what gives the token Auth0's length
    born: int  # goes into the key id, which stays the same for a period
    _mint: Mint = field(repr=False)
    _key: bytes = field(repr=False)
    _expired: Refusal = field(default=EXPIRED, repr=False)
    _known: dict[str, tuple[int, dict[str, Any]]] = field(factory=dict, init=False, repr=False, eq=False)

    def seal(self, content: dict[str, Any], until: float) -> str:
        """The content, unreadable and unchangeable, good until that time."""
        plain = json.dumps(content).encode()
        plain = plain.ljust(max(self.size, len(plain) + -len(plain) % _BLOCK))
        noise = self._mint.bytes(80)
        salt, iv, second_salt = noise[:32].hex(), _text(noise[32:48]), noise[48:].hex()
        cipher = _text(self._mask(plain, salt + iv))
        ends = round(until * 1000)
        body = f"Fe26.2*SERVER_{self.born}*{salt}*{iv}*{cipher}*{ends:013d}*{second_salt}"
        token = f"{body}*{self._signature(body)}"
        self._remember(token, (ends, content))
        return token

    def open(self, token: str, now: float) -> dict[str, Any]:
        """The content. A touched or expired token is refused in the words of the wire."""
        if token not in self._known:
            self._remember(token, self._content(token))
        until, content = self._known[token]
        if now * 1000 >= until:
            raise Refused(self._expired, name=self.name)
        return content

    def _remember(self, token: str, found: tuple[int, dict[str, Any]]) -> None:
        """Where many are, the first are read anew."""
        self._known[token] = found
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    def _content(self, token: str) -> tuple[int, dict[str, Any]]:
        """Until when it is good, and what is in it."""
        body, _, signature = token.rpartition("*")
        if not hmac.compare_digest(self._signature(body).encode(), signature.encode(errors="replace")):
            raise Refused(MALFORMED, name=self.name)
        _, _, salt, iv, cipher, until, _ = body.split("*")
        return int(until), json.loads(self._mask(urlsafe_b64decode(cipher + "=="), salt + iv))

    def _mask(self, data: bytes, salt: str) -> bytes:
        stream = shake_256(self._key + self.name.encode() + salt.encode()).digest(len(data))
        return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))

    def _signature(self, body: str) -> str:
        message = f"{self.name}*{body}".encode(errors="replace")
        return _text(hmac.digest(self._key, message, "sha256"))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
