"""The comparison runs: each contender brings its tokens, and every one has its line. No figure is judged here."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import chart
import pytest
import readme
import scene
import stub
import table
from contenders import ALL, chosen
from figures import figures
from redis_servers import binary
from rounds import Worker

HERE = Path(__file__).parent
OWN = [
    "base",
    "base-1",
    "base-uvloop",
    "tuned",
    "mfa_flow",
    "mfa_flow-1",
    "uvloop",
    "sqlite",
    "redis",
    "bare",
    "ours",
    "tenant",
    "snapshot",
    "fernet",
]
# A peer that happens to be installed here too: nothing is downloaded for a test.
ASKED = [*OWN, *(["requests"] if find_spec("requests") else [])]


def run(*asked, code="compare.py"):
    command = [sys.executable, HERE / code, *asked]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_every_contender_has_its_line():
    """One command: every flow ends in its person's tokens, four requests each, and what it took stands in a table."""
    binary()  # a redis-server is there, or the test says what is missing
    ran = run("--rounds", "1", "--flows", "8", "--only", ",".join(ASKED), "--peers", sys.prefix)
    assert 0 == ran.returncode, ran.stderr
    cells = [line.split(" | ")[0].removeprefix("| ") for line in ran.stdout.splitlines() if " us |" in line]
    assert [each.told for each in chosen(ASKED)] == cells
    assert "CPython" in ran.stdout.splitlines()[-1]


def test_scale_has_its_lines():
    """Each store among few, a crowd in one process, several processes on one Redis: all flows end in tokens."""
    binary()
    few = ["--most", "101", "--many", "101", "--crowd", "17", "--verbs", "8", "--rounds", "2", "--processes", "2"]
    ran = run(*few, code="scale.py")
    assert 0 == ran.returncode, ran.stderr
    parked, crowd, together, about = ran.stdout.strip().split("\n\n")
    assert [6 * 3, 5, 2] == [len(table.splitlines()) - 2 for table in (parked, crowd, together)]
    assert ["the process", "the file", "the server"] == re.findall(r"\d in (the \w+)", parked)
    assert 2 == len(re.findall(r"\| 1\d\d kept \|", parked))  # of the 202 that came
    assert about.startswith("Measured in 2 rounds on ")


def test_a_cold_start_has_its_lines():
    """Imports beside the three dependencies, the command beside a bare interpreter."""
    ran = run("--rounds", "1", code="cold.py")
    assert 0 == ran.returncode, ran.stderr
    assert "Measured in 1 rounds on " in ran.stdout
    assert ["its three dependencies", "an interpreter that does nothing"] == re.findall(
        r"\| ([^|]*) \|.*\| 1 \|", ran.stdout
    )


def test_an_unknown_contender_is_refused():
    """A name that nobody has is told at once, with those there are."""
    ran = run("--only", "base,curl")
    assert 2 == ran.returncode
    assert "no contender is called curl" in ran.stderr


FIRST = {"grant_type": "password", "username": scene.USERNAME, "password": scene.PASSWORD, **scene.CLIENT}
ASKING = {**scene.CLIENT, "mfa_token": scene.MFA_TOKENS[7], "authenticator_id": scene.PHONE}
PROOF = {**scene.CLIENT, "grant_type": scene.OOB, "mfa_token": scene.MFA_TOKENS[7], "binding_code": scene.CODE}
PROOF["oob_code"] = scene.OOB_CODES[7]
STEPS = [("/oauth/token", FIRST), ("/mfa/challenge", ASKING), ("/oauth/token", PROOF)]


def answered(path, fields, kind):
    body = urlencode(fields) if kind == scene.FORM else json.dumps(fields)
    return stub.answer(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}".encode(), body.encode())


@pytest.mark.parametrize("kind", [scene.FORM, "application/json", "application/json; charset=utf-8"])
def test_the_stub_takes_forms_and_json(kind):
    """Each person's code is theirs, and so are their tokens."""
    first, challenged, issued = (answered(path, fields, kind) for path, fields in STEPS)
    assert first in scene.DEMANDED
    assert scene.CHALLENGED[7] == challenged
    assert scene.ISSUED[7] == issued


WRONG = [(path, fields, name) for path, fields in STEPS for name in fields]


@pytest.mark.parametrize(("path", "fields", "name"), WRONG, ids=[f"{path} {name}" for path, _, name in WRONG])
def test_the_stub_refuses_whatever_is_wrong(path, fields, name):
    """A field that is missing, or another's: no contender passes without doing the whole flow."""
    without = {key: value for key, value in fields.items() if key != name}
    for broken in (without, {**fields, name: scene.MFA_TOKENS[8]}):
        other = name == "mfa_token" and path == "/mfa/challenge" and broken is not without
        assert other is (b" 400 " not in answered(path, broken, scene.FORM))


@pytest.mark.parametrize("head", ["GET /mfa/authenticators HTTP/1.1\r\nHost: x", "DELETE / HTTP/1.1\r\nHost: x"])
def test_the_stub_refuses_other_requests(head):
    """No list without the bearer token, and nothing that no flow asks for."""
    assert b" 400 " in stub.answer(head.encode(), b"")
    bearer = f"GET /mfa/authenticators HTTP/1.1\r\nauthorization: Bearer {scene.MFA_TOKENS[3]}\r\nHost: x"
    assert scene.LIST == stub.answer(bearer.encode(), b"")


@pytest.mark.parametrize(
    ("answer", "told"), [('{"cpu": 1, "tokens": 7}\n', "7 tokens of 32 flows"), ("", "base ended")]
)
def test_who_brings_too_few_tokens_is_found_out(answer, told):
    """A contender that skips a flow, or dies, ends the comparison."""
    worker = Worker(ALL["base"], SimpleNamespace(stdin=StringIO(), stdout=StringIO(answer)))
    worker.ask(8)
    with pytest.raises(RuntimeError, match=told):
        worker.done()


@pytest.fixture
def found():
    """Three rounds of four contenders, as if they had run."""
    took = {"base": [10, 20, 30], "mfa_flow": [5, 20, 12], "mfa_flow-256": [1, 1, 1], "ours": [1, 1, 6]}
    took["base-256"] = took["base"]
    return figures([Worker(ALL[name], None, values) for name, values in took.items()])


def test_ratios_are_taken_round_by_round(found):
    """Twice as fast, as fast, two and a half times: the median of these, not the ratio of the medians."""
    by_name = {each.name: each for each in found}
    assert (1.5, 2, 2.25) == (by_name["mfa_flow"].low, by_name["mfa_flow"].middle, by_name["mfa_flow"].high)
    assert 2 == by_name["base"].beaten
    assert 0.1 == by_name["ours"].middle
    assert "| **mfa_flow**, `MemoryStore` | 16 | 12 us | 2.00 (1.50 .. 2.25) |  |" in table.markdown(found)


def test_the_picture_has_a_bar_for_each(found):
    """As long as it is fast; parts and crowds stand in the table only."""
    root = ET.fromstring(chart.svg(found))
    bars = {
        group.get("id"): float(group.find("{*}rect").get("width"))
        for group in root.iter("{http://www.w3.org/2000/svg}g")
    }
    assert ["mfa_flow", "base"] == list(bars)
    assert 2 == pytest.approx(bars["mfa_flow"] / bars["base"], abs=0.01)


def test_only_what_is_between_the_markers_is_written(tmp_path):
    """The rest of the README stays as it is."""
    (tmp_path / "README.md").write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    readme.fill("bench", "new\n", tmp_path)
    assert "before\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nafter\n" == (tmp_path / "README.md").read_text()
