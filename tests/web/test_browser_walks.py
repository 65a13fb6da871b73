"""Whole dialogues in a real browser: to the end, by each way people have to get there."""

import pyotp
import pytest
from aiohttp import web
from playwright.async_api import expect

from .house import House
from .pictures import logged_in, people
from .test_browser import BO, PHONE, at_home, bo_of, challenged, fill, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADA = "ada@example.com"


async def test_set_an_address_up(browser, house):
    """From the choice to the service's page, with the code from the mailbox."""
    async with opened(browser, house) as page:
        await logged_in(page, page.url_of, ADA, "correct-horse")
        await page.get_by_role("link", name="E-mail").click()
        await page.get_by_label("E-mail address").fill(ADA)
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("checkbox").check()
        await fill(page, house.tenant.inbox.code(ADA))
        await at_home(page, house)


async def test_set_an_app_up_without_scripts(browser, house):
    """By the key that is typed into it."""
    async with opened(browser, house, java_script_enabled=False) as page:
        await logged_in(page, page.url_of, ADA, "correct-horse")
        await page.get_by_role("button", name="Authenticator app").click()
        key = (await page.locator("#secret").inner_text()).replace(" ", "")
        await page.get_by_role("checkbox").check()
        await fill(page, pyotp.TOTP(key).at(int(house.tenant.clock.now())))
        await at_home(page, house)


async def test_set_a_push_up_without_scripts(browser, house, monkeypatch):
    """First the code is ticked, then the page comes again by itself."""
    monkeypatch.setattr("mfa_flow.web.showing._turns_in", lambda then: 1)
    async with opened(browser, house, java_script_enabled=False) as page:
        await logged_in(page, page.url_of, ADA, "correct-horse")
        await page.get_by_role("button", name="Push notification").click()
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Continue").click()
        house.tenant.push(ADA).approve()
        await expect(page.get_by_role("heading", name="Home, signed in")).to_be_visible(timeout=60_000)


async def test_by_keys_alone(browser, house):
    """To a code that is sent, back from it, and to a push: all of it with Tab and Enter."""
    async with opened(browser, house) as page:
        keys = page.keyboard

        async def to(what):
            await what.wait_for()
            for _ in range(30):
                if await what.evaluate("it => it === document.activeElement"):
                    return await keys.press("Enter")
                await keys.press("Tab")
            raise AssertionError(f"Tab does not lead to {what}")

        await page.goto("/login/")
        await keys.type(BO)
        await keys.press("Tab")
        await keys.type("pw\n")
        await to(page.get_by_role("button", name="Text message"))
        await expect(page.get_by_label("Code")).to_be_focused()
        await keys.type("000000\n")
        await expect(page.get_by_label("Code")).to_have_accessible_description(
            "That code is not right. Check it and try again."
        )
        await to(page.get_by_role("button", name="Another way"))
        await to(page.get_by_role("button", name="Push notification"))
        await page.get_by_text("Waiting for your answer").wait_for()
        bo_of(house).approve()
        await at_home(page, house)


async def test_a_push_in_two_tabs(browser, house):
    """Both turn when the phone was answered, and neither ends in an error."""
    async with opened(browser, house) as page:
        await challenged(page, "push")
        other = await page.context.new_page()
        await other.goto("/login/")
        for each in (page, other):
            await each.get_by_text("Waiting for your answer").wait_for()
        bo_of(house).approve()
        for each in (page, other):
            await expect(
                each.get_by_role("heading", name="Home, signed in").or_(each.get_by_label("Password"))
            ).to_be_visible(timeout=60_000)
        assert 1 == len({tokens.access_token for tokens in house.signed})


async def test_a_wrong_password_in_two_tabs(browser, house):
    """In one, which is then reloaded; the other's form is good still."""
    async with opened(browser, house) as page:
        other = await page.context.new_page()
        await other.goto("/login/")
        await logged_in(page, page.url_of, BO, "wrong")
        await page.get_by_text("Wrong e-mail address or password.").wait_for()
        asked = house.tenant.requests.count("password")
        await page.reload()
        await expect(page.get_by_label("Password")).to_be_visible()
        assert asked == house.tenant.requests.count("password")
        await other.locator("#username").fill(BO)
        await other.locator("#password").fill("pw")
        await other.locator("button.go").click()
        await expect(other.get_by_role("heading", name="Confirm it is you")).to_be_visible()


async def test_in_french(browser, house):
    """A choice, a wrong code and the right one; no English word is on the way."""
    async with opened(browser, house, locale="fr-CA") as page:
        await page.goto("/login/")
        await expect(page.get_by_role("heading", name="Connexion")).to_be_visible()
        await challenged(page, "sms")
        await page.get_by_label("Code").fill("000000")
        await page.get_by_role("button", name="Continuer").click()
        await expect(page.get_by_text("Ce code est incorrect.")).to_be_visible()
        await page.get_by_label("Code").fill(house.tenant.inbox.code(PHONE))
        await page.get_by_role("button", name="Continuer").click()
        await at_home(page, house)


class Hopping(House):
    """A service that sends who is signed in through a page of its own to another server."""

    async def on_done(self, request, tokens):
        self.signed.append(tokens)
        raise web.HTTPSeeOther("/hop")

    def app(self):
        service = super().app()
        service.router.add_get("/hop", self._hop)
        return service

    async def _hop(self, request):
        raise web.HTTPSeeOther(f"http://127.0.0.1:{request.url.port}/home")


@pytest.mark.parametrize("factor", ["sms", "recovery-code"])
async def test_a_chain_of_redirects(browser, factor):
    """The policy lets no form's answer lead elsewhere, in however many steps; the person gets there all the same."""
    house = Hopping.of(people())
    async with opened(browser, house) as page:
        await challenged(page, factor)
        code = house.tenant.inbox.code(PHONE) if factor == "sms" else bo_of(house).user.recovery_code
        await fill(page, code)
        if factor == "recovery-code":
            await page.get_by_role("button", name="I have saved it").click()
        await page.wait_for_url("http://127.0.0.1:*/home")
        await page.go_back()
        await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        assert 1 == len(house.signed)


async def test_a_page_that_was_an_answer(browser, house):
    """A push could not be sent again; when the first is answered the page turns, and sends nothing again."""
    async with opened(browser, house) as page:
        await page.clock.install()
        await challenged(page, "push")
        await page.get_by_text("Waiting for your answer").wait_for()
        await page.clock.run_for(31_000)
        house.tenant.faults.add("/mfa/challenge", status=503)
        await page.get_by_role("button", name="Send again").click()
        await page.get_by_text("The login service is not available now.").wait_for()
        sent = house.asked.count("POST /login/")
        bo_of(house).approve()
        await at_home(page, house)
        assert sent == house.asked.count("POST /login/")
