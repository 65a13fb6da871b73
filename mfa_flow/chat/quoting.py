"""What a quoted question holds: a chat remembers for us what was asked, so that nothing else has to.

Between an address and its password, and between a factor and its phone number, no flow has moved yet. The bot's
question says the one, the person's answer quotes it. What is quoted is believed only as far as it is our own text.
"""

import re

from mfa_flow.chat.options import Option, options
from mfa_flow.machine.prompts import Choose
from mfa_flow.texts import factor_name, languages, text_for

QUESTIONS = {"phone_number": "chat.phone"}
_MARK = "\u0000"


def address_quoted(quoted: str | None) -> str | None:
    """The address whose password was asked for, if that was the question."""
    found = (_pattern(language).search(quoted) for language in languages()) if quoted else ()
    return next((one["address"] for one in found if one and one.groupdict()), None)


def detail_quoted(quoted: str | None, option: Option) -> bool:
    """Whether it was the detail of this option that was asked for, in whatever language."""
    if not quoted or option.needs is None:
        return False
    return any(question_for(option, language) in quoted for language in languages())


def removal_quoted(quoted: str | None, asked: Choose) -> str | None:
    """What it was asked about whether to remove it, in whatever language; None where two are called the same."""
    if not quoted:
        return None
    offered = [(one, language) for language in languages() for one in options(asked, language)]
    asks = [one.given for one, language in offered if one.verb == "remove" and removal_of(one, language) == quoted]
    return asks[0] if len(set(asks)) == 1 else None


def removal_of(option: Option, locale: str | None) -> str:
    """The question that comes before removing it."""
    return text_for("label.remove", locale, choice=option.label)


def question_for(option: Option, locale: str | None) -> str:
    """The question for the detail that an option needs."""
    name, asked = factor_name(option.given, locale), QUESTIONS.get(str(option.needs), "chat.detail")
    return text_for(asked, locale, factor=name[:1].upper() + name[1:])


def _pattern(language: str) -> re.Pattern[str]:
    text = re.escape(text_for("chat.password", language, email=_MARK))
    return re.compile(text.replace(re.escape(_MARK), r"(?P<address>\S+)"))
