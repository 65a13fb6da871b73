"""The README's walks by curl alone, run by bash against the real command."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "curl.sh"
FACTORS = ("otp", "sms", "voice", "email", "push")


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")
def test_every_factor_by_curl():
    """Each factor ends in tokens twice, enrolled and proved, and the recovery code in tokens and its successor."""
    env = {**os.environ, "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(["bash", SCRIPT], env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (0, "") == (ran.returncode, ran.stderr)
    ends = dict(line.split(": ", 1) for line in ran.stdout.splitlines())
    assert [f"{each} {end}" for each in FACTORS for end in ("enrolled", "proved")] == [*ends][:-1]
    assert [True] * 11 == [{"access_token", "id_token"} <= json.loads(end).keys() for end in ends.values()]
    assert 24 == len(json.loads(ends["recovery code proved"])["recovery_code"])
