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

from contextlib import suppress

from mfa_flow.stores.cases import CASES, TAKE_HOURS, Case
from mfa_flow.stores.trial import NotConforming, Open, Trial

_OPENED = "Write conform(lambda now: MyStore(..., now=now)): a function, no store and no class without arguments."
_ONE = "A store that lives in one process gives itself both times: conform(functools.cache(lambda now: MyStore(now)))."

__all__ = ["CASES", "Case", "NotConforming", "check", "conform", "named"]


async def conform(open_store: Open, *, virtual: bool = True) -> None:
    """Check every case. Raises NotConforming, which names every one that failed, and why it matters."""
    failed = [told] if (told := await _apart(open_store, virtual)) else []
    for case in CASES:
        try:
            await check(case, open_store, virtual=virtual)
        except NotConforming as found:
            failed.append(str(found))
    if failed:
        raise NotConforming("\n".join((f"{len(failed) - bool(told)} of {len(CASES)} cases failed.", *failed)))


async def _apart(open_store: Open, virtual: bool) -> str:  # noqa: FBT001 - as Trial has it
    """Why nothing can conform, where the store is opened otherwise than is told above; else nothing."""
    trial = Trial(open_store, virtual)
    try:
        stores = (trial.one, trial.other)
    except Exception as error:
        raise NotConforming(f"open_store(now) is called, and gives a store: {error}. {_OPENED}") from error
    if not all(callable(getattr(store, "hold", None)) for store in stores):
        raise NotConforming(f"open_store(now) gives {stores[0]!r}, which is no store: it has no hold(). {_OPENED}")
    try:
        await trial.saved()
        found = (await trial.other.load(trial.flow_id)).flow
    except Exception:  # noqa: BLE001 - the cases tell
        return ""
    finally:
        with suppress(Exception):
            await trial.close()
    return "" if found else f"What one opening saves, the other does not find. {_ONE}"


async def check(case: Case, open_store: Open, *, virtual: bool = True) -> None:
    """Check one case. Raises NotConforming."""
    if case in TAKE_HOURS and not virtual:
        return
    trial = Trial(open_store, virtual)
    try:
        try:
            await case(trial)
        finally:
            await trial.close()
    except NotConforming as found:
        raise NotConforming(f"{named(case)}: {found}.\n  Why it matters: {case.__doc__}") from None
    except Exception as error:  # whatever somebody else's store raises is what is wrong with it
        told = f"{named(case)}: {type(error).__name__} was raised: {error}.\n  Why it matters: {case.__doc__}"
        raise NotConforming(told) from error


def named(case: Case) -> str:
    """The case's name in words."""
    return case.__name__.replace("_", " ")
