"""Waiting for an answer that is given elsewhere: poll at the server's pace until it is there."""

from mfa_flow.errors import Busy, TenantBroken, TransportError, WrongState
from mfa_flow.handle import Ask
from mfa_flow.machine.prompts import Pause, Prompt, Scan, Wait
from mfa_flow.waiting import Clock


async def until_answered(poll: Ask, look: Ask, clock: Clock, timeout: float | None) -> Prompt:
    """Poll until the prompt is another than to wait, or ``timeout`` seconds are over.

    A poll that finds no answer from Auth0 is made again: it spends nothing. When somebody else answered, cancelled or
    went another way meanwhile, the prompt that stands then is returned. Raises the last error when the code has run
    out without Auth0 being reached.
    """
    end = None if timeout is None else clock.now() + timeout
    prompt, pause = await _polled(poll, look, clock)
    while pause is not None:
        if end is not None and clock.now() + pause > end:
            # Too little is left for another poll; it is waited for all the same, or who calls in a loop would not wait.
            if timeout:
                await clock.sleep(max(0.0, end - clock.now()))
            return prompt
        await clock.sleep(pause)
        try:
            prompt, pause = await _polled(poll, look, clock)
        except WrongState:
            return await look()
    if timeout and end is not None and isinstance(prompt, Pause) and isinstance(prompt.then, Wait | Scan):
        # It is for the caller to say whether to wait so long; but who calls in a loop must not knock all the while.
        await clock.sleep(max(0.0, min(prompt.seconds, end - clock.now())))
        return await look()
    return prompt


async def _polled(poll: Ask, look: Ask, clock: Clock) -> tuple[Prompt, float | None]:
    """The prompt, and the seconds until the next poll."""
    asked = 0.0
    try:
        prompt = await poll()
    except (TransportError, TenantBroken, Busy) as error:
        prompt = await look()
        until = getattr(prompt, "until", None)
        if until is not None and clock.now() >= until:
            raise
        asked = getattr(error, "retry_after", None) or 0.0
    return prompt, _pause_of(prompt, asked, clock.now())


def _pause_of(prompt: Prompt, asked: float, now: float) -> float | None:
    """Seconds until the next poll, no fewer than Auth0 asked for, unless all is over before. None where there is
    nothing to wait for."""
    if not isinstance(prompt, Wait | Scan) or prompt.seconds is None:
        return None
    pause = max(prompt.seconds, asked)
    return pause if prompt.until is None or now >= prompt.until else min(pause, prompt.until - now)
