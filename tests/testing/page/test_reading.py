"""Who can read the page, and how: by keyboard, with a screen reader, in the dark, on a phone, without scripts."""

from importlib.resources import files

import pytest
from playwright.async_api import Browser, Page, expect

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import PHONE, START, Wire

from .conftest import lively, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
FOUND = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}))
    .violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.target} ${node.failureSummary}`))"""
NARROW = {"viewport": {"width": 360, "height": 740}}
EVIL = '<img src=x onerror="window.hacked=1">'


async def unfold(page: Page) -> None:
    """Open all that can be opened."""
    await page.get_by_text("Live", exact=True).wait_for()
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for image in await page.locator("img[src]").all():
        await expect(image).to_have_js_property("complete", True)


async def focused(page: Page) -> str:
    """The name of what has the focus."""
    return await page.evaluate("(at => at.ariaLabel || at.innerText || at.name || at.id)(document.activeElement)")


async def test_nothing_bars_anybody(browser: Browser, tenant: Tenant) -> None:
    """Axe finds nothing, with all there is on the page and everything unfolded, in either scheme and on a phone."""
    lively(tenant)
    tenant.inbox.deliver("sms", "+15550009999", "123456", "For nobody", START)
    async with opened(browser, tenant, reduced_motion="reduce", color_scheme="light") as page:
        await unfold(page)
        await page.evaluate(AXE)
        assert [] == await page.evaluate(FOUND)
        await page.emulate_media(color_scheme="dark")
        assert [] == await page.evaluate(FOUND)
        await page.set_viewport_size(NARROW["viewport"])
        assert [] == await page.evaluate(FOUND)


async def test_axe_would_find_something(page: Page) -> None:
    """A button without a name is found: the test above is none that cannot fail."""
    await page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    await page.evaluate(AXE)
    assert ["button-name"] == [each.partition(":")[0] for each in await page.evaluate(FOUND)]


async def test_a_phone_shows_all_of_it(browser: Browser, tenant: Tenant) -> None:
    """At 360 pixels nothing sticks out to the right, however long an address is."""
    tenant.users.add(f"{'long' * 15}@{'domain' * 10}.example.com", "pw", authenticators=["otp", "email"])
    lively(tenant)
    async with opened(browser, tenant, **NARROW) as page:
        await unfold(page)
        assert 360 == await page.evaluate("document.documentElement.scrollWidth")
        wide = "[...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > 361 && "
        assert [] == await page.evaluate(f"{wide} !each.closest('.unseen')).map(each => each.outerHTML.slice(0, 99))")


async def test_the_keyboard_alone(page: Page, tenant: Tenant) -> None:
    """The first stop skips to the people; from there a push is approved, and the focus stays with its message."""
    tenant.users.add("cy@example.com", "pw", authenticators=["push"])
    wire = Wire(tenant)
    mfa_token = wire.login("cy@example.com", "pw")
    oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    await page.keyboard.press("Tab")
    assert "To the people" == await focused(page)
    await page.keyboard.press("Enter")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if (await focused(page)).startswith("Approve"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("approved", exact=True)).to_be_visible()
    assert (await focused(page)).startswith("Push")
    assert 200 == wire.oob(mfa_token, oob_code).status


async def test_every_stop_is_seen(page: Page, tenant: Tenant) -> None:
    """Each thing that can be reached by Tab shows that it has the focus, and the way goes round."""
    lively(tenant)
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    seen = []
    for _ in range(80):
        await page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outline + document.activeElement.tagName"
        seen.append(await page.evaluate(outline))
        if seen[-1].endswith("BODY"):
            break
    assert 25 < len(seen) < 80
    assert [] == [each for each in seen[:-1] if "solid 2px" not in each]


async def test_news_leave_the_focus_alone(page: Page, tenant: Tenant) -> None:
    """What has the focus stays the same element while messages come, the clock moves and others change."""
    wire = Wire(tenant)
    mfa_token = wire.login()
    wire.add_sms(mfa_token)
    button = page.get_by_role("button", name=f"Copy code {tenant.inbox.code(PHONE)}")
    await button.focus()
    await page.evaluate("window.held = document.activeElement")
    for _ in range(2):
        wire.add_sms(mfa_token)
        tenant.clock.advance(40)
        tenant.users["bob@example.com"].blocked = True
        await expect(page.get_by_text(tenant.inbox.code(PHONE)).first).to_be_visible()
    assert await page.evaluate("window.held === document.activeElement")


async def test_what_goes_hands_on_the_focus(page: Page, tenant: Tenant) -> None:
    """When the message with the focus is thrown away, its person has it, and not the top of the page."""
    wire = Wire(tenant)
    wire.add_sms(wire.login())
    await page.get_by_role("button", name=f"Copy code {tenant.inbox.code(PHONE)}").focus()
    tenant.inbox.clear()
    await expect(page.get_by_role("heading", name="ada@example.com")).to_be_focused()


async def test_text_is_text(browser: Browser) -> None:
    """Markup in a tenant's name, an email, a path, a fault, or a message is shown as it was written."""
    tenant = Tenant(clock=Clock(START), name=f"<script>window.hacked=1</script>{EVIL}")
    email = f"{EVIL}@example.com"
    tenant.teach("pigeon", type=f"<b>{EVIL}", text=f"<b>{EVIL} {{code}}")
    tenant.users.add(email, "pw", authenticators=["otp", "email", "pigeon"])
    tenant.faults.add(EVIL, times=9, headers={"x": EVIL})
    wire = Wire(tenant)
    wire.challenge(wire.login(email, "pw"), oob_channel="pigeon", challenge_type="oob")
    wire.send("GET", f"/{EVIL}")
    async with opened(browser, tenant) as page:
        await unfold(page)
        await expect(page.get_by_role("heading", level=1)).to_have_text(tenant.name)
        await expect(page.get_by_role("heading", name=email).first).to_be_visible()
        await expect(page.get_by_role("list", name="Requests, newest first")).to_contain_text(f"GET /{EVIL}")
        await expect(page.get_by_role("region", name="Faults").get_by_role("listitem").first).to_contain_text(EVIL)
        assert [None, 0] == await page.evaluate(
            "[window.hacked ?? null, document.querySelectorAll('[onerror], b img').length]"
        )


async def test_the_line_breaks_and_comes_back(browser: Browser, tenant: Tenant) -> None:
    """The page says so, and when the tenant is there again it shows what is so now, without a reload."""
    async with serve(tenant) as server:
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(server.url)
        await expect(page.get_by_role("article", name="bob@example.com")).to_be_visible()
    await expect(page.get_by_text("No connection: trying again")).to_be_visible()
    tenant.users.remove("bob@example.com")
    Wire(tenant).add_sms(Wire(tenant).login())
    async with serve(tenant, port=int(server.url.rpartition(":")[2])):
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        await expect(page.get_by_role("article", name="bob@example.com")).to_have_count(0)
        await expect(page.get_by_text(tenant.inbox.code(PHONE)).first).to_be_visible()
        await expect(page.get_by_role("log", name="New messages")).to_have_text("")
        await context.close()


async def test_without_scripts(browser: Browser, tenant: Tenant) -> None:
    """The page says what there is over HTTP, and shows nothing that would not work."""
    async with opened(browser, tenant, java_script_enabled=False) as page:
        await expect(page.get_by_text("This page needs JavaScript.")).to_be_visible()
        await expect(page.get_by_role("contentinfo")).to_contain_text("POST push/{id}")
        await expect(page.get_by_role("main")).to_have_count(0)


async def test_who_wants_no_motion_gets_none(browser: Browser, tenant: Tenant) -> None:
    """A message comes in without moving."""
    Wire(tenant).add_sms(Wire(tenant).login())
    async with opened(browser, tenant) as page:
        message = page.locator(".message").first
        for wish, name in (("reduce", "none"), ("no-preference", "come")):
            await page.emulate_media(reduced_motion=wish)
            assert name == await message.evaluate("each => getComputedStyle(each).animationName")


async def test_a_clock_that_follows_goes_on(browser: Browser) -> None:
    """The page's own clock ticks without being told, and says that it follows."""
    async with opened(browser, Tenant(clock=Clock(follows=True))) as page:
        await expect(page.get_by_text("following real time")).to_be_visible()
        first = await page.locator("#time").text_content()
        await expect(page.locator("#time")).not_to_have_text(first or "")


async def test_a_crowd_can_be_searched(browser: Browser, tenant: Tenant) -> None:
    """Of many people the first fifty are shown, and whoever is looked for."""
    for number in range(100):
        tenant.users.add(f"user{number}@example.com", "pw", phone=f"+1555{number:07}")
    async with opened(browser, tenant) as page:
        people = page.get_by_role("region", name="People").get_by_role("article")
        await expect(people).to_have_count(50)
        await expect(page.get_by_text("52 more: find them by email or phone.")).to_be_visible()
        for wanted in ("USER77@", "+15550000077"):
            await page.get_by_label("Find").fill(wanted)
            await expect(people).to_have_count(1)
            await expect(people).to_contain_text("user77@example.com")
