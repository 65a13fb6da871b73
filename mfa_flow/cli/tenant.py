"""``mfa-flow tenant``: the simulated tenant as a server of its own, until it is told to stop."""

import asyncio
import json
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path

from attrs import field, frozen

from mfa_flow.cli.stopping import told_to_stop
from mfa_flow.testing.clock import Clock
from mfa_flow.testing.config import ConfigError, load_tenant
from mfa_flow.testing.listening import is_loopback
from mfa_flow.testing.server import Server, serve
from mfa_flow.testing.tenant import Tenant
from mfa_flow.testing.tls import ca_file

_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")  # what clients of many languages read


@frozen
class Where:
    """Where to be found, and how."""

    host: str = "127.0.0.1"
    port: int = 0
    https: bool = field(default=False, kw_only=True)
    ca_file: Path | None = field(default=None, kw_only=True)
    control: bool = field(default=True, kw_only=True)
    control_port: int | None = field(default=None, kw_only=True)


async def run_tenant(where: Where, config: Path | None = None, seed: int | None = None) -> None:
    """Serve, say where in one line of JSON, and end cleanly on SIGINT or SIGTERM."""
    stopped = told_to_stop()
    tenant = _tenant(config, seed)
    if not is_loopback(where.host):
        _say(_WARNING.format(host=where.host))
    with ExitStack() as files:
        trusted = _trust(where, files)
        try:
            await _serve(tenant, where, trusted, stopped)
        except (OSError, ValueError) as error:  # a name that is none is a UnicodeError
            why = getattr(error, "strerror", None) or error
            sys.exit(f"mfa-flow tenant cannot listen at {where.host}: {why}")


async def _serve(tenant: Tenant, where: Where, trusted: Path | None, stopped: asyncio.Event) -> None:
    how = {"https": where.https, "control": where.control}
    async with serve(tenant, where.host, where.port, **how, control_port=where.control_port) as server:
        for name in _TRUST if trusted else ():
            _say(f"{name}={shlex.quote(str(trusted))}")
        print(json.dumps(_ready(server, trusted)), flush=True)
        await stopped.wait()


def _ready(server: Server, trusted: Path | None) -> dict[str, str | None]:
    inbox = None if server.control_url is None else f"{server.control_url}/_tenant/inbox"
    return {"url": server.url, "inbox": inbox, "ca_file": None if trusted is None else str(trusted)}


def _tenant(config: Path | None, seed: int | None) -> Tenant:
    clock = Clock(follows=True)
    if config is None:
        return Tenant(clock=clock, seed=seed)
    try:
        return load_tenant(config, clock=clock, seed=seed)
    except ConfigError as wrong:
        sys.exit(str(wrong))


def _trust(where: Where, files: ExitStack) -> Path | None:
    """The file with what a client has to trust, over https."""
    try:
        return files.enter_context(ca_file(where.ca_file)) if where.https else None
    except OSError as error:
        sys.exit(f"mfa-flow tenant cannot write {where.ca_file}: {error.strerror or error}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


_WARNING = """\
WARNING: this is a test double, and it listens on {host}, where others can reach it.
WARNING: whoever does can read every code and secret in it. Never put real people or passwords into it."""
