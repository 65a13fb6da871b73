"""Whether a store does what callers rely on: one call, for anybody's store.

``await conform(open_store)`` checks all, or as one test per case::

    @pytest.mark.parametrize("case", CASES, ids=named)
    async def test_conforms(case):
        await check(case, open_store)

``open_store(now)`` opens the store by the time ``now()``, in unix seconds. It is called twice with the same ``now``,
for the same data as two processes have it; a store that lives in one process gives itself both times
(``functools.cache`` does that). A store that knows only real time is checked with ``virtual=False``: then ``now`` is
None, and what takes hours is left out. Each case uses a flow id of its own; one clears the whole store, so give it one
of its own.
"""

from mfa_flow.errors import StoreError
from mfa_flow.stores.cases import CASES, TAKE_HOURS, Case
from mfa_flow.stores.trial import NotConforming, Open, Trial

__all__ = ["CASES", "Case", "NotConforming", "check", "conform", "named"]


async def conform(open_store: Open, *, virtual: bool = True) -> None:
    """Check every case. Raises NotConforming, which names every one that failed, and why it matters."""
    failed = []
    for case in CASES:
        try:
            await check(case, open_store, virtual=virtual)
        except NotConforming as found:
            failed.append(str(found))
    if failed:
        raise NotConforming("\n".join((f"{len(failed)} of {len(CASES)} cases failed.", *failed)))


async def check(case: Case, open_store: Open, *, virtual: bool = True) -> None:
    """Check one case. Raises NotConforming."""
    if case in TAKE_HOURS and not virtual:
        return
    trial = Trial(open_store, virtual)
    try:
        await case(trial)
    except NotConforming as found:
        raise NotConforming(f"{named(case)}: {found}.\n  Why it matters: {case.__doc__}") from None
    except (StoreError, TimeoutError, TypeError, AttributeError, LookupError) as error:
        told = f"{named(case)}: {type(error).__name__} was raised: {error}.\n  Why it matters: {case.__doc__}"
        raise NotConforming(told) from error
    finally:
        await trial.close()


def named(case: Case) -> str:
    """The case's name in words."""
    return case.__name__.replace("_", " ")
