"""``mfa-flow check``: proves what the table promises, for the factors that are installed here."""

from mfa_flow.kit.checking import check_machine
from mfa_flow.kit.finding import Finding


async def run_check() -> int:
    """Say of each property if it holds, and what speaks against it. 0: all hold, 1: one does not or was not tried."""
    found = []
    async for finding in check_machine():
        found.append(finding)
        _tell(finding)
    failed, untried = sum(bool(one.counterexamples) for one in found), sum(len(one.untried) for one in found)
    print(f"{len(found)} properties, {failed} of them do not hold; what could not be tried: {untried}")
    return 0 if all(one.tried and not one.counterexamples for one in found) else 1


def _tell(finding: Finding) -> None:
    print(f"{_verdict(finding)}  {finding.what}")
    for one in finding.counterexamples:
        print(f"        {one}")
    for one in finding.untried:
        print(f"    ?   {one}")


def _verdict(finding: Finding) -> str:
    if finding.counterexamples:
        return "FAIL"
    return "ok  " if finding.tried else "?   "
