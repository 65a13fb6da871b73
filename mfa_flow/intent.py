"""What a caller wants, as a value: a verb and what was given with it."""

import json
from hashlib import blake2b
from typing import Any

from attrs import Factory, field, frozen

from mfa_flow.factors.codes import bare

_write = json.JSONEncoder(default=str, check_circular=False).encode


def _bare(intent: "Intent") -> tuple[tuple[str, Any], ...]:
    """What was given, with an answer's blanks and dashes gone: they make no other answer of it."""
    match intent.given:
        case (("answer", str() as answer),):
            return (("answer", bare(answer)),)
    return intent.given


@frozen
class Intent:
    """What a caller wants: a verb, and what was given with it. Two equal ones are the same answer given twice."""

    verb: str
    given: tuple[tuple[str, Any], ...] = field(default=(), repr=False, eq=False)
    _meant: tuple[tuple[str, Any], ...] = field(default=Factory(_bare, takes_self=True), init=False, repr=False)
    _digests: dict[str, str] = field(factory=dict, init=False, repr=False, eq=False)

    @classmethod
    def of(cls, verb: str, **given: Any) -> "Intent":
        """An intent; what is None was not given."""
        return cls(verb, tuple([item for item in given.items() if item[1] is not None]))

    def digest(self, flow_id: str) -> str:
        """Enough to know the same answer again. Of a password only two bytes: too few to find it from."""
        if flow_id not in self._digests:
            size = 2 if self.verb == "login" else 16
            content = _write([flow_id, self.verb, self._meant]).encode()
            self._digests[flow_id] = f"{self.verb}:{blake2b(content, digest_size=size).hexdigest()}"
        return self._digests[flow_id]
