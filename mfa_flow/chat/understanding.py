"""What a text means at the prompt that stands: a verb of the flow, or something to be said without one."""

import re
from collections.abc import Sequence

from attrs import field, frozen

from mfa_flow.chat.options import Option, meant, options, to_set_up
from mfa_flow.chat.quoting import address_quoted, detail_quoted
from mfa_flow.chat.words import command
from mfa_flow.factors.codes import bare
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Pause, Prompt, Scan, Stopped, Wait

_ADDRESS = re.compile(r"[^\s@<>,;:]{1,128}@[^\s@<>,;:]{1,190}\.[^\s@<>,;:]{1,63}")
# A phone number as people write it; one without a plus has at least eight digits, or it may be a code.
_PHONE = re.compile(r"(?:\+|00)\d{5,17}|\d{8,17}", re.ASCII)
_BETWEEN = re.compile(r"[().\s/\u00a0-]+")
# Characters of what may be a code, mistyped ones included; one with more letters than figures is long.
_SHORTEST, _LONGEST, _LETTERS = 4, 32, 16
_SIBLINGS = {"sms": ("sms", "voice"), "voice": ("sms", "voice"), "email": ("email",)}
_VERBS = {"cancel": "cancel", "back": "go_back", "another_way": "go_back", "resend": "resend"}


@frozen
class Say:
    """No verb: the text of this key is said, and what the prompt asks is asked again. ``asks`` is an option about which
    something is asked instead. ``whole``: all of the prompt's question is shown, its picture included."""

    key: str | None = None
    values: dict[str, object] = field(factory=dict, repr=False)
    asks: Option | None = None
    whole: bool = False


@frozen
class Deed:
    """A verb of the flow, with what is given; ``again`` is what to ask, where it cannot be right."""

    verb: str
    given: tuple[str, ...] = field(default=(), repr=False)
    details: dict[str, str] = field(factory=dict, repr=False)
    again: Say | None = None


def understood(text: str, prompt: Prompt, locale: str | None = None, quoted: str | None = None) -> Deed | Say:
    """What a text means; ``quoted`` is the text of the bot's message that it answers, where the platform tells."""
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    if name := command(text):
        return _commanded(name, asked)
    if pair := _credentials(text):
        return Deed("login", pair)
    match asked:
        case AskPassword() | Done() | Stopped():
            return _introduced(text, asked, quoted)
        case Choose():
            return _choice(text, asked, locale, quoted)
    # What cannot be a code is refused by the flow, before anything is sent.
    return _elsewhere(text, asked, locale) or Deed("confirm", (text,))


def picked(option: Option) -> Deed | Say:
    """What comes of choosing one."""
    return asked_for(option) or Deed(option.verb, (option.given,))


def asked_for(option: Option) -> Say | None:
    """The question that comes before it: for the detail that it needs, or whether it is to be removed indeed."""
    return Say(asks=option) if option.needs or option.verb == "remove" else None


def holds_secret(text: str, prompt: Prompt, found: Deed | Say) -> bool:
    """Whether a message held a password or a code, or may have: where a password is asked for anything may be one."""
    if isinstance(found, Deed) and found.verb == "login":
        return True
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    if isinstance(asked, AskPassword | Stopped) and isinstance(found, Say) and found.key == "chat.pair":
        return bool(text.strip())
    return _may_be_code(text)


def _may_be_code(text: str) -> bool:
    """Whether it is, or nearly is, a code of any factor."""
    typed = bare(text)
    figures = sum(one.isdigit() for one in typed)
    mostly = figures * 2 >= len(typed) or (figures and len(typed) >= _LETTERS)
    return bool(mostly) and _SHORTEST <= len(typed) <= _LONGEST and typed.isalnum()


def _commanded(name: str, asked: Prompt) -> Deed | Say:
    if name in _VERBS:
        return Deed(_VERBS[name])
    if name == "help":
        return Say("chat.help", whole=True)
    if name == "start" and isinstance(asked, Stopped):
        return Say("chat.ask_password")
    waits = isinstance(asked, Wait | Scan) and asked.seconds is not None
    return Say("label.waiting" if waits else None, whole=name == "start")


def _credentials(text: str) -> tuple[str, str] | None:
    """The address and the password, with a blank between."""
    parts = text.split(None, 1)
    if len(parts) == 2 and _ADDRESS.fullmatch(parts[0]):
        return parts[0], parts[1].rstrip()
    return None


def _introduced(text: str, asked: Prompt, quoted: str | None) -> Deed | Say:
    address = address_quoted(quoted)
    if address and text.strip():
        return Deed("login", (address, text.strip()))
    if _ADDRESS.fullmatch(text.strip()):
        return Say("chat.password", {"email": text.strip()})
    return Say(None if isinstance(asked, Done) else "chat.pair")


def _choice(text: str, asked: Choose, locale: str | None, quoted: str | None) -> Deed | Say:
    offered = options(asked, locale)
    new = [one for one in offered if one.verb == "enroll"]
    wanted = next((one for one in new if one.needs and detail_quoted(quoted, one)), None)
    found = _with_detail(text, new, wanted)
    if found is not None:
        return found
    chosen = meant(text, offered)
    if len(chosen) == 1:
        return picked(chosen[0])
    if wanted is not None and text.strip():
        return _enroll(wanted, text.strip())
    if not chosen and _may_be_code(text):
        return Deed("confirm", (text,))  # it came late, or is delivered again
    return Say("chat.which" if chosen else "chat.no_choice")


def _elsewhere(text: str, asked: Prompt, locale: str | None) -> Deed | Say | None:
    """Another number or address than the one that was given when this factor was set up: that one was mistyped."""
    if not isinstance(asked, AskCode) or "enroll" not in asked.verbs or not set(text) & set("+@"):
        return None
    new = to_set_up(_SIBLINGS.get(asked.channel, ()), locale)
    return _with_detail(text, new, next((one for one in new if one.given == asked.channel), None))


def _with_detail(text: str, new: Sequence[Option], wanted: Option | None) -> Deed | Say | None:
    """Setting up what takes a number or an address, where the text has one: alone, or after the factor's name."""
    typed = text.strip()
    name, _, address = typed.rpartition(" ")
    if _ADDRESS.fullmatch(address):
        named = meant(name, new) if name else ()
        mail = any(one.given == "email" for one in named or new)
        return Deed("enroll", ("email",), {"email": address}) if mail else None
    name, number = _numbered(typed)
    phones = [one for one in new if one.needs == "phone_number"]
    if number is None or not phones:
        return None
    able = (meant(name, phones) if name else ()) or ([wanted] if wanted in phones else phones)
    if len(able) > 1:
        return Say("chat.which_phone", {"first": able[0].label, "second": able[1].label})
    return _enroll(able[0], number)


def _enroll(option: Option, detail: str) -> Deed:
    return Deed("enroll", (option.given,), {option.needs or "": detail}, asked_for(option))


def _numbered(typed: str) -> tuple[str, str | None]:
    """What stands before a phone number, and the number, as the flow takes it."""
    start = next((place for place, one in enumerate(typed) if one in "+(" or one.isdecimal()), len(typed))
    number = _BETWEEN.sub("", typed[start:])
    if not _PHONE.fullmatch(number):
        return "", None
    return typed[:start].strip(" :,"), f"+{number[2:]}" if number.startswith("00") else number
