"""``DELETE /mfa/authenticators/{id}``: an authenticator goes, and its twins with it."""

from mfa_flow.testing.texts import NO_AUTHENTICATOR, NOT_REMOVABLE, Refused
from mfa_flow.testing.wire.desk import Desk
from mfa_flow.testing.wire.exchange import Request
from mfa_flow.testing.world.factors import RECOVERY


def remove(desk: Desk, request: Request) -> None:
    """Only by an MFA access token. A recovery code stays, and so does an email that is there because it is verified."""
    user = desk.bearer(request, "remove:authenticators", sealed=False).user
    wanted = request.path.rpartition("/")[2]
    authenticator = next((each for each in user.authenticators if each.id == wanted), None)
    if authenticator is None:
        raise Refused(NO_AUTHENTICATOR)
    if authenticator.factor is RECOVERY or user.is_automatic(authenticator):
        raise Refused(NOT_REMOVABLE)
    user.remove(authenticator)
