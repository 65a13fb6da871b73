"""What a client can be told beside the application: headers, addresses, time, and to choose by itself."""

import asyncio
import base64
import json
import ssl
from contextlib import asynccontextmanager

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from mfa_flow import App, AskCode, BadInput, Choose, MfaClient, Scan, TransportError, Wait
from mfa_flow.testing import TenantTransport

ADA = ("ada@example.com", "correct-horse")
APP = App("tenant.example", "demo-client", "demo-secret")


@pytest.fixture
async def echo():
    """A server that keeps the requests and demands a second factor, whatever it is asked."""
    kept = []

    async def answer(request):
        kept.append((request.path, dict(request.headers), await request.read()))
        bodies = {
            "/oauth/token": (403, {"error": "mfa_required", "mfa_token": "t"}),
            "/mfa/authenticators": (200, []),
            "/mfa/associate": (200, {"authenticator_type": "oob", "oob_code": "x", "oob_channel": "sms"}),
        }
        status, body = bodies[request.path]
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        server.kept = kept
        yield server


def headers_by_path(server, name):
    return {path: headers[name] for path, headers, _ in server.kept if name in headers}


async def test_headers_of_a_person(echo):
    """The end user's address goes with the grant, the language with what sends messages; neither with the list."""
    async with MfaClient(App(str(echo.make_url("")), "id", "secret")) as mfa:
        flow = mfa.flow("f", forwarded_for="203.0.113.7", language="pt-BR")
        await flow.login(*ADA)
        await flow.enroll("sms", phone_number="+15551230000")
    assert {"/oauth/token": "203.0.113.7"} == headers_by_path(echo, "auth0-forwarded-for")
    assert {"/mfa/associate": "pt-BR"} == headers_by_path(echo, "x-request-language")


@pytest.mark.parametrize(
    "about",
    [
        {"forwarded_for": "localhost"},
        {"forwarded_for": 7.5},
        {"forwarded_for": 5},
        {"forwarded_for": "fe80::1%x"},
        {"language": "fr\r\nX: y"},
    ],
)
async def test_headers_that_cannot_be_right(mfa_tenant, about):
    """They are refused when the handle is made."""
    async with MfaClient(APP, transport=TenantTransport(mfa_tenant)) as mfa:
        with pytest.raises(BadInput, match="flow"):
            mfa.flow("f", **about)


@pytest.mark.parametrize("telemetry", [True, False])
async def test_telemetry(echo, telemetry):
    """The library says its name and version in Auth0's header, unless it is told not to."""
    async with MfaClient(App(str(echo.make_url("")), "id"), telemetry=telemetry) as mfa:
        await mfa.flow("f").login(*ADA)
    [said, *_] = [*headers_by_path(echo, "Auth0-Client").values(), None]
    assert ("mfa_flow" if telemetry else None) == (said and json.loads(base64.b64decode(said))["name"])


@pytest.mark.parametrize("end", ["", "/"])
async def test_own_headers_and_address(echo, end):
    """Own headers go with every call, to the address that was given instead of the domain, slash or no slash."""
    address = str(echo.make_url("")).rstrip("/") + end
    async with MfaClient(App("tenant.example", "id"), base_url=address, headers={"x-trace": "7"}) as mfa:
        await mfa.flow("f").login(*ADA)
    assert {"/oauth/token": "7", "/mfa/authenticators": "7"} == headers_by_path(echo, "x-trace")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"base_url": "http://gateway.example"}, "https only"),
        ({"base_url": "https://gateway.example?x=1"}, "domain"),
        ({"proxy": "proxy.example:3128"}, "proxy="),
        *[
            ({"timeout": wrong}, r"timeout=...\) takes seconds, more than 0")
            for wrong in (0, -1, "5", True, float("nan"))
        ],
        ({"headers": {"x-trace": "7\r\nx-other: 8"}}, "headers=.*'x-trace'"),
        ({"headers": {"x-trace\n": "7"}}, "headers="),
        ({"headers": {"x-trace": 7}}, "headers=.*'x-trace'"),
        ({"headers": {"": "7"}}, "headers="),
    ],
    ids=str,
)
def test_options_that_cannot_be_right(option, told):
    """They are refused when the client is made, by name; a header's value is not shown."""
    with pytest.raises(BadInput, match=told) as caught:
        MfaClient(APP, **option)
    assert "x-other" not in str(caught.value)


async def test_a_proxy(echo):
    """Calls go through the proxy that was given: it sees the whole address."""
    seen = []

    async def proxied(reader, writer):
        seen.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(proxied, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        async with MfaClient(App("http://localhost:1", "id"), proxy=f"http://127.0.0.1:{port}") as mfa:
            with pytest.raises(Exception, match="500"):
                await mfa.flow("f").login(*ADA)
    assert ["POST http://localhost:1/oauth/token HTTP/1.1\r\n"] == seen


async def test_a_timeout_of_ones_own():
    """An exchange that takes longer is a TransportError that may have arrived."""
    hung = asyncio.Event()

    async def silent(reader, writer):
        await hung.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with MfaClient(App(f"http://127.0.0.1:{port}", "id"), timeout=0.02) as mfa:
            with pytest.raises(TransportError) as caught:
                await mfa.flow("f").login(*ADA)
        hung.set()
    assert caught.value.may_have_arrived


@pytest.fixture
def authority():
    """Who vouches for certificates, to those who trust it."""
    return trustme.CA()


def trusting(authority):
    """What a client needs to trust it."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@asynccontextmanager
async def over_tls(authority, *, demanding=False):
    """An application whose tenant answers over TLS; one that is ``demanding`` wants a certificate of its clients."""
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(served)
    if demanding:
        authority.configure_trust(served)
        served.verify_mode = ssl.CERT_REQUIRED

    async def answer(_):
        return web.json_response({"access_token": "a"})

    tenant = web.Application()
    tenant.router.add_post("/oauth/token", answer)
    runner = web.AppRunner(tenant)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served).start()
        yield App(f"https://127.0.0.1:{runner.addresses[0][1]}", "id")
    finally:
        await runner.cleanup()


async def test_a_trust_of_ones_own(authority):
    """A tenant whose certificate only an own context trusts is reached with that context, and not without."""
    async with over_tls(authority) as application:
        async with MfaClient(application, ssl=trusting(authority)) as mfa:
            assert (await mfa.flow("f").login(*ADA)).tokens.access_token == "a"
        async with MfaClient(application) as mfa:
            with pytest.raises(TransportError) as caught:
                await mfa.flow("f").login(*ADA)
        assert not caught.value.may_have_arrived


async def test_a_certificate_of_ones_own(authority):
    """A tenant that demands a client certificate (mTLS) is reached with a context that holds one, and not without."""
    certified = trusting(authority)
    authority.issue_cert("app@client.example").configure_cert(certified)
    async with over_tls(authority, demanding=True) as application:
        async with MfaClient(application, ssl=certified) as mfa:
            assert (await mfa.flow("f").login(*ADA)).tokens.access_token == "a"
        async with MfaClient(application, ssl=trusting(authority)) as mfa:
            with pytest.raises(TransportError):
                await mfa.flow("f").login(*ADA)


@pytest.mark.parametrize(
    ("factors", "kind"), [(("sms",), Choose), ((), Choose)], ids=["several to be challenged by", "several to enrol"]
)
async def test_auto_still_asks(mfa_tenant, factors, kind):
    """Where there is more than one choice, the person is asked."""
    mfa_tenant.users.add("bo@example.com", "pw", phone="+15551230042", authenticators=factors)
    async with MfaClient(APP, transport=TenantTransport(mfa_tenant), clock=mfa_tenant.clock, auto=True) as mfa:
        assert kind is type(await mfa.flow("f").login("bo@example.com", "pw"))


@pytest.mark.parametrize(
    ("authenticators", "requirements", "kind"),
    [
        (("otp",), {"challenge": ["otp"]}, AskCode),
        (("push",), {"challenge": ["push-notification"]}, Wait),
        ((), {"enroll": ["otp"]}, Scan),
        ((), {"enroll": ["email"]}, AskCode),
    ],
)
async def test_auto(mfa_tenant, authenticators, requirements, kind):
    """The only choice there is is taken; off by default."""
    mfa_tenant.users.add("bo@example.com", "pw", authenticators=authenticators, requirements=requirements)
    wire = TenantTransport(mfa_tenant)
    async with MfaClient(APP, transport=wire, clock=mfa_tenant.clock, auto=True) as mfa:
        assert kind is type(await mfa.flow("f").login("bo@example.com", "pw"))
    async with MfaClient(APP, transport=wire, clock=mfa_tenant.clock) as mfa:
        assert isinstance(await mfa.flow("g").login("bo@example.com", "pw"), Choose)
