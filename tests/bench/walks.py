"""Whole logins, in process and over a socket, by hand: nothing but the wire, the inbox and the codes in it."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
from attrs import define

from mfa_flow.testing import Tenant
from mfa_flow.wire.call import Call

OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}
FORM, JSON = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}
PAUSE = 4  # seconds between two walks of a thousand people: each is sent ten messages an hour at most


def number_of(index: int) -> str:
    """Everybody has a phone of their own."""
    return f"+1555{index:07d}"


def email_of(index: int) -> str:
    """And an address."""
    return f"user{index}@example.com"


def people(tenant: Tenant, count: int, *authenticators: str) -> None:
    """So many users with the password ``pw``."""
    for index in range(count):
        tenant.users.add(email_of(index), "pw", phone=number_of(index), authenticators=authenticators)


def walk(tenant: Tenant, index: int) -> None:
    """One login of somebody with a phone: password, list, challenge, code, tokens; four requests in process."""
    password = {"grant_type": "password", **CLIENT, "username": email_of(index), "password": "pw"}
    mfa_token = _body(tenant, Call("POST", "/oauth/token", FORM, urlencode(password, safe="*").encode()))["mfa_token"]
    owned = _body(tenant, Call("GET", "/mfa/authenticators", {"Authorization": f"Bearer {mfa_token}"}))
    asked = {**CLIENT, "mfa_token": mfa_token, "authenticator_id": owned[0]["id"]}
    oob_code = _body(tenant, Call("POST", "/mfa/challenge", JSON, json.dumps(asked).encode()))["oob_code"]
    code = tenant.inbox.code(number_of(index))
    proof = {"grant_type": OOB, **CLIENT, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": code}
    _body(tenant, Call("POST", "/oauth/token", FORM, urlencode(proof, safe="*").encode()))["access_token"]


def _body(tenant: Tenant, call: Call) -> Any:
    return json.loads(tenant.answer(call).body)


@define
class Person:
    """Somebody who enrols a phone and then logs in with it, over a socket."""

    session: aiohttp.ClientSession
    index: int

    async def enrol(self) -> dict[str, Any]:
        """Password, phone, code: what the id_token says."""
        mfa_token = await self._password()
        asked = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": number_of(self.index)}
        headers = {"Authorization": f"Bearer {mfa_token}"}
        async with self.session.post("/mfa/associate", json=asked, headers=headers) as reply:
            oob_code = (await reply.json())["oob_code"]
        return await self._prove(mfa_token, oob_code)

    async def log_in(self) -> dict[str, Any]:
        """Password, list, challenge, code: the same."""
        mfa_token = await self._password()
        async with self.session.get("/mfa/authenticators", headers={"Authorization": f"Bearer {mfa_token}"}) as reply:
            owned = await reply.json()
        asked = {**CLIENT, "mfa_token": mfa_token, "authenticator_id": owned[0]["id"]}
        async with self.session.post("/mfa/challenge", json=asked) as reply:
            oob_code = (await reply.json())["oob_code"]
        return await self._prove(mfa_token, oob_code)

    async def _password(self) -> str:
        fields = {"username": email_of(self.index), "password": "pw", "scope": "openid email"}
        async with self.session.post("/oauth/token", data={"grant_type": "password", **CLIENT, **fields}) as reply:
            return str((await reply.json())["mfa_token"])

    async def _prove(self, mfa_token: str, oob_code: str) -> dict[str, Any]:
        async with self.session.get("/_tenant/inbox", params={"to": number_of(self.index)}) as reply:
            code = (await reply.json())["messages"][0]["code"]
        fields = {"mfa_token": mfa_token, "oob_code": oob_code, "binding_code": code}
        async with self.session.post("/oauth/token", data={"grant_type": OOB, **CLIENT, **fields}) as reply:
            payload = (await reply.json())["id_token"].split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return claims


async def crowd(url: str, count: int) -> list[list[dict[str, Any]]]:
    """So many people at once on a hundred connections; each one's two id_tokens."""

    async def both(person: Person) -> list[dict[str, Any]]:
        return [await person.enrol(), await person.log_in()]

    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=100)) as session:
        return await asyncio.gather(*(both(Person(session, index)) for index in range(count)))


def mixed_up(tenant: Tenant, told: list[list[dict[str, Any]]]) -> list[int]:
    """Whose tokens are somebody else's, or whose codes went elsewhere: nobody's, when all is well."""
    sent = [each.to for each in tenant.inbox.messages()]
    wrong = []
    for index, claims in enumerate(told):
        mine = {(tenant.users[email_of(index)].id, email_of(index))}
        if {(each["sub"], each["email"]) for each in claims} != mine or sent.count(number_of(index)) != len(claims):
            wrong.append(index)
    return wrong
