"""Each benchmark says how it is asked, refuses what cannot be measured, and loses nothing that it has."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import asking
import cold
import pytest
import surroundings

HERE = Path(__file__).parent
CODES = ["compare.py", "scale.py", "cold.py", "tenant.py"]
COUNTS = [("compare.py", "rounds flows"), ("scale.py", "rounds verbs most many crowd processes")]
COUNTS += [("cold.py", "rounds"), ("tenant.py", "walks people")]


def run(code, *asked):
    command = [sys.executable, HERE / code, *asked]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("code", CODES)
def test_help_is_the_whole_docstring_and_every_default(code):
    """What it measures, what it takes, and for each option a text; nothing runs."""
    ran = run(code, "--help")
    assert (0, "") == (ran.returncode, ran.stderr)
    told = (HERE / code).read_text().split('"""')[1].strip()
    assert told in ran.stdout
    options = re.findall(r"^  (--\w+)((?:.|\n   )+)", ran.stdout, re.MULTILINE)
    counts = dict(COUNTS)[code].split()
    assert {f"--{name}" for name in counts} == {
        name for name, text in options if "(default: " in " ".join(text.split())
    }
    assert all(len(text.split()) > 2 for _, text in options)


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in COUNTS for name in names.split()])
def test_counts_are_asked_for(code, name):
    """A benchmark of nothing is refused before anything is measured."""
    ran = run(code, f"--{name}", "0")
    assert 2 == ran.returncode
    assert f"argument --{name}: '0' is no whole number from 1 on" in ran.stderr


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "many"])
def test_a_count_is_a_whole_number_from_one_on(text):
    """Anything else is told as it was written."""
    with pytest.raises(asking.argparse.ArgumentTypeError, match=re.escape(repr(text))):
        asking.count(text)
    assert 1_000_000 == asking.count("1_000_000")


def test_scale_names_the_extra_that_is_missing():
    """Its help is there without redis; a run says what to install."""
    without = "import sys, runpy; sys.modules['redis'] = None; sys.argv = ['scale.py', *sys.argv[1:]]"
    code = (
        f"{without}; sys.path.insert(0, {str(HERE)!r}); runpy.run_path({str(HERE / 'scale.py')!r}, run_name='__main__')"
    )
    for asked, ends, told in (["--help"], 0, ""), ([], 1, "pip install 'mfa_flow[redis]'"):
        ran = subprocess.run(
            [sys.executable, "-c", code, *asked], capture_output=True, text=True, timeout=60, check=False
        )
        assert ends == ran.returncode, ran.stderr
        assert told in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_package_that_is_missing_is_told_so(monkeypatch):
    """The machine is told where extras are not installed, too."""
    monkeypatch.setattr(surroundings, "OWN", ["attrs", "no-such-package"])
    assert "no-such-package -." in surroundings.told(None, None)


def test_a_cold_start_that_fails_says_why(capfd):
    """What the interpreter said is seen, and whose it was."""
    with pytest.raises(SystemExit, match="mfa-flow --help ended with 1"):
        cold._once("`mfa-flow --help`", "raise SystemExit('this needs typer')")
    assert "this needs typer" in capfd.readouterr().err


def test_rounds_that_are_done_are_told_after_ctrl_c():
    """A table of the rounds until then, and no traceback of any process."""
    command = [sys.executable, HERE / "compare.py", "--rounds", "9999", "--flows", "1", "--only", "base,mfa_flow"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
    try:
        assert "round 1 of 9999" in process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: whoever is in the group
        told, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert 0 == process.returncode, said
    done = 1 + said.count(" of 9999")
    assert "Traceback" not in said
    assert 2 == told.count(" us |")
    assert f"\n{done} rounds of 1 flows" in told
