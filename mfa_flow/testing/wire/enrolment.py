"""``POST /mfa/associate``: adding an authenticator. It has to be proved at the token endpoint before it counts."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mfa_flow.testing.texts import (
    ALREADY_ENROLLED,
    BAD_EMAIL,
    BAD_PHONE,
    NOT_A_LIST,
    NOT_ENABLED,
    NOT_REQUIRED,
    NOTHING_ASKED,
    UNKNOWN_CHOICE,
    Refused,
)
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import JSON, Fields, Request
from mfa_flow.testing.wire.policy import may_enroll
from mfa_flow.testing.wire.sessions import Session
from mfa_flow.testing.world.factors import OTP, Factor
from mfa_flow.testing.world.people import Association, User, is_email, is_phone

_TYPES = ("otp", "oob")
_UNRESERVED = "!'()*"  # what JavaScript's encodeURIComponent leaves as it is, beside letters, digits and -_.~


def associate(desk: Desk, request: Request) -> dict[str, Any]:
    """Add an authenticator. The order of the checks is part of the behaviour."""
    session = desk.bearer(request, "enroll")
    fields = request.fields(JSON)
    factor = _factor(desk, fields)
    address = _address(fields, factor, session.user)
    _check_offered(desk, session, factor)
    if not may_enroll(session):
        raise Refused(ALREADY_ENROLLED)
    if factor is OTP:
        return _app(desk, session)
    return _out_of_band(desk, session, factor, address, fields)


def _factor(desk: Desk, fields: Fields) -> Factor:
    """The first type asked for and, out of band, the first channel."""
    if _choices(fields, "authenticator_types", _TYPES)[0] == "otp":
        return OTP
    channels = desk.world.factors.channels
    return channels[_choices(fields, "oob_channels", tuple(channels))[0]]


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


def _address(fields: Fields, factor: Factor, user: User) -> str:
    """Where the factor's messages go. Left out, an email goes to the user's own address."""
    if factor.address is None:
        return user.email
    if factor.address == "email":
        return _email(fields.short("email") or user.email)
    address = fields.need(factor.address, NOTHING_ASKED)
    if factor.address == "phone_number" and not is_phone(address):
        raise Refused(BAD_PHONE)
    return address


def _email(email: str) -> str:
    if not is_email(email):
        raise Refused(BAD_EMAIL)
    return email


def _check_offered(desk: Desk, session: Session, factor: Factor) -> None:
    name = factor.channel or factor.name
    if not desk.world.factors.is_on(factor):
        raise Refused(NOT_ENABLED, factor=name)
    if session.enroll is not None and factor.type not in session.enroll:
        raise Refused(NOT_REQUIRED, factor=factor.type, types=", ".join(session.enroll) or "none")


def otp_uri(tenant: str, email: str, secret: str) -> str:
    """What an authenticator app scans."""
    return f"{_label(tenant, email)}?secret={secret}&issuer={_quoted(tenant)}&algorithm=SHA1&digits=6&period=30"


def _app(desk: Desk, session: Session) -> dict[str, Any]:
    added = session.user.associate("otp")
    secret = added.authenticator.secret or ""
    uri = otp_uri(desk.world.name, session.user.email, secret)
    return {"authenticator_type": "otp", "secret": secret, "barcode_uri": uri, **_recovery_codes(added)}


def _out_of_band(desk: Desk, session: Session, factor: Factor, address: str, fields: Fields) -> dict[str, Any]:
    """What is typed in was sent at once; what is answered on the phone begins with a picture to scan."""
    if factor.prompt:
        desk.may_reach(address)
        desk.may_send(session.user, factor)
    added = session.user.associate(factor.name, address)
    how = {"binding_method": "prompt"} if factor.prompt else {"barcode_uri": _scannable(desk, session)}
    more = _taught(session.user, added, factor, fields)
    sending = desk.world.sendings.begin(added.authenticator)
    return {
        "authenticator_type": "oob",
        **how,
        **_recovery_codes(added),
        "oob_channel": factor.channel,
        "oob_code": desk.new_oob_code(session, sending),
        **more,
    }


def _taught(user: User, added: Association, factor: Factor, fields: Fields) -> Mapping[str, Any]:
    """What a taught factor adds of its own. If it refuses, nothing was added."""
    if factor.associate is None:
        return {}
    try:
        return factor.associate(added.authenticator, fields.all())
    except Refused:
        user.forget(added)
        raise


def _scannable(desk: Desk, session: Session) -> str:
    """A picture for the Guardian app. It holds no secret."""
    slug = re.sub(r"[^a-z0-9]+", "-", desk.world.name.lower()).strip("-")
    base, label = _quoted(f"https://{slug}.guardian.us.auth0.com"), _label(desk.world.name, session.user.email)
    return f"{label}?enrollment_tx_id={desk.world.mint.opaque()}&base_url={base}"


def _label(tenant: str, email: str) -> str:
    return f"otpauth://totp/{_quoted(tenant)}:{_quoted(email)}"


def _quoted(text: str) -> str:
    return quote(text, _UNRESERVED)


def _recovery_codes(added: Association) -> dict[str, list[str]]:
    return {} if added.recovery_code is None else {"recovery_codes": [added.recovery_code]}
