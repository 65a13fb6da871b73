"""Faults, from another process."""

from typing import Any

from attrs import asdict

from mfa_flow.testing.control.asks import NUMBER, Answer, Ask, Bad, Kinds
from mfa_flow.testing.control.faults import Fault

_FAULT: Kinds = {
    "path": str,
    "times": int,
    "status": int,
    "body": (str, dict, list),
    "headers": dict,
    "delay": NUMBER,
    "drop": str,
    "bytes": str,
    "grant": str,
    "user": str,
    "nth": int,
}


async def faults(ask: Ask) -> Answer:
    """The faults that are still armed, and how often each struck."""
    return 200, {"faults": [_shown(each) for each in ask.tenant.faults]}


async def add_fault(ask: Ask) -> Answer:
    """Arm a fault."""
    fields = ask.fields(_FAULT)
    if not all(isinstance(value, str) for value in fields.get("headers", {}).values()):
        raise Bad("headers has nothing but strings")
    try:
        return 201, _shown(ask.tenant.faults.add(**fields))
    except ValueError as wrong:
        raise Bad(str(wrong.args[0])) from None


async def clear_faults(ask: Ask) -> Answer:
    """Disarm all faults."""
    ask.tenant.faults.clear()
    return 200, {}


def _shown(fault: Fault) -> dict[str, Any]:
    shown = {name: value for name, value in asdict(fault).items() if value is not None}
    if isinstance(fault.body, bytes):
        shown["body"] = fault.body.decode(errors="replace")
    return shown
