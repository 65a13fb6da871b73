"""The recovery code: works once, and is answered with its replacement."""

from mfa_flow.errors import UnknownFactor
from mfa_flow.factors import steps
from mfa_flow.factors.base import Factor, Step
from mfa_flow.factors.codes import recovery_code
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Prompt
from mfa_flow.wire.values import App, Authenticator
from mfa_flow.wire.vocabulary import RECOVERY_CODE_LENGTH, RECOVERY_GRANT


class Recovery(Factor):
    """``challenge`` needs no request; ``confirm`` takes the code, and ``Done.recovery_code`` is the next one."""

    name = "recovery"
    requirement = "recovery-code"
    enrolls = False

    def associate(self, app: App, flow: Flow, /, **details: str) -> Step:
        raise UnknownFactor("a recovery code comes with the first factor and cannot be enrolled by itself")

    def challenge(self, app: App, flow: Flow, authenticator: Authenticator) -> None:
        return None

    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        return steps.exchange(app, flow, RECOVERY_GRANT, {"recovery_code": recovery_code(answer)})

    def ask(self, flow: Flow, error: str | None = None) -> Prompt:
        return AskCode(channel=self.name, length=RECOVERY_CODE_LENGTH, numeric=False)
