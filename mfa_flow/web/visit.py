"""A request, and who it is of: the browser's secret, their flow, their language."""

import logging
from ipaddress import ip_address
from urllib.parse import urlencode

from attrs import evolve, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.handle import FlowHandle
from mfa_flow.machine.prompts import Pause, Prompt
from mfa_flow.texts import best_locale
from mfa_flow.web.guard import Secret, keeping, secret_of
from mfa_flow.web.note import Note
from mfa_flow.web.values import Answered, Asked, HandedOver
from mfa_flow.wire.values import Tokens

_LOG = logging.getLogger("mfa_flow.web")
_EMPTY = Note()


@frozen
class Visit:
    """Who asks. ``kept`` tells whether the browser has the secret already, ``noted`` what it has of the ``note``;
    ``lang`` is the language asked for by the address, if it was."""

    mfa: MfaClient = field(repr=False)
    asked: Asked
    secret: Secret
    kept: bool
    locale: str
    lang: str
    noted: Note = _EMPTY
    note: Note = _EMPTY
    realm: str | None = None

    @classmethod
    def of(cls, mfa: MfaClient, asked: Asked, language: str | None = None, realm: str | None = None) -> "Visit":
        """The visit of a request, to a page in that ``language`` where the address names none; who logs in does so to
        the ``realm``."""
        secret = secret_of(asked)
        lang = best_locale(asked.query["lang"]) if asked.query.get("lang") else ""
        locale = lang or best_locale(language or asked.headers.get("accept-language"))
        note = Note.of(asked, secret) if secret else _EMPTY
        return cls(mfa, asked, secret or Secret.new(), secret is not None, locale, lang, note, note, realm)

    @property
    def flow(self) -> FlowHandle:
        """The flow of this browser, or that which the service knows it by."""
        known = self.asked.flow_id or self.secret.flow_id
        return self.mfa.flow(known, language=self.locale, forwarded_for=_address(self.asked.forwarded_for))

    @property
    def here(self) -> str:
        """The address of the page, seen from any of ours."""
        return self.there()

    def there(self, page: str = "", **query: str) -> str:
        """The address of another, in the same language."""
        asked = {**query, **({"lang": self.lang} if self.lang else {})}
        return f"./{page}{'?' if asked else ''}{urlencode(asked)}"

    def place(self, prompt: Prompt) -> str:
        """A mark of what is asked now, to know an answer to something else by."""
        then = prompt.then if isinstance(prompt, Pause) else prompt
        return self.secret.mark(*(getattr(then, name, None) for name in ("kind", "channel", "to", "barcode_uri")))

    def codes(self, prompt: Prompt) -> tuple[str, ...]:
        """The recovery codes that the person has still to keep."""
        found = prompt.recovery_codes
        return () if self.note.saved == self.secret.mark(found) else found

    def having_saved(self, prompt: Prompt) -> "Visit":
        """The visit of a person who said that they keep the codes."""
        return evolve(self, note=evolve(self.note, saved=self.secret.mark(prompt.recovery_codes)))

    def was_handed(self, tokens: Tokens | None) -> bool:
        """Whether the service was given these, as far as the browser knows."""
        return tokens is not None and self.note.handed == self.secret.mark(tokens.access_token)

    def having_handed(self, tokens: Tokens, given: HandedOver) -> "Visit":
        """The visit of a person whose tokens the service has taken."""
        if given.refuses:
            return self
        handed = self.secret.mark(tokens.access_token)
        return evolve(self, note=evolve(self.note, handed=handed, to=given.location or ""))

    def telling(self, told: str = "", *, beside: bool = False, typed: str = "", at: str = "") -> "Visit":
        """The visit whose next page ``at`` that place says this; without words it has nothing to say."""
        return evolve(self, note=self.note.having(told, beside=beside, typed=typed, at=at))

    @property
    def is_told(self) -> bool:
        """Whether the note is for this page, and not for another tab's."""
        return self.note.at == next((name for name in ("login", "enroll") if name in self.asked.query), "")

    def logging_in(self, *given: str) -> "Visit":
        """The visit as it goes on from a login: by a secret that nobody had before."""
        return evolve(self, secret=self.secret.after_login(*given), kept=False, note=_EMPTY)

    def go(self, page: str = "", **query: str) -> Answered:
        """Show a page by a GET: a reload of it sends nothing, and who goes back gets it again."""
        return self.keep(Answered(303, (("Location", self.there(page, **query)),)))

    def keep(self, answered: Answered) -> Answered:
        """The answer, with the secret and the note if the browser does not have them."""
        if not self.kept:
            answered = answered.having(keeping(self.asked, self.secret))
        return answered if self.note == self.noted else answered.having(self.note.keeping(self.asked, self.secret))

    def leave(self, answered: Answered) -> Answered:
        """The answer after which the flow is over for this browser. One that the service knows by itself is met again
        for as long as there are tokens, which it is given again."""
        gone = evolve(self, note=_EMPTY)
        return (gone if self.asked.flow_id else evolve(gone, secret=Secret(""), kept=False)).keep(answered)


def _address(given: str | None) -> str | None:
    """An IP address. What is none is left out: it is no fault of who logs in."""
    try:
        return str(ip_address(given.partition("%")[0])) if given else None
    except ValueError:
        _LOG.warning("forwarded_for= gave what is no IP address; it is left out")
        return None
