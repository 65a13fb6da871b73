"""What ``mfa-flow check`` does: the table's proofs, walks over each row, and what each installed factor comes upon."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from mfa_flow.errors import MfaFlowError
from mfa_flow.factors.base import Factor, Step
from mfa_flow.factors.meanings import MEANINGS
from mfa_flow.factors.registry import Factors, installed
from mfa_flow.kit.covering import Coverage
from mfa_flow.kit.driving import WalkFailed, drive
from mfa_flow.kit.proofs import PROOFS
from mfa_flow.kit.walks import walks
from mfa_flow.machine.flow import Flow
from mfa_flow.machine.moves import destination
from mfa_flow.machine.table import TRANSITIONS, Row, State
from mfa_flow.wire.call import Reply
from mfa_flow.wire.secret import Secret
from mfa_flow.wire.values import App, Authenticator

_APP = App("tenant.example", "demo-client", "demo-secret")
_ANSWERS = (None, "123456", "A" * 24)
_TOKENS = b'{"access_token": "a", "token_type": "Bearer", "expires_in": 1}'


@frozen
class Finding:
    """One thing that was checked: ``what``, and the ``counterexamples`` found. None: it holds."""

    what: str
    counterexamples: tuple[str, ...] = ()


async def check_machine(rows: Sequence[Row] = TRANSITIONS) -> list[Finding]:
    """Everything there is to check, in the order in which it is told."""
    found = [Finding(what, tuple(sorted(map(_shown, proof(rows))))) for what, proof in PROOFS.items()]
    found.append(await _walked(rows))
    return [*found, *(_factor(name, factor) for name, factor in installed().items())]


async def _walked(rows: Sequence[Row]) -> Finding:
    """Each row is taken by our own client, which sends nothing twice that spends something."""
    coverage, failed = Coverage(rows), list[str]()
    try:
        some = walks(rows=rows)
    except LookupError as error:
        return Finding("there is a walk to each row", (str(error),))
    for walk in some:
        try:
            coverage.moved(*(await drive(walk)).moves)
        except WalkFailed as error:
            failed.append(str(error))
    missing = [] if not (coverage.missing or coverage.strange) else coverage.report().splitlines()
    what = f"{len(some)} walks take each of {len(rows)} rows, and no request that spends something is sent twice"
    return Finding(what, (*failed, *missing))


def _factor(name: str, factor: Factor) -> Finding:
    """Whatever Auth0 is known to answer, the factor makes an event of it that the table knows."""
    read, told = 0, list[str]()
    for step, state in _steps(name, factor):
        for reply in _replies():
            read += 1
            try:
                destination(step.read(reply).event, state)
            except MfaFlowError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever a factor of other people's raises
                told.append(f"{type(error).__name__} on {state.value}: {error}")
    what = f"the factor {name} ({type(factor).__module__}): {read} answers read, each an event of the table or an error"
    if not read:
        told.append(
            "neither its challenge nor its confirm could be made: check it with mfa_flow.kit.suites.check_factor"
        )
    return Finding(what, tuple(dict.fromkeys(told)))


def _steps(name: str, factor: Factor) -> Iterator[tuple[Step, State]]:
    """Its challenge, and its confirm in both states, as far as they can be made from outside."""
    owned = Authenticator(f"{name}|dev_1", "oob", active=True, oob_channel=name)
    memory = {"oob_code": Secret("oob"), "secret": "s", "barcode_uri": "otpauth://x"}
    flow = Flow(id="check", state=State.MFA_REQUIRED, mfa_token=Secret("m"), authenticators=(owned,), memory=memory)
    challenged = factor.challenge(_APP, flow, owned)
    if challenged is not None:
        yield challenged, State.MFA_REQUIRED
    for answer in _ANSWERS:
        try:
            step = factor.confirm(_APP, flow, answer)
        except MfaFlowError:
            continue
        yield step, State.ENROLLING
        yield step, State.CHALLENGING


def _replies() -> Iterator[Reply]:
    """Every error that is known, tokens, and nonsense."""
    kind = {"content-type": "application/json"}
    for meaning in MEANINGS:
        for status in (400, 401, 403, 429):
            body = f'{{"error": "{meaning.error}", "error_description": "{meaning.text}", "mfa_token": "n"}}'
            yield Reply(status, kind, body.encode())
    demanded = b'{"error": "mfa_required", "error_description": "x", "mfa_token": "n"}'
    for status, content in ((200, _TOKENS), (200, b"{}"), (403, demanded), (502, b"<html>"), (200, b"[1]")):
        yield Reply(status, kind, content)


def _shown(found: object) -> str:
    if isinstance(found, Row):
        return f"{found.event}: {found.source} -> {found.dest}"
    return ", ".join(map(str, found)) if isinstance(found, tuple) else str(found)


def factors_of_others(factors: Factors) -> list[str]:
    """Those that are not ours."""
    return [name for name, factor in factors.items() if not type(factor).__module__.startswith("mfa_flow.factors.")]
