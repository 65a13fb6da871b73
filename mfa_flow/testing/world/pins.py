"""Pinned codes: what a test wants each message to somebody to carry, for who cannot read an inbox."""

import re

from attrs import define, field

_APPS = re.compile(r"otp|totp|recovery|recovery-code|(totp|recovery-code)\|dev_.*", re.DOTALL)


@define(eq=False)
class Pins:
    """By recipient, in any case. Each message's code works once all the same."""

    _codes: dict[str, str] = field(factory=dict, init=False, repr=False)

    def add(self, to: str, code: str) -> None:
        """Every message to that number or address carries this code from now on."""
        if _APPS.fullmatch(to):
            raise ValueError(
                "an authenticator app shows codes of its own, and a recovery code is no message: "
                "read them with tenant.otp(email) or GET /_tenant/users/{email}"
            )
        if not to:
            raise ValueError("a code is pinned to somebody: to is a phone number or an email address")
        if re.fullmatch("[0-9]{6}", code) is None:
            raise ValueError("a code is six digits, as in 123456")
        self._codes[to.lower()] = code

    def remove(self, to: str | None = None) -> None:
        """Codes there are random again; everywhere, if no recipient is named."""
        if to is None:
            self._codes.clear()
        else:
            self._codes.pop(to.lower(), None)

    def code(self, to: str, otherwise: str) -> str:
        """The code pinned there. A random one is drawn in any case, so that a pin changes no other code of a seed."""
        return self._codes.get(to.lower(), otherwise)

    def all(self) -> dict[str, str]:
        """Every pin."""
        return dict(self._codes)
