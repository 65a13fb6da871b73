"""What is looked at: a stream, pictures, and the files of the page."""

from mfa_flow.testing.control.asks import Answer, Ask, Bad
from mfa_flow.testing.control.pictures import picture
from mfa_flow.testing.control.streaming import events
from mfa_flow.testing.page.files import NAMES, file


async def stream(ask: Ask) -> Answer:
    """What happens, as it happens, as server-sent events; all there is first."""
    if ask.request is None:
        raise Bad("events are told over a connection", 501)
    return 200, await events(ask.tenant, ask.request)


async def qr(ask: Ask) -> Answer:
    """The QR code of an app: its authenticator's id, then .svg or .png."""
    return 200, picture(ask.tenant, ask.rest)


async def page(ask: Ask) -> Answer:
    """A file of the page at /."""
    found = file(ask.rest)
    if found is None:
        raise Bad(f"the page has no file {ask.rest}: there are {', '.join(NAMES)}", 404)
    return 200, found
