"""Codes that people have to keep: on the page until they are ticked, and not any longer."""

from .test_forms import PHONE, chosen, flow_of


async def test_codes_that_were_not_ticked(visitor):
    """Whatever is asked, they are shown before it, until they are ticked; then they are not."""
    page = await visitor.login()
    await visitor.post(page.forms["enroll"][0])
    [code] = (await visitor.door.mfa.flow(flow_of(visitor)).look()).recovery_codes
    page = await visitor.do("go_back")
    for _ in range(2):
        assert (True, {"saved", "cancel"}) == (code in page.text, page.forms.keys())
        page = await visitor.do("saved")  # by a browser that does not know what has to be ticked
    page = await visitor.do("saved", saved="1")
    assert (False, {"enroll", "cancel"}) == (code in page.text, page.forms.keys())
    page = await visitor.get("./?enroll=sms")
    page = await visitor.do("enroll", phone_number=PHONE)
    assert (False, True) == (code in page.text, "confirm" in page.forms)


async def test_codes_are_ticked_with_a_wrong_code(visitor):
    """What was ticked counts, whatever comes of the code."""
    page = await visitor.login()
    page = await visitor.post(page.forms["enroll"][0])
    prompt = await visitor.door.mfa.flow(flow_of(visitor)).look()
    assert prompt.recovery_codes[0] in page.text
    page = await visitor.do("confirm", code="12", saved="1")
    assert "The code has 6 digits." in page.text
    assert prompt.recovery_codes[0] not in page.text + (await visitor.get()).text


async def test_a_recovery_code_is_replaced(visitor, mfa_account):
    """The new one is shown before the person goes on."""
    bo = mfa_account("otp")
    await chosen(visitor, bo, "recovery-code")
    page = await visitor.do("confirm", code=bo.user.recovery_code)
    assert "GET ./" == visitor.asked[-1]
    assert bo.user.recovery_code in page.text
    assert "Your recovery code was used up." in page.text
    assert ([], 1, "1") == (page.links, len(visitor.signed), visitor.cookies["session"])
    assert bo.user.recovery_code in (await visitor.get()).text
    await visitor.get()
    assert "/home" == (await visitor.do("saved")).leads
    page = await visitor.get()
    assert ({"login"}, 1) == (page.forms.keys(), len(visitor.signed))
