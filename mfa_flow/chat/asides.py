"""Questions of the chat's own, which no prompt asks: the password for an address, a phone number, whether to remove."""

from mfa_flow.chat.buttons import Buttons
from mfa_flow.chat.quoting import question_for, removal_of
from mfa_flow.chat.replies import Reply
from mfa_flow.chat.understanding import Say
from mfa_flow.machine.prompts import Prompt, Stopped
from mfa_flow.texts import text_for


def said_alone(say: Say, prompt: Prompt, buttons: Buttons) -> Reply | None:
    """The reply that takes the place of the prompt's question, if this is one."""
    locale = buttons.locale
    if say.asks is not None and say.asks.verb == "remove":
        return Reply(removal_of(say.asks, locale), buttons.removal(prompt, say.asks))
    if say.asks is not None:
        note = f"{say.values['note']}\n" if say.values else ""
        return Reply(note + question_for(say.asks, locale), quote=True)
    if say.key == "chat.password":
        return Reply(text_for("chat.password", locale, **say.values), quote=True)
    if say.key == "chat.ask_password":
        return Reply(text_for("chat.ask_password", locale))
    if say.key == "chat.pair" and isinstance(prompt, Stopped):
        return Reply(f"{prompt.text(locale)}\n{text_for('chat.ask_password', locale)}")
    return None
