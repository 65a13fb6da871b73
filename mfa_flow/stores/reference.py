"""A short reference to a flow, and an action, for a chat's buttons: under 64 bytes, and nobody else can make one."""

import re
from base64 import urlsafe_b64encode
from hmac import compare_digest, digest

from mfa_flow.errors import BadInput, Unreadable
from mfa_flow.stores.envelope import name
from mfa_flow.stores.seal import Seal

# Bytes: of a reference (what Telegram's buttons carry, less one), of its proof, and so of flow id and action together.
LONGEST = 63
_PROOF = 16
ROOM = LONGEST - _PROOF - 1
_ACTION = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Reference:
    """Makes and reads references. They are readable, not secret; what they prove is that this application made them.

    The proof is by keys derived from those of the ``Seal``, old ones included. A reference has no end of its own, and
    may be pressed twice: ``once=`` and the flow's state see to that.
    """

    def __init__(self, seal: Seal) -> None:
        self._keys = seal.derived(b"reference")

    def make(self, flow_id: str, action: str) -> str:
        """The reference. ``action`` is of letters, digits, ``-`` and ``_``. Raises BadInput where the two together
        take more than 46 bytes: give the flow a shorter id, such as the chat's, or 32 hex digits."""
        if not _ACTION.fullmatch(action):
            raise BadInput("a reference's action is of letters, digits, '-' and '_'")
        if not flow_id or len(said := name(f"{action}.{flow_id}")) > ROOM + 1:
            raise BadInput(f"flow id and action must take 1 to {ROOM} bytes together, to fit into a chat's button")
        return _proof(self._keys[0], said) + said.decode("utf-8", "surrogatepass")

    def read(self, text: str) -> tuple[str, str]:
        """The flow's id, and the action. Raises Unreadable for what none of the keys has made."""
        proof, said = text[:_PROOF], text[_PROOF:]
        if not any(compare_digest(name(_proof(key, name(said))), name(proof)) for key in self._keys):
            raise Unreadable("this reference was not made here, or was changed: show the question again")
        action, _, flow_id = said.partition(".")
        return flow_id, action


def _proof(key: bytes, said: bytes) -> str:
    """96 bits, as 16 characters."""
    return urlsafe_b64encode(digest(key, said, "sha256")[:12]).decode()
