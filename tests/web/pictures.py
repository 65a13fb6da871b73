"""The README's picture of the pages: ``python tests/web/pictures.py`` makes it again, in a real browser.

With a folder it puts pictures of every page there instead, for who wants to look at them.
"""

import asyncio
import sys
from base64 import b64encode
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from playwright.async_api import async_playwright
from testing.page.browser import launched

from mfa_flow.testing import Clock, Tenant
from web.house import House, open_house

PHONE = "+15551230042"
PICTURE = ROOT / "diagrams" / "web.png"
SIZES = {"desktop": (1000, 760), "phone": (390, 844)}


def people():
    """A tenant, and somebody with each factor."""
    tenant = Tenant(clock=Clock(1_726_830_000), seed=7)
    tenant.users.add("bo@example.com", "pw", phone=PHONE, authenticators=["sms", "push"], verified=True)
    return tenant


async def logged_in(page, url, email, password):
    await page.goto(f"{url}/login/")
    await page.locator("#username").fill(email)
    await page.locator("#password").fill(password)
    await page.locator("button.go").click()


def pictured(**options):
    """A house whose every page can be seen: who has the cookie manages the factors of Bo."""
    return House.of(people(), flow_id=lambda request: request.cookies.get("managed"), **options)


async def every_page(page, url, house):
    """Each page, by name, when it is there."""
    async for name in _beginning(page, url):
        yield name
    async for name in _proving(page, url, house.tenant):
        yield name
    async for name in _managing(page, url, house):
        yield name


async def _beginning(page, url):
    """Somebody who has no factor yet."""
    await page.goto(f"{url}/login/")
    yield "login"
    await logged_in(page, url, "ada@example.com", "wrong")
    yield "wrong-password"
    await page.locator("#password").fill("correct-horse")
    await page.locator("button.go").click()
    yield "enroll"
    await page.locator("a.way").first.click()
    yield "phone"
    await page.locator("#phone_number").fill("12")
    await page.locator("button.go").click()
    yield "phone-wrong"
    await page.locator("a.quiet").click()
    await page.locator("button.way").first.click()
    await page.locator(".qr").wait_for()
    yield "scan"
    await page.locator("#do-go_back").click()
    await page.locator("[name=saved]").check()
    yield "codes"
    await page.locator("button.go").click()
    await page.locator("button.way").nth(1).click()
    yield "scan-push"
    await page.locator("#do-cancel").click()
    yield "cancelled"


async def _proving(page, url, tenant):
    """Somebody who has each."""
    bo = tenant.users["bo@example.com"]
    await logged_in(page, url, bo.email, "pw")
    yield "choose"
    await page.locator("form:has([value^='recovery-code|']) button").click()
    await page.locator("#code").wait_for()
    yield "recovery"
    await page.locator("#code").fill(bo.recovery_code)
    await page.locator("button.go").click()
    await page.locator("#codes").wait_for()
    yield "new-recovery-code"
    await page.goto(f"{url}/login/nothing")
    yield "trouble"
    await page.context.clear_cookies()
    await logged_in(page, url, bo.email, "pw")
    await page.locator("form:has([value^='sms|']) button").click()
    await page.locator("#code").wait_for()
    yield "code"
    await page.locator("#code").fill("000000")
    await page.locator("button.go").click()
    await page.locator("#wrong").wait_for()
    yield "code-wrong"
    while bo.failures.take(tenant.clock.now()):
        pass
    await page.locator("#code").fill("000000")
    await page.locator("button.go").click()
    await page.locator("#notice").wait_for()
    yield "pause"
    await page.locator("#do-go_back").click()
    await page.locator("form:has([value^='push|']) button").click()
    yield "wait"
    await page.locator("#do-cancel").click()
    await page.locator("#username").wait_for()


async def _managing(page, url, house):
    """Somebody signed in, who manages theirs."""
    flow, mail = house.mfa.flow("managed"), "eve@example.com"
    house.tenant.users.add(mail, "pw", authenticators=["otp"], verified=True)
    scope = "enroll read:authenticators remove:authenticators"
    choose = await flow.login(mail, "pw", audience="https://tenant.example/mfa/", scope=scope)
    await flow.challenge(next(one for one in choose.challenge if one.factor == "otp"))
    done = await flow.confirm(house.tenant.otp(mail))
    await flow.manage(done.tokens.access_token)
    await page.context.clear_cookies()
    await page.context.add_cookies([{"name": "managed", "value": "managed", "url": url}])
    await page.goto(f"{url}/login/")
    yield "manage"
    await page.locator("a.small").first.click()
    await page.locator("form.main").wait_for()
    yield "remove"
    await page.context.clear_cookies()


async def look_at_all(folder):
    """Each page on a desk and on a phone, light and dark, in English and French."""
    folder.mkdir(parents=True, exist_ok=True)
    ways = [("desktop", "light", "en"), ("desktop", "dark", "en"), ("phone", "light", "fr"), ("phone", "dark", "en")]
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        for size, scheme, language in ways:
            await _look(browser, folder, size, scheme, language)
        await browser.close()


async def _look(browser, folder, size, scheme, language):
    width, height = SIZES[size]
    how = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": language}
    house = pictured()
    async with open_house(house) as url:
        context = await browser.new_context(**how)
        page = await context.new_page()
        async for name in every_page(page, url, house):
            await page.wait_for_load_state()
            await page.screenshot(path=folder / f"{name}-{size}-{scheme}-{language}.png", full_page=True)
        await context.close()


SHEET = """<!doctype html><style>
body { margin: 0; padding: 24px; display: flex; gap: 24px; width: max-content; background: #e7e7e2; }
img { width: 340px; border-radius: 16px; } .dark { background: #14161a; }
</style>"""


async def make():
    """The README's: to choose, to scan, and a code that was wrong, the last in the dark."""
    shots = {"choose": "light", "scan": "light", "code-wrong": "dark"}
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        for_phone = {"viewport": {"width": 340, "height": 600}, "locale": "en"}
        house, pictures = pictured(), {}
        async with open_house(house) as url:
            page = await (await browser.new_context(**for_phone)).new_page()
            async for name in every_page(page, url, house):
                if name in shots:
                    await page.emulate_media(color_scheme=shots[name])
                    pictures[name] = b64encode(await page.screenshot()).decode()
        sheet = await browser.new_page(viewport={"width": 1116, "height": 648})
        await sheet.set_content(
            SHEET + "".join(f'<img src="data:image/png;base64,{pictures[name]}">' for name in shots)
        )
        await sheet.screenshot(path=PICTURE)
        await browser.close()
    print(f"wrote {PICTURE.relative_to(ROOT)}, {PICTURE.stat().st_size:,} bytes")


async def main(folder=None):
    await (make() if folder is None else look_at_all(Path(folder)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
