"""``mfa-flow check`` says what holds; a sabotaged table is seen by it, by the diagrams and by row coverage."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from attrs import evolve

from mfa_flow.cli.check import run_check
from mfa_flow.errors import BadInput, UnknownFactor
from mfa_flow.factors import steps
from mfa_flow.factors.base import Outcome, Step
from mfa_flow.factors.codes import digits
from mfa_flow.factors.otp import Otp
from mfa_flow.factors.registry import GROUP
from mfa_flow.factors.sms import Sms
from mfa_flow.kit import checking
from mfa_flow.kit.arrows import arrows, told
from mfa_flow.kit.checking import check_machine
from mfa_flow.kit.finding import Finding
from mfa_flow.kit.proofs import PROOFS
from mfa_flow.kit.stage import _Trip
from mfa_flow.machine.table import TRANSITIONS, State
from mfa_flow.wire.call import Call
from mfa_flow.wire.vocabulary import OOB_GRANT

ROOT = Path(__file__).parent.parent.parent


async def test_all_holds(capsys):
    """One line for each proof, for the walks, and for each factor, of which every step was tried; and 0."""
    assert 0 == await run_check()
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok    ") for line in said[:-1])
    assert {f"ok    {what}" for what in PROOFS} <= set(said)
    tried = [line for line in said if "the factor" in line]
    both = "associate, confirm after associate, challenge, confirm after challenge tried on"
    assert [True] * 3 + [False] + [True] * 2 == [both in line for line in tried]
    assert "(mfa_flow.factors.recovery): challenge, confirm after challenge tried on" in tried[3]
    assert "19 properties, 0 of them do not hold; what could not be tried: 0" == said[-1]


class Odd(Otp):
    """Reads every answer as an event that no table has."""

    name = "odd"

    def confirm(self, app, flow, answer):
        return Step(Call.get("/", ""), lambda _: Outcome("struck_by_lightning"))


class Refusing(Otp):
    name = "refusing"

    def confirm(self, app, flow, answer):
        raise UnknownFactor("not today")


class Stumbling(Otp):
    name = "stumbling"

    def confirm(self, app, flow, answer):
        return flow.memory["x"]


class Empty(Otp):
    name = "empty"

    def challenge(self, app, flow, authenticator):
        return {}["x"]

    def associate(self, app, flow, /, **details):
        return None


class Generous(Otp):
    """Takes every refusal for tokens."""

    name = "generous"

    def confirm(self, app, flow, answer):
        step = super().confirm(app, flow, answer)
        return evolve(step, read=lambda reply: Outcome("tokens_issued") if reply.status >= 400 else step.read(reply))


class Deaf(Otp):
    """Takes tokens for a wrong code."""

    name = "deaf"

    def confirm(self, app, flow, answer):
        return evolve(super().confirm(app, flow, answer), read=lambda _: Outcome("code_rejected", "wrong_code"))


class Long(Sms):
    """Takes eight digits, and does not say so in its question."""

    name = "long"

    def confirm(self, app, flow, answer):
        return steps.exchange(app, flow, OOB_GRANT, {"binding_code": digits(answer, 8)})


class Blind(Sms):
    """Fails in reading what it was sent."""

    name = "blind"

    def _sent(self, event, type_field, answer):
        raise KeyError("ticket")


class Secretive(Otp):
    """Takes details and codes that nobody guesses."""

    name = "secretive"

    def associate(self, app, flow, /, **details):
        raise BadInput("a shoe size, please")

    def confirm(self, app, flow, answer):
        raise BadInput("a rhyme, please")


HERE = "(test_checking.py, line "
WRONG = {
    Odd: "confirm after challenge: LookupError: the table has no row for the event 'struck_by_lightning' in the state",
    Refusing: f"confirm after associate: UnknownFactor: not today {HERE}",
    Stumbling: f"confirm after challenge: KeyError: 'x' {HERE}",
    Empty: f"challenge: KeyError: 'x' {HERE}",
    Generous: "confirm after challenge: tokens_issued, where no access token came (and ",
    Deaf: "confirm after challenge: an access token comes, and it is not read as tokens_issued",
    Blind: f"associate: KeyError: 'ticket' {HERE}",
}


def install(monkeypatch, *kinds):
    found = [EntryPoint(kind.name, f"{__name__}:{kind.__name__}", GROUP) for kind in kinds]
    monkeypatch.setattr(checking, "entry_points", lambda group: found)
    for walks in ("_rows_taken", "_nothing_twice"):  # they know nothing of factors of others
        monkeypatch.setattr(checking, walks, nothing_found)


async def nothing_found(*_):
    return Finding("walks")


@pytest.mark.parametrize("kind", WRONG, ids=lambda kind: kind.name)
async def test_a_factor_of_others_is_tried(monkeypatch, capsys, kind):
    """What is wrong with a step is told beneath the factor's name, and the other factors are tried all the same; and 1."""
    install(monkeypatch, kind, Otp)
    assert 1 == await run_check()
    said = capsys.readouterr().out
    assert f"FAIL  the factor {kind.name} ({__name__})" in said
    assert WRONG[kind] in said
    assert "ok    the factor otp" in said
    assert "Traceback" not in said


async def test_a_step_that_gives_nothing_is_told(monkeypatch, capsys):
    """None is no step."""
    install(monkeypatch, Empty)
    await run_check()
    assert "associate: it gives None, which is no Step" in capsys.readouterr().out


async def test_what_could_not_be_tried_is_told(monkeypatch, capsys):
    """A step of which nobody outside knows what it takes is no mistake of the factor's, and is not passed over: each
    is told, with what does try it."""
    install(monkeypatch, Secretive, Long)
    assert 0 == await run_check()
    said = capsys.readouterr().out.splitlines()
    untried = [line.split(": ")[0] for line in said if line.startswith("    ?   ")]
    assert ["    ?   associate", "    ?   confirm after challenge"] == untried
    assert all("check_factor" in line for line in said if line.startswith("    ?   "))
    assert "(a shoe size, please)" in said[-4]
    assert "confirm after associate, challenge, confirm after challenge tried on 1120" in said[-2], said
    assert said[-1].endswith("could not be tried: 2")


def test_a_factor_that_cannot_be_loaded(tmp_path):
    """It is told by its name and speaks against nothing else: that no walk could be taken is told, and the table's proofs
    and the other factors still are tried."""
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nbad = nowhere:Bad\n")
    code, said = checked({**os.environ, "PYTHONPATH": str(tmp_path)})
    assert 1 == code, said
    told = "the factor 'bad' of the package broken cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"
    assert f"FAIL  the factor bad can be loaded\n        {told}\n" in said
    assert 1 == said.count("FAIL")
    untried = rf"^\?     .* walks .*\n    \?   the walks could not be taken: {re.escape(told)}$"
    assert 2 == len(re.findall(untried, said, re.MULTILINE))
    assert ", 1 of them do not hold; what could not be tried: 2\n" in said
    assert len(PROOFS) == sum(f"ok    {what}" in said for what in PROOFS)
    assert 6 == said.count("ok    the factor ")


async def test_what_was_not_tried_does_not_pass(monkeypatch, capsys):
    """Where no walk can be taken though each factor is right by itself, it is no success; and 1."""

    async def unable(walk):
        raise UnknownFactor("two factors are called otp")

    monkeypatch.setattr(checking, "drive", unable)
    assert 1 == await run_check()
    assert "0 of them do not hold; what could not be tried: 2" in capsys.readouterr().out


def checked(env, cwd=ROOT):
    command = [sys.executable, "-c", "from mfa_flow.cli import main; main()", "check"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=cwd)
    return ran.returncode, ran.stdout + ran.stderr


async def test_a_request_repeated_after_a_fault_is_seen(monkeypatch):
    """A client that repeats what was answered 5xx sends nothing twice until something goes wrong: the walks with faults
    see it."""
    send = _Trip.send

    async def twice(self, call):
        reply = await send(self, call)
        return await send(self, call) if reply.status >= 500 and call.method == "POST" else reply

    monkeypatch.setattr(_Trip, "send", twice)
    found = {one.what: one.counterexamples async for one in check_machine() if one.counterexamples}
    [(what, told)] = found.items()
    assert "with a fault at a step" in what
    assert "found ['POST /oauth/token (password)', 'POST /oauth/token (password)']" in told[0]
    assert "and so on: the other walks were not taken" == told[5]


def wrong(rows):
    """What the first proof finds."""
    return PROOFS["each event leads where it should, and to no other state"](rows)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.event}-{row.source}")
def test_a_dropped_row_is_missed(row):
    """Whatever row is dropped from the table, it is named."""
    assert {told(*arrows([row]))} == wrong([one for one in TRANSITIONS if one is not row])


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.event}-{row.source}")
def test_a_bent_arrow_is_seen(row):
    """Wherever any arrow of the table is bent to, where it leads and where it should lead are named."""
    for dest in set(State) - {row.dest}:
        bent = evolve(row, dest=dest)
        assert {*map(told, arrows([row, bent]))} == wrong([bent if one is row else one for one in TRANSITIONS])


async def test_no_walk_is_taken_by_a_wrong_table():
    """It may lead in circles: that there is no walk is told, and the rest is checked."""
    circle = [evolve(row, dest=row.source) if row.event == "still_signed_in" else row for row in TRANSITIONS]
    found = [one async for one in check_machine(circle)]
    assert ["walks take each row"] == [one.what for one in found if not one.tried]
    assert {told(arrow) for arrow in arrows(set(circle) ^ set(TRANSITIONS))} == {*found[0].counterexamples}
    assert 6 == sum(one.what.startswith("the factor ") for one in found)


SABOTAGE = {
    "a row dropped": (
        '    *_rows("confirm, wait", "push_denied", _to(_S.MFA_REQUIRED, WAITING), "the person pressed No"),\n',
        "",
        "push_denied: challenging -> mfa_required",
    ),
    "an arrow bent": (
        '"code_rejected", _same(WAITING)',
        '"code_rejected", _to(_S.MFA_REQUIRED, WAITING)',
        "code_rejected: challenging -> challenging",
    ),
    "an arrow bent to where one can go on": (
        '"mfa_demanded", _to(_S.MFA_REQUIRED, WAITING)',
        '"mfa_demanded", _to(_S.AUTHENTICATED, WAITING)',
        "mfa_demanded: challenging -> mfa_required",
    ),
}
# As far as walks can be taken: it is the rows that nobody took that are to be told.
COVERAGE = """
import asyncio
from mfa_flow.kit import Coverage, WalkFailed, drive, walks
from mfa_flow.kit.backdrops import SCENES

covered = Coverage()
for scene in SCENES:
    try:
        for walk in walks(scene.name):
            covered.moved(*asyncio.run(drive(walk)).moves)
    except (LookupError, WalkFailed) as error:
        print(error)
covered.close()
"""
DETECTORS = {
    "check": (["-c", "from mfa_flow.cli import main; main()", "check"], "FAIL  each event leads where it should"),
    "diagrams": (["-c", "from mfa_flow.cli import main; main()", "draw", "--check"], "is out of date"),
    "row coverage": (["-c", COVERAGE], "NotCovered: no walk takes the row "),
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
        old, new, _ = SABOTAGE[request.param]
        assert 1 == table.read_text().count(old)
        table.write_text(table.read_text().replace(old, new))
    return request.param, copy


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_sabotaged_copy(house, detector):
    """Each of the three sees it by itself, and none sees anything in a copy that is as it was."""
    sabotage, copy = house
    command, words = DETECTORS[detector]
    env = {**os.environ, "PYTHONPATH": str(copy)}
    ran = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=env, cwd=copy)
    said = ran.stdout + ran.stderr
    assert (1 if sabotage else 0) == ran.returncode, said
    assert bool(sabotage) is (words in said)
    if sabotage and detector != "diagrams":
        assert SABOTAGE[sabotage][2] in said.partition(words)[2]
