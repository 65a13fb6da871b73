"""Suites for what others write: one call checks a factor, one a store; a failure says what is wrong and why it matters.

::

    async def test_my_factor():
        await check_factor(Messenger(), lambda tenant: tenant.teach("messenger", address="handle"), {"handle": "@ada"})


    async def test_my_store(tmp_path):  # opened twice, for the same data
        await check_store(lambda now: SqliteStore(tmp_path / "flows.db", seal=PLAINTEXT, now=now))


    async def test_my_store_in_memory():  # opened twice, it is the same one
        await check_store(functools.cache(lambda now: MemoryStore(now=now)))

``check_store`` is ``mfa_flow.stores.conformance.conform``, which says how a store is opened.
"""

from collections.abc import Callable, Mapping, Sequence
from inspect import iscoroutinefunction

from mfa_flow.factors.base import Factor
from mfa_flow.kit.factor_cases import CASES, Case, FactorFails, Trial
from mfa_flow.kit.finding import raised
from mfa_flow.machine.flow import NOTHING
from mfa_flow.stores.conformance import conform as check_store
from mfa_flow.testing.tenant import Tenant

__all__ = ["FactorFails", "check_factor", "check_store"]

_METHODS = ("associate", "challenge", "confirm", "ask")


async def check_factor(
    factor: Factor,
    teach: Callable[[Tenant], object],
    details: Mapping[str, str] = NOTHING,
    bad_details: Sequence[Mapping[str, str]] = (),
    code: Callable[[Tenant], str] | None = None,
) -> None:
    """Check every case. Raises FactorFails, which names every one that failed, and why it matters.

    ``teach`` teaches a tenant the other half; ``details`` are what enrolling takes, ``bad_details`` what it should
    refuse; ``code`` finds the right code, where it is not the newest message of the inbox. Raises TypeError where one
    of these is something else.
    """
    if not isinstance(factor, Factor):
        raise FactorFails(f"check_factor takes an instance of Factor, such as Messenger(), and not {factor!r}")
    if waiting := [name for name in _METHODS if iscoroutinefunction(getattr(factor, name))]:
        raise FactorFails(
            f"async def {', '.join(waiting)}: a factor does no I/O, make it def; the engine sends its Steps"
        )
    _check(teach, details, bad_details)
    trial = Trial(factor, teach, details, tuple(bad_details), code)
    failed: dict[str, list[Case]] = {}
    for case in CASES:
        if told := await _told(case, trial):
            failed.setdefault(told, []).append(case)
    if failed:
        cases = sum(map(len, failed.values()))
        lines = (_explained(told, some) for told, some in failed.items())
        raise FactorFails("\n".join((f"{cases} of {len(tuple(CASES))} cases failed.", *lines)))


def _check(teach: object, details: object, bad_details: object) -> None:
    if not callable(teach):
        raise TypeError(f"teach takes a function, lambda tenant: tenant.teach('messenger', ...), and not {teach!r}")
    if not isinstance(details, Mapping):
        raise TypeError(f"details takes what enroll does, {{'handle': '@ada'}}, and no {type(details).__name__}")
    if not isinstance(bad_details, Sequence) or not all(isinstance(each, Mapping) for each in bad_details):
        raise TypeError("bad_details takes a list of what enroll should refuse: [{'handle': 'ada'}]")


async def _told(case: Case, trial: Trial) -> str:
    """What is wrong; nothing, if nothing is."""
    try:
        await case(trial)
    except FactorFails as found:
        return str(found)
    except Exception as error:  # noqa: BLE001 - whatever somebody else's factor raises is what is wrong with it
        return raised(error)
    return ""


def _explained(told: str, some: Sequence[Case]) -> str:
    """One thing that is wrong, however many cases it breaks."""
    names = ", ".join(case.__name__.replace("_", " ") for case in some)
    return f"{names}: {told}.\n  Why it matters: {some[0].__doc__}"
