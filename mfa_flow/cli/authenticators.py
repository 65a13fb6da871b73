"""``mfa-flow authenticators``: the second factors of who is signed in; one less of them."""

import sys
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mfa_flow import Authenticator, Choose, FlowHandle, MfaClient, Prompt
from mfa_flow.cli.exits import Ending, ended
from mfa_flow.cli.login import Shared, client, logged_in, new_code
from mfa_flow.cli.printing import printed
from mfa_flow.cli.settings import Settings
from mfa_flow.cli.terminal.opening import person
from mfa_flow.cli.terminal.paper import clean
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.errors import BadInput
from mfa_flow.texts import label, text_for

_READ, _REMOVE = "read:authenticators", "remove:authenticators"


async def run_authenticators(
    told: Settings, password: str | None, access_token: str | None, action: str, chosen: str | None
) -> Ending:
    """List them, or remove the chosen one; with an access token for the MFA API, or by a login that asks for one."""
    if action not in {"list", "remove"}:
        raise BadInput(f"{action!r} is none of list, remove")
    if action == "list" and chosen is not None:
        raise BadInput("list takes no ID")
    told = told.about_factors(_READ if action == "list" else f"{_READ} {_REMOVE}")
    with person(told.locale) as talk:
        return await ended(_run(told, password, access_token, talk, removes=action == "remove", chosen=chosen), talk)


async def _run(
    told: Settings, password: str | None, access_token: str | None, talk: Talk, *, removes: bool, chosen: str | None
) -> Ending:
    async with client(told, Shared()) as mfa:
        token = access_token or await _token(mfa, told, password, talk)
        if token is None:
            return Ending.REFUSED
        flow = mfa.flow()
        prompt = await flow.manage(token)
        if not isinstance(prompt, Choose):
            talk.paper.refuse(prompt.text(talk.locale))
            return Ending.REFUSED
        return await _remove(flow, talk, prompt, chosen) if removes else _listed(prompt, talk.locale)


async def _token(mfa: MfaClient, told: Settings, password: str | None, talk: Talk) -> str | None:
    done = await logged_in(mfa.flow(language=told.locale), told, password, talk)
    if done is None or done.tokens is None:
        return None
    await talk.keep(new_code(done))
    return done.tokens.access_token


def _listed(prompt: Choose, locale: str) -> Ending:
    """A table for a person, JSON for a program."""
    if sys.stdout is not None and sys.stdout.isatty():
        Console(highlight=False).print(_table(prompt, locale))
    else:
        printed([_described(one) for one in prompt.authenticators])
    return Ending.FINE


def _described(one: Authenticator) -> dict[str, Any]:
    return {"id": one.id, "factor": one.factor, "name": one.name, "active": one.active}


def _table(prompt: Choose, locale: str) -> Table:
    table = Table("ID", text_for("terminal.factor", locale), box=None, pad_edge=False)
    for one in prompt.authenticators:
        pending = "" if one.active else f" - {text_for('terminal.pending', locale)}"
        table.add_row(Text(clean(one.id)), Text(clean(label(one, locale)) + pending))  # a "[" in a name is no markup
    return table


async def _remove(flow: FlowHandle, talk: Talk, prompt: Choose, chosen: str | None) -> Ending:
    if chosen is None and not prompt.authenticators:
        talk.paper.refuse(text_for("terminal.none", talk.locale))
        return Ending.REFUSED
    one = _found(prompt, chosen) if chosen is not None else await _asked(talk, prompt)
    if one is None:
        talk.paper.tell(text_for("terminal.kept", talk.locale))
        return Ending.GIVEN_UP
    after: Prompt = await flow.remove(one)
    if isinstance(after, Choose) and after.error is None:
        talk.paper.tell(text_for("terminal.removed", talk.locale, choice=label(one, talk.locale)), "green")
        return Ending.FINE
    talk.paper.refuse(after.error.told(talk.locale) if after.error else after.text(talk.locale))
    return Ending.REFUSED


def _found(prompt: Choose, chosen: str) -> Authenticator:
    found = next((one for one in prompt.authenticators if one.id == chosen), None)
    if found is None:
        raise BadInput(f"there is no authenticator {chosen!r}: mfa-flow authenticators list")
    return found


async def _asked(talk: Talk, prompt: Choose) -> Authenticator | None:
    """Which one, if they are sure; what is offered first removes nothing."""
    cancel = text_for("button.cancel", talk.locale)
    each = [(one, label(one, talk.locale)) for one in prompt.authenticators]
    one = await talk.ask.choice(text_for("label.manage", talk.locale), [*each, (None, cancel)])
    if one is None:
        return None
    sure = text_for("label.remove", talk.locale, choice=label(one, talk.locale))
    return await talk.ask.choice(sure, [(None, cancel), (one, text_for("button.remove", talk.locale))])
