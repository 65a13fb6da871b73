"""Empty buckets: until when it makes no sense to answer."""

from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Prompt, Scan


def wants_digits(prompt: Prompt) -> bool:
    """Whether it asks for a code of digits: those have one bucket, whatever factor they are of."""
    return isinstance(prompt, AskCode | Scan) and bool(prompt.length) and getattr(prompt, "numeric", True)


def paused_until(flow: Flow, prompt: Prompt) -> float | None:
    """Until when (unix seconds) this question is not worth an answer; None if it is at once."""
    locked = flow.locked_until if wants_digits(prompt) else None
    return max((until for until in (flow.paused_until, locked) if until), default=None)
