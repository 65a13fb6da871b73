"""Four requests written by hand: with aiohttp as one would, with aiohttp as well as one can, and on a bare socket."""

import json
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from scene import CLIENT, CODE, FORM, OOB, PASSWORD, PHONE, USERNAME
from socket_http import Pool

FIRST = {"grant_type": "password", "username": USERNAME, "password": PASSWORD, **CLIENT}


@asynccontextmanager
async def plain(url):
    """A default session, forms as dicts: what one writes from the guides."""
    async with ClientSession() as session:

        async def flow(number):
            async with session.post(f"{url}/oauth/token", data=FIRST) as reply:
                mfa_token = (await reply.json())["mfa_token"]
            headers = {"Authorization": f"Bearer {mfa_token}"}
            async with session.get(f"{url}/mfa/authenticators", headers=headers) as reply:
                chosen = next(each["id"] for each in await reply.json() if each.get("oob_channel") == "sms")
            asked = {**CLIENT, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": chosen}
            async with session.post(f"{url}/mfa/challenge", json=asked) as reply:
                oob_code = (await reply.json())["oob_code"]
            proof = {"grant_type": OOB, **CLIENT, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": CODE}
            async with session.post(f"{url}/oauth/token", data=proof) as reply:
                return (await reply.json())["access_token"]

        yield flow


@asynccontextmanager
async def tuned(url):
    """Ready bytes, no cookies, URLs and headers made once, one timeout object, one pool without limits."""
    grants, listed, challenges = f"{url}/oauth/token", f"{url}/mfa/authenticators", f"{url}/mfa/challenge"
    form, of_json = {"Content-Type": FORM}, {"Content-Type": "application/json"}
    first = urlencode(FIRST, safe="*").encode()
    options = {"connector": TCPConnector(limit=0), "cookie_jar": DummyCookieJar()}
    async with ClientSession(**options, timeout=ClientTimeout(total=30)) as session:

        async def send(method, where, body, headers):
            async with session.request(method, where, data=body, headers=headers, allow_redirects=False) as reply:
                return json.loads(await reply.read())

        async def flow(number):
            mfa_token = (await send("POST", grants, first, form))["mfa_token"]
            owned = await send("GET", listed, None, {"Authorization": f"Bearer {mfa_token}"})
            asked = {**CLIENT, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": _phone(owned)}
            oob_code = (await send("POST", challenges, json.dumps(asked).encode(), of_json))["oob_code"]
            proof = {"grant_type": OOB, **CLIENT, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": CODE}
            return (await send("POST", grants, urlencode(proof, safe="*").encode(), form))["access_token"]

        yield flow


@asynccontextmanager
async def bare(url):
    """HTTP made by hand on an asyncio protocol: the limit, for it knows no redirect, no TLS, no error and no timeout."""
    pool = Pool(url)

    async def send(line, content_type, body):
        return json.loads(await pool.send(f"{line} HTTP/1.1\r\nHost: stub\r\n{content_type}", body))

    async def flow(number):
        mfa_token = (await send("POST /oauth/token", _FORM, urlencode(FIRST, safe="*")))["mfa_token"]
        owned = await send("GET /mfa/authenticators", f"Authorization: Bearer {mfa_token}\r\n", "")
        asked = {**CLIENT, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": _phone(owned)}
        oob_code = (await send("POST /mfa/challenge", _JSON, json.dumps(asked)))["oob_code"]
        proof = {"grant_type": OOB, **CLIENT, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": CODE}
        return (await send("POST /oauth/token", _FORM, urlencode(proof, safe="*")))["access_token"]

    yield flow
    pool.close()


_FORM, _JSON = f"Content-Type: {FORM}\r\n", "Content-Type: application/json\r\n"


def _phone(owned):
    """The one that is asked for: a list is read, not just fetched."""
    return next(each["id"] for each in owned if each["id"] == PHONE)
