"""Commands and their options; what they do stands in a file each."""

import asyncio
from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Exit, Option, Typer

from mfa_flow.cli import at_terminal

app = Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Auth0's multi-factor authentication as an async state machine.",
)

app.command(epilog=at_terminal.EPILOG)(at_terminal.login)
app.command(epilog=at_terminal.EPILOG)(at_terminal.authenticators)


@app.command()
def demo(
    *,
    json: Annotated[bool, Option("--json", help="The same as JSON lines.")] = False,
    web: Annotated[
        bool, Option("--web", help="Serve login pages and the tenant's page instead, to log in yourself.")
    ] = False,
) -> None:
    """Play whole logins against a simulated tenant, over real HTTP, and show each move as it happens."""
    if web:
        from mfa_flow.cli.web_demo import run_web_demo

        asyncio.run(run_web_demo(as_json=json))
        raise Exit
    from mfa_flow.cli.demo import run_demo

    raise Exit(asyncio.run(run_demo(as_json=json)))


@app.command()
def tenant(
    host: Annotated[str, Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, Option(help="The port to listen at; 0 takes a free one.", min=0, max=65535)] = 0,
    config: Annotated[Path | None, Option(metavar="FILE.toml", help="Name, knobs, clients and users.")] = None,
    seed: Annotated[int | None, Option(metavar="N", help="The same codes, secrets and ids each time.")] = None,
    *,
    https: Annotated[
        bool, Option("--https", help="Serve https://localhost, by a certificate made on the spot.")
    ] = False,
    ca_file: Annotated[Path | None, Option(help="Over https: where to write what a client has to trust.")] = None,
    no_control: Annotated[bool, Option("--no-control", help="Leave out /_tenant/.")] = False,
    control_port: Annotated[
        int | None, Option(help="Have /_tenant/ at another port, over HTTP; 0 takes a free one.", min=0, max=65535)
    ] = None,
) -> None:
    """Serve a simulated Auth0 tenant, and print one JSON line when it is ready."""
    from mfa_flow.cli.tenant import Where, run_tenant

    if ca_file is not None and not https:
        raise BadParameter("it needs --https: over HTTP there is nothing to trust", param_hint="--ca-file")
    if no_control and control_port is not None:
        raise BadParameter("it contradicts --no-control", param_hint="--control-port")
    where = Where(host, port, https=https, ca_file=ca_file, control=not no_control, control_port=control_port)
    asyncio.run(run_tenant(where, config, seed))


@app.command()
def flows(
    action: Annotated[str, Argument(help="list, clear (all of them), or forget ID.")] = "list",
    flow_id: Annotated[str | None, Argument(metavar="[ID]", help="The flow to forget.")] = None,
    sqlite: Annotated[Path | None, Option(help="The file of an SqliteStore.")] = None,
    redis: Annotated[str | None, Option(help="The address of a RedisStore.")] = None,
    prefix: Annotated[str, Option(help="The prefix of a RedisStore.")] = "mfa_flow:",
) -> None:
    """List the flows that rest in a store, or drop them. No key is needed, and nothing secret is shown."""
    from mfa_flow.cli.flows import run_flows

    raise Exit(asyncio.run(run_flows(action, flow_id, sqlite, redis, prefix)))


@app.command()
def draw(
    *,
    check: Annotated[bool, Option("--check", help="Write nothing; fail if anything is stale.")] = False,
    root: Annotated[Path, Option(help="The folder with README.md and diagrams/.")] = Path(),
) -> None:
    """Draw the state machine: diagrams/, and the README's picture and table."""
    from mfa_flow.cli.draw import run_draw

    raise Exit(run_draw(root, check=check))


@app.command()
def check() -> None:
    """Prove what the table promises, walk every row, and try each factor that is installed, other people's too."""
    from mfa_flow.cli.check import run_check

    raise Exit(asyncio.run(run_check()))
