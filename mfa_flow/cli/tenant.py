"""``mfa-flow tenant``: the simulated tenant as a server of its own, until it is told to stop."""

import asyncio
import ipaddress
import json
import signal
import sys

from mfa_flow.testing.clock import Clock
from mfa_flow.testing.server import serve
from mfa_flow.testing.tenant import Tenant


async def run_tenant(host: str, port: int) -> None:
    """Serve, say where in one line of JSON, and end cleanly on SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if not _is_loopback(host):
        print(_WARNING.format(host=host), file=sys.stderr, flush=True)
    try:
        await _serve(host, port, stopped)
    except OSError as error:
        sys.exit(f"mfa-flow tenant cannot listen at {host}, port {port}: {error.strerror or error}")


async def _serve(host: str, port: int, stopped: asyncio.Event) -> None:
    async with serve(Tenant(clock=Clock(follows=True)), host, port) as server:
        ready = {"url": server.url, "inbox": f"{server.url}/_tenant/inbox", "ca_file": None}
        print(json.dumps(ready), flush=True)
        await stopped.wait()


_WARNING = """\
WARNING: this is a test double, and it listens on {host}, where others can reach it.
WARNING: whoever does can read every code and secret in it. Never put real people or passwords into it."""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
