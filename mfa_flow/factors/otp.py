"""One-time passwords from an authenticator app: nothing is sent to the person, so nothing can be resent."""

from mfa_flow.errors import BadInput
from mfa_flow.factors import steps
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.codes import digits
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Prompt, Scan
from mfa_flow.wire import reading
from mfa_flow.wire.reading import Body
from mfa_flow.wire.values import App, Authenticator
from mfa_flow.wire.vocabulary import OTP_GRANT

# RFC 6238 as Auth0 sets it up: SHA-1, 30 s, six digits.
LENGTH = 6


class Otp(Factor):
    """``enroll("otp")`` gives a QR code to scan; ``challenge`` needs no request; ``confirm`` takes six digits."""

    name = "otp"

    def associate(self, app: App, flow: Flow, /, **details: str) -> Step:
        if details:
            raise BadInput(f"enroll('otp') takes no {', '.join(details)}; nothing was sent")
        return steps.associate(flow, {"authenticator_types": ["otp"]}, self._associated)

    def challenge(self, app: App, flow: Flow, authenticator: Authenticator) -> None:
        return None

    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        return steps.exchange(app, flow, OTP_GRANT, {"otp": digits(answer, LENGTH)})

    def ask(self, flow: Flow, error: str | None = None) -> Prompt:
        if "barcode_uri" not in flow.memory:
            return AskCode(channel=self.name, length=LENGTH)
        return Scan(barcode_uri=flow.memory["barcode_uri"], secret=flow.memory["secret"], length=LENGTH)

    def _associated(self, answer: Body) -> Outcome:
        steps.check(answer, "authenticator_type", "otp")
        memory = {"secret": reading.need(answer, "secret"), "barcode_uri": reading.need(answer, "barcode_uri")}
        return Outcome("associated", memory=memory)
