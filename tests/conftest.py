"""Begins the checks that are programs of their own before the tests, so that both run side by side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from linters import LINTERS

ROOT = Path(__file__).parent.parent
OWN_TESTS = [
    "wire",
    "machine",
    "factors",
    "test_choosing.py",
    "test_ways_in.py",
    "test_engine.py",
    "test_texts.py",
    "test_words.py",
]


class Checks:
    """Programs in the background; ``ended`` waits for one and gives its exit code and what it said."""

    def __init__(self, folder):
        self.env = {**os.environ, "COVERAGE_FILE": str(folder / "coverage")}
        pure = [str(ROOT / "tests" / name) for name in OWN_TESTS]
        commands = LINTERS | {"coverage": ["coverage", "run", "-m", "pytest", *pure]}
        self._said = {name: folder / f"{name}.txt" for name in commands}
        self._begun = {name: self._begin(name, command) for name, command in commands.items()}

    def _begin(self, name, command):
        with self._said[name].open("w") as out:
            return subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT
            )

    def ended(self, name):
        """Its exit code, and what it said."""
        return self._begun[name].wait(), self._said[name].read_text()

    def stop(self):
        """Stop what still runs."""
        for process in self._begun.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def checks(tmp_path_factory):
    """The checks; begun with the first test if the house is looked at at all."""
    found = Checks(tmp_path_factory.mktemp("checks"))
    yield found
    found.stop()


@pytest.fixture(scope="session", autouse=True)
def begun_early(request):
    """Where the house's tests are among those to run, their programs begin first."""
    if any(item.path.name == "test_house.py" for item in request.session.items):
        request.getfixturevalue("checks")
