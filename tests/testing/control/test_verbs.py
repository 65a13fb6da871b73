"""The control API's younger verbs: pushes, what came after, throwing away, people in full."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from mfa_flow.testing import Clock, serve
from testing.conftest import PHONE, Wire, has

from .test_paths import Remote

CY = "cy@example.com"


@pytest.fixture
async def remote(wide: Wire) -> AsyncIterator[Remote]:
    """The control API of a tenant with every factor."""
    async with serve(wide.tenant) as server, aiohttp.ClientSession(server.url) as session:
        yield Remote(session)


@pytest.mark.parametrize(("decision", "status", "error"), [("approve", 200, None), ("deny", 400, "access_denied")])
async def test_a_push_is_answered(remote: Remote, wide: Wire, decision: str, status: int, error: str | None) -> None:
    """It is found in the inbox by its id, without a code; what is answered reaches the poll."""
    has(wide, "push")
    mfa_token = wide.login(CY, "pw")
    oob_code = wide.challenge(mfa_token, challenge_type="oob").body["oob_code"]
    _, body = await remote.ask("GET", "inbox?channel=push&to=cy@example.com")
    [message] = body["messages"]
    assert ("push", CY, None) == (message["channel"], message["to"], message["code"])
    answered = await remote.ask("POST", f"push/{message['id']}", {"decision": decision})
    assert (200, {"id": message["id"], "decision": decision}) == answered
    answer = wide.oob(mfa_token, oob_code)
    assert (status, error) == (answer.status, answer.body.get("error"))


async def test_the_wires_name_of_push_is_taken_too(remote: Remote, wide: Wire) -> None:
    """For who thinks in oob_channels."""
    wide.add(wide.login(), "auth0")
    assert 1 == len((await remote.ask("GET", "inbox?channel=auth0"))[1]["messages"])


@pytest.mark.parametrize(
    ("path", "body", "status", "hint"),
    [
        ("push/msg_99", {"decision": "approve"}, 404, "no push"),
        ("push/msg_1", {"decision": "maybe"}, 400, "approve or deny"),
        ("push/msg_1", {}, 400, "approve or deny"),
        ("push/msg_1", {"decision": True}, 400, "wrong type"),
        ("push/msg_1", None, 400, "JSON object"),
        ("push", {"decision": "approve"}, 404, "/_tenant/push/{id}"),
        ("push/msg_2", {"decision": "approve"}, 404, "no push"),
    ],
)
async def test_odd_answers_are_told(
    remote: Remote, wide: Wire, path: str, body: object, status: int, hint: str
) -> None:
    """Unknown, undecided, not a push."""
    mfa_token = wide.login()
    wide.add(mfa_token, "auth0")
    wide.add(mfa_token, "email")
    answered, said = await remote.ask("POST", path, body)
    assert (status, True) == (answered, hint in said["error"])


async def test_an_answer_too_many_or_too_late(remote: Remote, wide: Wire, clock: Clock) -> None:
    """409."""
    mfa_token = wide.login()
    for _ in range(2):
        wide.add(mfa_token, "auth0")
    statuses = [(await remote.ask("POST", "push/msg_1", {"decision": "deny"}))[0] for _ in range(2)]
    clock.advance(300)
    late, _ = await remote.ask("POST", "push/msg_2", {"decision": "approve"})
    assert ([200, 409], 409) == (statuses, late)


async def test_what_came_after(remote: Remote, wide: Wire) -> None:
    """The newer ones only; a wait goes on until one comes, though older ones are there."""
    mfa_token = wide.login()
    for _ in range(2):
        wide.add(mfa_token, "sms", phone_number=PHONE)
    _, body = await remote.ask("GET", "inbox?after=msg_1")
    assert ["msg_2"] == [each["id"] for each in body["messages"]]
    poll = asyncio.create_task(remote.ask("GET", "inbox?after=msg_2&wait=10"))
    await asyncio.sleep(0.01)
    assert not poll.done()
    wide.add(mfa_token, "sms", phone_number=PHONE)
    assert ["msg_3"] == [each["id"] for each in (await poll)[1]["messages"]]


async def test_after_something_thrown_away(remote: Remote, wide: Wire) -> None:
    """Its number still counts."""
    mfa_token = wide.login()
    wide.add(mfa_token, "sms", phone_number=PHONE)
    await remote.ask("DELETE", "inbox")
    wide.add(mfa_token, "sms", phone_number=PHONE)
    assert 1 == len((await remote.ask("GET", "inbox?after=msg_1"))[1]["messages"])


@pytest.mark.parametrize("after", ["", "x", "msg_", "msg_x", "msg_-1", "msg_%C2%B2"])
async def test_after_nothing_is_told(remote: Remote, after: str) -> None:
    """It says how an id looks."""
    status, body = await remote.ask("GET", f"inbox?after={after}")
    assert (400, True) == (status, "looks like msg_1" in body["error"])


async def test_throwing_messages_away(remote: Remote, wide: Wire) -> None:
    """One recipient's, then all. What was sent stays good."""
    mfa_token = wide.login()
    oob_code = wide.add(mfa_token, "sms", phone_number=PHONE).body["oob_code"]
    code = wide.tenant.inbox.code(PHONE)
    wide.add(mfa_token, "email")
    assert (200, {}) == await remote.ask("DELETE", "inbox?to=%2B15551230000")
    assert ["email"] == [each.channel for each in wide.tenant.inbox.messages()]
    assert (200, {}) == await remote.ask("DELETE", "inbox")
    assert [] == wide.tenant.inbox.messages()
    assert 200 == wide.oob(mfa_token, oob_code, binding_code=code).status


async def test_people_in_full(remote: Remote, wide: Wire) -> None:
    """Everything that users.add takes."""
    fields: dict[str, Any] = {
        "email": CY, "password": "pw", "phone": PHONE, "authenticators": ["push", "voice", "email"], "mfa": True,
        "factors": 2, "requirements": {"challenge": ["otp", "phone"]}, "refresh_mfa": True, "blocked": True, "leaked": True,
    }  # fmt: skip
    status, body = await remote.ask("POST", "users", fields)
    kinds = ["push", "totp", "recovery-code", "voice", "sms", "email"]
    assert (201, kinds) == (status, [each["kind"] for each in body["authenticators"]])
    user = wide.tenant.users[CY]
    assert (2, {"challenge": ["otp", "phone"]}, True, True, True) == (
        user.factors, user.requirements, user.refresh_mfa, user.blocked, user.leaked,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"factors": 0}, "1 factor or more"), ({"factors": True}, "factors is of the wrong type"), ({"mfa": 1}, "mfa is of"),
        ({"requirements": []}, "requirements is of"), ({"requirements": {"x": []}}, "nothing but: challenge, enroll"),
        ({"requirements": {"enroll": "otp"}}, "a list of strings"), ({"requirements": {"enroll": [1]}}, "a list of strings"),
        ({"authenticators": ["voice"]}, "the factor voice needs a phone"), ({"authenticators": ["totp"]}, "any of otp"),
    ],
)  # fmt: skip
async def test_odd_people_are_told(remote: Remote, wide: Wire, change: dict[str, Any], hint: str) -> None:
    """400, and nobody is added."""
    status, body = await remote.ask("POST", "users", {"email": CY, "password": "pw", **change})
    assert (400, True, False) == (status, hint in body["error"], CY in wide.tenant.users)


async def test_an_app_shows_a_code(remote: Remote, wide: Wire) -> None:
    """One that is taken; another one once it is used; none when those of these minutes are, or without an app."""
    has(wide, "otp")
    for _ in range(3):
        code = (await remote.ask("GET", f"users/{CY}"))[1]["otp_code"]
        assert 200 == wide.otp(wide.login(CY, "pw"), code).status
    shown = [(await remote.ask("GET", f"users/{each}"))[1]["otp_code"] for each in (CY, "eve@example.com")]
    assert [None, None] == shown


async def test_somebody_goes(remote: Remote, wide: Wire) -> None:
    """And is not found any more; nor was who never came."""
    has(wide, "otp")
    mfa_token = wide.login(CY, "pw")
    assert (200, {}) == await remote.ask("DELETE", f"users/{CY}")
    assert [404, 404] == [(await remote.ask(method, f"users/{CY}"))[0] for method in ("DELETE", "GET")]
    assert "Malformed mfa_token" == wide.otp(mfa_token, "000000").body["error_description"]
    assert (
        "Wrong email or password."
        == json.loads(json.dumps(wide.token("password", username=CY, password="pw").body))["error_description"]
    )


async def test_a_walk_from_another_process(remote: Remote) -> None:
    """Push by HTTP alone: enrol by scanning, challenge, approve, remove; no line of it is in process."""
    session = remote.session
    person = {
        "grant_type": "password",
        "username": "ada@example.com",
        "password": "correct-horse",
        "client_id": "demo-public",
    }
    async with session.post("/oauth/token", data=person) as reply:
        mfa_token = (await reply.json())["mfa_token"]
    headers = {"Authorization": f"Bearer {mfa_token}"}
    fields = {"authenticator_types": ["oob"], "oob_channels": ["auth0"]}
    async with session.post("/mfa/associate", json=fields, headers=headers) as reply:
        oob_code = (await reply.json())["oob_code"]
    poll = {
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "client_id": "demo-public",
        "mfa_token": mfa_token,
    }
    async with session.post("/oauth/token", data={**poll, "oob_code": oob_code}) as reply:
        assert (400, "authorization_pending") == (reply.status, (await reply.json())["error"])
    await remote.ask("POST", "push/msg_1", {"decision": "approve"})
    async with session.post("/oauth/token", data={**poll, "oob_code": oob_code}) as reply:
        assert 200 == reply.status
    audience = f"http://{reply.host}:{reply.url.port}/mfa/"
    async with session.post("/oauth/token", data={**person, "audience": audience}) as reply:
        mfa_token = (await reply.json())["mfa_token"]
    async with session.post(
        "/mfa/challenge", json={"mfa_token": mfa_token, "client_id": "demo-public", "challenge_type": "oob"}
    ) as reply:
        oob_code = (await reply.json())["oob_code"]
    await remote.ask("POST", "push/msg_2", {"decision": "approve"})
    async with session.post("/oauth/token", data={**poll, "mfa_token": mfa_token, "oob_code": oob_code}) as reply:
        headers = {"Authorization": f"Bearer {(await reply.json())['access_token']}"}
    async with session.get("/mfa/authenticators", headers=headers) as reply:
        names = [each["id"] for each in await reply.json()]
    async with session.delete(f"/mfa/authenticators/{names[0].replace('|', '%7C')}", headers=headers) as reply:
        assert (204, b"", None) == (reply.status, await reply.read(), reply.headers.get("Content-Type"))
    async with session.get("/mfa/authenticators", headers=headers) as reply:
        assert ["recovery-code"] == [each["authenticator_type"] for each in await reply.json()]
