"""One tenant for the module, over a socket; each test begins in an empty one."""

import os
import subprocess
import sys

import pytest

from mfa_flow.testing import Tenant, serving

MFA_FLOW = [sys.executable, "-c", "from mfa_flow.cli import main; main()"]


@pytest.fixture(scope="module")
def server():
    """It stands as long as the module's tests run."""
    with serving(Tenant(seed=1)) as found:
        yield found


@pytest.fixture
def tenant(server):
    """As it is after a reset."""
    server.tenant.reset()
    return server.tenant


@pytest.fixture
def run(server, tenant, tmp_path):
    """``run("login", lines=[...], VARIABLE=...)``: exit code, stdout, stderr. ``sent`` is where a shell sends them."""

    def begin(*arguments, lines=(), sent="", **env):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_FLOW", "LC_", "LANG"))}
        told = {"MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", "XDG_CONFIG_HOME": str(tmp_path)}
        env = {name: value for name, value in {**kept, **told, **env}.items() if value is not None}
        ran = subprocess.run(
            ["bash", "-c", f'set -o pipefail; "$@" {sent}', "bash", *MFA_FLOW, *map(str, arguments)],
            check=False,
            env=env,
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.returncode, ran.stdout, ran.stderr

    return begin
