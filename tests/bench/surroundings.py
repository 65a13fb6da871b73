"""The machine it was measured on, without its name."""

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import environment

OWN = ["aiohttp", "attrs", "transitions", "uvloop", "redis", "hiredis", "cryptography"]
PEERS = ["aiohttp", "httpx", "requests", "auth0-python", "auth0-server-python"]


def told(peers: Path | None, server: str | None) -> str:
    """A few sentences."""
    lines = [f"{_processor()}, {os.cpu_count()} cores, {platform.system()}", _python()]
    lines.append(
        "with "
        + _listed({name: _version(name) for name in OWN})
        + (f", redis-server {_server(server)}" if server else "")
    )
    if peers:
        lines.append("the peers: " + _listed(environment.versions(peers, PEERS)))
    return "; ".join(lines) + "."


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", information.read_text()) if information.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _server(binary: str) -> str:
    text = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"v=(\S+)", text)[1]
