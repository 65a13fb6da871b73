"""A simulated Auth0 tenant: real rules, a clock that moves when told, an inbox to read codes from.

Names are loaded when first asked for, so that the pytest plugin next door costs nothing until a fixture is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfa_flow.testing.clock import Clock
    from mfa_flow.testing.config import load_tenant
    from mfa_flow.testing.server import Server, serve
    from mfa_flow.testing.tenant import Tenant
    from mfa_flow.testing.threads import serving
    from mfa_flow.testing.transport import TenantTransport

__all__ = ["Clock", "Server", "Tenant", "TenantTransport", "load_tenant", "serve", "serving"]

_HOMES = {
    "Clock": "clock",
    "Server": "server",
    "Tenant": "tenant",
    "TenantTransport": "transport",
    "load_tenant": "config",
    "serve": "server",
    "serving": "threads",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
