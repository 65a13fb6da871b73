"""Auth0's multi-factor authentication as an async state machine.

Names are loaded when they are first asked for: importing a part of the package (the pytest plugin, say) does not load
the whole.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfa_flow.client import MfaClient
    from mfa_flow.errors import (
        BadInput,
        Busy,
        Conflict,
        FlowStopped,
        MfaFlowError,
        Misconfigured,
        MissingExtra,
        MisuseError,
        StoreError,
        TenantBroken,
        TenantError,
        TransportError,
        UnexpectedReply,
        UnknownFactor,
        UnknownFlow,
        Unreadable,
        WrongState,
    )
    from mfa_flow.factors.base import Factor, Outcome, Step
    from mfa_flow.handle import FlowHandle
    from mfa_flow.machine.moves import Moved
    from mfa_flow.machine.prompts import (
        AskCode,
        AskPassword,
        Choose,
        Done,
        Notice,
        Pause,
        Prompt,
        Scan,
        Stopped,
        Wait,
        prompt_from_json,
    )
    from mfa_flow.machine.table import TRANSITIONS, Row, State
    from mfa_flow.running import Answer
    from mfa_flow.wire.values import App, Authenticator, Tokens

_NAMES = {
    "client": "MfaClient",
    "errors": "BadInput Busy Conflict FlowStopped MfaFlowError Misconfigured MissingExtra MisuseError StoreError "
    "TenantBroken TenantError TransportError UnexpectedReply UnknownFactor UnknownFlow Unreadable WrongState",
    "factors.base": "Factor Outcome Step",
    "handle": "FlowHandle",
    "machine.moves": "Moved",
    "machine.prompts": "AskCode AskPassword Choose Done Notice Pause Prompt Scan Stopped Wait prompt_from_json",
    "machine.table": "TRANSITIONS Row State",
    "running": "Answer",
    "wire.values": "App Authenticator Tokens",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

__all__ = [
    "TRANSITIONS",
    "Answer",
    "App",
    "AskCode",
    "AskPassword",
    "Authenticator",
    "BadInput",
    "Busy",
    "Choose",
    "Conflict",
    "Done",
    "Factor",
    "FlowHandle",
    "FlowStopped",
    "MfaClient",
    "MfaFlowError",
    "Misconfigured",
    "MissingExtra",
    "MisuseError",
    "Moved",
    "Notice",
    "Outcome",
    "Pause",
    "Prompt",
    "Row",
    "Scan",
    "State",
    "Step",
    "Stopped",
    "StoreError",
    "TenantBroken",
    "TenantError",
    "Tokens",
    "TransportError",
    "UnexpectedReply",
    "UnknownFactor",
    "UnknownFlow",
    "Unreadable",
    "Wait",
    "WrongState",
    "prompt_from_json",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
