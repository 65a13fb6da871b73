"""``mfa-flow authenticators``: the second factors of who is signed in; one less of them."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mfa_flow import Authenticator, Choose, FlowHandle, MfaClient, Prompt
from mfa_flow.cli.exits import Ending, ended
from mfa_flow.cli.login import Shared, client, logged_in, new_code
from mfa_flow.cli.printing import printed, written
from mfa_flow.cli.settings import Settings
from mfa_flow.cli.terminal.asking import GivenUp, NoMoreInput, Option
from mfa_flow.cli.terminal.opening import person
from mfa_flow.cli.terminal.paper import clean
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.errors import BadInput
from mfa_flow.texts import label, labels, text_for

_READ, _REMOVE = "read:authenticators", "remove:authenticators"
_Offer = Option[Authenticator | None]


@frozen
class What:
    """To list them, or to remove one: by its id, or else it is asked for, and then whether they are ``sure``."""

    action: str = "list"
    id: str | None = None
    sure: bool = False

    def __attrs_post_init__(self) -> None:
        if self.action not in {"list", "remove"}:
            raise BadInput(f"{self.action!r} is none of list, remove")
        if self.action == "list" and (self.id is not None or self.sure):
            raise BadInput("list takes no ID, and no --yes")

    @property
    def removes(self) -> bool:
        """It does not only look."""
        return self.action == "remove"

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Who gives up here gives up no login: that is over."""
        try:
            yield
        except (GivenUp, asyncio.CancelledError):
            raise GivenUp("terminal.kept" if self.removes else "") from None


async def run_authenticators(
    told: Settings, password: str | None, access_token: str | None, what: What, audience: str | None = None
) -> Ending:
    """List them, or remove one; with an access token for the MFA API, or by a login that asks for one."""
    told = told.about_factors(f"{_READ} {_REMOVE}" if what.removes else _READ, audience)
    with person(told.locale) as talk:
        return await ended(_run(told, password, access_token, talk, what), talk)


async def _run(told: Settings, password: str | None, access_token: str | None, talk: Talk, what: What) -> Ending:
    async with client(told, Shared()) as mfa:
        token = access_token or await _token(mfa, told, password, talk, what)
        if token is None:
            return Ending.REFUSED
        flow = mfa.flow()
        prompt = await flow.manage(token)
        if not isinstance(prompt, Choose):
            talk.paper.refuse(prompt.text(talk.locale))
            return Ending.REFUSED
        return await _remove(flow, talk, prompt, what) if what.removes else _listed(prompt, talk.locale)


async def _token(mfa: MfaClient, told: Settings, password: str | None, talk: Talk, what: What) -> str | None:
    done = await logged_in(mfa.flow(language=told.locale), told, password, talk)
    if done is None or done.tokens is None:
        return None
    with what.given_up():
        await talk.keep(new_code(done), label="label.new_recovery_code")
    return done.tokens.access_token


def _listed(prompt: Choose, locale: str) -> Ending:
    """A table for a person, JSON for a program."""
    if sys.stdout is not None and sys.stdout.isatty():
        console = Console(highlight=False)
        with console.capture() as table:
            console.print(_table(prompt, locale))
        written(table.get())
    else:
        printed([_described(one) for one in prompt.authenticators])
    return Ending.FINE


def _described(one: Authenticator) -> dict[str, Any]:
    return {"id": one.id, "factor": one.factor, "name": one.name, "active": one.active}


def _table(prompt: Choose, locale: str) -> Table:
    table = Table("ID", text_for("terminal.factor", locale), box=None, pad_edge=False)
    called = _called(prompt, locale)
    for one in prompt.authenticators:
        pending = "" if one.active else f" - {text_for('terminal.pending', locale)}"
        table.add_row(Text(clean(one.id)), Text(clean(called[one.id]) + pending))  # a "[" in a name is no markup
    return table


def _called(prompt: Choose, locale: str) -> dict[str, str]:
    """By id, what they are called here."""
    ids = [one.id for one in prompt.authenticators]
    return dict(zip(ids, labels(prompt.authenticators, locale), strict=True))


async def _remove(flow: FlowHandle, talk: Talk, prompt: Choose, what: What) -> Ending:
    if what.id is None and not prompt.authenticators:
        talk.paper.refuse(text_for("terminal.none", talk.locale))
        return Ending.REFUSED
    if what.id is not None and what.id not in {one.id for one in prompt.authenticators}:
        talk.paper.refuse(text_for("terminal.unknown", talk.locale, id=what.id))
        return Ending.MISUSE
    called = _called(prompt, talk.locale)
    try:
        with what.given_up():
            one = await _chosen(talk, prompt, what, called)
    except NoMoreInput:  # what was read names none, or more than one
        talk.paper.refuse(text_for("terminal.kept", talk.locale))
        return Ending.MISUSE
    after: Prompt = await flow.remove(one)
    if isinstance(after, Choose) and after.error is None:
        gone = ", ".join(called[each.id] for each in _gone(one, prompt, after))
        talk.paper.tell(text_for("terminal.removed", talk.locale, choice=gone), "green")
        return Ending.FINE
    talk.paper.refuse(after.error.told(talk.locale) if after.error else after.text(talk.locale))
    return Ending.REFUSED


def _gone(one: Authenticator, before: Choose, after: Choose) -> list[Authenticator]:
    """It, and what went with it: a phone call goes with the text message to the same number."""
    left = {each.id for each in after.authenticators} - {one.id}
    return [one, *(each for each in before.authenticators if each.id not in {one.id, *left})]


async def _chosen(talk: Talk, prompt: Choose, what: What, called: dict[str, str]) -> Authenticator:
    """Which one, if they are sure; what is offered first removes nothing. Raises GivenUp."""
    if what.id is not None:
        return next(one for one in prompt.authenticators if one.id == what.id)
    cancel: _Offer = Option(None, text_for("button.cancel", talk.locale), "cancel")
    each: list[_Offer] = [
        # With its id no two have all names in common: of those that are called the same, none is as good as another.
        Option(one, called[one.id], one.factor, (label(one, talk.locale), one.id))
        for one in prompt.authenticators
    ]
    one = await talk.ask.choice(text_for("label.manage", talk.locale), [*each, cancel])
    if one is not None and not what.sure:
        question = text_for("label.remove", talk.locale, choice=called[one.id])
        remove: _Offer = Option(one, text_for("button.remove", talk.locale), "remove")
        one = await talk.ask.choice(question, [cancel, remove])
    if one is None:
        raise GivenUp
    return one
