"""``mfa-flow login``: a person logs in at the terminal, and the tokens go to stdout."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from attrs import asdict, frozen

from mfa_flow import Done, FlowHandle, MfaClient, Stopped
from mfa_flow.cli.exits import Ending, ended
from mfa_flow.cli.printing import printed
from mfa_flow.cli.settings import Settings
from mfa_flow.cli.terminal.asking import GivenUp, NoMoreInput, Refused
from mfa_flow.cli.terminal.credentials import Credentials
from mfa_flow.cli.terminal.dialogue import Dialogue
from mfa_flow.cli.terminal.opening import person
from mfa_flow.cli.terminal.talk import Talk
from mfa_flow.errors import BadInput, MfaFlowError
from mfa_flow.stores import RedisStore, Seal, SqliteStore

_SQLITE = b"SQLite format 3\0"  # every file of it begins so


@frozen
class Shared:
    """The store that a flow was begun in, or is to be ended in, elsewhere; and its id. Without, it is nobody else's."""

    flow_id: str | None = None
    sqlite: Path | None = None
    redis: str | None = None
    prefix: str = "mfa_flow:"

    def __attrs_post_init__(self) -> None:
        if self.sqlite is not None and self.redis is not None:
            raise BadInput("a flow is in one store: --sqlite or --redis")
        if (self.flow_id is None) != (self.sqlite is None and self.redis is None):
            raise BadInput("--flow ID needs the store it is in, --sqlite PATH or --redis URL; and a store a --flow")
        if self.sqlite is not None:
            _check(self.sqlite)

    def store(self) -> SqliteStore | RedisStore | None:
        """The store, opened by the keys in MFA_FLOW_KEY. Raises BadInput, and MissingExtra."""
        if self.sqlite is None and self.redis is None:
            return None
        keys = os.environ.get("MFA_FLOW_KEY", "").split()
        if not keys:
            raise BadInput("the store is sealed: give its key in MFA_FLOW_KEY")
        if self.sqlite is not None:
            return SqliteStore(self.sqlite, seal=Seal(*keys))
        return RedisStore(self.redis or "", seal=Seal(*keys), prefix=self.prefix)


def _check(file: Path) -> None:
    """What cannot be right is told before anything is asked. An empty file becomes a database."""
    if not file.is_file():
        raise BadInput(f"there is no file {file}")
    try:
        with file.open("rb") as found:
            begins = found.read(len(_SQLITE))
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from None
    if begins not in {b"", _SQLITE}:
        raise BadInput(f"{file} is no SQLite database")


async def run_login(told: Settings, password: str | None, shared: Shared) -> Ending:
    """Log in, from the start or from where the flow stands."""
    with person(told.locale) as talk:
        return await ended(_run(told, password, shared, talk), talk)


async def _run(told: Settings, password: str | None, shared: Shared, talk: Talk) -> Ending:
    async with client(told, shared) as mfa:
        flow = mfa.flow(shared.flow_id, language=told.locale)
        done = await logged_in(flow, told, password, talk)
    if done is None or done.tokens is None:
        return Ending.REFUSED
    # The login is over and cannot be given up any more: whoever leaves at the new code has the tokens all the same.
    with suppress(GivenUp, NoMoreInput, asyncio.CancelledError):
        await talk.keep(new_code(done), label="label.new_recovery_code")
    printed({name: value for name, value in asdict(done.tokens).items() if value is not None})
    return Ending.FINE


@asynccontextmanager
async def client(told: Settings, shared: Shared) -> AsyncIterator[MfaClient]:
    """A client, with the store if there is one."""
    async with AsyncExitStack() as doors:
        store = shared.store()
        if store is not None:
            await doors.enter_async_context(store)
        yield await doors.enter_async_context(MfaClient(told.app, store=store))


async def logged_in(flow: FlowHandle, told: Settings, password: str | None, talk: Talk) -> Done | None:
    """The end with tokens, its ``new_code`` still to be kept; None where there are none. Who gives up leaves no flow
    that could go on."""
    try:
        who = Credentials(told.username, password, told.realm)
        end: Done | Stopped = await Dialogue(flow, talk, who).to_the_end()
    except (GivenUp, NoMoreInput, Refused, asyncio.CancelledError):
        with suppress(MfaFlowError):
            await flow.cancel()
        raise
    return end if isinstance(end, Done) else None


def new_code(done: Done) -> tuple[str, ...]:
    """The recovery code in place of the one that was used, if one was."""
    return (done.recovery_code,) if done.recovery_code else ()
