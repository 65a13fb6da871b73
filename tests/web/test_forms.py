"""The pages as a browser without scripts meets them: each factor, each mistake, each way back."""

from urllib.parse import urlencode

import pytest

from mfa_flow.kit import faults
from mfa_flow.web.guard import Secret

ADA = "ada@example.com"
PHONE = "+15551230042"


async def chosen(visitor, bo, factor):
    """Somebody challenged by that factor."""
    await visitor.login(bo.email, bo.password)
    [form] = [each for each in visitor.page.forms["challenge"] if each["authenticator"].startswith(factor)]
    return await visitor.post(form)


def is_signed(visitor):
    return len(visitor.signed) == 1 and visitor.page.status == 200


@pytest.mark.parametrize("factor", ["totp", "sms", "voice", "email", "recovery-code"])
async def test_prove_by_each_factor(visitor, mfa_account, mfa, factor):
    """A code is asked for in its own way, and the right one hands the tokens over."""
    bo = mfa_account("sms" if factor in ("voice", "recovery-code") else factor.replace("totp", "otp"))
    await chosen(visitor, bo, factor)
    code = bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look())
    field = visitor.page.one("input", id="code")
    expected = ("off", None) if factor == "recovery-code" else ("one-time-code", "numeric")
    assert expected == (field["autocomplete"], field.get("inputmode"))
    await visitor.do("confirm", code=code)
    assert is_signed(visitor)


def flow_of(visitor):
    """The id of the flow of a browser."""
    return Secret(visitor.cookies["__Host-mfa_flow"]).flow_id


@pytest.mark.parametrize("factor", ["sms", "voice", "email"])
async def test_set_a_message_up(visitor, mfa_tenant, factor):
    """A page of its own asks where to; the codes to keep come with the question, and are shown once more only to who
    did not say that they have them."""
    await visitor.login()
    page = await visitor.get(f"./?enroll={factor}")
    to = {"email": ADA}.get(factor, PHONE)
    page = await visitor.do("enroll", **{"email" if factor == "email" else "phone_number": to})
    assert "Keep this recovery code in a safe place" in page.text
    await visitor.do("confirm", code=mfa_tenant.inbox.code(to), saved="1")
    assert is_signed(visitor)


async def test_set_an_app_up(visitor, mfa_phone):
    """The picture, the key in groups of four, the recovery code; all of it again after a reload."""
    page = await visitor.login()
    [form] = [each for each in page.forms["enroll"] if each["factor"] == "otp"]
    page = await visitor.post(form)
    prompt = await visitor.door.mfa.flow(flow_of(visitor)).look()
    groups = [prompt.secret[at : at + 4] for at in range(0, len(prompt.secret), 4)]
    for shown in (" ".join(groups), prompt.recovery_codes[0]):
        assert shown in page.text
        assert shown in (await visitor.get()).text
    assert "<svg" in page.source
    await visitor.do("confirm", code=mfa_phone.code(prompt), saved="1")
    assert is_signed(visitor)


async def test_a_link_too_long_for_a_picture(visitor, mfa_tenant, mfa_phone):
    """The key can be typed all the same, and the ways out are there."""
    page = await visitor.login()
    [form] = [each for each in page.forms["enroll"] if each["factor"] == "otp"]
    key = "JBSWY3DPEHPK3PXP"
    uri = f"otpauth://totp/{'x' * 5000}?secret={key}"
    found = {"authenticator_type": "otp", "secret": key, "barcode_uri": uri}
    mfa_tenant.faults.add("/mfa/associate", status=200, body=found)
    page = await visitor.post(form)
    assert (200, "JBSW Y3DP EHPK 3PXP" in page.text, "<svg" in page.source) == (page.status, True, False)
    assert {"confirm", "go_back", "cancel"} == set(page.forms)


async def test_a_wrong_password(visitor):
    """It is told beside the field, and the address need not be typed again; the password is nowhere."""
    page = await visitor.login(password="nearly")
    assert ADA == page.one("input", id="username")["value"]
    assert {"aria-invalid": "true", "aria-describedby": "wrong"}.items() <= page.one("input", id="password").items()
    assert "nearly" not in page.source
    await visitor.do("login", username=ADA, password="correct-horse")
    assert visitor.page.forms["enroll"]


async def test_a_wrong_code(visitor, mfa_account):
    """Beside its field; nothing is left of it, and the right one works."""
    bo = mfa_account("sms")
    await chosen(visitor, bo, "sms")
    page = await visitor.do("confirm", code="000000")
    assert "That code is not right." in page.text
    assert "wrong" == page.one("input", id="code")["aria-describedby"]
    assert "000000" not in page.source
    await visitor.do("confirm", code=bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert is_signed(visitor)


async def test_what_cannot_be_a_code(visitor, mfa_account, mfa_tenant):
    """Nothing is sent, and the page says what a code is."""
    await chosen(visitor, mfa_account("sms"), "sms")
    page = await visitor.do("confirm", code="12 34")
    assert 0 == mfa_tenant.requests.count("mfa-oob")
    assert "The code has 6 digits." in page.text
    assert "wrong" == page.one("input", id="code")["aria-describedby"]


@pytest.mark.parametrize(("number", "told"), [("12", "with its country code"), ("+15005550001", "cannot be used")])
async def test_a_number_that_cannot_be(visitor, number, told):
    """It is asked for again where it was typed, as it was typed, be it refused here or there."""
    await visitor.login()
    await visitor.get("./?enroll=sms")
    page = await visitor.do("enroll", phone_number=number)
    assert told in page.text
    assert "wrong" == page.one("input", id="phone_number")["aria-describedby"]
    assert number == page.one("input", id="phone_number")["value"]


@pytest.mark.parametrize("verb", ["", "fly", "__class__"])
async def test_no_such_verb(visitor, verb):
    """The question stands."""
    page = await visitor.login()
    page = await visitor.post({**page.forms["cancel"][0], "do": verb})
    assert "That cannot be right." in page.text
    assert page.forms["enroll"]


async def test_a_double_click(visitor, mfa_account, mfa_tenant):
    """The same form posted twice is one request, be it right or wrong."""
    bo = mfa_account("sms")
    page = await chosen(visitor, bo, "sms")
    for _ in range(2):
        await visitor.post({**page.forms["confirm"][0], "code": "000000"})
    assert 1 == mfa_tenant.requests.count("mfa-oob")
    page = visitor.page
    for _ in range(2):
        await visitor.post({**page.forms["resend"][0]})
    assert 2 == mfa_tenant.requests.count("/mfa/challenge")


async def test_a_long_mark(visitor, mfa_account, mfa_tenant):
    """One that a page of ours would never have counts as well, and costs the store no more."""
    await chosen(visitor, mfa_account("sms"), "sms")
    page = visitor.page
    for _ in range(2):
        await visitor.post({**page.forms["confirm"][0], "code": "000000", "once": "x" * 14_000})
    held = await visitor.door.mfa._store.load(flow_of(visitor))
    assert (1, True) == (mfa_tenant.requests.count("mfa-oob"), sum(map(len, held.flow.seen)) < 1000)


async def test_a_double_login(visitor, mfa_tenant):
    """The first answer lost, the same form once more: one login, and the same flow; other words in it are another."""
    page = await visitor.get()
    before = dict(visitor.cookies)
    form = {**page.forms["login"][0], "username": ADA, "password": "correct-horse"}
    await visitor.post(form)
    flow = flow_of(visitor)
    visitor.cookies = dict(before)
    await visitor.post(form)
    assert (1, flow) == (mfa_tenant.requests.count("password"), flow_of(visitor))
    visitor.cookies = before
    await visitor.post({**form, "password": "other"})
    assert 2 == mfa_tenant.requests.count("password")
    assert flow != flow_of(visitor)


async def test_a_login_form_in_another_tab(visitor):
    """It is good after a wrong password in this one, and so is a reload of this."""
    old = await visitor.get()
    page = await visitor.login(password="nearly")
    assert visitor.asked[-1].startswith("GET ./?login=1")
    assert "Wrong e-mail address or password." not in (await visitor.get(visitor.asked[-1][4:])).text
    page = await visitor.post({**old.forms["login"][0], "username": ADA, "password": "correct-horse"})
    assert page.forms["enroll"]


async def test_what_one_tab_is_told(visitor, mfa_account):
    """Is not shown by another, which came first; and once is enough."""
    await chosen(visitor, mfa_account("sms"), "sms")
    form = urlencode({**visitor.page.forms["confirm"][0], "code": "12"}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    assert 303 == (await visitor.send("POST", "./", form, **kind)).status
    told = "The code has 6 digits."
    assert [told in (await visitor.get(each)).text for each in ("./?login=1", "./", "./")] == [False, True, False]


async def test_two_tabs(visitor, mfa_account, mfa_tenant):
    """A code for the question in one tab is not spent on the one that the other tab went on to."""
    bo = mfa_account("sms", "otp")
    old = await chosen(visitor, bo, "sms")
    await visitor.do("go_back")
    [form] = [each for each in visitor.page.forms["challenge"] if each["authenticator"].startswith("totp")]
    await visitor.post(form)
    page = await visitor.post({**old.forms["confirm"][0], "code": "123456"})
    assert "went on in another window" in page.text
    assert (0, 0) == (mfa_tenant.requests.count("mfa-oob"), mfa_tenant.requests.count("mfa-otp"))
    await visitor.do("confirm", code=mfa_tenant.otp(bo.email))
    assert is_signed(visitor)


async def test_a_question_of_before(visitor, mfa_account):
    """A form of a page that was gone back to does nothing that is not possible now."""
    page = await visitor.login(*of(mfa_account("sms")))
    await visitor.post(page.forms["challenge"][0])
    await visitor.do("cancel")
    page = await visitor.post(page.forms["challenge"][0] | {"once": "another"})
    assert "You cancelled this login." in page.text
    assert page.forms["login"]


def of(person):
    return person.email, person.password


async def test_too_late(visitor, mfa_account, mfa_clock):
    """After ten minutes: why, and the way to log in on the same page."""
    await chosen(visitor, mfa_account("sms"), "sms")
    mfa_clock.advance(3601)
    page = await visitor.do("confirm", code="123456")
    assert "This took too long. Log in again." in page.text
    await visitor.do("login", username=ADA, password="correct-horse")
    assert visitor.page.forms["enroll"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "This login has ended. You cancelled this login."),
        ("fr", "Cette connexion est terminée. Vous avez annulé cette connexion."),
    ],
)
async def test_the_end(someone, language, told):
    """What has ended, and why; the reason is no sentence to stand alone."""
    visitor = someone(language=language)
    await visitor.login()
    assert told in (await visitor.do("cancel")).text


async def test_a_code_that_is_too_old(visitor, mfa_account, mfa_clock):
    """Another is a press away."""
    await chosen(visitor, mfa_account("sms"), "sms")
    mfa_clock.advance(301)
    page = await visitor.do("confirm", code="123456")
    assert "That code is too old. Ask for a new one." in page.text
    assert page.forms["challenge"]


async def test_a_pause(visitor, mfa_account, mfa_clock):
    """It says how long, in words and for the script, and the right code works when it is over."""
    bo = mfa_account("otp")
    await chosen(visitor, bo, "totp")
    for _ in range(11):
        page = await visitor.do("confirm", code=bo.wrong_code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert "Too many wrong codes. You can try again in 6 minutes" in page.text
    assert "do-confirm" == page.one("time")["data-opens"]
    mfa_clock.advance(360)
    await visitor.do("confirm", code=bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert is_signed(visitor)


async def test_a_message_is_given_time(visitor, mfa_account, mfa_clock):
    """For half a minute the page says when another may be asked for."""
    await chosen(visitor, mfa_account("sms"), "sms")
    assert "You can send it again in 30 seconds" in visitor.page.text
    assert "hidden" in visitor.page.one("p", **{"class": "hint resend"})  # without scripts it may be sent at once
    assert "disabled" not in visitor.page.one("button", id="do-resend")
    mfa_clock.advance(31)
    assert "You can send it again" not in (await visitor.get()).text


async def test_no_more_messages(visitor, mfa_account):
    """The code that came can be given meanwhile; the button for another says when."""
    bo = mfa_account("sms")
    await chosen(visitor, bo, "sms")
    for _ in range(10):
        page = await visitor.do("resend")
    assert "Too many messages were sent." in page.text
    assert "do-resend" in [found.get("data-opens") for tag, found in page.tags if tag == "time"]
    assert "disabled" in page.one("button", id="do-resend")
    assert "hidden" not in page.one("p", **{"class": "hint resend"})
    await visitor.do("confirm", code=bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert is_signed(visitor)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (faults.server_error, "The login service is not available now."),
        (faults.reset_before, "No answer came."),
        (faults.garbled, "The login service could not be understood."),
    ],
    ids=lambda each: getattr(each, "name", None),
)
async def test_auth0_is_down(visitor, mfa_account, mfa_clock, fault, told):
    """The question stands, with what happened above it; then it goes on."""
    bo = mfa_account("sms")
    await chosen(visitor, bo, "sms")
    fault.strike(bo, clock=mfa_clock)
    page = await visitor.do("confirm", code="000000")
    assert told in page.text
    bo.tenant.faults.clear()
    await visitor.do("confirm", code=bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert is_signed(visitor)
