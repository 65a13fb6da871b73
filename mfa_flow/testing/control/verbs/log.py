"""What was asked of the tenant, and what a test forgot."""

from attrs import asdict

from mfa_flow.testing.control.asks import Answer, Ask, Bad
from mfa_flow.testing.meant import meant
from mfa_flow.testing.wire.clients import GRANTS
from mfa_flow.testing.wire.routes import PATHS

_COUNTED = PATHS | {name for name in GRANTS if "/" not in name} | {"unknown"}  # by path, by the grants in short


async def requests(ask: Ask) -> Answer:
    """What was asked of the tenant, without secrets; with ``count``, how often a path or a grant was asked for."""
    [what] = ask.asked("count")
    log = ask.tenant.requests
    if what is None:
        return 200, {"requests": [asdict(each) for each in log]}
    count = log.count(what)
    if not count and what not in _COUNTED and not what.startswith("/mfa/authenticators/"):
        raise Bad(f"there is no path or grant {what!a} to count{meant(what, _COUNTED)}")
    return 200, {"count": count}


async def clear_requests(ask: Ask) -> Answer:
    """Forget what was asked."""
    ask.tenant.requests.clear()
    return 200, {}


async def check(ask: Ask) -> Answer:
    """Whether every fault struck, every message was read, every push answered; if not, what was left."""
    found = ask.tenant.problems()
    return 200, {"ok": not found, "problems": found}
