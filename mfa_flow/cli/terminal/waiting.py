"""While nothing is to be typed: a phone is to be answered, a bucket fills. Another way is open all the time."""

import asyncio
from collections.abc import Awaitable
from time import time

from mfa_flow import FlowHandle, Pause, Prompt, Scan, Wait
from mfa_flow.cli.terminal.proving import say
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.cli.terminal.words import verb_of
from mfa_flow.errors import Busy, TenantBroken, TransportError
from mfa_flow.texts import text_for, when

# What may be over when the next answer is given.
PASSING = (TransportError, TenantBroken, Busy)


async def wait(flow: FlowHandle, talk: Talk, prompt: Wait | Scan) -> Prompt:
    """Poll until the phone is answered."""
    talk.question(prompt.question(talk.locale), prompt.verbs)
    if isinstance(prompt, Scan):
        talk.picture(prompt)
    return await _until(flow.wait(), flow, talk, prompt, prompt.until)


async def pause(flow: FlowHandle, talk: Talk, prompt: Pause) -> Prompt:
    """Let the time pass, and see what is asked then."""

    async def passed() -> Prompt:
        await asyncio.sleep(prompt.seconds)
        return await flow.look()

    talk.question(prompt.question(talk.locale), prompt.verbs)
    return await _until(passed(), flow, talk, prompt, time() + prompt.seconds)


async def _until(over: Awaitable[Prompt], flow: FlowHandle, talk: Talk, prompt: Prompt, until: float | None) -> Prompt:
    """What comes of it, or of a word that is typed before. Its verb is said first: a poll in the air is not cut off."""
    task = asyncio.ensure_future(over)
    try:
        while (typed := await talk.ask.meanwhile(task, lambda: _shown(talk.locale, until))) is not None:
            if verb := verb_of(typed, prompt.verbs, talk.locale):
                try:
                    return await say(flow, talk, verb)
                except PASSING as error:  # what was sent before can still be answered
                    talk.paper.refuse(error.text(talk.locale))
            elif typed:
                talk.anew()
                talk.question(_unheard(prompt, until, talk.locale), prompt.verbs)
        return await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _unheard(prompt: Prompt, until: float | None, locale: str) -> str:
    """To who typed what is none of the words."""
    if isinstance(prompt, Pause) and until is not None:
        return text_for("pause", locale, when=when(until - time(), locale))
    return text_for("error.bad_input.push", locale)


def _shown(locale: str, until: float | None) -> str:
    """Minutes and seconds that are left, where that is known."""
    if until is None:
        return text_for("terminal.waiting", locale)
    minutes, seconds = divmod(max(0, round(until - time())), 60)
    return text_for("terminal.left", locale, time=f"{minutes}:{seconds:02d}")
