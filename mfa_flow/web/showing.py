"""What a page shows of a prompt: the template, and the values that are put into it."""

from contextlib import suppress
from secrets import token_urlsafe
from typing import Any

from mfa_flow.errors import BadInput
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.texts import find, label, text_for, when
from mfa_flow.web.acts import details_of
from mfa_flow.web.pages import Pages
from mfa_flow.web.values import Answered
from mfa_flow.web.visit import Visit
from mfa_flow.wire.values import Authenticator
from mfa_flow.wire.vocabulary import OOB_CODE_LIFETIME

# Seconds that a message is given to arrive before another is offered.
_ON_ITS_WAY = 30
# What is no fault of the person: it is told, and no field is wrong.
_NO_FAULT = frozenset({"further_factor", "still_pending"})
_MESSAGES = "too_many_messages"


def waits(prompt: Prompt) -> bool:
    """Whether the person answers elsewhere, and the page turns by itself; in a pause too, which is none for them."""
    then = prompt.then if isinstance(prompt, Pause) else prompt
    return isinstance(then, Wait) or (isinstance(then, Scan) and not then.length)


def show(pages: Pages, visit: Visit, prompt: Prompt, picked: str = "", status: int = 200) -> Answered:
    """The page of a prompt, with what there is to tell; where something of a choice was ``picked``, of the details that
    this factor takes, or of whether to remove this authenticator. After an end that is the way to log in, with the
    reason above it. What another tab's page has to tell stays for that."""
    if visit.is_told:
        return visit.telling().keep(_page(pages, visit, prompt, picked, status))
    return visit.keep(_page(pages, visit.telling(), prompt, picked, status))


def _page(pages: Pages, visit: Visit, prompt: Prompt, picked: str, status: int) -> Answered:
    if isinstance(prompt, Stopped):
        visit = visit.telling(prompt.question(visit.locale))
        prompt = AskPassword(interrupted=prompt.interrupted)
    then = prompt.then if isinstance(prompt, Pause) else prompt
    name = _page_of(then, picked)
    shown = _common(visit, prompt) | _told(visit, prompt, name) | _SHOWN.get(name, _nothing)(visit, then, picked)
    return pages.page(name, visit.locale, status, **shown)


def _page_of(then: Prompt, picked: str) -> str:
    """The page's name: a choice may have a second, for what is needed before it is taken."""
    if isinstance(then, Choose) and picked in then.enroll and details_of(picked):
        return "details"
    if isinstance(then, Choose) and picked in [one.id for one in _removable(then)]:
        return "remove"
    return then.kind


def _removable(prompt: Choose) -> list[Authenticator]:
    return [one for one in prompt.authenticators if one.active] if "remove" in prompt.verbs else []


def _common(visit: Visit, prompt: Prompt) -> dict[str, Any]:
    then = prompt.then if isinstance(prompt, Pause) else prompt
    codes = visit.codes(prompt)
    return {
        "title": _title(then, visit.locale),
        "here": visit.here,
        "there": visit.there,
        "hidden": {"token": visit.secret.token, "place": visit.place(prompt), "lang": visit.lang},
        "once": lambda: token_urlsafe(12),
        "prompt": then,
        "verbs": prompt.verbs,
        "codes": codes,
        "pause": _pause(visit, prompt) if isinstance(prompt, Pause) else None,
        "emptied": _is_emptied(prompt),
        "resend": _resend_in(visit, prompt, then),
        "expires": _expires(visit, then),
        "turns": _turns_in(then) if waits(then) and not codes else None,
        "waits": waits(then),
    }


def _told(visit: Visit, prompt: Prompt, page: str) -> dict[str, Any]:
    """What is told above the question, and what beside the field, if there is one."""
    note, error = visit.note, prompt.error
    typed = page == "details" or _takes_words(prompt.then if isinstance(prompt, Pause) else prompt)
    notice, wrong = ([], note.told) if note.beside and typed else ([note.told], "")
    notice.append(prompt.cut_off(visit.locale) or "")
    if error and not note.told and not (waits(prompt) and error.key == "still_pending"):
        if _takes_words(prompt) and error.key not in _NO_FAULT:
            wrong = error.told(visit.locale)
        else:
            notice.append(error.told(visit.locale))
    return {"notice": [told for told in notice if told], "wrong": wrong, "typed": note.typed}


def _takes_words(prompt: Prompt) -> bool:
    """Whether its page has a field which what was wrong can stand beside."""
    return isinstance(prompt, AskPassword | AskCode) or (isinstance(prompt, Scan) and bool(prompt.length))


def _title(prompt: Prompt, locale: str) -> str:
    case = ""
    if isinstance(prompt, Choose):
        case = ".manage" if "remove" in prompt.verbs else "" if prompt.challenge else ".enroll"
    return text_for(f"title.{prompt.kind}{case}", locale)


def _countdown(seconds: float, visit: Visit) -> dict[str, Any]:
    """How long it takes: for a program, and for people."""
    return {"seconds": round(seconds), "when": when(seconds, visit.locale)}


def _turns_in(then: Prompt) -> int:
    """Seconds until the page comes again by itself; it does not before its recovery codes are kept."""
    return max(1, round(getattr(then, "seconds", 0)))


def _pause(visit: Visit, prompt: Pause) -> dict[str, Any]:
    """How long it lasts, and what may be pressed then."""
    verb = "login" if isinstance(prompt.then, AskPassword) else "confirm"
    return {**_countdown(prompt.seconds, visit), "opens": "" if _is_emptied(prompt) else f"do-{verb}"}


def _is_emptied(prompt: Prompt) -> bool:
    """Whether no message goes out now."""
    return isinstance(prompt, Pause) and prompt.error is not None and prompt.error.key == _MESSAGES


def _resend_in(visit: Visit, prompt: Prompt, then: Prompt) -> dict[str, Any] | None:
    """When a message may be sent again, if not at once."""
    if isinstance(prompt, Pause) and _is_emptied(prompt):
        return _countdown(prompt.seconds, visit)
    until = getattr(then, "until", None)
    left = _ON_ITS_WAY - OOB_CODE_LIFETIME + until - visit.mfa.now() if until else 0
    return _countdown(left, visit) if 0 < left <= _ON_ITS_WAY else None


def _expires(visit: Visit, then: Prompt) -> dict[str, Any] | None:
    left = (getattr(then, "until", None) or 0) - visit.mfa.now()
    return _countdown(left, visit) if left > 0 else None


def _nothing(visit: Visit, prompt: Any, picked: str) -> dict[str, Any]:
    return {"question": prompt.question(visit.locale)}


def _choose(visit: Visit, prompt: Choose, picked: str) -> dict[str, Any]:
    return {
        "known": [(one.id, _name(visit, one)) for one in prompt.challenge],
        "new": [(name, _name(visit, name), bool(details_of(name))) for name in prompt.enroll],
        "removable": [(one.id, _name(visit, one)) for one in _removable(prompt)],
        "question": prompt.question(visit.locale),
    }


def _name(visit: Visit, choice: Authenticator | str) -> str:
    """What a choice is called, as a line begins."""
    name = label(choice, visit.locale)
    return name[:1].upper() + name[1:]


def _details(visit: Visit, prompt: Choose, picked: str) -> dict[str, Any]:
    """What is asked for; other people's factors may do without labels."""
    asked = []
    for name in details_of(picked):
        named = find(f"label.{name}", visit.locale) or name.replace("_", " ").capitalize()
        asked.append((name, named, find(f"label.{name}.hint", visit.locale) or ""))
    return {"factor": picked, "name": _name(visit, picked), "asked": asked}


def _remove(visit: Visit, prompt: Choose, picked: str) -> dict[str, Any]:
    [one] = [one for one in _removable(prompt) if one.id == picked]
    return {"authenticator": picked, "name": label(one, visit.locale)}


def _scan(visit: Visit, prompt: Scan, picked: str) -> dict[str, Any]:
    case = "scan.code" if prompt.length else "scan"
    secret = " ".join(prompt.secret[at : at + 4] for at in range(0, len(prompt.secret), 4)) if prompt.secret else ""
    return {"question": text_for(case, visit.locale, length=prompt.length), "qr": _picture(prompt), "secret": secret}


def _picture(prompt: Scan) -> str:
    """The QR code; none where a link is too long for one."""
    with suppress(BadInput):
        return str(prompt.qr("svg"))
    return ""


_SHOWN: dict[str, Any] = {"choose": _choose, "details": _details, "remove": _remove, "scan": _scan}
