"""The pytest plugin: its fixtures work, and importing it costs nothing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLEAN = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}

USER_TEST = """
def test_one(mfa_tenant, mfa_clock):
    before = mfa_clock.now()
    mfa_clock.advance(60)
    assert mfa_tenant.clock is mfa_clock
    assert mfa_tenant.clock.now() == before + 60
    mfa_tenant.users.add("eve@example.com", "pw")


def test_another_is_fresh(mfa_tenant):
    assert "eve@example.com" not in mfa_tenant.users
"""


def test_fixtures(tmp_path: Path) -> None:
    """A user's tests get a fresh tenant each, on the clock they hold."""
    (tmp_path / "test_user.py").write_text(USER_TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mfa_flow.testing.plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, env=CLEAN, capture_output=True, text=True, timeout=60, check=False)
    assert "2 passed" in done.stdout, done.stdout


def test_import_is_cheap() -> None:
    """Until a fixture is used, nothing of the tenant is loaded."""
    program = (
        "import sys, mfa_flow.testing.plugin; print([m for m in sys.modules if m.startswith('mfa_flow.testing.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=CLEAN, capture_output=True, text=True, timeout=60, check=False
    )
    assert "['mfa_flow.testing.plugin']\n" == done.stdout, done.stderr


def test_the_tenant_needs_no_server() -> None:
    """Without a socket no web server is loaded."""
    program = "import sys, mfa_flow.testing as t; t.Tenant, t.TenantTransport; print('aiohttp.web' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=CLEAN, capture_output=True, text=True, timeout=60, check=False
    )
    assert "False\n" == done.stdout, done.stderr
