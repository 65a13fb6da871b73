"""The pages in a real browser, as people with eyes, ears, thumbs and keyboards meet them."""

import re
from base64 import b64encode
from contextlib import asynccontextmanager
from importlib.resources import files

import pyotp
import pytest
import zxingcpp
from playwright.async_api import expect

from mfa_flow.kit import Person
from mfa_flow.machine.prompts import Pause

from .house import House, open_house
from .pictures import every_page, logged_in, people, pictured

pytestmark = pytest.mark.asyncio(loop_scope="session")

BO = "bo@example.com"
PHONE = "+15551230042"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
FOUND = """async rules => (await axe.run(document, rules.length ? {runOnly: rules} : {})).violations
    .flatMap(each => each.nodes.map(node => `${each.id}: ${node.target} ${node.failureSummary}`))"""
# What may be another on a small screen in the dark.
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
# The ratio between an element's letters and the colour that is behind them, as WCAG counts it.
CONTRAST = """element => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const light = color => {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(
            each => each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    let behind = element;
    while (getComputedStyle(behind).backgroundColor.endsWith(", 0)")) behind = behind.parentElement;
    const both = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
    return Math.max(...both) / Math.min(...both);
}"""
# How many pixels are green as the logo is, and whether there are dark letters above the heading.
BRAND_PIXELS = """async png => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, image.width, image.height).data;
    let green = 0, dark = 0;
    for (let at = 0; at < pixels.length; at += 4) {
        if (pixels[at] < 20 && pixels[at + 1] > 235 && pixels[at + 2] < 20) green++;
        if (at < image.width * 4 * 24 && pixels[at + 1] < 100) dark++;
    }
    return [green, dark > 0];
}"""
# The pixels of the QR code, one byte of grey each.
PIXELS = """async svg => {
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(svg);
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, image.width, image.height).data;
    return [image.width, image.height, Array.from(pixels.filter((_, index) => index % 4 === 0))];
}"""


@asynccontextmanager
async def opened(browser, house, *, https=False, **how):
    """A page of the house. Nothing that goes wrong in it goes unnoticed: no error, no breach of its policy."""
    wrong = []
    how = {"locale": "en", "ignore_https_errors": https, **how}
    async with open_house(house, https=https) as url:
        context = await browser.new_context(base_url=url, **how)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda line: wrong.append(line.text) if is_wrong(line) else None)
        page = await context.new_page()
        page.url_of = url
        try:
            yield page
        finally:
            await context.close()
    assert [] == wrong


def is_wrong(line):
    """An error or a warning; a browser tells by itself of answers that are refusals."""
    return line.type in ("error", "warning") and not re.search(r"status of 4\d\d", line.text)


async def challenged(page, factor):
    """Bo, challenged by that factor."""
    await logged_in(page, page.url_of, BO, "pw")
    await page.locator(f"form:has([value^='{factor}|']) button").first.click()


async def at_home(page, house):
    """They are signed in, and the tokens never came near the browser."""
    await expect(page.get_by_role("heading", name="Home, signed in")).to_be_visible()
    [tokens] = house.signed
    assert tokens.access_token not in await page.content()
    assert ["session"] == [each["name"] for each in await page.context.cookies()]


def bo_of(house):
    return Person(house.tenant, BO, "pw")


async def fill(page, code):
    await page.locator("#code").fill(code)
    await page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("factor", ["totp", "sms", "voice", "email"])
async def test_a_code(browser, house, factor):
    """Typed from the app, the message, the call, the mailbox."""
    async with opened(browser, house) as page:
        await challenged(page, factor)
        await expect(page.get_by_label("Code")).to_be_focused()
        to = BO if factor == "email" else PHONE
        await fill(page, house.tenant.otp(BO) if factor == "totp" else house.tenant.inbox.code(to))
        await at_home(page, house)


async def test_a_recovery_code(browser, house):
    """The one that replaces it is shown, copied with one click, and then it goes on."""
    async with opened(browser, house) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await challenged(page, "recovery-code")
        await fill(page, bo_of(house).user.recovery_code)
        new = bo_of(house).user.recovery_code
        await expect(page.get_by_text(new)).to_be_visible()
        await page.reload()
        await page.get_by_role("button", name="Copy").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert new == await page.evaluate("navigator.clipboard.readText()")
        await page.get_by_role("button", name="I have saved it").click()
        await at_home(page, house)


@pytest.mark.parametrize("answer", ["approve", "deny"])
async def test_a_push(browser, house, answer):
    """The page turns by itself when the phone was answered."""
    async with opened(browser, house) as page:
        await challenged(page, "push")
        await expect(page.get_by_text("Waiting for your answer")).to_be_visible()
        getattr(bo_of(house), answer)()
        if answer == "approve":
            await at_home(page, house)
        else:
            await expect(page.get_by_role("alert")).to_have_text("The request was denied on the phone.")
            await expect(page.get_by_role("alert")).to_be_focused()


async def test_a_push_at_a_mark(browser, house):
    """The page turns where its address has a #, too, as some providers leave one behind."""
    async with opened(browser, house) as page:
        await challenged(page, "push")
        await page.evaluate("location.hash = '_=_'")
        bo_of(house).approve()
        await at_home(page, house)


async def test_a_push_in_a_pause(browser):
    """Asked for too often, it is waited for all the same: the page stays as it is until the phone was answered."""
    house = House.of(people(), flow_id=lambda request: "bo")
    flow = house.mfa.flow("bo")
    choose = await flow.login(BO, "pw")
    prompt = await flow.challenge(next(one for one in choose.challenge if one.factor == "push"))
    while not isinstance(prompt, Pause):
        prompt = await flow.resend()
    async with opened(browser, house) as page:
        async with page.expect_event("requestfinished", lambda request: request.url.endswith("/turn")):
            await page.goto("/login/")
        await expect(page.get_by_text("Too many messages were sent.")).to_be_visible()
        assert 1 == house.asked.count("GET /login/")
        bo_of(house).approve()
        await expect(page.get_by_role("heading", name="Home, signed in")).to_be_visible()


async def test_set_an_app_up(browser, house):
    """A phone reads the picture; going on takes a tick that the recovery code is kept."""
    async with opened(browser, house) as page:
        await logged_in(page, page.url_of, "ada@example.com", "correct-horse")
        await page.get_by_role("button", name="Authenticator app").click()
        svg = await page.locator(".qr").inner_html()
        svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ') if "xmlns" not in svg else svg
        blank = await page.context.new_page()
        width, height, grey = await blank.evaluate(PIXELS, svg)
        [found] = zxingcpp.read_barcodes(memoryview(bytes(grey)).cast("B", shape=[height, width]))
        await blank.close()
        app = pyotp.parse_uri(found.text)
        assert app.secret == (await page.locator("#secret").inner_text()).replace(" ", "")
        code = app.at(int(house.tenant.clock.now()))
        await fill(page, code)
        await expect(page.get_by_role("checkbox", name="I have saved it")).to_be_focused()
        assert [] == house.signed
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Continue").click()
        await at_home(page, house)


async def test_set_a_phone_up_by_keys_alone(browser, house):
    """From the first page to the last no mouse is needed, and what was wrong has the focus."""
    async with opened(browser, house) as page:
        keys = page.keyboard
        await page.goto("/login/")
        await expect(page.locator("#username")).to_be_focused()
        await keys.type("ada@example.com")
        await keys.press("Tab")
        await keys.type("correct-horse\n")
        link = page.get_by_role("link", name="Text message")
        await link.wait_for()
        for _ in range(3):
            await keys.press("Tab")
        await expect(link).to_be_focused()
        await keys.press("Enter")
        field = page.get_by_label("Phone number")
        await expect(field).to_be_focused()
        await keys.type("12\n")
        await expect(field).to_be_focused()
        await expect(field).to_have_accessible_description(
            "Enter the phone number with its country code, such as +15551230000."
        )
        await keys.press("Control+A")
        await keys.type(PHONE + "\n")
        await expect(page.get_by_label("Code", exact=True)).to_be_focused()
        await keys.type(house.tenant.inbox.code(PHONE))
        await keys.press("Tab")
        await keys.type(" \n")
        await at_home(page, house)


async def test_a_wrong_code(browser, house):
    """The field says what was wrong and has the focus; the right code works."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        await fill(page, "000000")
        field = page.get_by_label("Code")
        await expect(field).to_have_accessible_description("That code is not right. Check it and try again.")
        await expect(field).to_be_focused()
        await expect(field).to_have_value("")
        await fill(page, house.tenant.inbox.code(PHONE))
        await at_home(page, house)


async def test_too_late(browser, house):
    """The page says so, and is the one to log in by."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        house.tenant.clock.advance(601)
        await fill(page, "000000")
        await expect(page.get_by_role("alert")).to_have_text("This login has ended. This took too long. Log in again.")
        await expect(page.get_by_label("E-mail address")).to_be_focused()


async def test_reload_and_back(browser, house):
    """A reload asks the same and sends nothing; who goes back sees the question that stands."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        await fill(page, "000000")
        await page.get_by_text("That code is not right.").wait_for()
        sent = len(house.tenant.requests)
        await page.reload()
        await expect(page.get_by_text("That code is not right.")).to_be_visible()
        await page.get_by_role("button", name="Another way").click()
        await page.get_by_role("heading", name="Confirm it is you").wait_for()
        await page.go_back()
        await expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
        assert sent == len(house.tenant.requests)
        await page.locator("form:has([value^='sms|']) button").click()
        await page.get_by_label("Code").wait_for()
        await fill(page, house.tenant.inbox.code(PHONE))
        await at_home(page, house)
        await page.go_back()
        await expect(page.get_by_role("heading", name="Log in")).to_be_visible()


async def test_two_tabs(browser, house):
    """A tab that was left behind spends nothing, and shows where the login stands."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        other = await page.context.new_page()
        await other.goto("/login/")
        await other.get_by_role("button", name="Another way").click()
        await other.locator("form:has([value^='totp|']) button").first.click()
        await other.get_by_label("Code").wait_for()
        sent = len(house.tenant.requests)
        await page.bring_to_front()
        await fill(page, house.tenant.inbox.code(PHONE))
        await expect(page.get_by_role("alert")).to_contain_text("went on in another window")
        assert sent == len(house.tenant.requests)
        await fill(page, house.tenant.otp(BO))
        await at_home(page, house)


async def test_without_scripts(browser, house, monkeypatch):
    """A push that the page waits for by itself, after a wrong password and a code that was wrong."""
    monkeypatch.setattr("mfa_flow.web.showing._turns_in", lambda then: 1)
    async with opened(browser, house, java_script_enabled=False) as page:
        await logged_in(page, page.url_of, BO, "wrong")
        await expect(page.get_by_text("Wrong e-mail address or password.")).to_be_visible()
        await expect(page.get_by_role("button", name="Show the password")).to_have_count(0)
        await challenged(page, "sms")
        await fill(page, "000000")
        await page.get_by_text("That code is not right.").wait_for()
        await page.get_by_role("button", name="Another way").click()
        await page.locator("form:has([value^='push|']) button").click()
        await page.get_by_text("Waiting for your answer").wait_for()
        bo_of(house).approve()
        await expect(page.get_by_role("heading", name="Home, signed in")).to_be_visible(timeout=60_000)


async def test_times_run_down(browser, house):
    """In words, and what may be pressed again can be when it is time."""
    async with opened(browser, house, locale="fr-CA") as page:
        await page.clock.install()
        await challenged(page, "sms")
        button = page.get_by_role("button", name="Renvoyer")
        await expect(button).to_be_disabled()
        await page.clock.run_for(12_000)
        await expect(page.locator(".resend")).to_have_text("Nouvel envoi possible dans 18 secondes.")
        await page.clock.run_for(18_000)
        await expect(button).to_be_enabled()
        await expect(page.locator(".resend")).to_be_hidden()
        await button.click()
        await expect(button).to_be_disabled()


async def test_pressed_twice(browser, house):
    """One request."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        await page.get_by_label("Code").fill("000000")
        await page.get_by_role("button", name="Continue").dblclick()
        await page.get_by_text("That code is not right.").wait_for()
        assert 1 == house.tenant.requests.count("mfa-oob")


async def test_no_secret_is_left(browser, house):
    """In no address, no storage, and no cookie that a script can read."""
    async with opened(browser, house) as page:
        await challenged(page, "sms")
        code = house.tenant.inbox.code(PHONE)
        kept = await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        assert [0, 0, ""] == kept
        [cookie] = await page.context.cookies()
        assert (True, "Lax", False) == (cookie["httpOnly"], cookie["sameSite"], cookie["secure"])
        await fill(page, code)
        await at_home(page, house)
        assert [] == [each for each in house.asked if code in each or cookie["value"] in each or "pw" in each]


async def test_over_https(browser, house):
    """The browser takes the cookie that nobody else's host can have planted, and gives it back."""
    async with opened(browser, house, https=True) as page:
        await challenged(page, "sms")
        [cookie] = await page.context.cookies()
        assert ("__Host-mfa_flow", True, True) == (cookie["name"], cookie["secure"], cookie["httpOnly"])
        await fill(page, house.tenant.inbox.code(PHONE))
        await at_home(page, house)


async def test_another_look(browser):
    """One stylesheet of the service's changes it."""
    async with opened(browser, House.of(people(), stylesheet="/brand.css")) as page:
        await page.goto("/login/")
        await expect(page.get_by_role("button", name="Log in")).to_have_css("background-color", "rgb(10, 107, 77)")


async def test_one_accent_for_light_and_dark(browser):
    """Letters on what is to be pressed, and what is to be pressed on its ground, can be read in both."""
    async with opened(browser, House.of(people(), stylesheet="/pink.css")) as page:
        await page.goto("/login/")
        button = page.get_by_role("button", name="Log in")
        await expect(button).to_have_css("background-color", "rgb(176, 0, 96)")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert 4.5 <= await button.evaluate(CONTRAST), scheme
            await page.evaluate(AXE)
            assert [] == await page.evaluate(FOUND, LOOKS), scheme
        await challenged(page, "sms")
        await page.get_by_label("Code").wait_for()
        assert 4.5 <= await page.locator("#do-cancel").evaluate(CONTRAST)
        await page.evaluate(AXE)
        assert [] == await page.evaluate(FOUND, LOOKS)


@pytest.mark.parametrize("sheet", ["/logo.css", None])
async def test_a_logo_and_a_name(browser, sheet):
    """The logo alone is enough, as high as a line or two; the name is read out in its place, or stands there."""
    async with opened(browser, House.of(people(), stylesheet=sheet, name="Acme")) as page:
        await page.goto("/login/")
        seen = b64encode(await page.locator("header").screenshot()).decode()
        blank = await page.context.new_page()
        [green, letters] = await blank.evaluate(BRAND_PIXELS, seen)
        assert (True, False) == (green > 1000, letters) if sheet else (0, True) == (green, letters)
        assert "Acme" in await page.locator("header").aria_snapshot()
        inside = "main => main.scrollWidth <= main.clientWidth"
        assert await page.locator("main").evaluate(inside)
        await page.evaluate(AXE)
        assert [] == await page.evaluate(FOUND, [])


async def test_no_logo_and_no_name(browser, house):
    """Nothing is above the heading then."""
    async with opened(browser, house) as page:
        await page.goto("/login/")
        assert 0 == await page.locator(".brand").evaluate("brand => brand.getBoundingClientRect().height")


@pytest.mark.parametrize("scripts", [True, False])
async def test_back_after_a_refusal(browser, house, scripts):
    """Whatever was refused, who goes back has the question again, not an error of the browser's."""
    async with opened(browser, house, java_script_enabled=scripts) as page:
        await logged_in(page, page.url_of, BO, "wrong")
        await page.get_by_text("Wrong e-mail address or password.").wait_for()
        await challenged(page, "sms")
        await page.get_by_label("Code").wait_for()
        for code, told in (("12", "The code has 6 digits."), ("000000", "That code is not right.")):
            await fill(page, code)
            await page.get_by_text(told).wait_for()
        await page.goto("/login/nothing")
        await page.go_back()
        await expect(page.get_by_label("Code")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_label("Code")).to_be_visible()
        await fill(page, house.tenant.inbox.code(PHONE))
        await at_home(page, house)


@pytest.mark.parametrize("scripts", [True, False])
async def test_back_after_refused_details(browser, house, scripts):
    """The page that asks for a number, with none of what was wrong."""
    async with opened(browser, house, java_script_enabled=scripts) as page:
        await logged_in(page, page.url_of, "ada@example.com", "correct-horse")
        await page.get_by_role("link", name="Text message").click()
        await page.get_by_label("Phone number").fill("12")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_label("Phone number")).to_have_value("12")
        await page.goto("/login/nothing")
        await page.go_back()
        await expect(page.get_by_label("Phone number")).to_be_visible()
        await page.go_back()
        await expect(page.locator("form, a.way").first).to_be_visible()


async def test_a_push_is_set_up(browser, house):
    """The phone answers before the recovery code is ticked: the page keeps the code, and turns after the tick."""
    async with opened(browser, house) as page:
        await logged_in(page, page.url_of, "ada@example.com", "correct-horse")
        await page.get_by_role("button", name="Push notification").click()
        await expect(page.locator("#codes")).to_be_visible()
        await expect(page.locator(".waiting")).to_have_count(0)
        house.tenant.push("ada@example.com").approve()
        await page.reload()
        await expect(page.get_by_text(house.tenant.users["ada@example.com"].recovery_code)).to_be_visible()
        assert [] == house.signed
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Continue").click()
        await at_home(page, house)


async def test_everybody_can_use_it(browser):
    """Axe finds nothing on any page, on a desk in the light and on a phone in the dark; nothing is wider than it."""
    seen, house = [], pictured()
    async with opened(browser, house, locale="fr", reduced_motion="reduce") as page:
        async for name in every_page(page, page.url_of, house):
            await page.wait_for_load_state()
            await page.evaluate(AXE)
            for width, scheme, rules in ((1000, "light", []), (320, "dark", LOOKS)):
                await page.set_viewport_size({"width": width, "height": 700})
                await page.emulate_media(color_scheme=scheme)
                assert [] == await page.evaluate(FOUND, rules), name
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            seen.append(name)
    assert 19 == len(seen)


async def test_axe_would_find_something(browser, house):
    """A field without a name is found: the test above is none that cannot fail."""
    async with opened(browser, house) as page:
        await page.goto("/login/")
        await page.evaluate("document.querySelector('label').remove()")
        await page.evaluate(AXE)
        assert ["label"] == [each.partition(":")[0] for each in await page.evaluate(FOUND, [])]
