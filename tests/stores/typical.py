"""A flow as most are that rest in a store: challenged by SMS. Nothing is imported here that a benchmark would wait for."""

from base64 import b64encode
from hashlib import sha256

from mfa_flow import Authenticator, State
from mfa_flow.machine.flow import Flow
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import Requirements


def sealed_token(length):
    """A token as Auth0 seals it: letters, digits, dashes and stars, that look like chance."""
    chance = b64encode(b"".join(sha256(bytes([number])).digest() for number in range(64)), altchars=b"-_")
    return ("Fe26.2**" + chance.decode())[:length]


TYPICAL = Flow(
    id="chat-42",
    state=State.CHALLENGING,
    version=3,
    mfa_token=Secret(sealed_token(1986)),
    requirements=Requirements(challenge=("otp", "oob", "recovery-code")),
    authenticators=(
        Authenticator("totp|dev_9rVdQ3fGkT", "otp", active=True),
        Authenticator("sms|dev_MDXxkN5Y9E", "oob", active=True, oob_channel="sms", name="XXXXXXXX0042"),
        Authenticator("recovery-code|dev_qpOkGUOxBp", "recovery-code", active=True),
    ),
    factor="sms",
    authenticator=Authenticator("sms|dev_MDXxkN5Y9E", "oob", active=True, oob_channel="sms", name="XXXXXXXX0042"),
    memory={"oob_code": Secret("Fe26.2*oob*8c1f0e")},
    asked_at=1800000000.25,
    expires_at=1800000600.25,
    seen=("815", "816"),
)
