"""The verbs of the control API. Each takes what is asked, and gives a status and a body."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from attrs import asdict

from mfa_flow.testing.control.asks import Ask, Bad
from mfa_flow.testing.control.faults import Fault
from mfa_flow.testing.control.seeing import person
from mfa_flow.testing.world.people import User

Answer = tuple[int, Any]
Action = Callable[[Ask], Awaitable[Answer]]

_LONGEST_WAIT = 600  # seconds
_FURTHEST_ADVANCE = 10**9  # seconds, some thirty years
_NUMBER = (int, float)
_USER: dict[str, type | tuple[type, ...]] = {
    "email": str,
    "password": str,
    "phone": str,
    "verified": bool,
    "authenticators": list,
    "mfa": bool,
    "factors": int,
    "requirements": dict,
    "refresh_mfa": bool,
    "blocked": bool,
    "leaked": bool,
}
_FAULT: dict[str, type | tuple[type, ...]] = {
    "path": str,
    "times": int,
    "status": int,
    "body": (str, dict, list),
    "headers": dict,
    "delay": _NUMBER,
    "drop": str,
    "grant": str,
    "user": str,
    "nth": int,
}


async def inbox(ask: Ask) -> Answer:
    """The messages: at once if there are any, else as soon as one comes. The wire's name of push is taken too."""
    to, channel, after = (ask.query.get(name) for name in ("to", "channel", "after"))
    wanted = (to, "push" if channel == "auth0" else channel, after)
    return 200, {"messages": await _arrived(ask, wanted, _seconds(ask.query.get("wait", "0")))}


async def _arrived(ask: Ask, wanted: tuple[str | None, str | None, str | None], wait: float) -> list[dict[str, Any]]:
    box = ask.tenant.inbox
    try:
        box.messages(*wanted)
    except ValueError as wrong:
        raise Bad(str(wrong)) from None
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    with suppress(TimeoutError), box.listening(lambda: loop.call_soon_threadsafe(arrived.set)):
        async with asyncio.timeout(wait):
            while not box.messages(*wanted):
                await arrived.wait()
                arrived.clear()
    return [asdict(each) for each in box.messages(*wanted)]


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) <= _LONGEST_WAIT:
            return seconds
    raise Bad(f"wait is a number of seconds from 0 to {_LONGEST_WAIT}")


async def empty_inbox(ask: Ask) -> Answer:
    """Throw messages away, one recipient's or all."""
    ask.tenant.inbox.clear(ask.query.get("to"))
    return 200, {}


async def push(ask: Ask) -> Answer:
    """Answer a question on a phone."""
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


async def now(ask: Ask) -> Answer:
    """What time it is."""
    return 200, {"now": ask.tenant.clock.now()}


async def advance(ask: Ask) -> Answer:
    """Move the clock."""
    seconds = ask.fields({"advance": _NUMBER}).get("advance")
    if seconds is None or not (0 <= seconds <= _FURTHEST_ADVANCE):
        raise Bad(f"advance is a number of seconds from 0 to {_FURTHEST_ADVANCE}: a clock only moves forward")
    return 200, {"now": ask.tenant.clock.advance(seconds)}


async def add_user(ask: Ask) -> Answer:
    """One more person."""
    fields = ask.fields(_USER)
    if missing := {"email", "password"} - {name for name, value in fields.items() if value}:
        raise Bad(f"a user needs: {', '.join(sorted(missing))}")
    _check_words("authenticators", fields.get("authenticators", []))
    for name, types in fields.get("requirements", {}).items():
        if name not in ("challenge", "enroll"):
            raise Bad("requirements has nothing but: challenge, enroll")
        _check_words(name, types)
    try:
        return 201, person(ask.tenant.users.add(**fields))
    except ValueError as wrong:
        raise Bad(str(wrong)) from None


def _check_words(name: str, words: object) -> None:
    if not (isinstance(words, list) and all(isinstance(each, str) for each in words)):
        raise Bad(f"{name} is a list of strings")


async def user(ask: Ask) -> Answer:
    """Somebody, with secrets: this is a test double."""
    return 200, person(_known(ask))


async def remove_user(ask: Ask) -> Answer:
    """Somebody goes."""
    ask.tenant.users.remove(_known(ask).email)
    return 200, {}


def _known(ask: Ask) -> User:
    found = ask.tenant.users.get(ask.rest)
    if found is None:
        raise Bad(f"no user {ask.rest}: there are {', '.join(each.email for each in ask.tenant.users)}", 404)
    return found


async def faults(ask: Ask) -> Answer:
    """Those still armed."""
    return 200, {"faults": [_fault(each) for each in ask.tenant.faults]}


async def add_fault(ask: Ask) -> Answer:
    """Arm one."""
    fields = ask.fields(_FAULT)
    headers = fields.get("headers", {})
    if not all(isinstance(value, str) for value in headers.values()):
        raise Bad("headers has nothing but strings")
    try:
        return 201, _fault(ask.tenant.faults.add(**fields))
    except ValueError as wrong:
        raise Bad(str(wrong.args[0])) from None


async def clear_faults(ask: Ask) -> Answer:
    """Disarm all."""
    ask.tenant.faults.clear()
    return 200, {}


async def requests(ask: Ask) -> Answer:
    """What was asked of the tenant, without secrets."""
    return 200, {"requests": [asdict(each) for each in ask.tenant.requests]}


async def reset(ask: Ask) -> Answer:
    """Start over."""
    ask.tenant.reset()
    return 200, {}


def _fault(fault: Fault) -> dict[str, Any]:
    return {name: value for name, value in asdict(fault).items() if value is not None}
