"""What the out-of-band factors share: a code goes to the person by a channel and comes back with an ``oob_code``."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from attrs import evolve

from mfa_flow.factors import steps
from mfa_flow.factors.base import Factor, Outcome, Step
from mfa_flow.factors.codes import digits
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.prompts import AskCode, Prompt
from mfa_flow.wire.reading import Body
from mfa_flow.wire.values import App, Authenticator
from mfa_flow.wire.vocabulary import OOB_CODE_LIFETIME, OOB_GRANT, SEND_REFILL

# The SMS guide: a code of six digits.
LENGTH = 6


class OobCode(Factor):
    """A factor whose code is sent to the person by a channel; a subclass names the channel and its details."""

    channel: ClassVar[str]
    # Seconds until one more message may be sent, where Auth0 does not say.
    refill: ClassVar[float] = SEND_REFILL
    sends = True

    def associate(self, app: App, flow: Flow, /, **details: str) -> Step:
        checked = self.details(**details)
        body = {"authenticator_types": ["oob"], "oob_channels": [self.channel], **checked}
        step = steps.associate(
            flow, body, lambda answer: self._sent("associated", "authenticator_type", answer), self.refill
        )
        return evolve(step, enters={"details": checked})

    def challenge(self, app: App, flow: Flow, authenticator: Authenticator) -> Step:
        return steps.challenge(
            app,
            flow,
            "oob",
            authenticator.id,
            lambda answer: self._sent("challenged", "challenge_type", answer),
            self.refill,
        )

    def confirm(self, app: App, flow: Flow, answer: str | None) -> Step:
        proof = {"oob_code": flow.memory["oob_code"], "binding_code": digits(answer, LENGTH)}
        return steps.exchange(app, flow, OOB_GRANT, proof)

    def ask(self, flow: Flow, error: str | None = None) -> Prompt:
        return AskCode(
            channel=self.name, to=self.destination(flow), length=LENGTH, until=flow.asked_at + OOB_CODE_LIFETIME
        )

    def details(self, /, **details: str) -> Mapping[str, str]:
        """What ``enroll`` was given, in the wire's names and form. Raises BadInput."""
        raise NotImplementedError

    def destination(self, flow: Flow) -> str | None:
        """Where the code went, masked."""
        raise NotImplementedError

    def _sent(self, event: str, type_field: str, answer: Body) -> Outcome:
        steps.check(answer, type_field, "oob")
        return Outcome(event, memory={"oob_code": steps.oob_code(answer)})


def place_of(flow: Flow, mask: Callable[[str], str]) -> str | None:
    """Where the code went: what ``enroll`` was given, masked, or the name the authenticator has on Auth0's list."""
    given = next(iter(flow.details.values()), None)
    if given is not None:
        return mask(given)
    return flow.authenticator.name if flow.authenticator else None
