"""What a text means at the prompt that stands: a verb of the flow, or something to be said without one."""

import re
from collections.abc import Sequence

from attrs import field, frozen

from mfa_flow.chat.options import Option, meant, options, to_set_up
from mfa_flow.chat.quoting import address_quoted, detail_quoted, removal_quoted
from mfa_flow.chat.words import AROUND, command
from mfa_flow.factors.codes import bare
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Pause, Prompt, Scan, Stopped, Wait

# Its last part has no figures, which a password of that shape mostly has.
_ADDRESS = re.compile(r"[^\s@<>,;:]{1,128}@[^\s@<>,;:]{1,190}\.(?:[^\s@<>,;:.\d]{2,63}|xn--[^\s@<>,;:.]{1,59})")
# A phone number as people write it; one without a plus has at least eight digits, or it may be a code.
_PHONE = re.compile(r"(?:\+|00)\d{5,17}|\d{8,17}", re.ASCII)
_BETWEEN = re.compile(r"[().\s/\u00a0-]+")
# Characters of what may be a code, mistyped ones included; one with more letters than figures is long.
_SHORTEST, _LONGEST, _LETTERS = 4, 32, 16
_SIBLINGS = {"sms": ("sms", "voice"), "voice": ("sms", "voice"), "email": ("email",)}
# Said of what was none of both, or looked like an address: it may be a password all the same.
_ENTRY = {"chat.pair", "chat.password"}
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
    if isinstance(asked, AskPassword | Done | Stopped) and (password := _password(text, quoted)):
        return password
    if name := command(text):
        return _removal(name, asked, quoted) or _commanded(name, asked)
    if pair := _credentials(text):
        return Deed("login", pair)
    match asked:
        case AskPassword() | Done() | Stopped():
            return _introduced(text, asked)
        case Choose():
            return _choice(text, asked, locale, quoted)
    return _elsewhere(text, asked, locale) or _code(text, asked)


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
    if isinstance(asked, AskPassword | Stopped | Done) and isinstance(found, Say) and found.key in _ENTRY:
        return bool(text.strip())
    if isinstance(asked, AskCode | Scan) and not (isinstance(found, Deed) and found.verb == "enroll"):
        return _holds_code(text, asked)
    return _may_be_code(text)


def _holds_code(text: str, asked: AskCode | Scan) -> bool:
    """Whether there may be one in it, where one is asked for: beside other words, too."""
    recovery = isinstance(asked, AskCode) and asked.channel == "recovery"
    return sum(one.isdigit() for one in text) >= _SHORTEST or (recovery and len(bare(text)) >= _LETTERS)


def _may_be_code(text: str) -> bool:
    """Whether it is, or nearly is, a code of any factor."""
    typed = bare(text.strip(AROUND))
    figures = sum(one.isdigit() for one in typed)
    mostly = figures * 2 >= len(typed) or (figures and len(typed) >= _LETTERS)
    return bool(mostly) and _SHORTEST <= len(typed) <= _LONGEST and typed.isalnum()


def _removal(name: str, asked: Prompt, quoted: str | None) -> Deed | None:
    """A yes to the question whether to remove one, where it is quoted: by itself it could mean anything."""
    given = removal_quoted(quoted, asked) if name == "answered" and isinstance(asked, Choose) else None
    return Deed("remove", (given,)) if given else None


def _commanded(name: str, asked: Prompt) -> Deed | Say:
    if name in _VERBS:
        return Deed(_VERBS[name])
    if name == "help":
        return Say("chat.help", whole=True)
    if name == "start" and isinstance(asked, Stopped):
        return Say("chat.ask_password")
    if name == "no":
        return Say()
    waits = isinstance(asked, Wait | Scan) and asked.seconds is not None
    return Say("label.waiting" if waits else None, whole=name == "start")


def _credentials(text: str) -> tuple[str, str] | None:
    """The address and the password, with a blank between."""
    parts = text.split(None, 1)
    if len(parts) == 2 and _ADDRESS.fullmatch(parts[0]):
        return parts[0], parts[1].rstrip()
    return None


def _code(text: str, asked: Prompt) -> Deed | Say:
    """The code, be it in a sentence. What cannot be one is refused by the flow, before anything is sent."""
    if isinstance(asked, AskCode) and asked.channel == "recovery":
        words = len(text.split()) > 1 and not any(one.isdigit() for one in text)
        return Say("error.bad_input.recovery_code", {"length": asked.length}) if words else Deed("confirm", (text,))
    runs = re.findall(r"\d+", text)
    alone = len(runs) == 1 and len(runs[0]) == getattr(asked, "length", None) and re.search(rf"\b{runs[0]}\b", text)
    return Deed("confirm", (runs[0] if alone else text,))


def _password(text: str, quoted: str | None) -> Deed | None:
    """Whatever answers the question for it is one, be it a greeting; only a command behind a slash gets through."""
    address = address_quoted(quoted)
    if not address or not text.strip() or (text.strip().startswith("/") and command(text)):
        return None
    return Deed("login", (address, text.strip("\r\n")))


def _introduced(text: str, asked: Prompt) -> Deed | Say:
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
