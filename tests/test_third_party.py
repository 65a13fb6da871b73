"""A factor of other people's: a package of its own, found through its entry point."""

import os
import subprocess
import sys
from pathlib import Path

from mfa_flow import Factor
from mfa_flow.factors.registry import installed

HERE = Path(__file__).parent / "third_party"


def test_a_factor_that_was_installed_separately(tmp_path):
    """Built and installed by pip, it is found, offered and walked, with no edit of ours."""
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path)]
    subprocess.run([*install, str(HERE / "messenger")], check=True, capture_output=True, text=True)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, str(HERE / "walk.py")], check=False, capture_output=True, text=True, env=env, cwd=tmp_path
    )
    assert (0, "walked messenger\n") == (ran.returncode, ran.stdout), ran.stderr


def test_it_is_not_here():
    """Where it is not installed there are the six, and each is a Factor."""
    assert {"otp", "sms", "voice", "email", "push", "recovery"} == set(installed())
    assert all(isinstance(factor, Factor) for factor in installed().values())


def test_it_is_short():
    """Another factor is a file of some 45 lines at most, without async and without HTTP."""
    source = (HERE / "messenger" / "mfa_flow_messenger.py").read_text()
    assert len(source.splitlines()) <= 45
    assert "async" not in source
    assert "aiohttp" not in source
