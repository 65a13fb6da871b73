"""The benchmark runs: a few walks, and a figure on each line. No figure is judged here."""

import subprocess
import sys
from pathlib import Path


def test_prints_a_table():
    """One command; people who log in over its sockets keep their own tokens."""
    command = [sys.executable, Path(__file__).with_name("tenant.py"), "--walks", "20", "--people", "5"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (0, "") == (ran.returncode, ran.stderr)
    lines = ran.stdout.splitlines()
    assert ["server up and down", "of them mixed up", "memory after 20 walks"] == [
        lines[at][:44].strip() for at in (0, 4, -1)
    ]
    assert "0" == lines[4].split()[-1]
