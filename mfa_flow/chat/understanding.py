"""What a text means at the prompt that stands: a verb of the flow, or something to be said without one."""

import re
from collections.abc import Sequence

from attrs import field, frozen

from mfa_flow.chat.options import Option, meant, options, to_set_up
from mfa_flow.chat.quoting import address_quoted, detail_quoted, removal_quoted
from mfa_flow.chat.sentences import code_in, recovery_in
from mfa_flow.chat.words import begins, command, denies
from mfa_flow.factors.codes import bare
from mfa_flow.machine.prompts import AskCode, AskPassword, Choose, Done, Pause, Prompt, Scan, Stopped, Wait
from mfa_flow.texts.folding import AROUND

# Its last part has no figures, which a password of that shape mostly has.
_ADDRESS = re.compile(r"[^\s@<>,;:]{1,128}@[^\s@<>,;:]{1,190}\.(?:[^\s@<>,;:.\d]{2,63}|xn--[^\s@<>,;:.]{1,59})")
# A phone number as people write it; one without a plus has at least eight digits, or it may be a code.
_PHONE = re.compile(r"(?:\+|00)\d{5,17}|\d{8,17}", re.ASCII)
_BETWEEN = re.compile(r"[()./]+")
# The zero that goes before a number at home, and is no part of it behind a country's code.
_TRUNK = re.compile(r"(?<=\d)(\W*)\(0\)")
# Characters of what may be a code, mistyped ones included; one with more letters than figures is long.
_SHORTEST, _LONGEST, _LETTERS = 4, 32, 16
# Characters of a password, at the least: Auth0's own rule. A word of thanks is shorter.
_PASSWORD = 8
_SIBLINGS = {"sms": ("sms", "voice"), "voice": ("sms", "voice"), "email": ("email",)}
# Said of what was none of both, or looked like an address: it may be a password all the same.
_ENTRY = {"chat.pair", "chat.password"}
_VERBS = {"cancel": "cancel", "back": "go_back", "another_way": "go_back", "resend": "resend"}


@frozen
class Say:
    """No verb: the text of this key is said, and what the prompt asks is asked again. ``asks`` is an option about which
    something is asked instead. ``whole``: what is to be kept is shown once more, the picture included."""

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


def understood(
    text: str, prompt: Prompt, locale: str | None = None, quoted: str | None = None, *, names: bool = False
) -> Deed | Say:
    """What a text means; ``quoted`` is the text of the bot's message that it answers, where the platform tells.
    ``names``: people log in by user names, too."""
    asked = prompt.then if isinstance(prompt, Pause) else prompt
    if password := _password(text, quoted):
        return password  # where none is asked for the flow refuses it, and knows one that comes again
    if name := command(text):
        return _removal(name, asked, quoted) or _commanded(name, asked)
    if pair := _credentials(text):
        return Deed("login", pair)
    match asked:
        case AskPassword() | Done() | Stopped():
            return _introduced(text, asked, names=names)
        case Choose():
            return _choice(text, asked, locale, quoted)
    return _elsewhere(text, asked, locale) or _begun(text, asked) or _code(text, asked)


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
    if isinstance(asked, Done) and found == Say() and len(text.split()) == 1 and len(text.strip()) >= _PASSWORD:
        return True  # it may be that of the next login, asked for by /login and not quoted
    if isinstance(asked, AskCode | Scan) and not (isinstance(found, Deed) and found.verb == "enroll"):
        return _holds_code(text, asked)
    return _may_be_code(text)


def _holds_code(text: str, asked: AskCode | Scan) -> bool:
    """Whether there may be one in it, where one is asked for: beside other words, too."""
    recovery = isinstance(asked, AskCode) and asked.channel == "recovery"
    return sum(one.isdigit() for one in text) >= _SHORTEST or (recovery and len(bare(text)) >= _LETTERS)


def _may_be_code(text: str) -> bool:
    """Whether it is, or nearly is, a code of any factor, be it in a sentence."""
    if code_in(text):
        return True
    typed = bare(text.strip(AROUND))
    figures = sum(one.isdigit() for one in typed)
    mostly = figures * 2 >= len(typed) or (figures and len(typed) >= _LETTERS)
    return bool(mostly) and _SHORTEST <= len(typed) <= _LONGEST and typed.isalnum()


def _removal(name: str, asked: Prompt, quoted: str | None) -> Deed | None:
    """A yes to the question whether to remove one, where it is quoted: by itself it could mean anything."""
    given = removal_quoted(quoted, asked) if name == "answered" and isinstance(asked, Choose) else None
    return Deed("remove", (given,)) if given else None


def _commanded(name: str, asked: Prompt) -> Deed | Say:
    if name in ("back", "another_way") and isinstance(asked, Choose):
        return Say()  # there are the choices, before a question of ours too
    if name in _VERBS:
        return Deed(_VERBS[name])
    if name == "help":
        return Say("chat.help")
    if name == "start" and isinstance(asked, AskPassword | Stopped | Done):
        return Say("chat.ask_password")
    if name in ("no", "show"):
        return Say(whole=name == "show")
    waits = isinstance(asked, Wait | Scan) and asked.seconds is not None
    return Say("label.waiting" if waits else None)


def _begun(text: str, asked: Prompt) -> Deed | Say | None:
    """A word of command with courtesies behind it, and nothing of a code. None gives up a login by it."""
    name = None if any(one.isdigit() for one in text) else begins(text)
    possible = name == "help" or (name != "cancel" and _VERBS.get(name or "") in asked.verbs)
    return _commanded(name, asked) if name and possible else None


def _credentials(text: str) -> tuple[str, str] | None:
    """The address and the password, with a blank between."""
    parts = text.split(None, 1)
    if len(parts) == 2 and _ADDRESS.fullmatch(parts[0]):
        return parts[0], parts[1].rstrip()
    return None


def _code(text: str, asked: Prompt) -> Deed | Say:
    """The code, be it in a sentence. What cannot be one is refused by the flow, before anything is sent."""
    if isinstance(asked, AskCode) and asked.channel == "recovery":
        code = recovery_in(text, asked.length or 0)
        return Deed("confirm", (code,)) if code else Say("error.bad_input.recovery_code", {"length": asked.length})
    length = getattr(asked, "length", None)
    return Deed("confirm", ((code_in(text, length) if length else None) or text,))


def _password(text: str, quoted: str | None) -> Deed | None:
    """Whatever answers the question for it is one, be it a greeting; only a command behind a slash, and nothing behind
    that, gets through."""
    address, words = address_quoted(quoted), text.split()
    if not address or not words or (len(words) == 1 and words[0].startswith("/") and command(text)):
        return None
    return Deed("login", (address, text.strip("\r\n")))


def _introduced(text: str, asked: Prompt, *, names: bool) -> Deed | Say:
    words = text.split()
    addresses = [typed for one in words if _ADDRESS.fullmatch(typed := one.strip(f"{AROUND}<>"))]
    if len(words) == 2 and addresses == [words[0][:-1]]:  # a comma between them
        return Deed("login", (addresses[0], words[1]))
    if names and len(words) == 1 and not isinstance(asked, Done):
        addresses = addresses or words
    if len(addresses) == 1:
        return Say("chat.password", {"email": addresses[0]})
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
        return Deed("confirm", (code_in(text) or text,))  # it came late, or is delivered again
    return Say("chat.which" if chosen else "chat.no_choice")


def _elsewhere(text: str, asked: Prompt, locale: str | None) -> Deed | Say | None:
    """Another number or address than the one that was given when this factor was set up: that one was mistyped."""
    if not isinstance(asked, AskCode) or "enroll" not in asked.verbs or not set(text) & set("+@"):
        return None
    new = to_set_up(_SIBLINGS.get(asked.channel, ()), locale)
    alone = len(text.split()) == 1 or not any(map(str.isalpha, text))
    same = next((one for one in new if one.given == asked.channel), None)
    return _with_detail(text, new, same if alone else None)


def _with_detail(text: str, new: Sequence[Option], wanted: Option | None) -> Deed | Say | None:
    """Setting up what takes a number or an address, where the text has one: alone, or after the factor's name."""
    *words, last = text.split() or [""]
    address = last.strip("<>")
    if _ADDRESS.fullmatch(address):
        return _with_address(" ".join(words), address, new, wanted)
    name, number = _numbered(text)
    phones = [one for one in new if one.needs == "phone_number"]
    if number is None or not phones:
        return None
    able = _able(name, phones, wanted)
    if not able:
        return None
    if len(able) > 1:
        return Say("chat.which_phone", {"first": able[0].label, "second": able[1].label})
    return _enroll(able[0], number)


def _with_address(name: str, address: str, new: Sequence[Option], wanted: Option | None) -> Deed | Say | None:
    """Nobody is written to whose address just stands there: it may be that of the login, delivered again."""
    mail = next((one for one in new if one.given == "email"), None)
    if mail is None or (name and mail not in meant(name, new)):
        return None
    if name or mail == wanted:
        return Deed("enroll", ("email",), {"email": address})
    return Say("chat.which_email", {"factor": mail.label})


def _able(name: str, phones: Sequence[Option], wanted: Option | None) -> Sequence[Option]:
    """Which factors a number is for: those named before it; without a word those that take one. A sentence that names
    none has a number only where the question for it is quoted."""
    if found := meant(name, phones) if name else ():
        return found
    if wanted in phones and not denies(name):
        return [wanted] if wanted else ()
    return () if name else phones


def _enroll(option: Option, detail: str) -> Deed:
    return Deed("enroll", (option.given,), {option.needs or "": detail}, asked_for(option))


def _numbered(typed: str) -> tuple[str, str | None]:
    """What stands before a phone number, and the number, as the flow takes it."""
    start = next((place for place, one in enumerate(typed) if one in "+(" or one.isdecimal()), len(typed))
    given = typed[start:]
    if given.lstrip("(").startswith(("+", "00")):
        given = _TRUNK.sub(r"\1", given, count=1)
    number = _BETWEEN.sub("", bare(given))
    if not _PHONE.fullmatch(number):
        return "", None
    return typed[:start].strip(" :,\r\n"), f"+{number[2:]}" if number.startswith("00") else number
