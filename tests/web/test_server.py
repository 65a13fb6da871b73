"""The pages in a service of aiohttp.web, over a socket."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mfa_flow import App, MfaClient, MissingExtra
from mfa_flow.web import mfa_web

from .test_asgi import Answer
from .visitor import Page


class Seen:
    """A service's client; ``on_done`` is what the test says."""

    def __init__(self, mfa, on_done, **known):
        service = web.Application()
        service.add_subapp("/login/", mfa_web(mfa, on_done=on_done, **known))
        service.router.add_get("/home", self._home)
        self.client = TestClient(TestServer(service))

    async def _home(self, request):
        return web.Response(text=request.cookies.get("session", "nobody"))

    async def page(self, form=None, **fields):
        how = {"data": {**form, **fields}} if form is not None else {}
        answer = await self.client.request("POST" if how else "GET", "/login/", **how)
        read = type("Read", (), {"status_code": answer.status, "content": await answer.read()})
        read.headers = type("Headers", (), {"multi_items": answer.headers.items})
        return Page(Answer(read)), answer


async def returned(request, tokens):
    answer = web.Response(status=303, headers={"Location": "/home"})
    answer.set_cookie("session", tokens.token_type)
    return answer


async def raised(request, tokens):
    answer = web.HTTPFound("/home")
    answer.set_cookie("session", tokens.token_type)
    raise answer


async def proved(seen, bo, way):
    """What a login with that factor ends in."""
    page, _ = await seen.page()
    page, _ = await seen.page(page.forms["login"][0], username=bo.email, password=bo.password)
    [form] = [each for each in page.forms["challenge"] if each["authenticator"].startswith(way)]
    page, _ = await seen.page(form)
    code = bo.tenant.inbox.code(bo.number) if way == "sms" else bo.user.recovery_code
    return await seen.page(page.forms["confirm"][0], code=code)


@pytest.mark.parametrize("on_done", [returned, raised])
@pytest.mark.parametrize("way", ["sms", "recovery-code"])
async def test_a_login(mfa, mfa_account, on_done, way):
    """The service's answer goes to the browser, returned or raised, after a code to keep if there is one."""
    bo, seen = mfa_account("sms"), Seen(mfa, on_done)
    async with seen.client:
        page, answer = await proved(seen, bo, way)
        if way == "recovery-code":
            assert bo.user.recovery_code in page.text
            page, _ = await seen.page(page.forms["saved"][0])
        answer = await seen.client.get(page.leads)
        assert ["session"] == [each.key for each in seen.client.session.cookie_jar]
        assert ("/home", "Bearer") == (answer.url.path, await answer.text())


async def test_the_door_without_its_slash(mfa):
    """``/login`` leads to ``/login/``, which the links are relative to."""
    seen = Seen(mfa, returned)
    async with seen.client:
        answer = await seen.client.get("/login")
        assert (200, "/login/") == (answer.status, answer.url.path)
        answer = await seen.client.get("/login?lang=fr")
        assert "/login/?lang=fr" == answer.url.path_qs
        assert "Mot de passe" in await answer.text()
        assert 413 == (await seen.client.post("/login/", data={"do": "x" * 20_000})).status


async def test_who_only_asks_whether_it_is_there(mfa):
    """Gets what goes before the page, and no cookie."""
    seen = Seen(mfa, returned)
    async with seen.client:
        answer = await seen.client.head("/login/")
        assert (200, "text/html", {}) == (answer.status, answer.content_type, dict(answer.cookies))


async def test_cookies_in_several_headers(mfa):
    """As browsers send them over HTTP/2 to a proxy: the form is this browser's."""
    seen = Seen(mfa, returned)
    async with seen.client:
        page, answer = await seen.page()
        [(name, morsel)] = answer.cookies.items()
        seen.client.session.cookie_jar.clear()
        form = page.forms["login"][0] | {"username": "ada@example.com", "password": "nearly"}
        headers = [("Cookie", f"{name}={morsel.value}"), ("Cookie", "theme=dark")]
        answer = await seen.client.post("/login/", data=form, headers=headers, allow_redirects=False)
        assert "./?login=1" == answer.headers["Location"]


async def test_another_server_s_page(mfa, mfa_account):
    """A form's answer may not lead away from here, so a page does."""

    async def away(request, tokens):
        raise web.HTTPFound("https://app.example/")

    bo, seen = mfa_account("sms"), Seen(mfa, away)
    async with seen.client:
        page, _ = await seen.page()
        page, _ = await seen.page(page.forms["login"][0], username=bo.email, password=bo.password)
        page, _ = await seen.page(page.forms["challenge"][0])
        page, _ = await seen.page(page.forms["confirm"][0], code=bo.tenant.inbox.code(bo.number))
        assert "0;url=https://app.example/" == page.one("meta", **{"http-equiv": "refresh"})["content"]
        assert ["https://app.example/"] == page.links


async def test_no_answer(mfa, mfa_account, caplog):
    """The log says what ``on_done`` has to give."""

    async def forgets(request, tokens):
        return None

    bo, seen = mfa_account("sms"), Seen(mfa, forgets)
    async with seen.client:
        page, _ = await seen.page()
        page, _ = await seen.page(page.forms["login"][0], username=bo.email, password=bo.password)
        page, _ = await seen.page(page.forms["challenge"][0])
        page, _ = await seen.page(page.forms["confirm"][0], code=bo.tenant.inbox.code(bo.number))
        assert (500, ["./"]) == (page.status, page.links)
    assert "on_done must return a response, such as web.HTTPSeeOther; it gave NoneType" in caplog.text


async def unavailable(request, tokens):
    return web.Response(status=503)


async def unavailable_raised(request, tokens):
    raise web.HTTPServiceUnavailable


@pytest.mark.parametrize("on_done", [unavailable, unavailable_raised])
@pytest.mark.parametrize("way", ["sms", "recovery-code"])
async def test_the_service_is_away(mfa, mfa_account, on_done, way):
    """The login is not lost: the person is asked to try again, and has a new recovery code, if there is one."""
    bo, seen = mfa_account("sms"), Seen(mfa, on_done)
    async with seen.client:
        page, _ = await proved(seen, bo, way)
        assert (500, ["./"]) == (page.status, page.links)
        assert (way == "sms") == (bo.user.recovery_code not in page.text)
        assert "mfa_flow" in [each.key for each in seen.client.session.cookie_jar]


async def test_what_the_service_knows(mfa, caplog):
    """Of a request: whose flow it is, and whose address."""
    known = {"flow_id": lambda request: request.query["flow"], "forwarded_for": lambda request: request.query["ip"]}
    seen = Seen(mfa, returned, **known)
    async with seen.client:
        answer = await seen.client.get("/login/?flow=chat-1&ip=203.0.113.7")
        assert 200 == answer.status
        assert "no IP address" not in caplog.text
        assert 200 == (await seen.client.get("/login/?flow=chat-1&ip=nowhere")).status
        assert "no IP address" in caplog.text


def test_without_the_extra(monkeypatch):
    """It says what to install, when the service is built."""
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(MissingExtra, match="web"):
        mfa_web(MfaClient(App("tenant.example", "id")), on_done=returned)
