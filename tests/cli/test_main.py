"""``mfa-flow`` as it is started: with all it needs, and without."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import aiohttp
import pytest

from mfa_flow.cli import main

ROOT = Path(__file__).parents[2]
START = "from mfa_flow.cli import main; main()"


def started(*arguments, before=""):
    """The command, in a process of its own."""
    program = [sys.executable, "-c", before + START, *arguments]
    return subprocess.run(program, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)


def test_the_console_script():
    """Installing the package installs ``mfa-flow``."""
    [script] = entry_points(group="console_scripts", name="mfa-flow")
    assert main is script.load()


@pytest.mark.parametrize("arguments", [[], ["demo"], ["--help"]], ids=str)
def test_without_typer(arguments):
    """Whoever has not installed the extra is told how to, in one line, and the exit code says that nothing was done."""
    ran = started(*arguments, before="import sys; sys.modules['typer'] = None; ")
    assert (1, "") == (ran.returncode, ran.stdout)
    assert "mfa-flow needs the package 'typer': pip install 'mfa_flow[cli]'\n" == ran.stderr


@pytest.mark.parametrize("package", ["pyotp", "segno", "rich"])
def test_with_half_of_the_extra(package):
    """A package that only a command needs is missed as kindly, whenever that is."""
    ran = started("demo", before=f"import sys; sys.modules[{package!r}] = None; ")
    assert 1 == ran.returncode
    assert "Traceback" not in ran.stderr
    assert "pip install 'mfa_flow[" in ran.stderr + ran.stdout


def test_our_own_mistakes_are_not_explained_away(monkeypatch):
    """A module of ours that is missing is no missing extra."""
    monkeypatch.setitem(sys.modules, "mfa_flow.cli.app", None)
    with pytest.raises(ModuleNotFoundError, match=r"mfa_flow\.cli\.app"):
        main()


@pytest.mark.parametrize(
    ("arguments", "named"), [(["dance"], "dance"), (["demo", "--loud"], "--loud"), (["tenant", "--port=x"], "--port")]
)
def test_what_it_does_not_know(arguments, named):
    """An unknown command or option is said on stderr, without a traceback, and exits 2."""
    ran = started(*arguments)
    assert (2, "", False) == (ran.returncode, ran.stdout, "Traceback" in ran.stderr)
    assert named in ran.stderr


async def test_the_tenant_command():
    """``mfa-flow tenant`` says where it is in one line of JSON, serves there, and ends on SIGTERM with 0."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", START, "tenant", "--host", "localhost", "--port", "0"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            ready = json.loads(await process.stdout.readline())
            async with aiohttp.ClientSession() as session, session.get(ready["inbox"]) as reply:
                assert {"messages": []} == await reply.json()
            process.send_signal(signal.SIGTERM)
            assert (b"", b"") == await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    assert (0, {"url", "inbox", "ca_file"}) == (process.returncode, set(ready))
