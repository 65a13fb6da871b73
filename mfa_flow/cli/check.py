"""``mfa-flow check``: proves what the table promises, for the factors that are installed here."""

from mfa_flow.errors import MfaFlowError
from mfa_flow.factors.registry import installed
from mfa_flow.kit.checking import check_machine, factors_of_others


async def run_check() -> int:
    """Say of each property whether it holds, and what speaks against it. 0: all hold, 1: one does not, 2: no answer."""
    try:
        found = await check_machine()
    except MfaFlowError as error:
        print(f"error: {error}")
        return 2
    for finding in found:
        print(f"{'FAIL' if finding.counterexamples else 'ok  '}  {finding.what}")
        for one in finding.counterexamples:
            print(f"        {one}")
    failed = sum(bool(finding.counterexamples) for finding in found)
    others = ", ".join(factors_of_others(installed())) or "none"
    print(f"{len(found)} properties, {failed} of them do not hold; factors of others: {others}")
    return 1 if failed else 0
