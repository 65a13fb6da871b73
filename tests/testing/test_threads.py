"""The tenant in a thread: for who has no loop, or another one."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from ssl import create_default_context
from typing import Any
from urllib.parse import urlencode

import pytest

from mfa_flow.testing import Clock, Server, Tenant, serving

from .conftest import PHONE


def asked(server: Server, path: str, bearer: str = "", **fields: Any) -> Any:
    """A synchronous client's answer, whatever its status: a form to the token endpoint, JSON elsewhere."""
    data = urlencode(fields) if path == "/oauth/token" else json.dumps(fields)
    kind = "x-www-form-urlencoded" if path == "/oauth/token" else "json"
    headers = {"Content-Type": f"application/{kind}", "Authorization": f"Bearer {bearer}"}
    request = urllib.request.Request(server.url + path, data.encode() if fields else None, headers)
    context = create_default_context(cadata=server.ca) if server.ca else None
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def enrolled(server: Server, email: str, phone: str) -> Any:
    """A whole enrolment: password, phone, code."""
    client = {"client_id": "demo-public"}
    mfa_token = asked(server, "/oauth/token", **client, grant_type="password", username=email, password="pw")[
        "mfa_token"
    ]
    fields = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": phone}
    oob_code = asked(server, "/mfa/associate", mfa_token, **fields)["oob_code"]
    proof = {"mfa_token": mfa_token, "oob_code": oob_code, "binding_code": server.tenant.inbox.code(phone)}
    return asked(server, "/oauth/token", **client, grant_type="http://auth0.com/oauth/grant-type/mfa-oob", **proof)


@pytest.mark.parametrize("how", [{}, {"https": True}], ids=str)
def test_a_synchronous_walk(how: dict[str, bool]) -> None:
    """Without asyncio on this side, over either scheme; starting and stopping take well under a second."""
    tenant = Tenant()
    tenant.users.add("bo@example.com", "pw")
    threads, started = threading.active_count(), time.perf_counter()
    with serving(tenant, **how) as server:
        opened = time.perf_counter() - started
        assert "Bearer" == enrolled(server, "bo@example.com", PHONE)["token_type"]
        stopping = time.perf_counter()
    assert (True, True) == (opened < 0.5, time.perf_counter() - stopping < 0.5)
    assert threads == threading.active_count()
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))


async def test_within_another_loop() -> None:
    """A test that has a loop of its own may use it too, and errors of the block come out as they are."""
    with serving(Tenant()) as server:
        assert {"now", "follows"} == asked(server, "/_tenant/clock").keys()
    with pytest.raises(KeyError, match="no user eve"), serving(Tenant()) as server:
        server.tenant.users.remove("eve@example.com")


def test_a_port_in_use_is_told_here() -> None:
    """What goes wrong in the thread is raised where it was asked for, and no thread stays."""
    threads = threading.active_count()
    with serving(Tenant()) as server, pytest.raises(OSError, match="Address already in use"):  # noqa: SIM117 - two servers
        with serving(Tenant(), port=int(server.url.rpartition(":")[2])):
            pass
    assert threads == threading.active_count()


def test_tenants_share_nothing_but_the_key() -> None:
    """Two of them, the same people in parallel: each has its own users, codes, tokens, log, clock and faults."""
    tenants = [Tenant(clock=Clock(start)) for start in (1_000_000, 2_000_000)]
    with serving(tenants[0]) as one, serving(tenants[1], https=True) as other, ThreadPoolExecutor(8) as pool:
        people = [
            (server, f"u{number}@example.com", f"+1555123{number:04}")
            for number in range(20)
            for server in (one, other)
        ]
        for server, email, _ in people:
            server.tenant.users.add(email, "pw")
        tokens = list(pool.map(lambda each: enrolled(*each), people))
        tenants[0].faults.add("/userinfo", status=418, body={})
        tenants[0].clock.advance(5)
        strange = asked(other, "/mfa/authenticators", tokens[0]["access_token"])
        assert "error" in strange
        assert "error" in asked(other, "/userinfo", tokens[0]["access_token"])
        assert [1_000_005, 2_000_000] == [asked(each, "/_tenant/clock")["now"] for each in (one, other)]
        keys = [asked(each, "/.well-known/jwks.json") for each in (one, other)]
    assert keys[0] == keys[1]
    assert ["Bearer"] * 40 == [each["token_type"] for each in tokens]
    assert [20, 20] == [len(each.inbox.messages()) for each in tenants]
    assert [60, 62] == [len([entry for entry in each.requests if "well" not in entry.path]) for each in tenants]
    assert [1, 0] == [len(each.faults) for each in tenants]
