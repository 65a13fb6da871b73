"""Another proof, or another factor to set up: a list to choose from, and what a factor wants to know."""

from collections.abc import Awaitable, Callable
from functools import partial

from mfa_flow import Choose, FlowHandle, Prompt
from mfa_flow.cli.terminal.asking import GivenUp, Option
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.cli.terminal.words import verb_of
from mfa_flow.errors import BadInput
from mfa_flow.factors.registry import installed
from mfa_flow.texts import factor_name, find, label, labels, text_for

Way = Option[Callable[[], Awaitable[Prompt]]]

# What may be typed where a factor is asked about. Neither sends anything.
_WORDS = ("go_back", "cancel")


async def choose(flow: FlowHandle, talk: Talk, prompt: Choose) -> Prompt:
    """The prompt after what was chosen. Raises GivenUp."""
    ways = [*_known(flow, talk, prompt), *_new(flow, talk, prompt)]
    ways = ways or [Option(partial(_listed, flow), text_for("button.retry", talk.locale))]
    talk.anew()
    last: Way = Option(_cancelled, text_for("button.cancel", talk.locale), "cancel")
    chosen = await talk.ask.choice(_heading(prompt, talk.locale), [*ways, last])
    return await chosen()


def _known(flow: FlowHandle, talk: Talk, prompt: Choose) -> list[Way]:
    """They are called by their factor as well."""
    found: list[Way] = []
    for one, shown in zip(prompt.challenge, labels(prompt.challenge, talk.locale), strict=True):
        also = (label(one, talk.locale), factor_name(one.factor, talk.locale))
        found.append(Option(partial(flow.challenge, one), shown, one.factor, also))
    return found


def _new(flow: FlowHandle, talk: Talk, prompt: Choose) -> list[Way]:
    """Where there are both kinds, it is said which is which."""
    found: list[Way] = []
    for name in prompt.enroll:
        called = factor_name(name, talk.locale)
        shown = text_for("terminal.enroll", talk.locale, factor=called) if prompt.challenge else called
        found.append(Option(partial(_enroll, flow, talk, name), shown, name, (called,), new=True))
    return found


def _heading(prompt: Choose, locale: str) -> str:
    if prompt.challenge:
        return text_for("label.choose", locale)
    return text_for("label.enroll", locale) if prompt.enroll else text_for("choose.nothing", locale)


async def _listed(flow: FlowHandle) -> Prompt:
    await flow.authenticators()
    return await flow.look()


async def _cancelled() -> Prompt:
    raise GivenUp


async def _enroll(flow: FlowHandle, talk: Talk, name: str) -> Prompt:
    """Ask for what the factor wants to know, until it can be right."""
    if name == "email":
        talk.paper.tell(text_for("terminal.own_email", talk.locale))
    while True:
        details: dict[str, str] = {}
        for detail, text in _wanted(name, talk.locale):
            typed = await _detail(talk, text)
            if typed is None:
                return await flow.look()
            details |= {detail: typed} if typed else {}
        try:
            return await flow.enroll(name, **details)
        except BadInput as error:
            if not details:
                raise
            talk.paper.refuse(error.text(talk.locale))


def _wanted(name: str, locale: str) -> list[tuple[str, str]]:
    """The details, each with what it is called. An e-mail address may be left out: it is the person's own then."""
    if name == "email":
        return [("email", text_for("label.email", locale))]
    factor = installed().get(name)
    return [(one, find(f"label.{one}", locale) or one) for one in (factor.needs if factor else ())]


async def _detail(talk: Talk, text: str) -> str | None:
    """What was typed; None to choose another way."""
    talk.question("", _WORDS)
    typed = await talk.line(text)
    match verb_of(typed, _WORDS, talk.locale):
        case "cancel":
            raise GivenUp
        case "go_back":
            return None
    return typed
