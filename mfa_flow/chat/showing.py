"""Prompts as replies: what is to be kept first, then the picture, then the question with its buttons."""

from contextlib import suppress

from attrs import evolve

from mfa_flow.chat.buttons import Buttons
from mfa_flow.chat.options import numbered, one_line, options
from mfa_flow.chat.replies import Reply
from mfa_flow.errors import BadInput
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.texts import text_for


def replies(prompt: Prompt, buttons: Buttons, note: str | None, seen: Prompt | None) -> tuple[Reply, ...]:
    """What to send for a prompt, with a ``note`` before it. Of the picture and the codes to keep only what was not in
    the prompt that the person has ``seen``."""
    locale = buttons.locale
    refused = prompt.error.told(locale) if prompt.error else None
    asks = isinstance(prompt, AskPassword)
    asked = buttons.first_question() if asks else question(prompt, locale)
    kept = to_keep(prompt, locale, seen)
    unseen = isinstance(prompt, Scan) and not any(one.picture for one in kept)  # it may never have been in this chat
    show = text_for("chat.show", locale) if unseen else None
    told = (prompt.cut_off(locale), note, None if note else refused, asked, show)
    return (*kept, Reply("\n".join(filter(None, told)), () if asks else buttons.of(prompt)))


def question(prompt: Prompt, locale: str | None) -> str:
    """What is asked, as one reads it in a chat."""
    match prompt:
        case Choose():
            return _menu(prompt, locale)
        case AskCode(to=str(to)):
            return evolve(prompt, to=one_line(to)).question(locale)
        case Scan(length=int(length)):
            return text_for("scan.code", locale, length=length)
        case Pause(then=Choose() as then):
            return f"{prompt.question(locale)}\n{_menu(then, locale)}"
    # What replaces a recovery code is told by itself.
    return text_for("done", locale) if isinstance(prompt, Done) else prompt.question(locale)


def to_keep(prompt: Prompt, locale: str | None, seen: Prompt | None) -> tuple[Reply, ...]:
    """What is for the person alone: recovery codes, the QR code and its key, each but once; the code that replaces a
    recovery code whenever it is there."""
    asked, was = _asked(prompt), _asked(seen)
    kept = None if seen and seen.recovery_codes == prompt.recovery_codes else prompt.to_keep(locale)
    found = [Reply(kept, sensitive=True)] if kept else []
    if isinstance(asked, Scan) and not (isinstance(was, Scan) and was.barcode_uri == asked.barcode_uri):
        by_hand = f"{text_for('label.cannot_scan', locale)} {asked.secret}" if asked.secret else None
        found.append(Reply(by_hand or text_for("label.qr", locale), picture=_picture(asked), sensitive=True))
    if isinstance(asked, Done) and asked.recovery_code:
        found.append(Reply(text_for("new_recovery_code", locale, code=asked.recovery_code), sensitive=True))
    return tuple(found)


def waits(prompt: Prompt) -> bool:
    """Whether a push is on the phone, or its picture waits to be scanned. Not in a pause: nobody asks then."""
    return isinstance(prompt, Wait | Scan) and prompt.seconds is not None


def _picture(prompt: Scan) -> bytes | None:
    """The QR code; none where a link is too long for one."""
    with suppress(BadInput):
        return bytes(prompt.qr("png"))
    return None


def _asked(prompt: Prompt | None) -> Prompt | None:
    return prompt.then if isinstance(prompt, Pause) else prompt


def helping(prompt: Prompt, locale: str | None) -> str:
    """What one may write now."""
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    lines = [text_for("chat.help.choose", locale)] if isinstance(asked, Choose) else []
    if isinstance(asked, AskCode) or (isinstance(asked, Scan) and asked.length):
        lines.append(text_for("chat.help.confirm", locale))
    if "resend" in asked.verbs:
        lines.append(text_for("chat.help.resend", locale))
    if "go_back" in asked.verbs:
        lines.append(text_for("chat.help.go_back", locale))
    if prompt.recovery_codes or isinstance(asked, Scan):
        lines.append(text_for("chat.help.show", locale))
    lines.append(text_for("chat.help.start" if isinstance(asked, Done | Stopped) else "chat.help.cancel", locale))
    return "\n".join([text_for("chat.help", locale), *(f"\u2022 {line}" for line in lines), ""])


def _menu(prompt: Choose, locale: str | None) -> str:
    """The choices, a line each."""
    offered = options(prompt, locale)
    has = [one for one in offered if one.verb != "enroll"]
    new = offered[len(has) :]
    parts = []
    if has:
        managing = has[0].verb == "remove"
        parts += [text_for("label.manage" if managing else "label.choose", locale), numbered(has, 1)]
    if new:
        parts += [text_for("label.enroll_another" if has else "label.enroll", locale), numbered(new, len(has) + 1)]
    return "\n".join([*parts, text_for("chat.choose", locale)]) if parts else prompt.question(locale)
