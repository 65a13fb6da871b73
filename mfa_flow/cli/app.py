"""Commands and their options; what they do stands in a file each."""

import asyncio
from pathlib import Path
from typing import Annotated

from typer import Exit, Option, Typer

app = Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Auth0's multi-factor authentication as an async state machine.",
)


@app.command()
def demo(*, json: Annotated[bool, Option("--json", help="The same as JSON lines.")] = False) -> None:
    """Play whole logins against a simulated tenant, over real HTTP, and show each move as it happens."""
    from mfa_flow.cli.demo import run_demo

    raise Exit(asyncio.run(run_demo(as_json=json)))


@app.command()
def tenant(
    host: Annotated[str, Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, Option(help="The port to listen at; 0 takes a free one.", min=0, max=65535)] = 0,
) -> None:
    """Serve a simulated Auth0 tenant, and print one JSON line when it is ready."""
    from mfa_flow.cli.tenant import run_tenant

    asyncio.run(run_tenant(host, port))


@app.command()
def draw(
    *,
    check: Annotated[bool, Option("--check", help="Write nothing; fail if anything is stale.")] = False,
    root: Annotated[Path, Option(help="The folder with README.md and diagrams/.")] = Path(),
) -> None:
    """Draw the state machine: diagrams/, and the README's picture and table."""
    from mfa_flow.cli.draw import run_draw

    raise Exit(run_draw(root, check=check))
