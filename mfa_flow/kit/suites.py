"""Suites for what others write: one call checks a factor, one a store; a failure says what is wrong and why it matters.

::

    async def test_my_factor():
        await check_factor(Messenger(), lambda tenant: tenant.teach("messenger", address="handle"), {"handle": "@ada"})

    async def test_my_store():
        await check_store(lambda now: MyStore(now))

``check_store`` is ``mfa_flow.stores.conformance.conform``, which says how a store is opened.
"""

from collections.abc import Callable, Mapping, Sequence

from mfa_flow.factors.base import Factor
from mfa_flow.kit.factor_cases import CASES, Case, FactorFails, Trial
from mfa_flow.machine.flow import NOTHING
from mfa_flow.stores.conformance import conform as check_store
from mfa_flow.testing.tenant import Tenant

__all__ = ["FactorFails", "check_factor", "check_store"]


async def check_factor(
    factor: Factor,
    teach: Callable[[Tenant], object],
    details: Mapping[str, str] = NOTHING,
    bad_details: Sequence[Mapping[str, str]] = (),
    code: Callable[[Tenant], str] | None = None,
) -> None:
    """Check every case. Raises FactorFails, which names every one that failed, and why it matters.

    ``teach`` teaches a tenant the other half; ``details`` are what enrolling takes, ``bad_details`` what it should
    refuse; ``code`` finds the right code, where it is not the newest message of the inbox.
    """
    trial = Trial(factor, teach, details, tuple(bad_details), code)
    failed = [told for case in CASES if (told := await _told(case, trial))]
    if failed:
        raise FactorFails("\n".join((f"{len(failed)} of {len(tuple(CASES))} cases failed.", *failed)))


async def _told(case: Case, trial: Trial) -> str:
    """What is wrong; nothing, if nothing is."""
    name = case.__name__.replace("_", " ")
    try:
        await case(trial)
    except FactorFails as found:
        return f"{name}: {found}.\n  Why it matters: {case.__doc__}"
    except Exception as error:  # noqa: BLE001 - whatever somebody else's factor raises is what is wrong with it
        return f"{name}: {type(error).__name__} was raised: {error}.\n  Why it matters: {case.__doc__}"
    return ""
