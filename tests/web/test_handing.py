"""The service takes the tokens: it fails, it refuses, it sends the person far away, and it is told late."""

import pytest

from mfa_flow.web.values import HandedOver

from .test_forms import ADA, chosen

BLOCKED = HandedOver(None, answer="your account is blocked", status=403)


async def by_recovery_code(visitor, bo):
    """Somebody who sees the code that replaces the one used."""
    await chosen(visitor, bo, "recovery-code")
    return await visitor.do("confirm", code=bo.user.recovery_code)


async def fails(tokens):
    raise RuntimeError("no database")


async def test_json_where_the_service_fails(visitor, mfa_tenant):
    """A login without a second factor ends by a secret of its own, which the browser gets all the same: to try again."""
    _, found = await visitor.json()
    found_tokens = {"access_token": "at", "token_type": "Bearer", "expires_in": 10}
    mfa_tenant.faults.add("/oauth/token", status=200, body=found_tokens)
    good, visitor.done = visitor.done, fails
    status, refused = await visitor.json("login", found["token"], username=ADA, password="correct-horse")
    assert (500, "on_done") == (status, refused["error"]["code"])
    visitor.done = good
    status, told = await visitor.json()
    assert (200, "done", "/home", 1) == (status, told["prompt"]["kind"], told["next"], len(visitor.signed))
    assert told["token"] == refused["error"]["token"]


@pytest.mark.parametrize(("length", "calls"), [(100, 1), (3500, 2)])
async def test_a_long_way(someone, mfa_account, length, calls):
    """Where it is too long for a cookie, the tick asks the service again; a minute later the server's root is left."""
    to = f"https://sp.example/acs?SAMLResponse={'A' * length}"
    visitor = someone(to=to)
    await by_recovery_code(visitor, mfa_account("otp"))
    assert all(len(f"{name}={value}") < 4000 for name, value in visitor.cookies.items())
    assert (to, calls) == ((await visitor.do("saved")).leads, len(visitor.signed))
    assert {"session": "1"} == visitor.cookies


@pytest.mark.parametrize(("length", "leads"), [(100, "/home"), (3500, "/")])
@pytest.mark.parametrize("how", ["tick", "reload", "cancel"])
async def test_long_after_it_was_handed_over(someone, mfa_account, mfa_clock, length, leads, how):
    """The tokens are gone, and the service has them: whatever is pressed leads there, once."""
    visitor = someone(to="/home" if leads == "/home" else "/" + "A" * length)
    bo = mfa_account("otp")
    old = await chosen(visitor, bo, "recovery-code")
    page = await visitor.do("confirm", code=bo.user.recovery_code)
    mfa_clock.advance(90)
    form = (old.forms if how == "cancel" else page.forms)["cancel" if how == "cancel" else "saved"][0]
    page = await visitor.get() if how == "reload" else await visitor.post(form)
    assert (leads, 1, {"session": "1"}) == (page.leads, len(visitor.signed), visitor.cookies)
    assert ["login"] == list((await visitor.get()).forms)


async def test_the_service_refuses(visitor, mfa_account):
    """Nobody is told that they are logged in: the code is there to keep, and the tick shows the service's answer."""

    async def refuses(tokens):
        return BLOCKED

    visitor.done = refuses
    bo = mfa_account("otp")
    page = await by_recovery_code(visitor, bo)
    assert (True, False) == (bo.user.recovery_code in page.text, "You are logged in" in page.source)
    page = await visitor.get()  # it may think better of it
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    token = page.forms["saved"][0]["token"]
    answered = await visitor.send("POST", "./", f"do=saved&token={token}".encode(), **form)
    assert (BLOCKED, {}) == (answered.handed, visitor.cookies)


async def test_the_service_has_a_page_of_its_own(someone, mfa_account):
    """It is shown after the tick."""
    visitor = someone(to=None)
    page = await by_recovery_code(visitor, mfa_account("otp"))
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    token = page.forms["saved"][0]["token"]
    answered = await visitor.send("POST", "./", f"do=saved&token={token}".encode(), **form)
    assert "the service's answer" == answered.handed.answer


async def test_json_has_no_way_to_invent(someone, mfa_account, mfa):
    """Where the service names none, there is none, however often it is asked for."""
    visitor, bo = someone(to=None, flow_id="chat-42"), mfa_account("sms")
    flow = mfa.flow("chat-42")
    ask = await flow.challenge((await flow.login(bo.email, bo.password)).challenge[0])
    await flow.confirm(bo.code(ask))
    for calls in (1, 2):
        _, found = await visitor.json()
        assert ("done", None, calls) == (found["prompt"]["kind"], found["next"], len(visitor.signed))
