"""Envelopes: a flow as the bytes that a persistent store keeps, and back."""

from attrs import frozen

from mfa_flow.errors import Unreadable
from mfa_flow.machine.flow import Flow
from mfa_flow.stores.codec import decode, encode
from mfa_flow.stores.seal import Plaintext, Seal


@frozen
class Envelope:
    """Snapshots, sealed for the flow they are of: under another flow's id they do not open."""

    _seal: Seal | Plaintext

    def pack(self, flow: Flow, version: int) -> bytes:
        """The bytes of this version of a flow."""
        return self._seal.close(encode(flow, version), b"flow " + name(flow.id))

    def unpack(self, flow_id: str, content: bytes | None) -> Flow | None:
        """The flow. Raises Unreadable."""
        if content is None:
            return None
        flow = decode(self._seal.open(content, b"flow " + name(flow_id)))
        if flow.id != flow_id:
            raise Unreadable(f"what is stored under {flow_id!r} belongs to another flow")
        return flow


def name(flow_id: str) -> bytes:
    """The id as bytes, whatever characters it has."""
    return flow_id.encode("utf-8", "surrogatepass")
