"""One browser for all tests, and for each a tenant of its own with a page open on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import PHONE, START, Wire

from .browser import launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, closed at the end with all it began."""
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        yield browser
        await browser.close()


@pytest.fixture
def tenant() -> Tenant:
    """Every factor, a clock that stands still, and Bob with a phone and an app."""
    tenant = Tenant(clock=Clock(START), seed=7, name="My Test Tenant")
    tenant.users.add("bob@example.com", "pw", phone="+491701234567", authenticators=("otp", "sms"))
    return tenant


@asynccontextmanager
async def opened(browser: Browser, tenant: Tenant, **how: Any) -> AsyncIterator[Page]:
    """The tenant's page. Nothing that goes wrong in it goes unnoticed: no error, no warning, no breach of its policy."""
    wrong: list[str] = []
    async with serve(tenant) as server:
        context = await browser.new_context(base_url=server.url, **how)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if is_wrong(line) else None)
        await page.goto("/", wait_until="commit")
        try:
            yield page
        finally:
            await context.close()
    assert [] == wrong


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, tenant: Tenant) -> AsyncIterator[Page]:
    """The tenant's page, when it has been told everything."""
    async with opened(browser, tenant) as page:
        await page.get_by_text("Live", exact=True).wait_for()
        yield page


def is_wrong(line: ConsoleMessage) -> bool:
    """An error or a warning, but not that a form was refused or that the line broke: browsers tell of these themselves."""
    expected = "status of 400" in line.text or "net::ERR_" in line.text
    return line.type in ("error", "warning") and not expected


def lively(tenant: Tenant) -> None:
    """Messages, a push that waits, somebody who is enrolling, wrong codes, faults, requests."""
    wire = Wire(tenant)
    ada = wire.login()
    wire.add_sms(ada, PHONE)
    wire.add_otp(ada)
    sent = wire.add_sms(ada, PHONE).body["oob_code"]
    for code in ("000000", "111111", tenant.inbox.code(PHONE)):
        wire.oob(ada, sent, binding_code=code)
    wire.challenge(wire.login("bob@example.com", "pw"), challenge_type="oob")
    wire.add(wire.access_token("bob@example.com", "pw"), "auth0")
    tenant.faults.add("/mfa/challenge", times=2, status=503, headers={"retry-after": "3"})
    tenant.faults.add("/oauth/token", drop="after", grant="mfa-otp")
