"""What text messages and phone calls share: a phone number in E.164."""

from collections.abc import Mapping

from mfa_flow.errors import BadInput
from mfa_flow.factors.codes import masked, phone
from mfa_flow.factors.oob import OobCode, place_of
from mfa_flow.machine.flow import Flow


class PhoneCode(OobCode):
    """``enroll(name, phone_number="+15551230000")``; then the six digits that come by phone."""

    requirement = "phone"
    needs = ("phone_number",)

    def details(self, /, **details: str) -> Mapping[str, str]:
        if set(details) != {"phone_number"}:
            raise BadInput(f"enroll({self.name!r}) takes phone_number= and nothing else; nothing was sent")
        return {"phone_number": phone(details["phone_number"])}

    def destination(self, flow: Flow) -> str | None:
        return place_of(flow, masked)
