"""``mfa-flow tenant`` as a process: it says where it is, serves, and ends when told."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = "import asyncio; from mfa_flow.cli.tenant import run_tenant; asyncio.run(run_tenant({host!r}, 0))"


@asynccontextmanager
async def running(host: str = "127.0.0.1") -> AsyncIterator[asyncio.subprocess.Process]:
    """The tenant in a process of its own, which is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM.format(host=host),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ready(process: asyncio.subprocess.Process) -> dict[str, str | None]:
    """Its one line."""
    assert process.stdout is not None
    line: dict[str, str | None] = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serves_until_told_to_stop(number: signal.Signals) -> None:
    """One line of JSON when ready, the real time on its clock, and exit 0 with nothing else said."""
    async with running() as process:
        line = await ready(process)
        assert {"url": line["url"], "inbox": f"{line['url']}/_tenant/inbox", "ca_file": None} == line
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{line['url']}/_tenant/clock") as reply:
                assert (await reply.json())["now"] == pytest.approx(time.time(), abs=5)
            async with session.get(str(line["inbox"])) as reply:
                assert {"messages": []} == await reply.json()
            process.send_signal(number)
            out, err = await asyncio.wait_for(process.communicate(), 30)
        assert (0, b"", b"") == (process.returncode, out, err)


async def test_warns_when_others_can_reach_it() -> None:
    """Listening beyond this machine is said loudly, and not on stdout."""
    async with running("0.0.0.0") as process:
        await ready(process)
        process.terminate()
        _, err = await asyncio.wait_for(process.communicate(), 30)
    assert b"WARNING: this is a test double" in err
