"""What the site of the demo makes of tokens: who somebody is, and no more."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from browsing import Browser
from yarl import URL

from mfa_flow.cli.demo_site import demo_site

WHO = "<b>bo</b>@example.com"


class Userinfo:
    """The tenant's, where it says what a test wants; ``bearers`` are the tokens it was asked with."""

    def __init__(self):
        self.bearers, self.status = [], 200
        service = web.Application()
        service.router.add_get("/userinfo", self._answer)
        self.server = TestServer(service)

    async def _answer(self, request):
        self.bearers.append(request.headers["Authorization"].removeprefix("Bearer "))
        return web.json_response({"email": WHO}, status=self.status)


@pytest.fixture
async def userinfo():
    found = Userinfo()
    async with found.server:
        yield found


@pytest.fixture
async def home(mfa, userinfo):
    """Where the site is."""
    async with TestServer(demo_site(mfa, str(userinfo.server.make_url("/userinfo")))) as server:
        yield str(server.make_url("/"))


@pytest.fixture
def log_in(home, mfa_tenant):
    """Somebody without a second factor, from the form on."""
    mfa_tenant.users.add("bo@example.com", "pw", mfa=False)

    async def go(browser):
        await browser.get(home)
        return await browser.do("login", username="bo@example.com", password="pw")

    return go


async def test_tokens_stay_in_the_service(home, userinfo, log_in):
    """They tell who it is, as text and never as markup; the browser gets none of them, whatever it asks for."""
    async with Browser() as browser:
        page = await log_in(browser)
        assert home == str(browser.url)
        assert f"You are signed in as {WHO}." in page.text
        await browser.get(home)
        [bearer] = userinfo.bearers
        assert bearer
        assert bearer not in browser.read


async def test_nobody_else_is_signed_in(home, log_in):
    """A session is one browser's, and is over when that has logged out, whatever cookie it keeps."""
    async with Browser() as browser, Browser() as other:
        await log_in(browser)
        assert ["login"] == list((await other.get(home)).forms)
        [kept] = [each.value for each in browser.session.cookie_jar if each.key == "session"]
        await browser.follow()
        assert "session" not in {each.key for each in browser.session.cookie_jar}
        other.session.cookie_jar.update_cookies({"session": kept}, URL(home))
        assert ["login"] == list((await other.get(home)).forms)


async def test_in_the_browser_s_language(home, log_in):
    """As the pages before it."""
    async with Browser() as browser:
        browser.session.headers["Accept-Language"] = "fr-CA, en;q=0.5"
        page = await log_in(browser)
        assert home == str(browser.url)
        assert f"Votre session est ouverte : {WHO}." in page.text
        assert '<html lang="fr">' in page.source
        await browser.follow()
        assert home != str(browser.url)


async def test_a_tenant_that_does_not_say(userinfo, log_in, caplog):
    """The person is told, and signed in when they try again."""
    userinfo.status = 503
    async with Browser() as browser:
        page = await log_in(browser)
        assert 500 == page.status
        assert "on_done failed" in caplog.text
        userinfo.status = 200
        page = await browser.follow()
        assert f"You are signed in as {WHO}." in page.text
