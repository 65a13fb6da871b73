"""Questions of the chat's own, which no prompt asks: the password for an address, a phone number, whether to remove."""

from mfa_flow.chat.buttons import Buttons
from mfa_flow.chat.quoting import question_for, removal_of
from mfa_flow.chat.replies import Reply
from mfa_flow.chat.understanding import Say
from mfa_flow.machine.prompts import Done, Pause, Prompt, Stopped
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
        # Where any word may be a name, one that nobody quoted may be the password.
        return Reply(text_for("chat.password", locale, **say.values), sensitive=buttons.names, quote=True)
    if say.key in ("chat.ask_password", "chat.pair") and not isinstance(prompt, Pause | Done):
        told = (*_before(say, prompt, buttons), buttons.first_question())
        return Reply("\n".join(filter(None, told)))
    return None


def _before(say: Say, prompt: Prompt, buttons: Buttons) -> tuple[str | None, ...]:
    """What goes before the first question. Who cancelled knows it; what ended otherwise may not be known yet."""
    lost = say.key == "chat.pair"
    if lost and isinstance(prompt, Stopped) and prompt.reason != "cancelled":
        return (prompt.text(buttons.locale),)
    missing = text_for("chat.pair", buttons.locale) if lost and not buttons.names else None
    return prompt.cut_off(buttons.locale), missing
