"""What else a user could pick. Runs in an environment of its own: each contender imports what it measures.

The two SDKs lack requests of the flow; where they do, the nearest thing they have is used, as a user would. Neither of
them speaks plain HTTP by itself, so each is told the stub's address at the one place where it makes URLs; no
request becomes cheaper or dearer by that.
"""

import logging
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from scene import CLIENT, CODE, OOB, PASSWORD, PHONE, USERNAME

FIRST = {"grant_type": "password", "username": USERNAME, "password": PASSWORD, **CLIENT}


@asynccontextmanager
async def httpx_client(url):
    """One client, forms as dicts."""
    import httpx

    async with httpx.AsyncClient(base_url=url) as client:

        async def flow(number):
            mfa_token = (await client.post("/oauth/token", data=FIRST)).json()["mfa_token"]
            listed = await client.get("/mfa/authenticators", headers=_bearer(mfa_token))
            asked = _asked(mfa_token, listed.json())
            oob_code = (await client.post("/mfa/challenge", json=asked)).json()["oob_code"]
            return (await client.post("/oauth/token", data=_proof(mfa_token, oob_code))).json()["access_token"]

        yield flow


@asynccontextmanager
async def requests_session(url):
    """One session. One flow at a time: threads would only add the cost of passing the interpreter around."""
    import requests

    with requests.Session() as session:

        async def flow(number):
            mfa_token = session.post(f"{url}/oauth/token", data=FIRST).json()["mfa_token"]
            listed = session.get(f"{url}/mfa/authenticators", headers=_bearer(mfa_token))
            oob_code = session.post(f"{url}/mfa/challenge", json=_asked(mfa_token, listed.json())).json()["oob_code"]
            return session.post(f"{url}/oauth/token", data=_proof(mfa_token, oob_code)).json()["access_token"]

        yield flow


@asynccontextmanager
async def get_token(url):
    """auth0-python's ``GetToken``, which knows the password grant; the rest with the get and post it is made of. It
    asks with requests, on a connection each time, and one flow at a time."""
    from auth0.authentication import GetToken
    from auth0.authentication.exceptions import Auth0Error

    sdk = GetToken(urlsplit(url).netloc, **CLIENT, protocol="http")

    async def flow(number):
        try:
            return sdk.login(USERNAME, PASSWORD, grant_type="password")["access_token"]
        except Auth0Error as error:
            mfa_token = error.content["mfa_token"]
        listed = sdk.get(f"{url}/mfa/authenticators", headers=_bearer(mfa_token))
        oob_code = sdk.authenticated_post(f"{url}/mfa/challenge", _asked(mfa_token, listed))["oob_code"]
        return sdk.authenticated_post(f"{url}/oauth/token", _proof(mfa_token, oob_code))["access_token"]

    yield flow


@asynccontextmanager
async def auth0_async(url):
    """auth0-python's async client, which has no MFA in it: URLs and JSON bodies by hand, over one session."""
    from aiohttp import ClientSession
    from auth0.authentication.exceptions import Auth0Error
    from auth0.authentication.rest_async import AsyncRestClient

    client = AsyncRestClient(None)
    async with ClientSession() as session:
        client.set_session(session)

        async def flow(number):
            try:
                return (await client.post(f"{url}/oauth/token", FIRST))["access_token"]
            except Auth0Error as error:
                mfa_token = error.content["mfa_token"]
            listed = await client.get(f"{url}/mfa/authenticators", headers=_bearer(mfa_token))
            oob_code = (await client.post(f"{url}/mfa/challenge", _asked(mfa_token, listed)))["oob_code"]
            return (await client.post(f"{url}/oauth/token", _proof(mfa_token, oob_code)))["access_token"]

        yield flow


@asynccontextmanager
async def server_as_shipped(url):
    """auth0-server-python. It opens a client for each request, and so does who sends the password grant it lacks."""
    import httpx

    yield _of_server(url, httpx.AsyncClient)


@asynccontextmanager
async def server_shared(url):
    """The same, where its user has given it one client for all."""
    import httpx

    async with httpx.AsyncClient() as client:

        @asynccontextmanager
        async def shared(headers=None):
            yield client

        yield _of_server(url, shared)


def _of_server(url, opened):
    logging.captureWarnings(True)  # what its packages think of each other
    from auth0_server_python.auth_server.mfa_client import MfaClient

    class OverHttp(MfaClient):
        async def _resolve_base_url(self, store_options=None):
            return url

        def _get_http_client(self, **kwargs):
            return opened(headers={**kwargs.pop("headers", {}), **self._headers}, **kwargs)

    mfa = OverHttp(urlsplit(url).netloc, **CLIENT, secret="a secret of thirty-two characters")

    async def flow(number):
        async with opened() as client:
            raw = (await client.post(f"{url}/oauth/token", data=FIRST)).json()["mfa_token"]
        # It takes tokens sealed, and seals them itself where it meets them: there is no other way in.
        sealed = {"mfa_token": mfa._encrypt_mfa_token(raw, "", "")}
        listed = await mfa.list_authenticators(sealed)
        phone = next(each.id for each in listed if each.id == PHONE)
        asked = {**sealed, "factor_type": "sms", "authenticator_id": phone}
        oob_code = (await mfa.challenge_authenticator(asked)).oob_code
        return (await mfa.verify({**sealed, "oob_code": oob_code, "binding_code": CODE})).access_token

    return flow


def _bearer(mfa_token):
    return {"Authorization": f"Bearer {mfa_token}"}


def _asked(mfa_token, listed):
    phone = next(each["id"] for each in listed if each["id"] == PHONE)
    return {**CLIENT, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": phone}


def _proof(mfa_token, oob_code):
    return {"grant_type": OOB, **CLIENT, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": CODE}
