"""``mfa-flow check`` says what holds; a sabotaged table is seen by it, by the diagrams and by row coverage."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow import Factor
from mfa_flow.cli.check import run_check
from mfa_flow.errors import UnknownFactor
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.otp import Otp
from mfa_flow.kit import checking
from mfa_flow.kit.checking import check_machine
from mfa_flow.kit.proofs import PROOFS
from mfa_flow.machine.table import TRANSITIONS, State

ROOT = Path(__file__).parent.parent.parent


async def test_all_holds(capsys):
    """One line for each proof, for the walks and for each factor; and 0."""
    assert 0 == await run_check()
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok    ") for line in said[:-1])
    assert {f"ok    {what}" for what in PROOFS} <= set(said)
    assert 6 == sum("the factor" in line for line in said)
    assert said[-1].endswith("0 of them do not hold; factors of others: none")


class Odd(Otp):
    """Reads every answer as an event that no table has."""

    name = "odd"

    def confirm(self, app, flow, answer):
        return Step(None, lambda _: Outcome("struck_by_lightning"))


class Mute(Otp):
    """Can be neither challenged nor confirmed."""

    name = "mute"

    def confirm(self, app, flow, answer):
        raise UnknownFactor("not today")


@pytest.mark.parametrize(
    ("factor", "told"),
    [
        (Odd(), "LookupError on challenging: the table has no row for the event 'struck_by_lightning'"),
        (Mute(), "neither its challenge nor its confirm could be made"),
    ],
)
async def test_a_factor_of_others_is_tried(monkeypatch, capsys, factor: Factor, told):
    """One whose events no table knows, or that cannot be tried, is told by its name; and 1."""
    monkeypatch.setattr(checking, "installed", lambda: {factor.name: factor})
    assert 1 == await run_check()
    said = capsys.readouterr().out
    assert f"FAIL  the factor {factor.name} (kit.test_checking)" in said.replace("tests.kit", "kit")
    assert told in said


def bent(row, **changes):
    return tuple(evolve(one, **changes) if one is row else one for one in TRANSITIONS)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.event}-{row.source}")
async def test_a_dropped_row_is_missed(row):
    """Whatever row is dropped from a copy of the table, something does not hold any more."""
    found = await check_machine(tuple(one for one in TRANSITIONS if one is not row))
    assert [] != [finding for finding in found if finding.counterexamples]


@pytest.mark.parametrize("row", TRANSITIONS[::12], ids=lambda row: f"{row.event}-{row.source}")
async def test_a_bent_arrow_is_seen(row):
    """Whatever arrow is bent in a copy of the table, something does not hold any more."""
    dest = State.CANCELLED if row.dest is not State.CANCELLED else State.STARTED
    found = await check_machine(bent(row, dest=dest))
    assert [] != [finding for finding in found if finding.counterexamples]


SABOTAGE = {
    "a row dropped": (
        '    *_rows("confirm, wait", "push_denied", _to(_S.MFA_REQUIRED, WAITING), "the person pressed No"),\n',
        "",
    ),
    "an arrow bent": ('"code_rejected", _same(WAITING)', '"code_rejected", _to(_S.MFA_REQUIRED, WAITING)'),
}
COVERAGE = (
    "import asyncio; from mfa_flow.kit.covering import Coverage; from mfa_flow.kit.driving import drive_all;"
    "from mfa_flow.kit.walks import walks; covered = Coverage();"
    "[covered.moved(*one.moves) for one in asyncio.run(drive_all(walks()))]; covered.close()"
)
DETECTORS = {
    "check": (["-c", "from mfa_flow.cli import main; main()", "check"], "FAIL  "),
    "diagrams": (["-c", "from mfa_flow.cli import main; main()", "draw", "--check"], "is out of date"),
    "row coverage": (["-c", COVERAGE], "Traceback"),
}


@pytest.fixture(scope="module", params=[None, *SABOTAGE])
def house(request, tmp_path_factory):
    """A copy of the package, its table as it is or sabotaged."""
    copy = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("mfa_flow", "diagrams"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    shutil.copy(ROOT / "README.md", copy)
    if request.param:
        table = copy / "mfa_flow" / "machine" / "table.py"
        old, new = SABOTAGE[request.param]
        assert 1 == table.read_text().count(old)
        table.write_text(table.read_text().replace(old, new))
    return request.param, copy


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_sabotaged_copy(house, detector):
    """Each of the three sees it by itself, and none sees anything in a copy that is as it was."""
    sabotage, copy = house
    command, told = DETECTORS[detector]
    env = {**os.environ, "PYTHONPATH": str(copy)}
    ran = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=env, cwd=copy)
    said = ran.stdout + ran.stderr
    assert (1 if sabotage else 0) == ran.returncode, said
    assert bool(sabotage) is (told in said)
