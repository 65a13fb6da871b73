"""The control API: the same verbs as in process, for whoever is in another one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from yarl import URL

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import PHONE, START, Wire


class Remote:
    """Asks the control API."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body, which is JSON whatever happens."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        url = URL(f"/_tenant/{path}", encoded=True)  # as written, with nothing decoded on the way
        async with self.session.request(method, url, data=data) as reply:
            return reply.status, json.loads(await reply.read())


@pytest.fixture
async def remote(tenant: Tenant) -> AsyncIterator[Remote]:
    """The tenant's control API over a socket."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        yield Remote(session)


async def test_inbox_newest_first(remote: Remote, wire: Wire) -> None:
    """Messages with all their fields."""
    mfa_token = wire.login()
    wire.add_sms(mfa_token)
    wire.add_sms(mfa_token, "+491701234567")
    _, body = await remote.ask("GET", "inbox")
    code = wire.tenant.inbox.code(PHONE)
    assert ["+491701234567", PHONE] == [each["to"] for each in body["messages"]]
    assert {
        "id": "msg_1",
        "channel": "sms",
        "to": PHONE,
        "code": code,
        "text": f"{code} is your verification code for My Test Tenant.",
        "at": START,
    } == body["messages"][1]


async def test_inbox_by_recipient_and_channel(remote: Remote, wire: Wire) -> None:
    """A plus in a query may be %2B, as everywhere."""
    wire.add_sms(wire.login())
    found = [
        len((await remote.ask("GET", f"inbox?{query}"))[1]["messages"])
        for query in ("to=%2B15551230000", "to=nobody", "channel=sms", "channel=email")
    ]
    assert [1, 0, 1, 0] == found


async def test_inbox_waits_for_a_message(remote: Remote, wire: Wire) -> None:
    """The poll is answered the moment the right message arrives, and not by another's."""
    poll = asyncio.create_task(remote.ask("GET", "inbox?to=%2B15551230000&wait=10"))
    await asyncio.sleep(0.01)
    mfa_token = wire.login()
    wire.add_sms(mfa_token, "+491701234567")
    await asyncio.sleep(0.01)
    assert not poll.done()
    started = time.perf_counter()
    wire.add_sms(mfa_token)
    _, body = await poll
    assert ([PHONE], True) == ([each["to"] for each in body["messages"]], time.perf_counter() - started < 0.5)


async def test_inbox_does_not_wait_forever(remote: Remote) -> None:
    """When nothing comes, the list is empty."""
    assert (200, {"messages": []}) == await remote.ask("GET", "inbox?wait=0.005")


@pytest.mark.parametrize("wait", ["-1", "x", "nan", "inf", "601", ""])
async def test_inbox_refuses_odd_waits(remote: Remote, wait: str) -> None:
    """It says what a wait is."""
    status, body = await remote.ask("GET", f"inbox?wait={wait}")
    assert (400, {"error": "wait is a number of seconds from 0 to 600"}) == (status, body)


async def test_clock_is_read_and_moved(remote: Remote, clock: Clock) -> None:
    """Advancing answers with the new time, and it is the tenant's."""
    assert (200, {"now": START, "follows": False}) == await remote.ask("GET", "clock")
    assert (200, {"now": START + 360.5, "follows": False}) == await remote.ask("POST", "clock", {"advance": 360.5})
    assert START + 360.5 == clock.now()


@pytest.mark.parametrize(
    "body",
    [
        None, b"", b"{", b"[]", b"\xff", {}, {"advance": None}, {"advance": "60"}, {"advance": True}, {"advance": -1},
        b'{"advance": NaN}', b'{"advance": Infinity}', {"advance": 10**400}, {"back": 1}, {"advance": 1, "to": 2},
    ],
)  # fmt: skip
async def test_clock_refuses_odd_advances(remote: Remote, clock: Clock, body: object) -> None:
    """It says what to send, and does not move."""
    status, answer = await remote.ask("POST", "clock", body)
    assert (400, True, START) == (status, "advance" in answer["error"], clock.now())


async def test_users_are_added_and_shown(remote: Remote, tenant: Tenant) -> None:
    """201, and both answers show the person with secrets: it is a test double."""
    fields = {
        "email": "Eve@example.com",
        "password": "pw",
        "phone": PHONE,
        "verified": True,
        "authenticators": ["otp", "sms"],
    }
    status, body = await remote.ask("POST", "users", fields)
    eve = tenant.users["eve@example.com"]
    totp, recovery, sms, email = eve.authenticators
    assert 201 == status
    assert {
        "id": eve.id,
        "email": "eve@example.com",
        "phone": PHONE,
        "verified": True,
        "mfa": True,
        "factors": 1,
        "requirements": None,
        "refresh_mfa": False,
        "blocked": False,
        "leaked": False,
        "wrong_passwords": 0,
        "attempts_left": {"code": 10, "recovery_code": 10},
        "messages_left": {"phone": 10, "email": 20, "push": 5},
        "otp_secret": eve.otp_secret,
        "otp_code": tenant.otp("eve@example.com"),
        "recovery_code": eve.recovery_code,
        "authenticators": [
            {"id": totp.id, "kind": "totp", "active": True, "secret": eve.otp_secret},
            {"id": recovery.id, "kind": "recovery-code", "active": True, "secret": eve.recovery_code},
            {"id": sms.id, "kind": "sms", "active": True, "to": PHONE},
            {"id": email.id, "kind": "email", "active": True, "to": "eve@example.com"},
        ],
    } == body
    assert (200, body) == await remote.ask("GET", "users/eve%40example.com")


async def test_users_need_little(remote: Remote, tenant: Tenant) -> None:
    """An address and a password; nulls are left out."""
    fields = {"email": "eve@example.com", "password": "pw", "phone": None, "verified": None, "authenticators": None}
    status, body = await remote.ask("POST", "users", fields)
    assert (201, False, []) == (status, body["verified"], body["authenticators"])


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"email": None}, "a user needs: email"),
        ({"email": ""}, "a user needs: email"),
        ({"email": 1}, "email is of the wrong type"),
        ({"email": "eve"}, "an @"),
        ({"email": "ada@example.com"}, "already"),
        ({"password": None}, "a user needs: password"),
        ({"phone": "555"}, "written like"),
        ({"verified": "yes"}, "verified is of the wrong type"),
        ({"authenticators": "otp"}, "authenticators is of the wrong type"),
        ({"authenticators": [["otp"]]}, "a list of strings"),
        ({"authenticators": ["fax"]}, "any of otp, sms"),
        ({"authenticators": ["sms"]}, "needs a phone"),
        ({"verifed": True}, "nothing but: email, password"),
    ],
)
async def test_users_refuses_odd_people(remote: Remote, tenant: Tenant, change: dict[str, object], hint: str) -> None:
    """It says what is wrong, and adds nobody."""
    status, body = await remote.ask("POST", "users", {"email": "eve@example.com", "password": "pw", **change})
    assert (400, 2) == (status, len(list(tenant.users)))
    assert hint in body["error"]


async def test_an_unknown_user_names_the_known(remote: Remote) -> None:
    """404, with the addresses there are."""
    status, body = await remote.ask("GET", "users/eve@example.com")
    assert (404, {"error": "no user eve@example.com: there are ada@example.com, bob@example.com"}) == (status, body)


async def test_requests_are_listed_without_secrets(remote: Remote, wire: Wire) -> None:
    """The log, as in process; asking for it is not in it."""
    wire.login()
    entry = {
        "at": START, "method": "POST", "path": "/oauth/token", "grant": "password", "status": 403, "error": "mfa_required",
        "user": "ada@example.com",
        "fields": {
            "grant_type": "password", "client_id": "demo-client", "client_secret": "***", "username": "***",
            "password": "***",
        },
        "unknown": [],
    }  # fmt: skip
    assert (200, {"requests": [entry]}) == await remote.ask("GET", "requests")


async def test_reset(remote: Remote, wire: Wire) -> None:
    """Back to the seed."""
    wire.add_sms(wire.login())
    assert (200, {}) == await remote.ask("POST", "reset")
    assert ([], ["ada@example.com"]) == (wire.tenant.inbox.messages(), [each.email for each in wire.tenant.users])


async def test_a_poll_outlives_a_reset(remote: Remote, wire: Wire) -> None:
    """Who waits for a message gets the first one after the reset."""
    poll = asyncio.create_task(remote.ask("GET", "inbox?wait=10"))
    await asyncio.sleep(0.01)
    wire.tenant.reset()
    wire.add_sms(wire.login())
    assert 1 == len((await poll)[1]["messages"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "", 405), ("GET", "snapshots/x", 405), ("GET", "nowhere", 404), ("PUT", "users", 405), ("POST", "users/x", 405), ("POST", "events", 405), ("GET", "inbox/x", 404),
        ("PUT", "inbox", 405), ("PUT", "clock", 405), ("GET", "reset", 405), ("POST", "requests", 405),
    ],
)  # fmt: skip
async def test_wrong_paths_and_methods(remote: Remote, method: str, path: str, status: int) -> None:
    """JSON that says what there is."""
    answered, body = await remote.ask(method, path)
    assert (status, True) == (answered, "/_tenant/" in body["error"])
