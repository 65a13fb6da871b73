"""A served tenant for who has no event loop to serve it in: synchronous tests, other loops, other frameworks."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Thread
from typing import Any

from mfa_flow.testing.server import Server, serve
from mfa_flow.testing.tenant import Tenant


@contextmanager
def serving(
    tenant: Tenant,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    https: bool = False,
    control: bool = True,
    control_port: int | None = None,
) -> Iterator[Server]:
    """The same as ``serve``, in a thread that ends with the block. Raises OSError where it cannot listen."""
    door = serve(tenant, host, port, https=https, control=control, control_port=control_port)
    opened, ended = Future[Any](), Future[Any]()
    thread = Thread(target=_run, args=(door, opened, ended), name="mfa-flow tenant", daemon=True)
    thread.start()
    wait((opened, ended), return_when=FIRST_COMPLETED)
    try:
        if opened.done():
            server, loop, closed = opened.result()
            try:
                yield server
            finally:
                loop.call_soon_threadsafe(closed.set)
        ended.result()
    finally:
        thread.join()


def _run(door: AbstractAsyncContextManager[Server], opened: Future[Any], ended: Future[Any]) -> None:
    """All of the thread. What goes wrong in it is raised where it was started."""
    try:
        asyncio.run(_stay(door, opened))
        ended.set_result(None)
    except BaseException as error:  # noqa: BLE001 - told to who waits
        ended.set_exception(error)


async def _stay(door: AbstractAsyncContextManager[Server], opened: Future[Any]) -> None:
    async with door as server:
        closed = asyncio.Event()
        opened.set_result((server, asyncio.get_running_loop(), closed))
        await closed.wait()
