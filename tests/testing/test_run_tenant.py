"""``mfa-flow tenant`` as a process: it says where it is, serves, and ends when told."""

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mfa_flow.testing import Tenant

ROOT = Path(__file__).parents[2]
TRUST = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command in a process of its own, which is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", "from mfa_flow.cli import main; main()", "tenant", *arguments],
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


async def ready(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Its one line."""
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    return line


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    """Its exit code, and what else it said."""
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode(), err.decode()


async def fetched(url: str, ca: ssl.SSLContext | None = None) -> tuple[int, str]:
    """What is there."""
    async with aiohttp.ClientSession() as session, session.get(url, ssl=ca or False) as reply:
        return reply.status, await reply.text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serves_until_told_to_stop(number: signal.Signals) -> None:
    """One line of JSON when ready, the real time on its clock, and exit 0 with nothing else said."""
    async with running() as process:
        line = await ready(process)
        assert {"url": line["url"], "inbox": f"{line['url']}/_tenant/inbox", "ca_file": None} == line
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{line['url']}/_tenant/clock") as reply:
                assert (await reply.json())["now"] == pytest.approx(time.time(), abs=5)
            async with session.get(line["inbox"]) as reply:
                assert {"messages": []} == await reply.json()
            process.send_signal(number)
            assert (0, "", "") == await ended(process)


async def test_warns_when_others_can_reach_it() -> None:
    """Listening beyond this machine is said loudly, and not on stdout."""
    async with running("--host", "0.0.0.0") as process:
        await ready(process)
        process.terminate()
        _, _, err = await ended(process)
    assert "WARNING: this is a test double" in err


async def test_https_says_what_to_trust() -> None:
    """The file it made verifies it, is what three lines on stderr name, and is gone when it ends."""
    async with running("--https") as process:
        line = await ready(process)
        assert line["url"].startswith("https://localhost:")
        assert f"{line['url']}/_tenant/inbox" == line["inbox"]
        trust = ssl.create_default_context(cafile=line["ca_file"])
        status, text = await fetched(f"{line['url']}/.well-known/openid-configuration", trust)
        assert (200, f"{line['url']}/") == (status, json.loads(text)["issuer"])
        _, pem = await fetched(f"{line['url']}/_tenant/ca.pem")
        assert trust.get_ca_certs() == ssl.create_default_context(cadata=pem).get_ca_certs()
        process.terminate()
        assert (0, "", "".join(f"{name}={line['ca_file']}\n" for name in TRUST)) == await ended(process)
    assert not Path(line["ca_file"]).parent.exists()


async def test_the_ca_file_goes_where_it_is_told(tmp_path: Path) -> None:
    """And stays; with a blank in its path the lines can be pasted all the same."""
    path = tmp_path / "the ca.pem"
    async with running("--https", "--ca-file", str(path)) as process:
        line = await ready(process)
        assert str(path) == line["ca_file"]
        trust = ssl.create_default_context(cafile=path)
        assert 200 == (await fetched(line["inbox"], trust))[0]
        process.terminate()
        assert (0, "", "".join(f"{name}='{path}'\n" for name in TRUST)) == await ended(process)
    assert path.exists()


async def test_without_the_control_api() -> None:
    """No inbox is named, and its paths are unknown ones."""
    async with running("--no-control") as process:
        line = await ready(process)
        assert line["inbox"] is None
        status, text = await fetched(f"{line['url']}/_tenant/inbox")
        assert (404, "not_found") == (status, json.loads(text)["error"])


async def test_the_control_api_at_another_port() -> None:
    """There the certificate can be had over plain HTTP, by who trusts nothing yet."""
    async with running("--https", "--control-port", "0") as process:
        line = await ready(process)
        assert line["inbox"].startswith("http://127.0.0.1:")
        assert (200, '{"messages":[]}') == await fetched(line["inbox"])
        _, pem = await fetched(line["inbox"].replace("inbox", "ca.pem"))
        trust = ssl.create_default_context(cadata=pem)
        assert 404 == (await fetched(f"{line['url']}/_tenant/inbox", trust))[0]


async def test_a_configuration(tmp_path: Path) -> None:
    """Its users are there, also after a reset."""
    file = tmp_path / "tenant.toml"
    file.write_text('[[users]]\nemail = "bo@example.com"\npassword = "pw"\nauthenticators = ["otp"]\n')
    async with running("--config", str(file)) as process, aiohttp.ClientSession() as session:
        url = (await ready(process))["url"]
        async with session.post(f"{url}/_tenant/reset") as reply:
            assert 200 == reply.status
        async with session.get(f"{url}/_tenant/users/bo@example.com") as reply:
            assert ["totp", "recovery-code"] == [each["kind"] for each in (await reply.json())["authenticators"]]
        async with session.get(f"{url}/_tenant/users/ada@example.com") as reply:
            assert 404 == reply.status


async def test_a_seed() -> None:
    """What it makes is what any tenant of that seed makes."""
    bo = {"email": "bo@example.com", "password": "pw", "authenticators": ["otp"]}
    async with running("--seed", "7") as process, aiohttp.ClientSession() as session:
        reply = await session.post(f"{(await ready(process))['url']}/_tenant/users", json=bo)
        assert Tenant(seed=7).users.add(**bo).otp_secret == (await reply.json())["otp_secret"]


async def test_a_wrong_configuration(tmp_path: Path) -> None:
    """One line that says where, and exit 1."""
    file = tmp_path / "tenant.toml"
    file.write_text("[tenant.knobs]\nmfa_token_tll = 600\n")
    said = f"{file}, line 2: [tenant.knobs] mfa_token_tll is unknown; did you mean mfa_token_ttl?\n"
    async with running("--config", str(file)) as process:
        assert (1, "", said) == await ended(process)


async def test_what_it_cannot_do_is_one_line(tmp_path: Path) -> None:
    """A port in use, and a file that cannot be written, are named without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with running("--port", str(port)) as process:
            code, out, err = await ended(process)
    assert (1, "", 1, True) == (
        code,
        out,
        err.count("\n"),
        f"in use (while attempting to bind on address ('127.0.0.1', {port}))" in err,
    )
    async with running("--https", "--ca-file", str(tmp_path / "no" / "ca.pem")) as process:
        code, out, err = await ended(process)
    assert (1, "", f"mfa-flow tenant cannot write {tmp_path / 'no' / 'ca.pem'}: No such file or directory\n") == (
        code,
        out,
        err,
    )


async def test_without_trustme() -> None:
    """Https without the package that makes certificates is told kindly, naming the extra."""
    program = "import sys; sys.modules['trustme'] = None; from mfa_flow.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", program, "tenant", "--https"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert (1, "", "https needs the package 'trustme': pip install 'mfa_flow[testing]'\n") == await ended(process)


async def test_a_host_that_is_no_name() -> None:
    """Is told in a line."""
    async with running("--host", "a..b") as process:
        code, _, err = await ended(process)
    assert (1, True, False) == (code, "cannot listen at a..b" in err, "Traceback" in err)
