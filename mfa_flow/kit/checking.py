"""What ``mfa-flow check`` does: the table's proofs, walks over each row, and what each installed factor comes upon."""

from collections.abc import AsyncIterator, Iterator, Sequence
from importlib.metadata import entry_points

from mfa_flow.errors import MfaFlowError, UnknownFactor
from mfa_flow.factors.registry import GROUP, loaded
from mfa_flow.kit.arrows import ARROWS, arrows, told
from mfa_flow.kit.covering import Coverage
from mfa_flow.kit.driving import WalkFailed, drive
from mfa_flow.kit.faults import FAULTS
from mfa_flow.kit.finding import Finding
from mfa_flow.kit.proofs import PROOFS
from mfa_flow.kit.trying import try_factor
from mfa_flow.kit.walking import Walk, walks
from mfa_flow.machine.table import TRANSITIONS, Row

_ENOUGH = 5  # walks that fail: the others are not taken then


async def check_machine(rows: Sequence[Row] = TRANSITIONS) -> AsyncIterator[Finding]:
    """Everything there is to check, one after the other. Nothing that is wrong keeps the rest from being checked."""
    proofs = [Finding(what, tuple(sorted(map(_shown, proof(rows))))) for what, proof in PROOFS.items()]
    for finding in proofs:
        yield finding
    if any(finding.counterexamples for finding in proofs):
        yield _untried("walks take each row", "the table is not what it should be")  # and may lead in circles
    else:
        plain, spoiled = walks(), walks(faults=FAULTS.values())
        yield await _rows_taken(plain)
        yield await _nothing_twice(spoiled[len(plain) :])
    for finding in _factors():
        yield finding


async def _rows_taken(some: Sequence[Walk]) -> Finding:
    what = f"{len(some)} walks take each of {len(ARROWS)} rows, and no request that spends something is sent twice"
    coverage = Coverage()
    try:
        failed = await _failed(some, coverage)
    except MfaFlowError as error:
        return _untried(what, str(error))
    missing = coverage.report().splitlines() if not failed and (coverage.missing or coverage.strange) else []
    return Finding(what, (*failed, *missing))


async def _nothing_twice(some: Sequence[Walk]) -> Finding:
    """It is where an answer is lost or bad that one is tempted to ask again."""
    what = f"nor is it on {len(some)} walks with a fault at a step, and the flow stays where it was"
    try:
        return Finding(what, tuple(await _failed(some, Coverage())))
    except MfaFlowError as error:
        return _untried(what, str(error))


def _untried(what: str, why: str) -> Finding:
    """There is nothing to walk with. What is wrong is told by name elsewhere, and speaks against no walk."""
    return Finding(what, untried=(f"the walks could not be taken: {why}",), tried=False)


async def _failed(some: Sequence[Walk], coverage: Coverage) -> list[str]:
    failed = list[str]()
    for walk in some:
        try:
            coverage.moved(*(await drive(walk)).moves)
        except WalkFailed as error:
            failed.append(str(error))
        if len(failed) == _ENOUGH:
            return [*failed, "and so on: the other walks were not taken"]
    return failed


def _factors() -> Iterator[Finding]:
    """Each by itself, so that one that cannot be loaded does not hide another."""
    for entry in entry_points(group=GROUP):
        try:
            factors = loaded(entry)
        except UnknownFactor as error:
            yield Finding(f"the factor {entry.name} can be loaded", (str(error),))
        else:
            yield from (try_factor(name, factor) for name, factor in factors.items())


def _shown(found: object) -> str:
    if isinstance(found, Row):
        return told(*arrows([found]))
    return ", ".join(map(str, found)) if isinstance(found, tuple) else str(found)
