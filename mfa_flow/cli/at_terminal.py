"""The two commands for a person at a terminal: their options, and where a setting comes from."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Context, Exit, Option

EXITS = (
    "Exit codes: 0 all went well; 1 refused, or ended without tokens; 2 an option, a file or a setting that is not "
    "right, or that the tenant or the store refuses, or no clear answer to what to remove; 3 no answer from the "
    "tenant, or none to go on from; 4 stdout, or where it is asked, cannot be written to, or nobody reads it; 130 "
    "given up, by cancel, Ctrl-C or Ctrl-D."
)
SECRETS = (
    "Secrets are no options: the client's is read from MFA_FLOW_CLIENT_SECRET or the settings, the password is asked "
    "for, or read from --password-file or MFA_FLOW_PASSWORD. Without a terminal each answer is a line of stdin."
)
EPILOG = f"{SECRETS}\n\n{EXITS}"

Domain = Annotated[str | None, Option(envvar="MFA_FLOW_DOMAIN", help="The tenant's; http:// for loopback only.")]
ClientId = Annotated[str | None, Option(envvar="MFA_FLOW_CLIENT_ID", help="The application's.")]
Username = Annotated[str | None, Option(envvar="MFA_FLOW_USERNAME", help="Who logs in; else it is asked for.")]
PasswordFile = Annotated[Path | None, Option(metavar="PATH", help="A file whose first line is the password.")]
Realm = Annotated[str | None, Option(envvar="MFA_FLOW_REALM", help="A connection other than the default one.")]
Audience = Annotated[str | None, Option(envvar="MFA_FLOW_AUDIENCE", help="What the access token is for.")]
Scope = Annotated[str | None, Option(envvar="MFA_FLOW_SCOPE", help="What it may do: 'openid offline_access'.")]
Config = Annotated[
    Path | None,
    Option(envvar="MFA_FLOW_CONFIG", metavar="FILE.toml", help="Settings; else mfa-flow.toml in ~/.config, if there."),
]
Lang = Annotated[str | None, Option(envvar="MFA_FLOW_LANG", help="en or fr; else as LC_ALL or LANG say.")]
Flow = Annotated[str | None, Option(metavar="ID", help="Go on with this flow of a store, wherever it was begun.")]
Sqlite = Annotated[Path | None, Option(help="The file of the SqliteStore it is in; its key is MFA_FLOW_KEY.")]
Redis = Annotated[str | None, Option(help="The address of the RedisStore it is in; likewise.")]
Prefix = Annotated[str, Option(help="The prefix of the RedisStore.")]
MfaAudience = Annotated[str | None, Option("--audience", help="The MFA API's, if it is not https://DOMAIN/mfa/.")]
AccessTokenFile = Annotated[
    Path | None,
    Option(metavar="PATH", help="A file with an access token for the MFA API; or MFA_FLOW_ACCESS_TOKEN. Else: login."),
]


def login(
    context: Context,
    domain: Domain = None,
    client_id: ClientId = None,
    username: Username = None,
    password_file: PasswordFile = None,
    realm: Realm = None,
    audience: Audience = None,
    scope: Scope = None,
    config: Config = None,
    lang: Lang = None,
    flow: Flow = None,
    sqlite: Sqlite = None,
    redis: Redis = None,
    prefix: Prefix = "mfa_flow:",
) -> None:
    """Log in at this terminal, second factor included. The tokens go to stdout as JSON, all else to stderr."""

    def begun() -> Coroutine[Any, Any, int]:
        from mfa_flow.cli.login import Shared, run_login
        from mfa_flow.cli.settings import settings

        password = _secret("MFA_FLOW_PASSWORD", password_file)
        return run_login(settings(context.params, config), password, Shared(flow, sqlite, redis, prefix))

    _run(begun)


def authenticators(
    context: Context,
    action: Annotated[str, Argument(help="list, or remove [ID].")] = "list",
    authenticator_id: Annotated[
        str | None, Argument(metavar="[ID]", help="Which one, by the id that list shows; else it is asked for.")
    ] = None,
    *,
    yes: Annotated[bool, Option("--yes", help="Do not ask whether you are sure. With an ID nothing is asked.")] = False,
    access_token_file: AccessTokenFile = None,
    domain: Domain = None,
    client_id: ClientId = None,
    username: Username = None,
    password_file: PasswordFile = None,
    realm: Realm = None,
    audience: MfaAudience = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """List the second factors of who logs in, as a table or, where stdout is no terminal, as JSON; or remove one."""

    def begun() -> Coroutine[Any, Any, int]:
        from mfa_flow.cli.authenticators import What, run_authenticators
        from mfa_flow.cli.settings import settings

        password = _secret("MFA_FLOW_PASSWORD", password_file)
        token = _secret("MFA_FLOW_ACCESS_TOKEN", access_token_file)
        what = What(action, authenticator_id, sure=yes)
        return run_authenticators(settings(context.params, config), password, token, what, audience)

    _run(begun)


def _secret(variable: str, file: Path | None) -> str | None:
    """An option goes before the environment."""
    from mfa_flow.cli.settings import first_line

    return first_line(file) if file else os.environ.get(variable) or None


def _run(begun: Callable[[], Coroutine[Any, Any, int]]) -> None:
    """Run it. What cannot be right is told before anything is asked."""
    from mfa_flow.cli.printing import complained
    from mfa_flow.errors import BadInput

    _opened()
    try:
        raise Exit(asyncio.run(begun()))
    except BadInput as error:
        complained(f"error: {error}")
        raise Exit(2) from None
    except KeyboardInterrupt:  # before anything was asked
        raise Exit(130) from None


def _opened() -> None:
    """A stdin or stderr that was closed before the program began is one that is empty, and one that nobody reads: what
    is printed to none goes to stdout."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - until the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
