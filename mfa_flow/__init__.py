"""Auth0's multi-factor authentication as an async state machine."""

from importlib.metadata import version as _version

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

__version__ = _version("mfa_flow")

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
