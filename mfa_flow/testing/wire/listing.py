"""``GET /mfa/authenticators``: what a user has, confirmed or not, as the list shows it."""

from typing import Any

from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import Request
from mfa_flow.testing.wire.policy import requirements_of
from mfa_flow.testing.world.authenticators import DEVICE, Authenticator

_SHOWN = 4  # characters of a number or a name that a mask leaves


def authenticators(desk: Desk, request: Request) -> list[dict[str, Any]]:
    """List them, in the order they came."""
    user = desk.bearer(request, "read:authenticators").user
    typed = desk.world.knobs.list_type_field
    if typed is None:
        typed = requirements_of(desk, user) is not None
    return [_entry(each, typed=typed) for each in user.authenticators]


def _entry(authenticator: Authenticator, *, typed: bool) -> dict[str, Any]:
    factor = authenticator.factor
    entry: dict[str, Any] = {
        "id": authenticator.id,
        "authenticator_type": factor.wire_type,
        "active": authenticator.active,
    }
    if factor.channel is not None:
        entry["oob_channel"] = factor.channel
    if (name := _name(authenticator)) is not None:
        entry["name"] = name
    return entry | {"type": factor.type} if typed else entry


def _name(authenticator: Authenticator) -> str | None:
    """A masked address. What has no code to read is named after the device, once there is one."""
    if authenticator.address is None:
        return None
    if not authenticator.factor.prompt:
        return DEVICE if authenticator.active else None
    return (_masked_email if "@" in authenticator.address else _masked_phone)(authenticator.address)


def _masked_phone(phone: str) -> str:
    return "X" * (len(phone) - _SHOWN) + phone[-_SHOWN:]


def _masked_email(email: str) -> str:
    """Four characters of each half, stars for the rest; a short name before the ``@`` is all stars."""
    local, _, domain = email.rpartition("@")
    shown = local[:_SHOWN] if len(local) > _SHOWN else ""
    return f"{shown.ljust(len(local), '*')}@{domain[:_SHOWN].ljust(len(domain), '*')}"
