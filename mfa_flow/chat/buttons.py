"""What a button carries: which flow, which question, what to do. One of an earlier question is known by that."""

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b

from attrs import frozen

from mfa_flow.chat.options import Option, one_line, options
from mfa_flow.chat.replies import Button
from mfa_flow.chat.understanding import Deed, Say, picked
from mfa_flow.errors import Unreadable
from mfa_flow.machine.prompts import AskCode, Choose, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.stores.reference import Reference
from mfa_flow.texts import text_for

# Characters of a reference's action that say which question it belongs to; what to do is behind them.
_MARK = 6
# Bytes of a chat's id: a UUID fits. What to do is a letter, so that as much is left.
LONGEST_ID = 36
_DEEDS = {"r": "resend", "b": "go_back", "x": "cancel"}
_AGAIN, _REMOVE, _KEEP = "l", "d", "k"


@frozen
class Buttons:
    """Makes and reads the buttons of one flow's question. ``names``: people log in by user names, too."""

    reference: Reference
    flow_id: str
    locale: str | None = None
    names: bool = False

    def first_question(self) -> str:
        """What is asked before all else."""
        return text_for("chat.ask_name" if self.names else "chat.ask_password", self.locale)

    def of(self, prompt: Prompt) -> tuple[Button, ...]:
        """All that go with a question."""
        asked = prompt.then if isinstance(prompt, Pause) else prompt
        made = []
        if isinstance(asked, Choose):
            offered = options(asked, self.locale)
            made = [self._button(prompt, f"o{place}", self._named(one)) for place, one in enumerate(offered)]
        if isinstance(asked, Stopped):
            made = [self._button(prompt, _AGAIN, text_for("button.login_again", self.locale))]
        return (*made, *self._verbs(asked, prompt))

    def removal(self, prompt: Prompt, option: Option) -> tuple[Button, ...]:
        """The one that says yes to removing an authenticator, and the one that leads back to the list."""
        place = next((place for place, one in enumerate(_offered(prompt)) if one.given == option.given), 0)
        return (
            self._button(prompt, f"{_REMOVE}{place}", text_for("button.remove", self.locale)),
            self._button(prompt, _KEEP, text_for("button.go_back", self.locale)),
        )

    def pressed(self, reference: str, prompt: Prompt) -> Deed | Say:
        """What a button stands for now. Harmless, whatever it is: of another chat, forged, of an earlier question."""
        try:
            flow_id, action = self.reference.read(reference)
        except Unreadable:
            flow_id = action = ""
        if flow_id != self.flow_id:
            return Say("chat.not_here")
        mark, deed = action[:_MARK], action[_MARK:]
        if mark != question_mark(prompt):
            return Say("chat.stale", whole=True)  # or one that comes again: what it brought may be lost
        if deed in _DEEDS:
            return Deed(_DEEDS[deed])
        if deed == _AGAIN:
            return Say("chat.ask_password")
        if deed == _KEEP:
            return Say()
        option = _offered(prompt)[int(deed[1:])]
        return Deed("remove", (option.given,)) if deed.startswith(_REMOVE) else picked(option)

    def _verbs(self, asked: Prompt, prompt: Prompt) -> list[Button]:
        if not isinstance(asked, AskCode | Scan | Wait | Choose):
            return []
        shown = {"r": "button.resend", "b": "button.another_way", "x": "button.cancel"}
        return [
            self._button(prompt, letter, text_for(key, self.locale))
            for letter, key in shown.items()
            if _DEEDS[letter] in asked.verbs
        ]

    def _named(self, option: Option) -> str:
        removes = option.verb == "remove"
        return one_line(f"{text_for('button.remove', self.locale)}: {option.label}") if removes else option.label

    def _button(self, prompt: Prompt, deed: str, text: str) -> Button:
        return Button(text, self.reference.make(self.flow_id, f"{question_mark(prompt)}{deed}"))


def question_mark(prompt: Prompt) -> str:
    """Six characters by which a question is known again. A code that was sent once more makes it another one."""
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    said: list[object] = [asked.kind]
    match asked:
        case Choose():
            said += [[one.verb, one.given] for one in options(asked, None)]
        case AskCode():
            said += [asked.channel, asked.to, asked.until]
        case Scan():
            said += [asked.barcode_uri, asked.until]
        case Wait():
            said += [asked.until]
        case Stopped():
            said += [asked.reason]
    found = blake2b(json.dumps(said).encode(), digest_size=6).digest()
    return urlsafe_b64encode(found)[:_MARK].decode()


def _offered(prompt: Prompt) -> tuple[Option, ...]:
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    return options(asked, None) if isinstance(asked, Choose) else ()
