"""A client behind aioresponses: one exchange, a whole tenant, single answers, and the reason for the shim."""

import json
from http.client import HTTPConnection
from inspect import Parameter, signature
from urllib.parse import urlencode

import aioresponses.core as patched
import pytest
from aiohttp import ClientConnectionError, ClientResponse, ClientSession, FormData, ServerDisconnectedError
from aioresponses import aioresponses
from yarl import URL

from mfa_flow import App, Done, MfaClient, MissingExtra, TransportError
from mfa_flow.kit import FAULTS, Hasty
from mfa_flow.kit.answers import ANSWERS
from mfa_flow.kit.intercept import InterceptedResponse, intercepted, shimmed

APP = App("example.eu.auth0.com", "the-client", "the-secret")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN_URL = "https://example.eu.auth0.com/oauth/token"


async def test_a_login_that_needs_no_second_factor():
    """One password grant goes out, tokens come back, and that is all."""
    with shimmed() as answers:
        answers.post(TOKEN_URL, **ANSWERS["tokens"].mocked)
        async with MfaClient(APP, telemetry=False) as mfa:
            prompt = await mfa.flow("f").login("ada@example.com", "correct horse")
    assert isinstance(prompt, Done)
    assert ("an-access-token", 86400, "openid") == (
        prompt.tokens.access_token,
        prompt.tokens.expires_in,
        prompt.tokens.scope,
    )
    [(key, [call])] = answers.requests.items()
    assert ("POST", URL(TOKEN_URL)) == key
    assert (
        b"grant_type=password&username=ada%40example.com&password=correct+horse"
        b"&client_id=the-client&client_secret=the-secret"
    ) == call.kwargs["data"]
    assert {"Content-Type": "application/x-www-form-urlencoded"} == dict(call.kwargs["headers"])
    assert call.kwargs["allow_redirects"] is False


async def test_a_whole_login(mfa_responses, mfa_app, mfa_account):
    """Forms, JSON, the list and an authenticator's id with its bar go through aiohttp to the tenant and back."""
    bo = mfa_account("otp", "sms", factors=2)
    async with MfaClient(mfa_app) as mfa:
        assert (await mfa.run(bo.email, bo.password, answer=bo)).access_token
        manage = {
            "audience": "https://tenant.example/mfa/",
            "scope": "enroll read:authenticators remove:authenticators",
        }
        flow = mfa.flow()
        ask = await flow.challenge((await flow.login(bo.email, bo.password, **manage)).challenge[0])
        ask = await flow.challenge((await flow.confirm(bo.code(ask))).challenge[0])
        done = await flow.confirm(bo.code(ask))
        choose = await flow.manage(done.tokens.access_token)
        app = next(one for one in choose.authenticators if one.factor == "otp")
        await flow.remove(app)
    assert 1 == [each.method for each in bo.tenant.requests].count("DELETE")
    assert not bo.user.apps
    assert ("POST", URL("https://tenant.example/mfa/challenge")) in mfa_responses.aioresponses.requests


@pytest.mark.parametrize("kind", ["dict", "list", "form", "text", "bytes", "json"])
async def test_a_body_is_handed_as_aiohttp_takes_it(mfa_responses, mfa_app, kind):
    """Forms and JSON, however they are given, get the answer they get over a socket."""
    fields = {"grant_type": "password", "username": "ada@example.com", "password": "correct-horse"}
    fields |= {"client_id": mfa_app.client_id, "client_secret": mfa_app.client_secret}
    given = {
        "dict": {"data": fields},
        "list": {"data": list(fields.items())},
        "form": {"data": FormData(fields)},
        "text": {"data": urlencode(fields), "headers": FORM},
        "bytes": {"data": urlencode(fields).encode(), "headers": FORM},
        "json": {"json": fields},
    }[kind]
    async with ClientSession() as session:
        answer = await session.post(f"{mfa_app.base_url}/oauth/token", **given)
        assert "mfa_required" == (await answer.json())["error"]


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "GET"])
async def test_any_method_is_answered(mfa_responses, mfa_app, mfa_server, method):
    """As it is over a socket, with a query or without."""
    async with ClientSession() as session:
        here = await session.request(method, f"{mfa_app.base_url}/oauth/token?x=1")
    door = HTTPConnection(URL(mfa_server.url).authority)
    door.request(method, "/oauth/token?x=1")
    there = door.getresponse()
    door.close()
    assert there.status == here.status


async def test_a_single_answer(mfa_responses, mfa_app, mfa_account):
    """An answer is given by name or by row, once, to the call it belongs to; at the tenant nothing happens."""
    bo = mfa_account("otp")
    async with MfaClient(mfa_app, clock=bo.tenant.clock) as mfa:
        flow = mfa.flow()
        choose = await flow.login(bo.email, bo.password)
        ask = await flow.challenge(choose.challenge[0])
        mfa_responses.answer("wrong_otp")
        assert "wrong_code" == (await flow.confirm(bo.code(ask))).error.key
        mfa_responses.answer("M16")
        assert "too_many_attempts" == (await flow.confirm(bo.code(ask))).error.key
        bo.tenant.clock.advance(360)
        assert isinstance(await flow.confirm(bo.code(ask)), Done)
    with pytest.raises(LookupError, match="there is no answer 'M999': there are tokens, mfa_required"):
        mfa_responses.answer("M999")


async def test_only_the_application_s_domain_is_taken(mfa_responses):
    """Whatever else is sent is refused, as aioresponses does it, unless it is told otherwise."""
    async with ClientSession() as session:
        with pytest.raises(ClientConnectionError, match="Connection refused"):
            await session.get("https://tenant.example.org/mfa/authenticators")
        mfa_responses.aioresponses.get("https://elsewhere.example/", body=b"there")
        assert b"there" == await (await session.get("https://elsewhere.example/")).read()


async def test_a_late_answer_takes_the_clock_s_time(mfa_responses, mfa_app, mfa_tenant, mfa_clock):
    """No test waits for it; one that is too late for any client does not come."""
    began = mfa_clock.now()
    mfa_tenant.faults.add("/oauth/token", delay=7)
    async with MfaClient(mfa_app, clock=mfa_clock) as mfa:
        await mfa.flow().login("ada@example.com", "correct-horse")
        assert 7 == mfa_clock.now() - began
        mfa_tenant.faults.add("/oauth/token", delay=31)
        with pytest.raises(TransportError, match="TimeoutError"):
            await mfa.flow().login("ada@example.com", "correct-horse")
        assert 37 == mfa_clock.now() - began


async def test_an_answer_that_is_lost(mfa_responses, mfa_app, mfa_tenant):
    """It was done, and aiohttp raises what it raises where the server hangs up."""
    mfa_tenant.faults.add("/oauth/token", drop="after")
    async with ClientSession() as session:
        with pytest.raises(ServerDisconnectedError):
            await session.post(f"{mfa_app.base_url}/oauth/token", data={"grant_type": "password"})
    assert 1 == mfa_tenant.requests.count("password")


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ({"json": {"grant_type": "x"}}, '{"grant_type": "x"}', FORM),
        ({"data": {"grant_type": "x"}}, "grant_type=x", {"content-type": "application/json"}),
    ],
)
async def test_a_content_type_of_one_s_own(mfa_responses, mfa_app, mfa_server, body, sent, kind):
    """It goes before the body's, as over a socket: JSON is read as a form, and a form as JSON."""
    async with ClientSession() as session:
        here = await session.post(f"{mfa_app.base_url}/oauth/token", headers=kind, **body)
        other = await session.post(f"{mfa_app.base_url}/oauth/token", **body)
        assert await other.json() != await here.json()
    door = HTTPConnection(URL(mfa_server.url).authority)
    door.request("POST", "/oauth/token", sent, kind)
    assert json.load(door.getresponse()) == await here.json()
    door.close()


async def test_who_waits_for_a_push_takes_a_hasty_clock(mfa_responses, mfa_app, mfa_account):
    """The tenant's clock stands still: a client whose waiting moves it on is answered when the person is."""
    bo = mfa_account("push")
    async with MfaClient(mfa_app, clock=Hasty(bo.tenant.clock)) as mfa:
        flow = mfa.flow()
        known = (await flow.login(bo.email, bo.password)).challenge
        await flow.challenge(next(one for one in known if one.factor == "push"))
        FAULTS["late_push"].strike(bo)
        assert isinstance(await flow.wait(), Done)


async def test_the_shim_is_still_needed():
    """Without it no answer can be built; when this turns red, aioresponses is mended, and the shim can go."""
    with aioresponses() as answers:
        answers.post(TOKEN_URL, payload={})
        async with ClientSession() as session:
            with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'stream_writer'"):
                await session.post(TOKEN_URL)


def test_the_shim_stands_for_the_real_thing():
    """It takes the same two places first, and supplies the one keyword that aioresponses leaves out."""
    taken = signature(ClientResponse).parameters
    shim = signature(InterceptedResponse).parameters
    assert ["method", "url"] == list(taken)[:2] == list(shim)[:2]
    assert Parameter.KEYWORD_ONLY == taken["stream_writer"].kind
    given = {"writer", "continue100", "timer", "request_info", "traces", "loop", "session"}
    assert {"stream_writer"} == {name for name, one in taken.items() if one.default is Parameter.empty} - given - {
        "method",
        "url",
    }


async def test_the_shim_is_gone_afterwards(mfa_tenant, mfa_app):
    """Nobody else's aioresponses is changed by it."""
    with intercepted(mfa_tenant, mfa_app):
        assert InterceptedResponse is patched.ClientResponse
    assert ClientResponse is patched.ClientResponse


def test_without_the_extra(monkeypatch):
    """What is missing is named, with the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "aioresponses.core", None)
    with pytest.raises(MissingExtra, match=r"pip install 'mfa_flow\[intercept\]'"), shimmed():
        pass
