"""What a person does on the page, in a real browser, and what comes of it at the wire."""

import re

import pyotp
import pytest
import zxingcpp
from playwright.async_api import Locator, Page, expect

from mfa_flow.testing import Tenant
from testing.conftest import PHONE, Wire

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOB = "bob@example.com"
# The pixels of an image as the browser has them: width, height, and one byte of grey for each.
PIXELS = """image => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    return [canvas.width, canvas.height, Array.from(pixels.filter((_, index) => index % 4 === 0))];
}"""


@pytest.fixture
def wire(tenant: Tenant) -> Wire:
    """A client of the tenant that the page shows."""
    return Wire(tenant)


def person(page: Page, email: str) -> Locator:
    return page.get_by_role("article", name=email)


async def scanned(image: Locator) -> str:
    """What a phone reads off the picture."""
    await expect(image).to_have_js_property("complete", True)
    width, height, grey = await image.evaluate(PIXELS)
    [found] = zxingcpp.read_barcodes(memoryview(bytes(grey)).cast("B", shape=[height, width]))
    return found.text


async def test_enrol_by_the_picture(page: Page, wire: Wire) -> None:
    """Scan, type in the code of that moment, and the page shows the app as active; its running code is the same."""
    mfa_token = wire.login()
    said = wire.add_otp(mfa_token).body["barcode_uri"]
    ada = person(page, "ada@example.com")
    await expect(ada.get_by_text("pending")).to_have_count(2)  # the app, and the recovery code that came with it
    await ada.get_by_text("QR code and secret").click()
    uri = await scanned(ada.get_by_role("img"))
    assert said == uri
    code = pyotp.parse_uri(uri).at(int(wire.tenant.clock.now()))
    await expect(ada.get_by_role("button", name=f"Copy code of the app {code}")).to_be_visible()
    assert 200 == wire.otp(mfa_token, code).status
    await expect(ada.get_by_text("active")).to_have_count(2)
    await expect(ada.get_by_text("used, next in 0:30")).to_be_visible()


@pytest.mark.parametrize("kind", ["SVG", "PNG"])
async def test_download_the_picture(page: Page, kind: str) -> None:
    """As a file of either kind."""
    bob = person(page, BOB)
    await bob.get_by_text("QR code and secret").click()
    async with page.expect_download() as download:
        await bob.get_by_role("link", name=kind).click()
    found = await (await download.value).path()
    assert {"SVG": b"<?xml", "PNG": b"\x89PNG"}[kind] == found.read_bytes()[: {"SVG": 5, "PNG": 4}[kind]]


async def test_a_message_arrives(page: Page, wire: Wire) -> None:
    """Without a reload: it is shown, announced, copied with one click, and good; then it says that it is used."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.evaluate("window.stillHere = true")
    mfa_token = wire.login()
    sent = wire.add_sms(mfa_token).body["oob_code"]
    code, ada = wire.tenant.inbox.code(PHONE), person(page, "ada@example.com")
    message = ada.get_by_role("listitem").filter(has_text=f"{code} is your verification code")
    await expect(message).to_contain_text("5:00 left")
    await expect(page.get_by_role("log", name="New messages")).to_have_text(
        f"sms to {PHONE}: {code} is your verification code for My Test Tenant."
    )
    await message.get_by_role("button", name=f"Copy code {code}").click()
    copied = await page.evaluate("navigator.clipboard.readText()")
    await expect(page.get_by_text(f"Copied {code}")).to_be_visible()
    assert 200 == wire.oob(mfa_token, sent, binding_code=copied).status
    await expect(message).to_contain_text("used")
    assert await page.evaluate("window.stillHere")


async def test_copying_without_a_clipboard(page: Page, wire: Wire) -> None:
    """Where browsers give none, over plain http from elsewhere, the old way does it and keeps the focus."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wire.add_sms(wire.login())
    code = wire.tenant.inbox.code(PHONE)
    await page.evaluate(
        "window.real = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: null})"
    )
    button = page.get_by_role("button", name=f"Copy code {code}")
    await button.click()
    await expect(page.get_by_text(f"Copied {code}")).to_be_visible()
    assert code == await page.evaluate("window.real.readText()")
    await expect(button).to_be_focused()


@pytest.mark.parametrize(("button", "word", "status"), [("Approve", "approved", 200), ("Deny", "denied", 400)])
async def test_a_push_is_answered(page: Page, wire: Wire, button: str, word: str, status: int) -> None:
    """One of two buttons; the client that asks hears of it, and the question is one no more."""
    wire.tenant.users.add("cy@example.com", "pw", authenticators=["push"])
    mfa_token = wire.login("cy@example.com", "pw")
    oob_code = wire.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    assert "authorization_pending" == wire.oob(mfa_token, oob_code).body["error"]
    cy = person(page, "cy@example.com")
    await cy.get_by_role("button", name=f"{button} the push").click()
    await expect(cy.get_by_text(word, exact=True)).to_be_visible()
    await expect(cy.get_by_role("button", name="the push")).to_have_count(0)
    wire.tenant.clock.advance(5)
    assert status == wire.oob(mfa_token, oob_code).status


async def test_a_code_expires(page: Page, wire: Wire) -> None:
    """The clock is moved until it does, and then it is refused."""
    mfa_token = wire.login()
    sent = wire.add_sms(mfa_token).body["oob_code"]
    ada = person(page, "ada@example.com")
    await page.get_by_role("button", name="+30 s").click()
    await expect(ada.get_by_text("4:30 left")).to_be_visible()
    await page.get_by_label("Seconds").fill("269")
    await page.get_by_role("button", name="Advance").click()
    await expect(ada.get_by_text("0:01 left")).to_be_visible()
    await page.get_by_role("button", name="+30 s").click()
    await expect(ada.get_by_text("over", exact=True)).to_be_visible()
    assert 200 != wire.oob(mfa_token, sent, binding_code=wire.tenant.inbox.code(PHONE)).status


async def test_limits_run_down_and_fill_up(page: Page, wire: Wire) -> None:
    """Two wrong codes are two less; each comes back after six minutes."""
    for _ in range(2):
        wire.otp(wire.login(BOB, "pw"), "000000")
    limit = person(page, BOB).get_by_role("list", name="What is left").get_by_role("listitem").first
    await expect(limit).to_have_text("code attempts 8 of 10, next in 6:00")
    await page.get_by_role("button", name="+30 s").click()
    await expect(limit).to_have_text("code attempts 8 of 10, next in 5:30")
    await page.get_by_role("button", name="+6 min").click()
    await expect(limit).to_have_text("code attempts 9 of 10, next in 5:30")
    await page.get_by_role("button", name="+6 min").click()
    await expect(limit).to_have_text("code attempts 10 of 10")


async def test_a_running_code(page: Page, wire: Wire) -> None:
    """It runs down on the tenant's clock, and the next one takes its place."""
    bob, totp = person(page, BOB), pyotp.TOTP(wire.tenant.users[BOB].otp_secret or "")
    for seconds, left in ((0, "0:30 left"), (29, "0:01 left"), (1, "0:30 left")):
        now = wire.tenant.clock.advance(seconds)
        await expect(bob.get_by_text(left)).to_be_visible()
        await expect(bob.get_by_role("button", name=f"Copy code of the app {totp.at(int(now))}")).to_be_visible()


async def test_a_fault_strikes(page: Page, wire: Wire) -> None:
    """Armed in the form, seen, met at the wire; then it is gone, and the request is in the log."""
    spoil = page.get_by_role("region", name="Faults")
    await spoil.get_by_text("Add a fault").click()
    await spoil.get_by_label("Path").fill("/mfa/challenge")
    await spoil.get_by_label("Status").fill("503")
    await spoil.get_by_label("More, as JSON").fill('{"body": {"error": "busy"}}')
    await spoil.get_by_role("button", name="Arm").click()
    await expect(spoil.get_by_role("listitem")).to_have_text('/mfa/challenge status 503, body {"error":"busy"}, once')
    answer = wire.challenge(wire.login(BOB, "pw"))
    assert (503, {"error": "busy"}) == (answer.status, answer.body)
    await expect(spoil.get_by_role("listitem")).to_have_count(0)
    await expect(spoil.get_by_text("None armed")).to_be_visible()
    newest = page.get_by_role("list", name="Requests, newest first").get_by_role("listitem").first
    await expect(newest).to_contain_text("503 POST /mfa/challenge")


async def test_bytes_are_spoiled(page: Page, tenant: Tenant) -> None:
    """An answer is cut as it is written: the fault is armed as it was chosen."""
    spoil = page.get_by_role("region", name="Faults")
    await spoil.get_by_text("Add a fault").click()
    await spoil.get_by_label("Bytes").select_option("cut")
    await spoil.get_by_role("button", name="Arm").click()
    await expect(spoil.get_by_role("listitem")).to_have_text("any call bytes cut, once")
    assert ["cut"] == [each.bytes for each in tenant.faults]


async def test_faults_are_cleared(page: Page, tenant: Tenant) -> None:
    """All of them, with one button."""
    tenant.faults.add("/userinfo", drop="before", nth=3, times=2)
    spoil = page.get_by_role("region", name="Faults")
    await expect(spoil.get_by_role("listitem")).to_have_text("/userinfo drop before, from call 3, 2 times")
    await spoil.get_by_role("button", name="Clear all faults").click()
    await expect(spoil.get_by_role("listitem")).to_have_count(0)
    assert 0 == len(tenant.faults)


@pytest.mark.parametrize(
    ("more", "said"), [("{oops", '"More" is not JSON'), ('{"nothing": 1}', "send a JSON object with nothing but: path")]
)
async def test_what_is_wrong_stands_in_the_form(page: Page, tenant: Tenant, more: str, said: str) -> None:
    """Until the next try; what was filled in stays."""
    spoil = page.get_by_role("region", name="Faults")
    await spoil.get_by_text("Add a fault").click()
    await spoil.get_by_label("More, as JSON").fill(more)
    await spoil.get_by_role("button", name="Arm").click()
    await expect(spoil.get_by_role("alert")).to_contain_text(said)
    await expect(spoil.get_by_label("More, as JSON")).to_have_value(more)
    assert 0 == len(tenant.faults)


async def test_people_come_and_go(page: Page, wire: Wire) -> None:
    """One is added, enrolled, and logs in; then one is removed."""
    people = page.get_by_role("region", name="People")
    await people.get_by_text("Add a person").click()
    await people.get_by_label("Email", exact=True).fill("New@example.com")
    await people.get_by_label("Phone").fill("+15557654321")
    await people.get_by_label("sms").check()
    await people.get_by_label("The email address is verified").check()
    await people.get_by_role("button", name="Add", exact=True).click()
    new = person(page, "new@example.com")
    await expect(new).to_contain_text("+15557654321, verified email")
    await expect(new.get_by_role("list", name="Authenticators")).to_contain_text("Text messages")
    assert "mfa_token" in wire.token("password", username="new@example.com", password="correct-horse").body
    await new.get_by_role("button", name="Remove").click()
    await expect(new).to_have_count(0)
    assert "new@example.com" not in wire.tenant.users


async def test_the_inbox_is_emptied_and_the_tenant_reset(page: Page, wire: Wire) -> None:
    """Messages go; after a reset, which asks first, Ada alone is there."""
    wire.add_sms(wire.login())
    await expect(page.get_by_text(re.compile("is your verification code")).first).to_be_visible()
    await page.get_by_role("button", name="Empty the inbox").click()
    await expect(person(page, "ada@example.com").get_by_text("No messages yet.")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.dismiss())
    await page.get_by_role("button", name="Reset the tenant").click()
    assert BOB in wire.tenant.users
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Reset the tenant").click()
    await expect(person(page, BOB)).to_have_count(0)
    await expect(page.get_by_text("None yet.")).to_be_visible()


async def test_the_clock_follows_and_is_frozen(page: Page, tenant: Tenant) -> None:
    """Which of the two it does is said, and can be changed."""
    freeze, follow = page.get_by_role("button", name="Freeze"), page.get_by_role("button", name="Follow real time")
    await expect(freeze).to_have_attribute("aria-pressed", "true")
    await follow.click()
    await expect(page.locator("#date")).to_contain_text("following real time")
    assert tenant.clock.follows
    await freeze.click()
    await expect(follow).to_have_attribute("aria-pressed", "false")
    assert not tenant.clock.follows


async def test_a_snapshot_is_restored(page: Page, wire: Wire) -> None:
    """Everybody is there again, with the messages of then; without a snapshot one is told to take one."""
    restore = page.get_by_role("button", name="Restore the newest")
    await restore.click()
    await expect(page.locator("#toast")).to_have_text("There is no snapshot yet: take one first")
    wire.add_sms(wire.login())
    await page.get_by_role("button", name="Take a snapshot").click()
    await expect(page.locator("#toast")).to_have_text("The snapshot is taken")
    wire.tenant.users.remove(BOB)
    await page.get_by_role("button", name="Empty the inbox").click()
    await expect(person(page, BOB)).to_have_count(0)
    await restore.click()
    await expect(person(page, BOB)).to_be_visible()
    await expect(person(page, "ada@example.com").get_by_text(re.compile("is your verification code"))).to_be_visible()


async def test_newest_first_and_the_rest_folded(page: Page, wire: Wire) -> None:
    """Of five messages to one phone three are shown; the others are one click away, and come in the same order."""
    mfa_token, codes = wire.login(), []
    for _ in range(5):
        wire.add_sms(mfa_token)
        codes.insert(0, wire.tenant.inbox.code(PHONE))
    phone = page.get_by_role("region", name=f"Phone {PHONE}")
    shown = phone.get_by_role("button", name="Copy code")
    await expect(shown).to_have_count(3)
    await phone.get_by_text("2 earlier").click()
    await expect(shown).to_have_count(5)
    names = [await each.get_attribute("aria-label") for each in await shown.all()]
    assert [f"Copy code {code}" for code in codes] == names
