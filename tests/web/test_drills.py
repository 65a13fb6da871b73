"""What somebody wicked may try: forged and replayed forms, other people's references, scripts, other origins."""

import json
import re
from base64 import urlsafe_b64decode

import pytest

from mfa_flow import App, BadInput, MfaClient
from mfa_flow.web.door import Door
from mfa_flow.web.guard import Secret
from mfa_flow.web.note import Note
from mfa_flow.web.visit import Visit

from .test_forms import ADA, chosen, flow_of
from .visitor import Page

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("token", [None, "", "0" * 32, "é"])
async def test_a_forged_form(visitor, mfa_tenant, token):
    """Without the token of this browser's page nothing is done, and the page says what to do."""
    page = await visitor.get()
    form = {**page.forms["login"][0], "username": ADA, "password": "correct-horse", "token": token}
    page = await visitor.post({name: value for name, value in form.items() if value is not None})
    assert (403, 0) == (page.status, len(mfa_tenant.requests))
    assert ["./"] == page.links


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}],
    ids=str,
)
async def test_a_form_of_another_site(visitor, mfa_tenant, headers):
    """Even with the right token, which no other site can know."""
    page = await visitor.get()
    page = await visitor.post({**page.forms["login"][0], "username": ADA, "password": "correct-horse"}, **headers)
    assert (403, 0) == (page.status, len(mfa_tenant.requests))


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403),
        ("http://[", 403),
        ("https://login.example:444", 403),
        ("https://login.example", 200),
        ("null", 200),
    ],
)
async def test_browsers_that_only_tell_the_origin(visitor, origin, status):
    """Older ones say where a form came from, or, since our pages send no referrer, nothing."""
    page = await visitor.get()
    answered = await visitor.send(
        "POST", "./", f"do=cancel&token={page.forms['login'][0]['token']}".encode(), **FORM, origin=origin
    )
    assert (status == 403) == (dict(answered.headers)["Location"] == "./refused")


@pytest.mark.parametrize("where", ["./", "./turn", "./api/cancel"])
async def test_headers_that_make_no_sense(visitor, where):
    """They are another site's."""
    _, found = await visitor.json()
    method = "GET" if where == "./turn" else "POST"
    kind = FORM if where == "./" else {"content-type": "application/json"}
    for odd in ({"origin": "http://["}, {"x-mfa-token": "\udcff"}):
        answered = await visitor.send(method, where, b"", **kind | {"x-mfa-token": found["token"]} | odd)
        refused = answered.status == 403 or ("Location", "./refused") in answered.headers
        assert refused or (where, "x-mfa-token" in odd) == ("./turn", True)


async def test_a_replayed_form(visitor, mfa_account, mfa_tenant):
    """A form that was posted before sends nothing: with the cookie of then it gives the service the same tokens for a
    minute, as a double click does, and then nothing."""
    bo = mfa_account("sms")
    page = await chosen(visitor, bo, "sms")
    form = {**page.forms["confirm"][0], "code": bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look())}
    cookies = dict(visitor.cookies)
    await visitor.post(form)
    before = len(mfa_tenant.requests)
    assert 403 == (await visitor.post(form)).status
    visitor.cookies = dict(cookies)
    await visitor.post(form)
    assert (before, 2, 1) == (len(mfa_tenant.requests), len(visitor.signed), len(set(visitor.signed)))
    mfa_tenant.clock.advance(61)
    visitor.cookies = cookies
    page = await visitor.post(form)
    assert (before, 2) == (len(mfa_tenant.requests), len(visitor.signed))
    assert "went on in another window" in page.text


async def test_somebody_else_s_reference(someone, mfa_account, mfa_tenant):
    """What is known of a flow from a log or a store, its id, opens nothing: neither as a cookie nor as a token."""
    bo, eve = someone(), someone()
    await chosen(bo, mfa_account("sms"), "sms")
    await eve.get()
    for stolen in (flow_of(bo), flow_of(bo).ljust(43, "0")):
        eve.cookies = {"__Host-mfa_flow": stolen}
        assert (await eve.get()).forms.keys() == {"login"}
    page = await eve.post({"do": "confirm", "token": flow_of(bo), "code": "123456"})
    assert 403 == page.status
    assert 0 == mfa_tenant.requests.count("mfa-oob")


async def test_somebody_else_s_authenticator(someone, mfa_account, mfa_tenant):
    """Its id, in one's own form, is refused before anything is sent."""
    bo, eve = someone(), someone()
    theirs = await bo.login(*_of(mfa_account("sms")))
    mine = await eve.login(*_of(mfa_account("otp")))
    stolen = theirs.forms["challenge"][0]["authenticator"]
    page = await eve.post({**mine.forms["challenge"][0], "authenticator": stolen})
    assert 0 == mfa_tenant.requests.count("/mfa/challenge")
    assert "cannot be used" in page.text or "That cannot be right." in page.text


def _of(person):
    return person.email, person.password


async def test_a_swapped_cookie(someone, mfa_account, mfa_tenant):
    """A page of one browser with the cookie of another does nothing, to either."""
    bo, eve = someone(), someone()
    page = await chosen(bo, mfa_account("sms"), "sms")
    await chosen(eve, mfa_account("sms"), "sms")
    bo.cookies = dict(eve.cookies)
    page = await bo.post({**page.forms["confirm"][0], "code": "123456"})
    assert (403, 0) == (page.status, mfa_tenant.requests.count("mfa-oob"))


async def test_a_planted_cookie(someone, mfa_account):
    """Who planted a cookie in somebody's browser does not come into the flow: a login has a new one."""
    eve, bo = someone(), someone()
    await eve.get()
    bo.cookies = dict(eve.cookies)
    await bo.login(*_of(mfa_account("sms")))
    assert bo.cookies != eve.cookies
    assert {"login"} == (await eve.get()).forms.keys()


async def test_a_planted_cookie_and_a_form_of_ones_own(someone, mfa_account):
    """Nor who also knows all that was posted: each login has something in it that nobody knows."""
    eve, bo, person = someone(), someone(), mfa_account("sms")
    token = (await eve.get()).forms["login"][0]["token"]
    bo.cookies = dict(eve.cookies)
    form = {"do": "login", "token": token, "username": person.email, "password": person.password}
    for each in (eve, bo):
        each.page = eve.page
        await each.post(form)
    assert bo.cookies != eve.cookies


@pytest.mark.parametrize("value", ["", "x", "a" * 42, "a" * 44, "../" * 15, '"' + "a" * 41 + '"'])
async def test_a_cookie_that_is_none_of_ours(visitor, value):
    """It counts for nothing, and is replaced."""
    visitor.cookies = {"__Host-mfa_flow": value}
    await visitor.get()
    assert value != visitor.cookies["__Host-mfa_flow"]


@pytest.mark.parametrize("told", ["", "x", ".", "e30.0", "é.é"])
async def test_a_note_that_is_none_of_ours(visitor, told):
    """It counts for nothing, nor does one that was made for another browser."""
    visitor.cookies = {"__Host-mfa_flow_note": told}
    await visitor.get()
    note = Note(told="Call +1 900 1234", to="https://evil.example/")
    header = note.keeping(visitor.asked_last, Secret.new())[1]
    visitor.cookies["__Host-mfa_flow_note"] = header.partition("=")[2].partition(";")[0]
    page = await visitor.get()
    assert "900" not in page.text
    page = await visitor.post({"do": "saved", "token": page.forms["login"][0]["token"]})
    assert "evil" not in repr(page.headers) + page.source


async def test_a_note_is_read_once(visitor):
    """What was wrong is told by one page, and is not in the browser any more; nor was a password ever."""
    page = await visitor.login(SCRIPT * 20, "pw")
    assert (SCRIPT * 20)[:320] == page.one("input", id="username")["value"]
    assert {"__Host-mfa_flow"} == visitor.cookies.keys()
    answered = await visitor.send("POST", "./", b"do=login&username=ada&password=&token=" + token_of(page), **FORM)
    [note] = [value for name, value in answered.headers if "note" in value]
    told = urlsafe_b64decode(note.partition("=")[2].partition(".")[0] + "==")
    assert {"told", "beside", "typed", "at"} == json.loads(told).keys()
    assert len(note) < 4096


def token_of(page):
    return page.forms["login"][0]["token"].encode()


def is_harmless(page):
    """One script, which is ours, no picture that loads, and no attribute that is a script."""
    scripts = [found.get("src", "") for tag, found in page.tags if tag == "script"]
    attributes = {name for _, found in page.tags for name in found}
    ours = len(scripts) == 1 and scripts[0].startswith("page.js?v=")
    return ours and "img" not in {tag for tag, _ in page.tags} and not {"onerror", "onload", "src=x"} & attributes


async def test_script_in_a_name(visitor):
    """What was typed comes back as text."""
    page = await visitor.login(SCRIPT, "pw")
    assert SCRIPT == page.one("input", id="username")["value"]
    assert is_harmless(page)


async def test_script_in_a_number(visitor):
    """In the page of details too."""
    await visitor.login()
    await visitor.get("./?enroll=sms")
    page = await visitor.do("enroll", phone_number=SCRIPT)
    assert SCRIPT == page.one("input", id="phone_number")["value"]
    assert is_harmless(page)


@pytest.mark.parametrize("address", ["./?enroll=", "./?lang=", "./?login=", "./?turn=", "./?next=", "./"])
async def test_script_in_an_address(visitor, address):
    """Nothing of an address is said again."""
    await visitor.login()
    page = await visitor.get(address + SCRIPT)
    assert is_harmless(page)
    assert SCRIPT not in page.source


async def test_script_in_what_the_tenant_says(someone, mfa_tenant, mfa_account, mfa):
    """The names of authenticators, ids, secrets and texts of the other side are text, whatever they are."""
    bo = mfa_account("sms")
    listed = [
        {"id": f"sms|{SCRIPT}", "authenticator_type": "oob", "oob_channel": "sms", "active": True, "name": SCRIPT}
    ]
    mfa_tenant.faults.add("/mfa/authenticators", status=200, body=listed)
    page = await someone().login(bo.email, bo.password)
    assert SCRIPT in page.text
    assert is_harmless(page)
    assert f"sms|{SCRIPT}" == page.forms["challenge"][0]["authenticator"]
    uri = {
        "authenticator_type": "otp",
        "secret": SCRIPT,
        "barcode_uri": f"otpauth://{SCRIPT}",
        "recovery_codes": [SCRIPT],
    }
    visitor = someone()
    page = await visitor.login()
    mfa_tenant.faults.add("/mfa/associate", status=200, body=uri)
    page = await visitor.post(page.forms["enroll"][0])
    assert SCRIPT in page.text
    assert is_harmless(page)


@pytest.mark.parametrize("way", ["next", "to", "redirect_uri", "return_to", "url", "lang"])
async def test_an_open_redirect(visitor, mfa_account, way):
    """No address and no field of a form says where to go on: the service does."""
    bo, evil = mfa_account("sms"), "https://evil.example/"
    await visitor.get(f"./?{way}={evil}")
    page = await visitor.do("login", username=bo.email, password=bo.password, **{way: evil})
    page = await visitor.post({**page.forms["challenge"][0], way: evil})
    code = bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look())
    found = await visitor.post({**page.forms["confirm"][0], "code": code, way: evil})
    assert "evil" not in page.source + found.source + repr(found.headers)


@pytest.mark.parametrize("path", ["//evil.example", "https:evil.example", "%2f%2fevil.example/", "..//evil.example"])
async def test_an_address_that_is_another_s(visitor, path):
    """A path of another's shape leads nowhere."""
    answered = await visitor.send("GET", f"./{path}")
    assert 404 == answered.status
    assert "evil" not in repr(answered.headers) + answered.body.decode()


async def test_the_headers(visitor):
    """A page runs no script and loads nothing but ours, is in nobody's frame and in nobody's cache, and tells nobody
    where it was."""
    page = await visitor.get()
    policy = dict(each.split(" ", 1) for each in page.header("content-security-policy").split("; "))
    nowhere = {"default-src", "base-uri", "frame-ancestors"}
    assert nowhere == {name for name, value in policy.items() if value == "'none'"}
    assert {"'none'", "'self'"} == set(policy.values())
    assert {"script-src", "style-src", "form-action"} <= policy.keys()
    expected = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
    same = ("cross-origin-opener-policy", "cross-origin-resource-policy")
    expected |= {"x-frame-options": "DENY"} | dict.fromkeys(same, "same-origin")
    assert expected == {name: page.header(name) for name in expected}
    assert [] == [found for tag, found in page.tags if tag == "script" and "src" not in found]
    assert [] == [found for _, found in page.tags if any(name.startswith("on") or name == "style" for name in found)]


@pytest.mark.parametrize("path", ["./turn", "./api", "./api/none", "./", "./refused"])
async def test_nothing_is_kept_by_a_cache(visitor, path):
    """Not what a script asks for, either."""
    assert "no-store" == dict((await visitor.send("GET", path)).headers)["Cache-Control"]


async def test_another_site_turns_nothing(visitor, mfa_account):
    """It cannot make the browser ask whether the phone was answered."""
    bo = mfa_account("push")
    await chosen(visitor, bo, "push")
    before = len(bo.tenant.requests)
    assert 403 == (await visitor.send("GET", "./turn", **{"sec-fetch-site": "cross-site"})).status
    assert before == len(bo.tenant.requests)


@pytest.mark.parametrize(
    ("scheme", "host", "cookie"),
    [
        ("https", "login.example", "__Host-mfa_flow; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("http", "login.example", "__Host-mfa_flow; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("http", "localhost:8080", "mfa_flow; Path=/; HttpOnly; SameSite=Lax"),
        ("http", "127.0.0.1", "mfa_flow; Path=/; HttpOnly; SameSite=Lax"),
        ("http", "[::1]:80", "mfa_flow; Path=/; HttpOnly; SameSite=Lax"),
        ("https", "localhost", "__Host-mfa_flow; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("http", "localhost.evil.example", "__Host-mfa_flow; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("http", "[", "__Host-mfa_flow; Path=/; HttpOnly; SameSite=Lax; Secure"),
    ],
)
async def test_the_cookie(someone, scheme, host, cookie):
    """No script reads it, no other site sends it, and it goes over https alone, but on this machine."""
    page = await someone(scheme=scheme, host=host).get()
    assert cookie == re.sub("=[^;]*", "", page.header("set-cookie"), count=1)


async def test_no_secret_outside(visitor, mfa_account, caplog):
    """A whole login, with a mistake and an error in it: no password, code, token or cookie in an address or a log."""
    caplog.set_level(0)
    bo = mfa_account("sms", password="hunter2-secret")
    page = await chosen(visitor, bo, "sms")
    cookies = list(visitor.cookies.values())
    bo.tenant.faults.add("/oauth/token", status=503)
    await visitor.do("confirm", code="999999")
    code = bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look())
    await visitor.do("confirm", code=code)
    [tokens] = visitor.signed
    said = "\n".join(visitor.asked) + caplog.text
    token = page.forms["confirm"][0]["token"]
    secrets = ["hunter2", "999999", code, tokens.access_token, *cookies, token]
    assert [] == [each for each in secrets if each in said]
    assert tokens.access_token not in visitor.page.source


async def test_what_shows_a_secret(visitor):
    """Neither a request's values nor the browser's secret are in a repr."""
    secret = Secret.new()
    assert secret.value not in repr(secret)
    await visitor.login()
    await visitor.send("POST", "./", b"do=login&username=ada@example.com&password=hunter2", **FORM)
    said = repr([visitor.asked_last, Visit.of(visitor.door.mfa, visitor.asked_last)])
    assert [] == [each for each in ("hunter2", ADA, *visitor.cookies.values()) if each in said]
    assert len({secret.flow_id, secret.token, secret.value}) == 3


async def test_the_service_fails(visitor, mfa_account, caplog):
    """It is logged without the tokens, and the person may try again for a minute."""
    bo = mfa_account("sms")
    page = await chosen(visitor, bo, "sms")
    works = visitor.done

    async def fails(tokens):
        raise RuntimeError("no database")

    visitor.done = fails
    page = await visitor.do("confirm", code=bo.code(await visitor.door.mfa.flow(flow_of(visitor)).look()))
    assert (500, ["./"]) == (page.status, page.links)
    assert "That did not work" in page.text
    assert "no database" in caplog.text
    visitor.done = works
    await visitor.get()
    assert 1 == len(visitor.signed)


async def test_the_service_fails_at_once(visitor, mfa_tenant, caplog):
    """Nor is a login lost that ends with the password: the page that asks to try again leads to its tokens."""
    mfa_tenant.users.add("bo@example.com", "pw", mfa=False)
    works = visitor.done

    async def fails(tokens):
        raise RuntimeError("no database")

    visitor.done = fails
    page = await visitor.login("bo@example.com", "pw")
    assert (500, ["./"]) == (page.status, page.links)
    visitor.done = works
    await visitor.get()
    assert 1 == len(visitor.signed)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"do=login", "text/plain", 415),
        (b"do=login", "application/json", 415),
        (b"\xff=\xff", "application/x-www-form-urlencoded", 400),
        (b"do=" + b"x" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form(visitor, body, kind, status):
    """It is refused, by a page."""
    await visitor.get()
    answered = await visitor.send("POST", "./", body, **{"content-type": kind})
    assert status == answered.status
    assert Page(answered).links


def test_a_stylesheet_of_another_server():
    """It is refused when the service is built, not by a browser."""
    mfa = MfaClient(App("tenant.example", "id"))
    for there in ("https://evil.example/x.css", "//evil.example/x.css", "/\\evil.example", "x.css"):
        with pytest.raises(BadInput, match="same server"):
            Door.to(mfa, there)
