"""Everything random that a tenant hands out, from one generator of its own: the same seed, the same values."""

import base64
import random
import string
from functools import cache

_ALNUM = string.ascii_letters + string.digits
_DIGITS = string.digits
_RECOVERY = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, I or O: nobody has to guess which was meant
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))  # Auth0's OTP secrets decode to printable ASCII


class Mint:
    """Unseeded, it begins anywhere, and forks of a process go on alike; seeded, a failure can be replayed."""

    def __init__(self, seed: int | None = None) -> None:
        self.seeded = seed is not None
        self._random = random.Random(seed)  # noqa: S311 - to be replayed

    def device(self, kind: str) -> str:
        """An authenticator's id, like ``sms|dev_klnv5yshzzoosSUm``."""
        return f"{kind}|dev_{self._pick(_ALNUM, 16)}"

    def user_id(self) -> str:
        """A database user's id, like ``auth0|`` and 24 hex digits."""
        return f"auth0|{self.bytes(12).hex()}"

    def code(self) -> str:
        """A message code of six digits."""
        return self._pick(_DIGITS, 6)

    def recovery_code(self) -> str:
        """A recovery code of 24 characters."""
        return self._pick(_RECOVERY, 24)

    def otp_secret(self) -> str:
        """A TOTP secret: 20 bytes in 32 base32 characters."""
        return base64.b32encode(self._pick(_VISIBLE, 20).encode()).decode()

    def opaque(self, length: int = 32) -> str:
        """A string that means nothing: an access token, a session's name."""
        return self._pick(_ALNUM, length)

    def bytes(self, count: int) -> bytes:
        """Raw bytes, for keys and salts."""
        return self._random.randbytes(count)

    def _pick(self, alphabet: str, count: int) -> str:
        """One draw for the whole string, which is put together two by two."""
        number, pairs, picked = self._random.randrange(len(alphabet) ** count), _pairs(alphabet), []
        for _ in range(0, count, 2):
            number, index = divmod(number, len(pairs))
            picked.append(pairs[index])
        return "".join(picked)[:count]


@cache
def _pairs(alphabet: str) -> list[str]:
    return [first + second for second in alphabet for first in alphabet]
