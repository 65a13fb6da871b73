"""The pages in Starlette, mounted as any other application."""

from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route

from mfa_flow.web import asgi

from .visitor import Page


@pytest.fixture
def service(mfa):
    """A service that knows by a cookie who is signed in, and a client of it."""
    given = []

    async def signed_in(scope, tokens):
        given.append(tokens)
        answer = RedirectResponse("/home", 303)
        answer.set_cookie("session", "signed in")
        return answer

    async def home(request):
        return PlainTextResponse(request.cookies.get("session", "nobody"))

    app = Starlette(routes=[Mount("/login", app=asgi(mfa, on_done=signed_in)), Route("/home", home)])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://login.example")
    client.given = given
    return client


async def page_of(client, form=None, **fields):
    """The page after a form, or at the beginning."""
    if form is None:
        answer = await client.get("/login", follow_redirects=True)
    else:
        answer = await client.post("/login/", data={**form, **fields}, follow_redirects=True)
    return Page(Answer(answer)), answer


class Answer:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status_code, list(answer.headers.multi_items()), answer.content


async def test_a_login(service, mfa_account):
    """From the password to the service's own page, signed in by its own cookie."""
    bo = mfa_account("sms")
    page, _ = await page_of(service)
    page, _ = await page_of(service, page.forms["login"][0], username=bo.email, password=bo.password)
    page, _ = await page_of(service, page.forms["challenge"][0])
    code = bo.tenant.inbox.code(bo.number)
    page, _ = await page_of(service, page.forms["confirm"][0], code=code)
    assert "signed in" == (await service.get(page.leads)).text
    assert 1 == len(service.given)
    assert "__Host-mfa_flow" not in service.cookies


async def test_a_code_to_keep(service, mfa_account):
    """Before the service's page stands ours, with the session's cookie in it already."""
    bo = mfa_account("otp")
    page, _ = await page_of(service)
    page, _ = await page_of(service, page.forms["login"][0], username=bo.email, password=bo.password)
    [form] = [each for each in page.forms["challenge"] if each["authenticator"].startswith("recovery")]
    page, _ = await page_of(service, form)
    page, _ = await page_of(service, page.forms["confirm"][0], code=bo.user.recovery_code)
    assert bo.user.recovery_code in page.text
    assert "signed in" == (await service.get("/home")).text


@pytest.mark.parametrize(("path", "status"), [("style.css", 200), ("page.js", 200), ("openapi.json", 200), ("no", 404)])
async def test_its_files(service, path, status):
    """They are where the pages look for them."""
    answer = await service.get(f"/login/{path}")
    assert (status, "nosniff") == (answer.status_code, answer.headers["x-content-type-options"])


async def test_a_body_that_does_not_end(mfa):
    """It is not read any further than an answer can be long."""
    read, sent = [], []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"a" * 10_000, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "scheme": "https"}
    form = (b"content-type", b"application/x-www-form-urlencoded")
    await asgi(mfa, on_done=None)({**scope, "headers": [form]}, receive, send)
    assert (2, 413) == (len(read), sent[0]["status"])


FORM = (b"content-type", b"application/x-www-form-urlencoded")


async def test_who_hangs_up_midway(mfa, mfa_tenant, service):
    """Half a form is none: nothing of it is sent, and nobody is answered."""
    page, _ = await page_of(service)
    form = page.forms["login"][0] | {"username": "ada@example.com", "password": "correct-horse"}
    parts = [
        {"type": "http.request", "body": urlencode(form).encode()[:-2], "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent = []

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    cookie = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "scheme": "https"}
    headers = [FORM, (b"host", b"login.example"), (b"cookie", cookie.encode())]
    await asgi(mfa, on_done=None)({**scope, "headers": headers}, receive, send)
    assert ([], 0) == (sent, len(mfa_tenant.requests))


async def test_cookies_in_several_headers(service):
    """As browsers send them over HTTP/2, ours first or last: the form is this browser's."""
    page, _ = await page_of(service)
    [(name, value)] = service.cookies.items()
    service.cookies.clear()
    form = page.forms["login"][0] | {"username": "ada@example.com", "password": "nearly"}
    ours = ("cookie", f"{name}={value}")
    for headers in ([ours, ("cookie", "theme=dark")], [("cookie", "theme=dark"), ours]):
        answer = await service.post("/login/", data=form, headers=headers)
        assert "./?login=1" == answer.headers["location"]
        service.cookies.clear()


async def test_who_only_asks_whether_it_is_there(service):
    """Gets what goes before the page, and no cookie."""
    answer = await service.head("/login/")
    expected = (200, b"", "text/html; charset=utf-8", None)
    found = (answer.status_code, answer.content, answer.headers["content-type"], answer.headers.get("set-cookie"))
    assert expected == found


@pytest.mark.parametrize(
    ("path", "mount", "status"),
    [
        ("/login", "/login", 308),
        ("/login/", "/login", 200),
        ("/", "/login", 200),
        ("/loginx", "/login", 404),
        ("", "", 308),
    ],
)
async def test_where_it_is_mounted(mfa, path, mount, status):
    """With the mount in the path, as ASGI says, and without; a mount without its slash leads to the one with it."""
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "root_path": mount, "headers": []}
    scope["query_string"] = b"lang=fr"
    await asgi(mfa, on_done=None)(scope, receive, send)
    assert status == sent[0]["status"]
    if status == 308:
        assert dict(sent[0]["headers"])[b"location"] in (b"login/?lang=fr", b"/?lang=fr")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "on_done must return a response, such as RedirectResponse; it gave NoneType"),
        (PlainTextResponse("no database", 503), "on_done answered by 503"),
    ],
)
async def test_no_answer(mfa, mfa_account, caplog, given, told):
    """The log says what ``on_done`` has to give."""
    page = await ended_by(mfa, mfa_account("sms"), given)
    assert 500 == page.status
    assert told in caplog.text


async def ended_by(mfa, bo, answer):
    """The page that a login ends in that the service answers so."""

    async def on_done(scope, tokens):
        return answer

    transport = httpx.ASGITransport(Starlette(routes=[Mount("/login", app=asgi(mfa, on_done=on_done))]))
    async with httpx.AsyncClient(transport=transport, base_url="https://login.example") as client:
        page, _ = await page_of(client)
        page, _ = await page_of(client, page.forms["login"][0], username=bo.email, password=bo.password)
        page, _ = await page_of(client, page.forms["challenge"][0])
        page, _ = await page_of(client, page.forms["confirm"][0], code=bo.tenant.inbox.code(bo.number))
    return page


async def test_what_is_done_afterwards(mfa, mfa_account, caplog):
    """A background task that fails is no failed login: the log tells of it."""

    async def writes_a_mail():
        raise RuntimeError("the mail server is away")

    answer = RedirectResponse("/home", 303, background=BackgroundTask(writes_a_mail))
    assert "/home" == (await ended_by(mfa, mfa_account("sms"), answer)).leads
    assert "the mail server is away" in caplog.text


async def test_half_an_answer(mfa, mfa_account, caplog):
    """One that fails midway is a failure."""

    async def breaks_off(scope, receive, send):
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/home")]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        raise RuntimeError("the disk is full")

    assert None is (await ended_by(mfa, mfa_account("sms"), breaks_off)).leads
    assert "on_done failed" in caplog.text


async def test_an_address_in_letters(mfa, mfa_account):
    """One in UTF-8 is the one that browsers read."""

    async def sends(scope, receive, send):
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", "/caf\u00e9".encode())]})
        await send({"type": "http.response.body", "body": b""})

    assert "/caf%C3%A9" == (await ended_by(mfa, mfa_account("sms"), sends)).leads


async def test_what_is_no_request(mfa):
    """The lifespan and sockets are none of ours."""
    assert None is await asgi(mfa, on_done=None)({"type": "lifespan"}, None, None)
