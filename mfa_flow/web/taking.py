"""Whether a JSON object is what a verb takes; if not, what is wrong, and with which field."""

from collections.abc import Mapping
from typing import Any

from mfa_flow.errors import BadInput
from mfa_flow.factors.registry import installed
from mfa_flow.web.acts import LONGEST_WAIT, details_of

# By verb: the fields that it needs, and those that it takes.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "login": ("username", "password"),
    "challenge": ("authenticator",),
    "enroll": ("factor",),
    "remove": ("authenticator",),
}
TAKEN: Mapping[str, tuple[str, ...]] = {**NEEDED, "confirm": ("code",), "wait": ("seconds",)}
# What a refusal of the machine's is about.
ABOUT = {"code": "code", "recovery_code": "code", "phone": "phone_number", "email": "email"}


class WrongField(BadInput):
    """A ``field`` that is missing, unknown, or cannot be right; ``wrong`` says which, for those who write a client."""

    def __init__(self, field: str, wrong: str) -> None:
        super().__init__(f"{field} {wrong}; nothing was sent")
        self.field, self.wrong = field, f"{field} {wrong}"


def check(verb: str, given: Mapping[str, Any]) -> None:
    """Raises WrongField."""
    needed, taken = NEEDED.get(verb, ()), TAKEN.get(verb, ())
    _check_fields(given, needed, taken if verb != "enroll" else (*taken, *given))
    if verb == "enroll" and given["factor"] in installed():
        _check_fields(given, (*needed, *installed()[given["factor"]].needs), (*taken, *details_of(given["factor"])))


def _check_fields(given: Mapping[str, Any], needed: tuple[str, ...], taken: tuple[str, ...]) -> None:
    for name, value in given.items():
        if name not in taken:
            raise WrongField(name, f"is no field here: there are {', '.join(taken) or 'none'}")
        if name == "seconds" and not (type(value) in (int, float) and 0 <= value <= LONGEST_WAIT):
            raise WrongField(name, f"is a number from 0 to {LONGEST_WAIT}")
        if name != "seconds" and not isinstance(value, str):
            raise WrongField(name, "is a text, in quotes")
    for name in needed:
        if not given.get(name):
            raise WrongField(name, "is missing")
