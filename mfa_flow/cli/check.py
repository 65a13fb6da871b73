"""``mfa-flow check``: proves what the table promises, for the factors that are installed here."""

from mfa_flow.kit.checking import check_machine
from mfa_flow.kit.finding import Finding


async def run_check() -> int:
    """Say of each property whether it holds, and what speaks against it. 0: all hold, 1: one does not."""
    found = []
    async for finding in check_machine():
        found.append(finding)
        _tell(finding)
    failed, untried = sum(bool(one.counterexamples) for one in found), sum(len(one.untried) for one in found)
    print(f"{len(found)} properties, {failed} of them do not hold; steps that could not be tried: {untried}")
    return 1 if failed else 0


def _tell(finding: Finding) -> None:
    print(f"{'FAIL' if finding.counterexamples else 'ok  '}  {finding.what}")
    for one in finding.counterexamples:
        print(f"        {one}")
    for one in finding.untried:
        print(f"    ?   {one}")
