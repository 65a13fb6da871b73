"""Faults: which calls they strike, what the caller sees, and what has happened by then."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from mfa_flow.testing import Clock, Tenant, TenantTransport, serve
from testing.conftest import GRANT, PHONE, Wire, form_call, get_call, json_call

LOGIN = {
    "grant_type": "password",
    "username": "ada@example.com",
    "password": "correct-horse",
    "client_id": "demo-public",
}
CALL = form_call("/oauth/token", LOGIN)


@pytest.mark.parametrize(
    ("fault", "status", "body", "kind"),
    [
        (
            {"status": 502, "body": "<html>Bad gateway</html>"},
            502,
            b"<html>Bad gateway</html>",
            "text/html; charset=utf-8",
        ),
        ({"status": 503}, 503, b"", None),
        ({"body": {"error": "x"}}, 200, b'{"error":"x"}', "application/json"),
        ({"status": 500, "body": [1]}, 500, b"[1]", "application/json"),
        ({"body": b"\xff"}, 200, b"\xff", "text/html; charset=utf-8"),
        ({"body": "", "headers": {"Content-Type": "application/json"}}, 200, b"", "application/json"),
    ],
)
def test_an_answer_of_its_own(wire: Wire, fault: dict[str, Any], status: int, body: bytes, kind: str | None) -> None:
    """Instead of the tenant's, byte for byte, once."""
    wire.tenant.faults.add(path="/oauth/token", **fault)
    reply = wire.tenant.answer(CALL)
    assert (status, body, kind) == (reply.status, reply.body, reply.headers.get("content-type"))
    assert 403 == wire.tenant.answer(CALL).status


def test_nothing_happens_behind_an_answer_of_its_own(wire: Wire) -> None:
    """No message is sent; the call is logged with the status the caller saw."""
    mfa_token = wire.login()
    wire.tenant.faults.add(path="/mfa/associate", status=500, body={"error": "server_error"})
    assert 500 == wire.add_sms(mfa_token).status
    assert [] == wire.tenant.inbox.messages()
    assert ["/oauth/token 403", "/mfa/associate 500"] == [f"{each.path} {each.status}" for each in wire.tenant.requests]


@pytest.mark.parametrize(
    ("body", "told"),
    [({"error": "slow_down"}, "slow_down"), ({"error": "Fe26.2*x"}, None), ({"error": 1}, None), ("slow_down", None)],
)
def test_its_error_is_logged(wire: Wire, body: Any, told: str | None) -> None:
    """Where it is a code, as the tenant's own are; whatever else it says is not repeated."""
    wire.tenant.faults.add(status=429, body=body)
    wire.tenant.answer(CALL)
    assert [told] == [each.error for each in wire.tenant.requests]


def test_headers_alone_are_added(wire: Wire) -> None:
    """To the tenant's own answer, in whatever case."""
    wire.tenant.faults.add(headers={"Retry-After": "7"})
    reply = wire.tenant.answer(CALL)
    assert (403, "7") == (reply.status, reply.headers["retry-after"])


def test_times_and_nth(wire: Wire) -> None:
    """Two calls pass, two are struck, and then no more."""
    wire.tenant.faults.add(path="/oauth/token", status=500, body={}, times=2, nth=3)
    assert [403, 403, 500, 500, 403] == [wire.tenant.answer(CALL).status for _ in range(5)]
    assert 0 == len(wire.tenant.faults)


def test_faults_wait_for_their_calls(wire: Wire) -> None:
    """By path, with a star for anything; the first that is meant strikes, one at a call."""
    wire.tenant.faults.add(path="/mfa/*", status=500)
    wire.tenant.faults.add(path="/oauth/token", status=501)
    wire.tenant.faults.add(status=502)
    assert [501, 502, 403] == [wire.tenant.answer(CALL).status for _ in range(3)]
    assert [500, 401] == [wire.send("GET", "/mfa/authenticators").status for _ in range(2)]


@pytest.mark.parametrize(("grant", "struck"), [("password", False), ("mfa-otp", True), ("mfa-oob", False)])
def test_by_grant(wire: Wire, grant: str, *, struck: bool) -> None:
    """Of several to one path, the one that asks for it."""
    mfa_token = wire.login("bob@example.com", "pw")
    wire.tenant.faults.add(grant=grant, status=418)
    reply = wire.tenant.answer(form_call("/oauth/token", {"grant_type": f"{GRANT}mfa-otp", "mfa_token": mfa_token}))
    assert struck == (reply.status == 418)


def test_by_user(wire: Wire) -> None:
    """By name at the password, by token afterwards, in a body or as a bearer; others pass."""
    ada, bob = wire.login(), wire.login("bob@example.com", "pw")
    wire.tenant.faults.add(user="Bob@Example.com", status=418, times=4)
    calls = [
        (form_call("/oauth/token", LOGIN), form_call("/oauth/token", LOGIN | {"username": "BOB@example.com"})),
        (get_call("/mfa/authenticators", ada), get_call("/mfa/authenticators", bob)),
        (json_call("/mfa/challenge", {"mfa_token": ada}), json_call("/mfa/challenge", {"mfa_token": bob})),
        (form_call("/oauth/token", {"mfa_token": ada}), form_call("/oauth/token", {"mfa_token": bob})),
    ]
    assert [[False, True]] * 4 == [[wire.tenant.answer(each).status == 418 for each in pair] for pair in calls]


def test_nobodys_calls_pass(wire: Wire) -> None:
    """A token that means nothing is nobody's."""
    wire.tenant.faults.add(user="ada@example.com", status=418)
    assert [401, 401] == [wire.list("x").status, wire.send("GET", "/mfa/authenticators").status]


def test_by_user_of_other_tokens(wide: Wire) -> None:
    """Access and refresh tokens are somebody's too."""
    wide.tenant.users.add("cy@example.com", "pw", mfa=False)
    body = wide.token("password", username="cy@example.com", password="pw", scope="openid offline_access").body
    wide.tenant.faults.add(user="cy@example.com", status=418, times=2)
    assert 418 == wide.send("GET", "/userinfo", authorization=f"Bearer {body['access_token']}").status
    fields = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert 418 == wide.tenant.answer(form_call("/oauth/token", fields)).status


@pytest.mark.parametrize(
    "fault",
    [{"times": 0}, {"nth": -1}, {"status": 99}, {"status": 600}, {"drop": "during"}, {"delay": -1}, {"no_such": 1}],
)
def test_odd_faults_are_refused(tenant: Tenant, fault: dict[str, Any]) -> None:
    """And nothing is armed."""
    with pytest.raises((ValueError, TypeError)):
        tenant.faults.add(**fault)
    assert 0 == len(tenant.faults)


def test_clear_and_reset_disarm(tenant: Tenant) -> None:
    """Both, entirely."""
    for disarm in (tenant.faults.clear, tenant.reset):
        tenant.faults.add(status=500)
        disarm()
        assert [] == list(tenant.faults)


@pytest.mark.parametrize(("drop", "sent", "logged"), [("before", 0, [0]), ("after", 1, [200])])
async def test_a_dropped_connection_in_process(wire: Wire, drop: Any, sent: int, logged: list[int]) -> None:
    """The same exception as a socket's; before, nothing happened, after, it did."""
    mfa_token = wire.login()
    wire.tenant.requests.clear()
    wire.tenant.faults.add(path="/mfa/associate", drop=drop)
    fields = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": PHONE}
    with pytest.raises(ConnectionResetError):
        await TenantTransport(wire.tenant).send(json_call("/mfa/associate", fields, mfa_token))
    assert (sent, logged) == (len(wire.tenant.inbox.messages()), [each.status for each in wire.tenant.requests])


def test_a_code_is_spent_though_the_reply_was_lost(wire: Wire) -> None:
    """The worst of it: the client does not know."""
    mfa_token, code = wire.login("bob@example.com", "pw"), wire.tenant.otp("bob@example.com")
    wire.tenant.faults.add(grant="mfa-otp", drop="after")
    with pytest.raises(ConnectionResetError):
        wire.otp(mfa_token, code)
    assert "Invalid otp_code." == wire.otp(mfa_token, code).body["error_description"]


async def test_a_delay_holds_back_what_has_happened(wire: Wire) -> None:
    """Real time, so that real timeouts fire; who gives up has caused it all the same."""
    transport, mfa_token = TenantTransport(wire.tenant), wire.login()
    wire.tenant.faults.add(path="/oauth/token", delay=0.02)
    started = time.perf_counter()
    assert 403 == (await transport.send(CALL)).status
    assert 0.015 < time.perf_counter() - started < 1
    wire.tenant.faults.add(path="/mfa/associate", delay=10)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await transport.send(json_call("/mfa/associate", {"authenticator_types": ["otp"]}, mfa_token))
    assert 2 == len(wire.tenant.users["ada@example.com"].authenticators)


@pytest.mark.parametrize(("drop", "sent"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection_over_a_socket(wire: Wire, drop: Any, sent: int) -> None:
    """It is really closed, a POST is not repeated, and the next one goes through."""
    mfa_token = wire.login()
    wire.tenant.faults.add(path="/mfa/associate", drop=drop)
    fields = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": PHONE}
    headers = {"Authorization": f"Bearer {mfa_token}"}
    async with serve(wire.tenant) as server, aiohttp.ClientSession(server.url) as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.post("/mfa/associate", json=fields, headers=headers)
        assert sent == len(wire.tenant.inbox.messages())
        async with session.post("/mfa/associate", json=fields, headers=headers) as reply:
            assert 200 == reply.status


async def test_status_body_and_delay_over_a_socket(tenant: Tenant) -> None:
    """As in process."""
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        tenant.faults.add(path="/oauth/token", status=502, body="<html>", headers={"X-Trace": "1"}, delay=0.01)
        async with session.post("/oauth/token", data=LOGIN) as reply:
            assert (502, "<html>", "1") == (reply.status, await reply.text(), reply.headers["X-Trace"])
            assert "text/html" == reply.content_type


async def test_faults_over_the_control_api(clock: Clock) -> None:
    """Armed, shown, struck, disarmed."""
    tenant = Tenant(clock=clock)
    async with serve(tenant) as server, aiohttp.ClientSession(server.url) as session:
        fault = {"path": "/oauth/token", "times": 2, "status": 500, "body": {"error": "x"}, "grant": "password"}
        async with session.post("/_tenant/faults", json=fault) as reply:
            assert (201, {**fault, "nth": 1, "struck": 0}) == (reply.status, await reply.json())
        async with session.post("/oauth/token", data=LOGIN) as reply:
            assert (500, {"error": "x"}) == (reply.status, await reply.json())
        async with session.get("/_tenant/faults") as reply:
            assert [{**fault, "nth": 1, "times": 1, "struck": 1}] == (await reply.json())["faults"]
        async with session.delete("/_tenant/faults") as reply:
            assert (200, []) == (reply.status, list(tenant.faults))


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        ({"drop": "x"}, "drop"), ({"times": "1"}, "times"), ({"times": 0}, "times"), ({"status": True}, "status"),
        ({"headers": {"a": 1}}, "headers"), ({"color": 1}, "nothing but"), ({"delay": "1"}, "delay"), ({"body": 1}, "body"),
    ],
)  # fmt: skip
async def test_odd_faults_are_told(tenant: Tenant, fault: dict[str, Any], hint: str) -> None:
    """400, with what is wrong, and nothing is armed."""
    async with (
        serve(tenant) as server,
        aiohttp.ClientSession(server.url) as session,
        session.post("/_tenant/faults", data=json.dumps(fault)) as reply,
    ):
        assert (400, True) == (reply.status, hint in (await reply.json())["error"])
    assert 0 == len(tenant.faults)


def test_each_counts_the_calls_it_is_meant_for(wire: Wire) -> None:
    """Also those at which an earlier one strikes."""
    wire.tenant.faults.add(path="/x", status=500)
    wire.tenant.faults.add(path="/x", status=503, nth=2)
    assert [500, 503, 404] == [wire.send("GET", "/x").status for _ in range(3)]


def test_a_token_that_is_over_has_its_owner(wire: Wire, clock: Clock) -> None:
    """A user's fault strikes, and the log says whose call it was."""
    mfa_token = wire.login()
    clock.advance(601)
    wire.tenant.faults.add(path="/mfa/*", user="ada@example.com", status=503, body={})
    assert 503 == wire.list(mfa_token).status
    assert "ada@example.com" == list(wire.tenant.requests)[-1].user
