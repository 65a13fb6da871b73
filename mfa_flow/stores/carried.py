"""A resume token: a whole flow as a sealed text, for those who keep no store.

A flow with an mfa_token of 1986 characters and three authenticators takes 2523 characters (3419 if it were not
compressed first): it fits into a cookie or a hidden field of a form, not into a chat's button; see ``reference.py``.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from time import time
from typing import Any

from attrs import field, frozen

from mfa_flow.errors import BadInput, Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores.codec import decode, encode
from mfa_flow.stores.seal import Seal

# What a flow may grow to when it is unpacked, in bytes.
LARGEST = 1 << 20


def _sealing(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, Seal):
        raise BadInput("Carried(Seal(key)) seals what it makes; make a key once with Seal.generate_key()")


@frozen
class Carried:
    """Makes and reads resume tokens for one ``purpose``; a token of another purpose is refused.

    Whoever has the token can use it until it ends, as often as they like: where no store counts, the same answer may be
    sent twice. Keep it in the person's own session. ``now`` tells the time in unix seconds. Raises BadInput for what is
    no ``Seal``: unsealed, whoever has the token could read and change it.
    """

    _seal: Seal = field(validator=_sealing)
    _purpose: str = "resume"
    _now: Callable[[], float] = field(default=time, repr=False)

    def pack(self, flow: Flow, ttl: float) -> str:
        """The flow as a text of letters, digits, ``-`` and ``_``, good for ``ttl`` seconds."""
        text = int(self._now() + ttl).to_bytes(8) + encode(flow)
        sealed = self._seal.close(zlib.compress(text, 9), self._bound_to)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unpack(self, text: str) -> Flow:
        """The flow. Raises Unreadable: changed, of another key or purpose, or its time is over."""
        try:
            sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raise Unreadable("this is no resume token: it was changed or cut off on its way") from None
        found = self._found(sealed)
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def _found(self, sealed: bytes) -> Flow | str:
        """The flow, or what is wrong: nothing is raised from where the opened token is in a variable."""
        try:
            found = _expanded(self._seal.open(sealed, self._bound_to))
            if int.from_bytes(found[:8]) <= self._now():
                return "this resume token is over: log in again"
            return decode(found[8:])
        except Unreadable as error:
            return str(error)

    @property
    def _bound_to(self) -> bytes:
        return b"carried " + self._purpose.encode()


def _expanded(packed: bytes) -> bytes:
    expander = zlib.decompressobj()
    found = expander.decompress(packed, LARGEST)
    if not expander.eof:
        raise Unreadable("this resume token holds more than a flow")
    return found
