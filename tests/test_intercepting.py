"""A client behind aioresponses: one exchange, and the reason for the shim."""

from inspect import Parameter, signature

import pytest
from aiohttp import ClientResponse, ClientSession
from aioresponses import aioresponses
from intercepting import InterceptedResponse, intercepted
from yarl import URL

from mfa_flow import App, Done, MfaClient

APP = App("example.eu.auth0.com", "the-client", "the-secret")
TOKEN_URL = "https://example.eu.auth0.com/oauth/token"
TOKENS = {"access_token": "an-access-token", "expires_in": 86400, "token_type": "Bearer", "scope": "openid"}


async def test_a_login_that_needs_no_second_factor():
    """One password grant goes out, tokens come back, and that is all."""
    with intercepted() as answers:
        answers.post(TOKEN_URL, payload=TOKENS)
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


async def test_the_shim_is_still_needed():
    """Without it no answer can be built; when this turns red, tests/intercepting.py can go."""
    with aioresponses() as answers:
        answers.post(TOKEN_URL, payload=TOKENS)
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


async def test_the_shim_is_gone_afterwards():
    """Nobody else's aioresponses is changed by it."""
    import aioresponses.core as patched  # noqa: PLC0415 - to look at it now

    with intercepted():
        assert InterceptedResponse is patched.ClientResponse
    assert ClientResponse is patched.ClientResponse
