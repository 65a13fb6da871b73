"""A push, as a browser without scripts waits for it, and as the script does."""

import pytest

from mfa_flow.machine.prompts import Pause
from mfa_flow.web.acts import LONGEST_WAIT

from .test_forms import ADA, chosen, flow_of, is_signed


async def test_set_a_push_up(visitor, mfa_tenant):
    """The page stays until its recovery code is kept, then waits and turns by itself."""
    page = await visitor.login()
    page = await visitor.post(page.forms["enroll"][1])
    prompt = await visitor.door.mfa.flow(flow_of(visitor)).look()
    assert prompt.recovery_codes[0] in page.text
    assert [] == [found for tag, found in page.tags if "http-equiv" in found]
    before = len(mfa_tenant.requests)
    page = await visitor.get("./?turn=1")
    assert (before, True) == (len(mfa_tenant.requests), prompt.recovery_codes[0] in page.text)
    page = await visitor.do("saved", saved="1")
    assert prompt.recovery_codes[0] not in page.text
    assert "5;url=./?turn=1" == page.one("meta", **{"http-equiv": "refresh"})["content"]
    mfa_tenant.push(ADA).approve()
    await visitor.get("./?turn=1")
    assert is_signed(visitor)


async def test_the_phone_answers_while_codes_are_on_the_page(visitor, mfa_tenant):
    """Nobody asks for its answer before the tick: the codes are there however often the page is looked at, in any tab.
    Then the next turn finds it."""
    page = await visitor.login()
    page = await visitor.post(page.forms["enroll"][1])
    [code] = (await visitor.door.mfa.flow(flow_of(visitor)).look()).recovery_codes
    mfa_tenant.push(ADA).approve()
    before = len(mfa_tenant.requests)
    assert [] == [found for _, found in page.tags if "data-turn" in found]
    assert 200 == (await visitor.send("GET", "./turn")).status  # by a tab that waited for something else
    mfa_tenant.clock.advance(60)
    page = await visitor.get()
    assert (before, [], True) == (len(mfa_tenant.requests), visitor.signed, code in page.text)
    page = await visitor.do("saved", saved="1")
    assert (False, "") == (code in page.text, page.one("p", role="status")["data-turn"] or "")
    assert 200 == (await visitor.send("GET", "./turn")).status
    page = await visitor.get()
    assert ("/home", 1, {"session": "1"}) == (page.leads, len(visitor.signed), visitor.cookies)


@pytest.mark.parametrize("verb", ["go_back", "cancel"])
async def test_another_way_after_the_phone_was_answered(visitor, mfa_tenant, verb):
    """The codes that were not ticked stay for as long as there is a login."""
    page = await visitor.login()
    page = await visitor.post(page.forms["enroll"][1])
    [code] = (await visitor.door.mfa.flow(flow_of(visitor)).look()).recovery_codes
    mfa_tenant.push(ADA).approve()
    page = await visitor.do(verb)
    assert (verb == "go_back", []) == (code in page.text, visitor.signed)


async def test_the_service_fails_after_a_push(visitor, mfa_account):
    """The page says so, and leads to another try, which works."""
    bo = mfa_account("push")
    await chosen(visitor, bo, "push")
    bo.approve()
    good, visitor.done = visitor.done, None
    assert 200 == (await visitor.send("GET", "./turn")).status
    page = await visitor.get()
    assert (500, ["./"]) == (page.status, page.links)
    visitor.done = good
    assert "/home" == (await visitor.get(page.links[0])).leads


@pytest.mark.parametrize("verb", ["go_back", "resend", "cancel"])
async def test_a_button_after_the_phone_was_answered(visitor, mfa_account, verb):
    """It is too late for it: the person is logged in."""
    bo = mfa_account("push")
    page = await chosen(visitor, bo, "push")
    bo.approve()
    assert 200 == (await visitor.send("GET", "./turn")).status
    assert [] == visitor.signed
    page = await visitor.post(page.forms[verb][0])
    assert ("/home", 1) == (page.leads, len(visitor.signed))


async def test_a_push_without_scripts(visitor, mfa_account):
    """The page comes again by itself at the server's pace, and leads on when the phone was answered."""
    bo = mfa_account("push")
    page = await chosen(visitor, bo, "push")
    again = page.one("meta", **{"http-equiv": "refresh"})["content"]
    assert "5;url=./?turn=1" == again
    page = await visitor.get("./?turn")
    assert "Waiting for your answer" in page.text
    bo.approve()
    await visitor.get("./?turn")
    assert is_signed(visitor)


async def test_a_push_with_scripts(visitor, mfa_account):
    """The script is told when the page is another; it is never told why, nor given anything."""
    bo = mfa_account("push")
    await chosen(visitor, bo, "push")
    assert 204 == (await visitor.send("GET", "./turn")).status
    bo.approve()
    turned = await visitor.send("GET", "./turn")
    assert (200, b"") == (turned.status, turned.body)
    await visitor.get()
    assert is_signed(visitor)


async def asked_too_often(visitor, bo):
    """Somebody who waits for a push, and had it sent until no more go out."""
    await chosen(visitor, bo, "push")
    prompt = None
    while not isinstance(prompt, Pause):
        await visitor.do("resend")
        prompt = await visitor.door.mfa.flow(flow_of(visitor)).look()
    return visitor.page


async def test_a_push_in_a_pause(visitor, mfa_account, mfa_clock):
    """No more are sent, and the page waits for that which was, at the server's pace: it does not turn at once."""
    bo = mfa_account("push")
    page = await asked_too_often(visitor, bo)
    assert page.one("p", **{"class": "waiting"})
    before = mfa_clock.now()
    assert 204 == (await visitor.send("GET", "./turn")).status
    assert LONGEST_WAIT == mfa_clock.now() - before
    assert 5 == bo.tenant.requests.count("mfa-oob")
    bo.approve()
    assert 200 == (await visitor.send("GET", "./turn")).status
    await visitor.get()
    assert is_signed(visitor)


async def test_a_push_in_a_pause_without_scripts(visitor, mfa_account):
    """The page that comes again asks whether the phone was answered."""
    bo = mfa_account("push")
    await asked_too_often(visitor, bo)
    bo.approve()
    await visitor.get("./?turn")
    assert is_signed(visitor)


async def test_no_more_polls(visitor, mfa_account, mfa_clock):
    """Where Auth0 wants no more of them, a turn takes its time, and knocks once."""
    bo = mfa_account("push")
    await chosen(visitor, bo, "push")
    many = {"error": "too_many_attempts", "error_description": "Too many attempts."}
    bo.tenant.faults.add("/oauth/token", times=9, status=429, body=many)
    for turn in (1, 2):
        before = mfa_clock.now()
        assert 204 == (await visitor.send("GET", "./turn")).status
        assert LONGEST_WAIT == mfa_clock.now() - before
        assert turn == bo.tenant.requests.count("mfa-oob")


async def test_a_push_is_denied(visitor, mfa_account):
    """What happened stands above the choice."""
    bo = mfa_account("push")
    page = await chosen(visitor, bo, "push")
    bo.deny()
    page = await visitor.get("./?turn")
    assert "GET ./" == visitor.asked[-1]  # a reload asks nobody
    assert "The request was denied on the phone." in page.text
    assert page.forms["challenge"]


async def test_a_push_may_be_sent_again(someone, mfa_account):
    """In French too it is said of whatever was sent: a request is no « le »."""
    visitor = someone(language="fr")
    page = await chosen(visitor, mfa_account("push"), "push")
    assert "Nouvel envoi possible dans 30 secondes" in page.text
