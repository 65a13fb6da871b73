"""Optional packages: imported when first needed, and missed kindly."""

from importlib import import_module
from typing import Any

from mfa_flow.errors import MissingExtra


def need_extra(module: str, extra: str) -> Any:
    """The optional module. Raises MissingExtra, whose message is the command that installs it."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise MissingExtra(f"this needs the package {package!r}: pip install 'mfa_flow[{extra}]'") from None
