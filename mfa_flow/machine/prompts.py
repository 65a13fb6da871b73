"""Prompts: what to show a person, and what to expect of them. A closed union of eight kinds.

Every verb returns one. It travels as JSON to a page or a chat and back. Each says which verbs are possible now, and
why the last answer was refused.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Union

from attrs import asdict, field, fields, frozen

from mfa_flow.errors import BadInput
from mfa_flow.machine.qr import draw_qr
from mfa_flow.texts import find, label, text_for, when
from mfa_flow.wire.secret import Sealed
from mfa_flow.wire.values import Authenticator, Tokens


@frozen
class Notice:
    """Why the last answer was refused: a stable ``key`` for programs, an English ``text`` for people."""

    key: str
    text: str

    @classmethod
    def of(cls, key: str) -> "Notice":
        """The notice of a key, with its English text."""
        return cls(key, text_for(key))

    def told(self, locale: str | None = "en") -> str:
        """The text in a language; the one it came with where the key has none."""
        return find(self.key, locale) or self.text


@frozen(kw_only=True)
class _Shown(Sealed):
    """What all prompts have.

    ``verbs`` are the verbs possible now; ``error`` says why the last answer was refused; ``recovery_codes`` come with
    the first enrolment, stay until a factor is proved, and must reach the person; ``interrupted`` names a verb that a
    process died with: it may have taken effect.
    """

    kind: ClassVar[str]

    verbs: tuple[str, ...] = ()
    error: Notice | None = None
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)
    interrupted: str | None = None

    def text(self, locale: str | None = "en") -> str:
        """All a person has to be told: what was cut off, why the last answer was refused, the question, the codes to
        keep. In the language of the ``locale`` (``fr-CA`` falls to ``fr``), or in English."""
        refused = self.error.told(locale) if self.error else None
        told = (self.cut_off(locale), refused, self.question(locale), self.to_keep(locale))
        return "\n".join(filter(None, told))

    def question(self, locale: str | None = "en") -> str:
        """The question alone, for those who show the rest elsewhere."""
        return text_for(self.kind, locale)

    def cut_off(self, locale: str | None = "en") -> str | None:
        """What may have come of the verb that was ``interrupted``, and what to do."""
        if not self.interrupted:
            return None
        verb = f"interrupted.{self.interrupted}"
        place = getattr(getattr(self, "then", self), "channel", self.kind)
        return find(f"{verb}.{place}", locale) or find(verb, locale) or text_for("interrupted", locale)

    def to_keep(self, locale: str | None = "en") -> str | None:
        """The recovery codes, and that they are to be kept."""
        kept = self.recovery_codes
        return text_for("recovery_codes", locale, n=len(kept), codes=", ".join(kept)) if kept else None

    def to_json(self, *, tokens: bool = False, locale: str | None = "en") -> str:
        """The prompt as a JSON object, with its ``kind``, and its ``text`` and the error's in a language. Tokens only
        if asked for by name."""
        found = {"kind": self.kind, "text": self.text(locale), **self._fields(tokens=tokens, locale=locale)}
        return json.dumps(found)

    def _fields(self, *, tokens: bool, locale: str | None) -> dict[str, Any]:
        found = {name: value for name, value in asdict(self).items() if tokens or name != "tokens"}
        if self.error:
            found["error"]["text"] = self.error.told(locale)
        return found


@frozen(kw_only=True)
class AskPassword(_Shown):
    """Ask for the e-mail address and the password, then ``login``."""

    kind = "ask_password"


@frozen(kw_only=True)
class Choose(_Shown):
    """Let the person choose: ``challenge`` one of these authenticators, or ``enroll`` one of these factors.

    ``authenticators`` is all there is on the list, pending ones included; those who manage factors may ``remove`` one.
    """

    kind = "choose"
    challenge: tuple[Authenticator, ...] = ()
    enroll: tuple[str, ...] = ()
    authenticators: tuple[Authenticator, ...] = ()

    def question(self, locale: str | None = "en") -> str:
        new = [label(name, locale) for name in self.enroll]
        if "remove" in self.verbs:
            has = [label(one, locale) for one in self.authenticators if one.active]
            key = "choose.manage" if has else "choose.manage.none"
            return text_for(key, locale, choices=", ".join(has), more=", ".join(new))
        known = [label(one, locale) for one in self.challenge]
        if known and new:
            return text_for("choose.both", locale, choices=", ".join(known), more=", ".join(new))
        key = "choose.challenge" if known else "choose.enroll" if new else "choose.nothing"
        return text_for(key, locale, choices=", ".join(known or new))


@frozen(kw_only=True)
class AskCode(_Shown):
    """Ask for a code of ``length`` digits (letters too, if not ``numeric``), then ``confirm`` it.

    ``channel`` is how it comes (the factor's name), ``to`` where it went, masked; ``until`` is when it runs out (unix
    seconds), where that is known.
    """

    kind = "ask_code"
    channel: str
    to: str | None = None
    length: int | None = 6
    until: float | None = None
    numeric: bool = True

    def question(self, locale: str | None = "en") -> str:
        key = f"ask_code.{self.channel}" + (".to" if self.to else "")
        told = find(key, locale, to=self.to, length=self.length) if self.length else None
        return told or text_for(self.kind, locale)


@frozen(kw_only=True)
class Scan(_Shown):
    """Show a QR code to scan with an app, and ``secret`` for those who type it in.

    Then ``confirm`` the app's code of ``length`` digits. Without a length there is nothing to type: ``wait``, or ask
    again in ``seconds``, at the latest ``until`` (unix seconds).
    """

    kind = "scan"
    barcode_uri: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    length: int | None = 6
    seconds: float | None = None
    until: float | None = None

    def qr(self, kind: str = "svg") -> Any:
        """The QR code: ``svg`` (a str), ``png`` (bytes) or ``text`` (a str for terminals). Needs the extra ``qr``."""
        return draw_qr(self.barcode_uri, kind)

    def question(self, locale: str | None = "en") -> str:
        key = self.kind if not self.length else "scan.secret" if self.secret else "scan.code"
        return text_for(key, locale, secret=self.secret, length=self.length)


@frozen(kw_only=True)
class Wait(_Shown):
    """The person answers elsewhere. Ask again in ``seconds``, at the latest ``until`` (unix seconds)."""

    kind = "wait"
    seconds: float
    until: float | None = None


@frozen(kw_only=True)
class Pause(_Shown):
    """A bucket is empty: another try makes sense in ``seconds``. ``then`` is the question that stands meanwhile: the
    person may go another way, to a push or a recovery code for instance. All codes of six digits share one bucket."""

    kind = "pause"
    seconds: float
    then: "Prompt"

    def _fields(self, *, tokens: bool, locale: str | None) -> dict[str, Any]:
        then = json.loads(self.then.to_json(tokens=tokens, locale=locale))
        return {**super()._fields(tokens=tokens, locale=locale), "then": then}

    def question(self, locale: str | None = "en") -> str:
        return text_for(self.kind, locale, when=when(self.seconds, locale))


@frozen(kw_only=True)
class Done(_Shown):
    """The end one wants: ``tokens`` (None only in a prompt read from JSON that was written without them).
    ``recovery_code`` replaces the one just used, and must reach the person."""

    kind = "done"
    tokens: Tokens | None = None
    recovery_code: str | None = field(default=None, repr=False)

    def question(self, locale: str | None = "en") -> str:
        told = text_for(self.kind, locale)
        if self.recovery_code is None:
            return told
        return f"{told} {text_for('new_recovery_code', locale, code=self.recovery_code)}"


@frozen(kw_only=True)
class Stopped(_Shown):
    """The flow ended without tokens; ``reason`` is a stable key, such as ``expired`` or ``cancelled``."""

    kind = "stopped"
    reason: str

    def question(self, locale: str | None = "en") -> str:
        return f"{text_for('stopped', locale)} {text_for(self.reason, locale)}"


Prompt = Union[AskPassword, Choose, AskCode, Scan, Wait, Pause, Done, Stopped]
_KINDS: dict[str, Any] = {kind.kind: kind for kind in (AskPassword, Choose, AskCode, Scan, Wait, Pause, Done, Stopped)}


def prompt_from_json(text: str) -> Prompt:
    """The prompt that ``to_json`` wrote. Fields it does not know are passed over. Raises BadInput."""
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput(f"this is no prompt: {type(error).__name__}") from None


def _read(found: Mapping[str, Any]) -> Prompt:
    prompt: Prompt = _known(_KINDS[found["kind"]], found)
    return prompt


def _known(kind: Any, found: Mapping[str, Any]) -> Any:
    """An instance of the kind, of those of its fields that were found."""
    names = (one.name for one in fields(kind) if one.init and one.name in found)
    return kind(**{name: _READERS.get(name, _as_is)(found[name]) for name in names})


def _as_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_READERS: dict[str, Callable[[Any], Any]] = {
    "error": lambda value: None if value is None else _known(Notice, value),
    "challenge": lambda value: tuple(_known(Authenticator, one) for one in value),
    "authenticators": lambda value: tuple(_known(Authenticator, one) for one in value),
    "tokens": lambda value: None if value is None else _known(Tokens, value),
    "then": _read,
}
