"""What a caller wants, as a value: a verb and what was given with it."""

import json
from hashlib import blake2b
from typing import Any

from attrs import field, frozen

from mfa_flow.factors.codes import bare


def _bare(given: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    """What was given, with an answer's blanks and dashes gone: they make no other answer of it."""
    return tuple((name, bare(value) if name == "answer" and isinstance(value, str) else value) for name, value in given)


@frozen
class Intent:
    """What a caller wants: a verb, and what was given with it. Two equal ones are the same answer given twice."""

    verb: str
    given: tuple[tuple[str, Any], ...] = field(default=(), repr=False, eq=_bare)

    @classmethod
    def of(cls, verb: str, **given: Any) -> "Intent":
        """An intent; what is None was not given."""
        return cls(verb, tuple((name, value) for name, value in given.items() if value is not None))

    def digest(self, flow_id: str) -> str:
        """Enough to know the same answer again. Of a password only two bytes: too few to find it from."""
        size = 2 if self.verb == "login" else 16
        content = json.dumps([flow_id, self.verb, _bare(self.given)], default=str).encode()
        return f"{self.verb}:{blake2b(content, digest_size=size).hexdigest()}"
