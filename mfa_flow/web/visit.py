"""A request, and who it is of: the browser's secret, their flow, their language."""

from attrs import evolve, field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.handle import FlowHandle
from mfa_flow.machine.prompts import Pause, Prompt
from mfa_flow.texts import best_locale
from mfa_flow.web.guard import Secret, forgetting, keeping, secret_of
from mfa_flow.web.values import Answered, Asked


@frozen
class Visit:
    """Who asks. ``kept`` tells whether the browser has the secret already; ``lang`` is the language asked for by the
    address, if it was."""

    mfa: MfaClient = field(repr=False)
    asked: Asked
    secret: Secret
    kept: bool
    locale: str
    lang: str

    @classmethod
    def of(cls, mfa: MfaClient, asked: Asked, language: str | None) -> "Visit":
        """The visit of a request, to a page in that ``language`` where the address names none."""
        secret = secret_of(asked)
        lang = best_locale(asked.query["lang"]) if asked.query.get("lang") else ""
        locale = lang or best_locale(language or asked.headers.get("accept-language"))
        return cls(mfa, asked, secret or Secret.new(), secret is not None, locale, lang)

    @property
    def flow(self) -> FlowHandle:
        """The flow of this browser, or that which the service knows it by."""
        return self.mfa.flow(self.asked.flow_id or self.secret.flow_id, language=self.locale)

    @property
    def here(self) -> str:
        """The address of the page, seen from any of ours."""
        return f"./?lang={self.lang}" if self.lang else "./"

    def place(self, prompt: Prompt) -> str:
        """A mark of what is asked now, to know an answer to something else by."""
        then = prompt.then if isinstance(prompt, Pause) else prompt
        asked = (getattr(then, name, None) for name in ("kind", "channel", "to", "barcode_uri"))
        return self.secret.place(*asked)

    def logging_in(self, *given: str) -> "Visit":
        """The visit as it goes on from a login: by a secret that nobody had before."""
        return evolve(self, secret=self.secret.after_login(*given), kept=False)

    def go(self) -> Answered:
        """Show the page anew, by a GET: a reload then sends nothing."""
        return self.keep(Answered(303, (("Location", self.here),)))

    def keep(self, answered: Answered) -> Answered:
        """The answer, with the secret if the browser does not have it."""
        return answered if self.kept else answered.having(keeping(self.asked, self.secret))

    def forget(self, answered: Answered) -> Answered:
        """The answer, which takes the secret away."""
        return answered.having(forgetting(self.asked))
