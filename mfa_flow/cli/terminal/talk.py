"""Asking and telling in one language, at one terminal. What stands on the screen already is not said again."""

from collections.abc import Collection

from attrs import define, field

from mfa_flow import Prompt, Scan
from mfa_flow.cli.terminal.asking import Asker
from mfa_flow.cli.terminal.paper import Paper
from mfa_flow.cli.terminal.words import hint
from mfa_flow.texts import text_for


@define
class Talk:
    """It remembers what was shown, and nothing of the flow."""

    ask: Asker
    paper: Paper
    locale: str
    _told: tuple[str, str] | None = field(default=None, init=False)
    _drawn: str | None = field(default=None, init=False, repr=False)
    _kept: tuple[str, ...] = field(default=(), init=False, repr=False)

    def question(self, text: str, verbs: Collection[str] = ()) -> None:
        """What to answer, and the words that may be typed instead; once, until ``anew``."""
        told = (text, hint(verbs, self.locale))
        if told == self._told:
            return
        self._told = told
        for line, style in zip(told, ("", "dim"), strict=True):
            if line:
                self.paper.tell(line, style)

    def anew(self) -> None:
        """Say the next question, be it the same."""
        self._told = None

    def refused(self, prompt: Prompt) -> None:
        """What was cut off, and why the last answer was refused."""
        for told in (prompt.cut_off(self.locale), prompt.error and prompt.error.told(self.locale)):
            if told:
                self.paper.refuse(told)

    async def keep(self, codes: tuple[str, ...], *, label: str = "label.recovery_codes") -> None:
        """Show codes that nobody can ask for again, each once, and go on when the person has saved them."""
        new = tuple(code for code in codes if code not in self._kept)
        if not new:
            return
        self._kept += new
        self.paper.tell(text_for(label, self.locale, n=len(new)), "yellow")
        self.paper.keep(new)
        await self.ask.saved(text_for("terminal.saved", self.locale))

    async def line(self, label: str, *, hidden: bool = False) -> str:
        """What is typed beside a label."""
        return await self.ask.line(text_for("terminal.label", self.locale, label=label), hidden=hidden)

    def picture(self, prompt: Scan) -> None:
        """The QR code, once; and what to type for who cannot scan it."""
        if prompt.barcode_uri == self._drawn:
            return
        self._drawn = prompt.barcode_uri
        if prompt.secret:
            self.paper.tell(text_for("label.cannot_scan", self.locale))
            self.paper.tell(prompt.secret, "bold")
        too_wide = self.paper.picture(prompt.qr("text"))
        if too_wide:
            self.paper.refuse(text_for("terminal.narrow", self.locale, n=too_wide))
