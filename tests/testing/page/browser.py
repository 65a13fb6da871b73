"""A real Chromium: the system's, or else one that is fetched for the tests."""

import asyncio
import shutil
import sys

from playwright.async_api import Browser, Error, Playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
FETCH = (
    [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium-headless-shell"],
    ["apt-get", "update", "-q"],
    ["apt-get", "install", "-y", "-q", "chromium"],
)


def installed() -> str | None:
    """The system's own, if it has one."""
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


async def launched(playwright: Playwright) -> Browser:
    """One that runs. Where there is none it is fetched, in one way or another."""
    for command in [*FETCH, None]:
        try:
            return await playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        except Error:
            if command is None:
                raise
            await run(command)
    raise AssertionError


async def run(command: list[str]) -> None:
    if shutil.which(command[0]) is not None:
        process = await asyncio.create_subprocess_exec(*command)
        await process.wait()
