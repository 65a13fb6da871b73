"""``POST /mfa/associate`` and ``GET /mfa/authenticators``: adding an authenticator, and seeing what there is."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mfa_flow.testing.desk import Desk, Session
from mfa_flow.testing.exchange import JSON, Fields, Request
from mfa_flow.testing.people import Association, Authenticator, is_phone
from mfa_flow.testing.texts import (
    ALREADY_ENROLLED,
    BAD_PHONE,
    NOT_A_LIST,
    NOT_ENABLED,
    NOTHING_ASKED,
    UNKNOWN_CHOICE,
    Refused,
)

_TYPES = ("otp", "oob")
_CHANNELS = ("sms", "voice", "email", "auth0")
_SHOWN = 4  # characters of a number or a name that a mask leaves
_UNRESERVED = "!'()*"  # what JavaScript's encodeURIComponent leaves as it is, beside letters, digits and -_.~


def associate(desk: Desk, request: Request) -> dict[str, Any]:
    """Add an authenticator. It has to be proved at the token endpoint before it counts."""
    session = desk.bearer(request)
    fields = request.fields(JSON)
    factor = _factor(fields)
    phone = _phone(fields) if factor in ("sms", "voice") else None
    if factor not in _ENROLMENTS:
        raise Refused(NOT_ENABLED, factor=factor)
    if session.user.enrolled:
        raise Refused(ALREADY_ENROLLED)
    return _ENROLMENTS[factor](desk, session, phone)


def authenticators(desk: Desk, request: Request) -> list[dict[str, Any]]:
    """List them, confirmed or not."""
    return [_entry(each) for each in desk.bearer(request).user.authenticators]


def _factor(fields: Fields) -> str:
    """The first type asked for and, out of band, the first channel that is enabled, else the first."""
    kind = _choices(fields, "authenticator_types", _TYPES)[0]
    if kind == "otp":
        return kind
    channels = _choices(fields, "oob_channels", _CHANNELS)
    return next((each for each in channels if each in _ENROLMENTS), channels[0])


def _choices(fields: Fields, name: str, known: tuple[str, ...]) -> list[str]:
    value = fields.raw(name)
    if not value:
        raise Refused(NOTHING_ASKED, name=name)
    choices = [value] if name == "oob_channels" and isinstance(value, str) else value  # an old sample has a bare string
    if not (isinstance(choices, list) and all(isinstance(each, str) for each in choices)):
        raise Refused(NOT_A_LIST, name=name)
    for each in choices:
        if each not in known:
            raise Refused(UNKNOWN_CHOICE, name=name, choice=each, known=", ".join(known))
    return choices


def _phone(fields: Fields) -> str:
    phone = fields.need("phone_number", NOTHING_ASKED)
    if not is_phone(phone):
        raise Refused(BAD_PHONE)
    return phone


def _enroll_otp(desk: Desk, session: Session, _: str | None) -> dict[str, Any]:
    added = session.user.associate("otp")
    secret = added.authenticator.secret
    tenant, user = quote(desk.world.name, _UNRESERVED), quote(session.user.email, _UNRESERVED)
    uri = f"otpauth://totp/{tenant}:{user}?secret={secret}&issuer={tenant}&algorithm=SHA1&digits=6&period=30"
    return {"authenticator_type": "otp", "secret": secret, "barcode_uri": uri, **_recovery_codes(added)}


def _enroll_sms(desk: Desk, session: Session, phone: str | None) -> dict[str, Any]:
    desk.may_send(session.user)
    added = session.user.associate("sms", phone)
    oob_code = desk.new_oob_code(session, desk.world.send_code(added.authenticator))
    return {
        "authenticator_type": "oob",
        "binding_method": "prompt",
        **_recovery_codes(added),
        "oob_channel": "sms",
        "oob_code": oob_code,
    }


_ENROLMENTS: dict[str, Callable[[Desk, Session, str | None], dict[str, Any]]] = {
    "otp": _enroll_otp,
    "sms": _enroll_sms,
}


def _recovery_codes(added: Association) -> dict[str, list[str]]:
    return {} if added.recovery_code is None else {"recovery_codes": [added.recovery_code]}


def _entry(authenticator: Authenticator) -> dict[str, Any]:
    kind, address = authenticator.kind, authenticator.address
    entry: dict[str, Any] = {
        "id": authenticator.id,
        "authenticator_type": _WIRE_TYPES[kind],
        "active": authenticator.active,
    }
    if address is None:
        return entry
    return entry | {"oob_channel": kind, "name": _MASKS[kind](address)}


def _masked_phone(phone: str) -> str:
    return "X" * (len(phone) - _SHOWN) + phone[-_SHOWN:]


def _masked_email(email: str) -> str:
    """Four characters of each half, stars for the rest; a short name before the ``@`` is all stars."""
    local, _, domain = email.rpartition("@")
    shown = local[:_SHOWN] if len(local) > _SHOWN else ""
    return f"{shown.ljust(len(local), '*')}@{domain[:_SHOWN].ljust(len(domain), '*')}"


_WIRE_TYPES = {"totp": "otp", "sms": "oob", "email": "oob", "recovery-code": "recovery-code"}
_MASKS: Mapping[str, Callable[[str], str]] = {"sms": _masked_phone, "email": _masked_email}
