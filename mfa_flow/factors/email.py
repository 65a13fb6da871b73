"""Codes by e-mail."""

from collections.abc import Mapping

from mfa_flow.errors import BadInput
from mfa_flow.factors.codes import email, masked_email
from mfa_flow.factors.oob import OobCode, place_of
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.vocabulary import EMAIL_REFILL


class Email(OobCode):
    """``enroll("email", email="ada@example.com")``; without an address, the person's own is used."""

    name = "email"
    channel = "email"
    refill = EMAIL_REFILL

    def details(self, /, **details: str) -> Mapping[str, str]:
        if details.keys() - {"email"}:
            raise BadInput("enroll('email') takes email= and nothing else; nothing was sent")
        return {name: email(address) for name, address in details.items()}

    def destination(self, flow: Flow) -> str | None:
        return place_of(flow, masked_email)
