"""What was asked of the tenant, and what a test forgot."""

from attrs import asdict

from mfa_flow.testing.control.asks import Answer, Ask


async def requests(ask: Ask) -> Answer:
    """What was asked of the tenant, without secrets; with ``count``, how often a path or a grant was asked for."""
    [what] = ask.asked("count")
    log = ask.tenant.requests
    return 200, {"requests": [asdict(each) for each in log]} if what is None else {"count": log.count(what)}


async def clear_requests(ask: Ask) -> Answer:
    """Forget what was asked."""
    ask.tenant.requests.clear()
    return 200, {}


async def check(ask: Ask) -> Answer:
    """Whether every fault struck, every message was read, every push answered; if not, what was left."""
    found = ask.tenant.problems()
    return 200, {"ok": not found, "problems": found}
