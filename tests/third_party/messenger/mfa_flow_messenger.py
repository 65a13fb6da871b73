"""Codes by a messenger: a factor of other people's, in a package of its own."""

from collections.abc import Mapping

from mfa_flow import BadInput
from mfa_flow.factors.oob import OobCode
from mfa_flow.machine.flow import Flow


class Messenger(OobCode):
    """``enroll("messenger", handle="@ada")``; then the six digits of the message."""

    name = "messenger"
    channel = "messenger"
    needs = ("handle",)

    def details(self, /, **details: str) -> Mapping[str, str]:
        if set(details) != {"handle"} or not details["handle"].startswith("@"):
            raise BadInput("enroll('messenger') takes handle=, such as '@ada'; nothing was sent")
        return details

    def destination(self, flow: Flow) -> str | None:
        return flow.details.get("handle") or (flow.authenticator.name if flow.authenticator else None)
