"""What lies in inboxes, and what is done to it: reading, answering, throwing away, pinning codes."""

import asyncio
from contextlib import suppress
from typing import Any

from attrs import asdict

from mfa_flow.testing.control.asks import Answer, Ask, Bad, recipient
from mfa_flow.testing.meant import meant
from mfa_flow.testing.world.magic import TABLE

_LONGEST_WAIT = 600  # seconds
_Wanted = tuple[str | None, str | None, str | None]


async def inbox(ask: Ask) -> Answer:
    """The messages, newest first: at once if there are any, else as soon as one comes, for ``wait`` seconds."""
    to, channel, after, wait = ask.asked("to", "channel", "after", "wait")
    wanted = (recipient(to), _channel(ask, channel), after)
    return 200, {"messages": await _arrived(ask, wanted, _seconds("0" if wait is None else wait))}


def _channel(ask: Ask, told: str | None) -> str | None:
    """The wire's name of a push is taken too."""
    channels = ask.tenant.world.factors.channels
    known = {each.name for each in channels.values()}
    if told is None or told in known:
        return told
    if told in channels:
        return channels[told].name
    raise Bad(f"no messages go by the channel {told!a}{meant(told, known)}")


async def _arrived(ask: Ask, wanted: _Wanted, wait: float) -> list[dict[str, Any]]:
    box, loop, changed = ask.tenant.inbox, asyncio.get_running_loop(), asyncio.Event()
    try:
        found = box.messages(*wanted)
    except ValueError as wrong:
        raise Bad(f"after: {wrong}") from None
    with suppress(TimeoutError), box.listening(lambda: loop.call_soon_threadsafe(changed.set)):
        async with asyncio.timeout(wait):
            while not (found := found or box.messages(*wanted)):
                await _change(ask, changed)
    return [asdict(each) for each in found]


async def _change(ask: Ask, changed: asyncio.Event) -> None:
    """Something arrived, somebody told the clock something, or it went on by itself until a late message is due."""
    clock, due = ask.tenant.clock, ask.tenant.inbox.next_at
    with suppress(TimeoutError):
        async with asyncio.timeout(due - clock.now() if clock.follows and due is not None else None):
            await changed.wait()
    changed.clear()


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) <= _LONGEST_WAIT:
            return seconds
    raise Bad(f"wait is a number of seconds from 0 to {_LONGEST_WAIT}")


async def empty_inbox(ask: Ask) -> Answer:
    """Throw messages away, one recipient's or all."""
    ask.tenant.inbox.clear(*map(recipient, ask.asked("to")))
    return 200, {}


async def push(ask: Ask) -> Answer:
    """Answer a question on a phone, by its message's id; for an associated one, approving stands for scanning."""
    decision = ask.fields({"decision": str}).get("decision")
    if decision not in ("approve", "deny"):
        raise Bad("decision is approve or deny")
    try:
        ask.tenant.push(ask.rest).decide(decision)
    except LookupError as unknown:
        raise Bad(str(unknown), 404) from None
    except ValueError as late:
        raise Bad(str(late), 409) from None
    return 200, {"id": ask.rest, "decision": decision}


async def pins(ask: Ask) -> Answer:
    """The pinned codes."""
    return 200, {"pins": [{"to": to, "code": code} for to, code in ask.tenant.pins.items()]}


async def pin(ask: Ask) -> Answer:
    """Let every message to a recipient carry this code."""
    fields = ask.fields({"to": str, "code": str})
    if missing := [name for name in ("to", "code") if not fields.get(name)]:
        raise Bad(f"a pin needs: {', '.join(missing)}")
    try:
        ask.tenant.pin(**fields)
    except ValueError as wrong:
        raise Bad(str(wrong)) from None
    return 201, fields


async def unpin(ask: Ask) -> Answer:
    """Let codes be random again, one recipient's or all."""
    ask.tenant.unpin(*map(recipient, ask.asked("to")))
    return 200, {}


async def magic(_: Ask) -> Answer:
    """The recipients whose messages go wrong, and how."""
    keys = ("phone", "email", "what")
    return 200, {"magic": [{"trick": trick, **dict(zip(keys, row, strict=True))} for trick, row in TABLE.items()]}
