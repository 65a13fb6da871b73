"""What a test armed and never met, and what was sent and never looked at."""

from collections.abc import Iterable

from mfa_flow.testing.control.faults import Fault
from mfa_flow.testing.world.inbox import Message


def problems(faults: Iterable[Fault], messages: Iterable[Message]) -> list[str]:
    """One line each, without secrets: faults that never struck, messages nobody read, pushes nobody answered."""
    never = [f"a fault never struck: {_meant(each)}" for each in faults if not each.struck]
    return never + [_left(each) for each in messages]


def _meant(fault: Fault) -> str:
    where = {"path": fault.path, "grant": fault.grant, "user": fault.user}
    said = [f"{name} {value}" for name, value in where.items() if value not in (None, "*")]
    return ", ".join(said) or "at any call"


def _left(message: Message) -> str:
    if message.code is None:
        return f"nobody answered the {message.channel} {message.id} to {message.to}"
    return f"nobody read the {message.channel} {message.id} to {message.to}"
