"""What the next page has to know, in a cookie of its own: none of it opens anything, and all of it is checked."""

import json
from base64 import urlsafe_b64decode

from attrs import asdict, evolve, field, frozen

from mfa_flow.web.guard import Secret, as_text, cookie_of, is_same, setting
from mfa_flow.web.values import Asked

_NAME = "mfa_flow_note"
# Bytes: browsers keep no larger cookie, and say nothing of it.
_LARGEST = 4096
# Characters of what was typed.
_TYPED = 320


@frozen(kw_only=True)
class Note:
    """``told`` is what went wrong, ``beside`` whether a field is wrong, ``typed`` what need not be typed again: for one
    page, which ``at`` tells from the question that stands (``login``, ``enroll``). ``saved`` is a mark of the recovery
    codes that the person keeps, ``handed`` one of the tokens that the service was given, ``to`` where it sends the
    person then."""

    told: str = ""
    beside: bool = False
    typed: str = field(default="", repr=False)
    at: str = ""
    saved: str = ""
    handed: str = ""
    to: str = field(default="", repr=False)

    @classmethod
    def of(cls, asked: Asked, secret: Secret) -> "Note":
        """The note of a browser, an empty one where it has none that is ours."""
        packed, _, mark = cookie_of(asked, _NAME).partition(".")
        if not is_same(secret.mark("note", packed), mark):
            return cls()
        try:
            return cls(**json.loads(urlsafe_b64decode(packed + "==")))
        except (ValueError, TypeError):  # written by another version
            return cls()

    def having(self, told: str = "", *, beside: bool = False, typed: str = "", at: str = "") -> "Note":
        """The same, for another page."""
        return evolve(self, told=told, beside=beside, typed=typed[:_TYPED], at=at)

    def keeping(self, asked: Asked, secret: Secret) -> tuple[str, str]:
        """The header that gives it to the browser, or takes it away where nothing is left of it. One that is too long
        goes without ``to``."""
        said = {name: value for name, value in asdict(self).items() if value}
        packed = as_text(json.dumps(said, ensure_ascii=False).encode()) if said else ""
        name, value = setting(asked, _NAME, packed and f"{packed}.{secret.mark('note', packed)}")
        fits = len(value) <= _LARGEST or not self.to
        return (name, value) if fits else evolve(self, to="").keeping(asked, secret)
