"""The services of the README with login pages in them, as somebody's browser finds them."""

import httpx
import login_page
import login_page_asgi
import pytest
from aiohttp.test_utils import TestServer
from web.visitor import Page


@pytest.fixture
def log_in(mfa_account):
    """Bo goes from the first page to the last, by a client of either service; the last answer."""

    async def go(client):
        bo = mfa_account("sms")
        answer = await client.get("/login/")
        for verb, given in (
            ("login", lambda: {"username": bo.email, "password": bo.password}),
            ("challenge", dict),
            ("confirm", lambda: {"code": bo.tenant.inbox.code(bo.number)}),
        ):
            [form] = _page(answer).forms[verb][:1]
            answer = await client.post("/login/", data={**form, **given()})
            if answer.status_code == 303:
                answer = await client.get("/login/")
        return answer

    return go


def _page(answer):
    seen = type("Seen", (), {"status": answer.status_code, "body": answer.content, "headers": ()})
    return Page(seen)


def noting(mfa, monkeypatch):
    """The clients that were closed."""
    closed = []

    async def noted(client):
        closed.append(client)

    monkeypatch.setattr(type(mfa), "aclose", noted)
    return closed


async def test_login_page(mfa, log_in, monkeypatch):
    """In aiohttp.web: the service has the tokens, the browser a session; the client is closed with the service."""
    closed = noting(mfa, monkeypatch)
    web_app = login_page.service(mfa)
    async with TestServer(web_app) as server, httpx.AsyncClient(base_url=str(server.make_url("/"))) as client:
        answer = await log_in(client)
    [(session, tokens)] = web_app[login_page.SIGNED_IN].items()
    assert "/" == _page(answer).leads
    assert any(f"session={session}" in each for each in answer.headers.get_list("set-cookie"))
    assert [mfa] == closed
    assert tokens.access_token


async def test_login_page_asgi(mfa, log_in, monkeypatch):
    """In Starlette, too."""
    closed, app = noting(mfa, monkeypatch), login_page_asgi.service(mfa)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://service.example") as client,
    ):
        answer = await log_in(client)
        assert [] == closed
    assert [mfa] == closed
    [(session, tokens)] = login_page_asgi.SIGNED_IN.items()
    assert "/" == _page(answer).leads
    assert session == client.cookies["session"]
    assert tokens.access_token
    login_page_asgi.SIGNED_IN.clear()
