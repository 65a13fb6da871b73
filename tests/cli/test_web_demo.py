"""``mfa-flow demo --web`` as a process: a person logs in on its pages, and stops it."""

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import ClientError
from browsing import Browser

from mfa_flow.cli.world import World

START = "from mfa_flow.cli import main; main()"
ADA, PASSWORD, PHONE = "ada@example.com", "correct-horse", "+15551230042"


async def started(*options, before=""):
    """The command, begun."""
    return await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", before + START, "demo", "--web", *options],
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def demo(*options):
    """The process, which is there no more when the block ends."""
    process = await started(*options)
    try:
        async with asyncio.timeout(60):
            yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def ended(process, number=signal.SIGINT):
    """Its exit code and what it said besides, when it was told to stop."""
    process.send_signal(number)
    out, said = await process.communicate()
    return process.returncode, out.decode(), said.decode()


async def logged_in(browser, world, login):
    """Ada sets up text messages, and is signed in."""
    await browser.get(login)
    await browser.do("login", username=ADA, password=PASSWORD)
    await browser.get(f"{login}login/?enroll=sms")
    await browser.do("enroll", phone_number=PHONE)
    return await browser.do("confirm", code=await world.message_code(PHONE), saved="1")


async def test_a_login():
    """From the form to a page that says who is signed in, and out again."""
    async with demo("--json") as process, Browser() as browser:
        told = json.loads(await process.stdout.readline())
        assert (ADA, PASSWORD) == (told.pop("username"), told.pop("password"))
        async with World(told["tenant"].rstrip("/")) as world:
            page = await logged_in(browser, world, told["login"])
        assert (told["login"], 200) == (str(browser.url), page.status)
        assert f"You are signed in as {ADA}." in page.text
        assert "no-store" == page.header("Cache-Control")
        page = await browser.follow()
        assert f"{told['login']}login/" == str(browser.url)
        assert ["login"] == list(page.forms)
        await browser.get(told["login"])
        assert f"{told['login']}login/" == str(browser.url)
        assert (0, "", "") == await ended(process)


async def test_where_they_are():
    """Both addresses and who can log in are told to people, before the first of them comes; each answers."""
    async with demo() as process, Browser() as browser:
        lines = [(await process.stdout.readline()).decode().split() for _ in range(4)]
        login, tenant = lines[0][-1], lines[2][-1]
        assert ["as", f"{ADA},", "password", PASSWORD] == lines[1]
        assert "Log in" in (await browser.get(login)).text
        async with browser.session.get(tenant) as answer:
            assert "<title>Simulated tenant</title>" in await answer.text()
        code, _, said = await ended(process, signal.SIGTERM)
        assert (0, "") == (code, said)
        with pytest.raises(ClientError):
            await browser.get(login)


async def test_nobody_waits_for_a_page_that_waits():
    """It ends at once while a page waits for a push, and another for news of the tenant."""
    async with demo("--json") as process, Browser() as browser:
        told = json.loads(await process.stdout.readline())
        await browser.get(told["login"])
        await browser.do("login", username=ADA, password=PASSWORD)
        [push] = [nth for nth, form in enumerate(browser.page.forms["enroll"]) if form["factor"] == "push"]
        await browser.do("enroll", push)
        await browser.do("saved", saved="1")
        turn = asyncio.create_task(browser.session.get(f"{told['login']}login/turn"))
        async with browser.session.get(f"{told['tenant']}_tenant/events") as feed:
            await feed.content.readany()
            done, _ = await asyncio.wait([turn], timeout=0.05)
            assert set() == done
            assert (0, "", "") == await ended(process)
        with pytest.raises(ClientError):
            await turn


async def test_without_templates():
    """Where the pages' package is missing it is named, and nothing is served."""
    process = await started(before="import sys; sys.modules['jinja2'] = None; ")
    out, said = await process.communicate()
    assert (1, b"") == (process.returncode, out)
    assert b"this needs the package 'jinja2': pip install 'mfa_flow[web]'\n" == said
