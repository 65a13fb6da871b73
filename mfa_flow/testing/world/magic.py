"""Magic recipients: numbers and addresses whose messages go wrong, for who can reach nothing but the API.

A phone tells by its number, an email address by the end of its name:

* ``+15005550001``, ``ada+invalid@example.com``: refused, as an address that cannot be
* ``+15005550002``, ``ada+down@example.com``: refused, since who delivers messages is out of order
* ``+15005550003``, ``ada+never@example.com``: accepted, and no message ever arrives
* ``+15005550130``, ``ada+late30@example.com``: accepted; its messages arrive late, here by 30 seconds of the tenant's
  clock, and by 1 to 99 as the last two digits say

A push goes to an app and not to an address: it always arrives.
"""

import re
from typing import Literal

from attrs import frozen

Trick = Literal["invalid", "down", "never", "late"]

# What is told to people: the address of a phone, that of a mailbox, and what happens.
TABLE: dict[Trick, tuple[str, str, str]] = {
    "invalid": ("+15005550001", "name+invalid@domain", "refused as an address that cannot be"),
    "down": ("+15005550002", "name+down@domain", "refused, since who delivers messages is out of order"),
    "never": ("+15005550003", "name+never@domain", "no message ever arrives"),
    "late": ("+150055501NN", "name+lateNN@domain", "messages arrive NN seconds late by the tenant's clock, 01 to 99"),
}
_PHONES: dict[str, Trick] = {phone: trick for trick, (phone, _, _) in TABLE.items() if trick != "late"}
_LATE_PHONE = re.compile(r"\+150055501([0-9]{2})")
_EMAIL = re.compile(r"[^@]*\+(?:(invalid|down|never)|late([0-9]{1,2}))@[^@]*", re.IGNORECASE)


@frozen
class Magic:
    """What happens to messages there. Most addresses have no ``trick``."""

    trick: Trick | None = None
    late: float = 0  # seconds

    @classmethod
    def of(cls, address: str) -> "Magic":
        """What an address stands for."""
        phone, email = _LATE_PHONE.fullmatch(address), _EMAIL.fullmatch(address)
        word, seconds = (email[1], email[2]) if email else (_PHONES.get(address), phone[1] if phone else None)
        if seconds is not None and int(seconds):
            return cls("late", int(seconds))
        return cls(next((each for each in TABLE if word and each == word.lower()), None))
