"""Handing over: the tokens go to the service, and the person where the service sends them."""

import logging
from urllib.parse import urlsplit

from mfa_flow.machine.prompts import Done
from mfa_flow.texts import text_for
from mfa_flow.web.pages import Pages
from mfa_flow.web.values import Answered, HandedOver
from mfa_flow.web.visit import Visit

LOG = logging.getLogger("mfa_flow.web")


async def handed(visit: Visit, done: Done) -> HandedOver | None:
    """What the service answered; None where it failed, which is logged."""
    if done.tokens is None:
        return None
    try:
        return await visit.asked.hand_over(done.tokens)
    except Exception:
        LOG.exception("on_done failed: the person is asked to try again, which works for a minute")
        return None


async def handed_over(pages: Pages, visit: Visit, done: Done) -> Answered:
    """Give the tokens to the service. Its answer goes to the browser, after a page with the new recovery code, if there
    is one; that can be looked at again for a minute."""
    given = await handed(visit, done)
    if given is None:
        title, told = text_for("title.pause", visit.locale), text_for("error.mfa_flow", visit.locale)
        page = pages.page("trouble", visit.locale, 500, title=title, told=told, link=visit.here, anew=False)
        return visit.keep(page)  # a login that needs no second factor ends by a secret that the browser has not yet
    if done.recovery_code is None and not _leaves(visit, given):
        return visit.forget(Answered(handed=given))
    title, link = text_for("title.done", visit.locale), given.location or "/"
    page = pages.page("done", visit.locale, title=title, code=done.recovery_code, link=link).having(*given.headers)
    return visit.keep(page) if done.recovery_code else visit.forget(page)


def _leaves(visit: Visit, given: HandedOver) -> bool:
    """Whether it leads to another server: browsers do not let a form's answer go there, as the pages' policy says."""
    host = urlsplit(given.location or "").netloc
    return bool(host) and host.lower() != visit.asked.host.lower()
