"""Handing over: the tokens go to the service, and the person where the service sends them."""

import logging
from typing import Any

from mfa_flow.machine.prompts import Done
from mfa_flow.texts import text_for
from mfa_flow.web.pages import Pages
from mfa_flow.web.values import Answered, HandedOver
from mfa_flow.web.visit import Visit

LOG = logging.getLogger("mfa_flow.web")


async def handed(visit: Visit, done: Done) -> tuple[Visit, HandedOver] | None:
    """What the service answered, and the visit that knows of it; None where it failed, which is logged."""
    if done.tokens is None:
        return None
    try:
        given = await visit.asked.hand_over(done.tokens)
    except Exception:
        LOG.exception("on_done failed: the person is asked to try again, which works for a minute")
        return None
    return visit.having_handed(done.tokens, given), given


async def handed_over(pages: Pages, visit: Visit, done: Done) -> Answered:
    """Give the tokens to the service. The browser goes where that sends it, after a page with the new recovery code, if
    there is one; that can be looked at again for a minute, which gives nothing again, and is there where the service
    fails or refuses, too."""
    codes = (*visit.codes(done), *filter(None, [done.recovery_code]))
    key = "label.new_recovery_code" if done.recovery_code else "label.recovery_codes"
    shown = {"codes": codes, "told": text_for(key, visit.locale, n=len(codes))}
    visit = visit.telling()
    found = (visit, HandedOver(None)) if codes and visit.was_handed(done.tokens) else await handed(visit, done)
    if found is None:
        return _failed(pages, visit, shown)
    visit, given = found
    if not codes:
        return left(pages, visit, given)
    title = "title.trouble" if given.refuses else "title.done"
    shown |= {"title": text_for(title, visit.locale), "here": visit.here, "token": visit.secret.token}
    return visit.keep(pages.page("done", visit.locale, **shown).having(*given.headers))


def _failed(pages: Pages, visit: Visit, shown: dict[str, Any]) -> Answered:
    """The page to try again from; a login that needs no second factor ends by a secret that the browser has not yet."""
    if not shown["codes"]:
        return visit.go("failed")
    shown |= {"title": text_for("title.trouble", visit.locale), "why": text_for("error.mfa_flow", visit.locale)}
    return visit.keep(pages.page("trouble", visit.locale, 500, link=visit.here, anew=False, **shown))


def left(pages: Pages, visit: Visit, given: HandedOver) -> Answered:
    """The flow is over for this browser, which goes where the service sends it: by a page, since browsers do not let a
    form's answer lead to another server, nor what that leads to, as the pages' policy says."""
    if given.location is None:
        return visit.leave(Answered(handed=given))
    page = pages.page("done", visit.locale, title=text_for("title.done", visit.locale), codes=(), link=given.location)
    return visit.leave(page.having(*given.headers))
