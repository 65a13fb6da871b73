"""What people type: codes and numbers, forgiven their blanks and dashes, refused when they cannot be right."""

import re
import unicodedata

from mfa_flow.errors import BadInput
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.vocabulary import RECOVERY_CODE_LENGTH

# Categories of characters that make no other code of a code: dashes, blanks, and what pasting brings along unseen.
_FILLING = frozenset({"Pd", "Zs", "Cf"})
_MINUS = "\u2212"
# E.164: a plus, then 7 to 15 digits, the first of which is not 0.
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
# What else stands in a phone number as people write it; and a zero that some countries drop and others do not.
_SPELLING = str.maketrans("", "", "()./")
_TRUNK = "(0)"


def bare(typed: str) -> str:
    """What was typed, without blanks and dashes."""
    if typed.isascii() and typed.isalnum():
        return typed
    return "".join(one for one in typed if not _is_filling(one))


def _is_filling(one: str) -> bool:
    return one.isspace() or one == _MINUS or unicodedata.category(one) in _FILLING


def digits(answer: str | None, length: int) -> Secret:
    """The code of that many digits that was typed, in plain ASCII. Raises BadInput, which never shows it."""
    if answer is not None and not isinstance(answer, str):
        raise BadInput("give the code as text: a number forgets its leading zeros; nothing was sent")
    typed = bare(answer or "")
    if not typed.isascii():
        typed = "".join(str(unicodedata.decimal(one, one)) for one in typed)
    if len(typed) != length or not typed.isdecimal():
        told = f"a code of {length} digits is needed; nothing was sent, no attempt was spent"
        raise BadInput(told, "code", length=length)
    return Secret(typed)


def recovery_code(answer: str | None) -> Secret:
    """The recovery code that was typed: 24 letters and digits, upper case. Raises BadInput, which never shows it."""
    typed = bare(answer).upper() if isinstance(answer, str) else ""
    if len(typed) != RECOVERY_CODE_LENGTH or not (typed.isascii() and typed.isalnum()):
        told = f"a recovery code of {RECOVERY_CODE_LENGTH} letters and digits is needed"
        told = f"{told}; nothing was sent, no attempt was spent"
        raise BadInput(told, "recovery_code", length=RECOVERY_CODE_LENGTH)
    return Secret(typed)


def phone(number: str) -> str:
    """The phone number in the one form Auth0 takes, E.164. Raises BadInput, which never shows it."""
    plain = bare(number) if isinstance(number, str) else ""
    if _TRUNK not in plain:
        plain = plain.translate(_SPELLING)
    if not _E164.fullmatch(plain):
        raise BadInput("a phone number in E.164 form is needed, such as +15551230000; nothing was sent", "phone")
    return plain


def masked(number: str) -> str:
    """The number as Auth0's list shows it: all but the last four characters hidden."""
    return "X" * (len(number) - 4) + number[-4:]


def email(address: str) -> str:
    """The address without blanks around it. Raises BadInput for what cannot be one; Auth0 judges the rest."""
    plain = address.strip() if isinstance(address, str) else ""
    name, _, domain = plain.rpartition("@")
    if not name or "." not in domain.strip(".") or any(one.isspace() for one in plain):
        raise BadInput("an e-mail address is needed, such as ada@example.com; nothing was sent", "email")
    return plain


def masked_email(address: str) -> str:
    """The address as Auth0's list shows it: of the name and of the domain the first four letters at most."""
    name, _, domain = address.rpartition("@")
    shown = name[:4] if len(name) > 4 else ""
    return f"{shown.ljust(len(name), '*')}@{domain[:4].ljust(len(domain), '*')}"
