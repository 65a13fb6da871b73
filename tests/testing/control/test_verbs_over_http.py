"""The control API's other verbs over a socket: time, pins, magic, people, clients, teaching, snapshots, seeds."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from joserfc import jwk

from mfa_flow.testing import Clock, Tenant, serve
from testing.conftest import PHONE, START, Wire, form_call, has

from .test_paths import Remote

CY = "cy@example.com"


@pytest.fixture
async def remote(wide: Wire) -> AsyncIterator[Remote]:
    """The control API of a tenant with every factor."""
    async with serve(wide.tenant) as server, aiohttp.ClientSession(server.url) as session:
        yield Remote(session)


async def test_all_verbs_are_listed(remote: Remote) -> None:
    """Each with its method, its path and what it does; and each path is there."""
    status, body = await remote.ask("GET", "")
    calls = {f"{each['method']} {each['path']}": each["does"] for each in body["verbs"]}
    assert (200, "Start over, with a new seed or the old one.") == (status, calls["POST /_tenant/reset"])
    assert [] == [call for call, does in calls.items() if not does.endswith(".") or "`" in does]
    for each in body["verbs"]:
        path = each["path"].removeprefix("/_tenant/").replace("{id}", "x").replace("{email}", "x")
        answered, said = await remote.ask("PUT", path)
        assert (405, True) == (answered, each["method"] in said["error"])


async def test_a_wrong_path_names_the_nearest(remote: Remote) -> None:
    """404, with a question."""
    status, body = await remote.ask("GET", "snapshot")
    assert (404, True) == (status, "did you mean snapshots?" in body["error"])


async def test_the_clock_is_frozen_and_follows(remote: Remote, clock: Clock) -> None:
    """Both answer with the time and how it goes on."""
    status, body = await remote.ask("POST", "clock", {"follow": True})
    assert (200, True, True) == (status, body["follows"], START <= body["now"] < START + 5)
    await asyncio.sleep(0.002)
    status, body = await remote.ask("POST", "clock", {"freeze": True})
    assert (200, False, True) == (status, body["follows"], clock.now() > START)
    assert (200, {"now": clock.now(), "follows": False}) == await remote.ask("GET", "clock")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"freeze": False}, "freeze is true: to undo it send follow"),
        ({"follow": False}, "follow is true: to undo it send freeze"),
        ({"freeze": True, "advance": 1}, "send one of: advance"),
        ({"freez": True}, "did you mean freeze?"),
        ({"freeze": 1}, "freeze is of the wrong type: it is true or false"),
        ({"advance": "1"}, "advance is of the wrong type: it is a whole number or a number"),
    ],
)
async def test_the_clock_is_told_one_thing(remote: Remote, clock: Clock, body: object, hint: str) -> None:
    """It says what to send."""
    status, said = await remote.ask("POST", "clock", body)
    assert (400, True, START, False) == (status, hint in said["error"], clock.now(), clock.follows)


async def test_advancing_wakes_a_poll_for_a_late_message(remote: Remote, wide: Wire) -> None:
    """The moment the clock shows its time, and not before."""
    wide.add(wide.login(), "sms", phone_number="+15005550130")
    poll = asyncio.create_task(remote.ask("GET", "inbox?wait=10"))
    await asyncio.sleep(0.01)
    await remote.ask("POST", "clock", {"advance": 29})
    await asyncio.sleep(0.01)
    assert not poll.done()
    started = time.perf_counter()
    await remote.ask("POST", "clock", {"advance": 1})
    _, body = await poll
    assert (["+15005550130"], START + 30) == ([each["to"] for each in body["messages"]], body["messages"][0]["at"])
    assert time.perf_counter() - started < 0.5


async def test_a_following_clock_ends_a_poll_by_itself(remote: Remote, wide: Wire, clock: Clock) -> None:
    """Nobody has to move it, also when it began to follow during the poll."""
    wide.add(wide.login(), "sms", phone_number="+15005550101")
    clock.advance(0.99)
    poll = asyncio.create_task(remote.ask("GET", "inbox?wait=10"))
    await asyncio.sleep(0.005)
    clock.follow()
    assert 1 == len((await asyncio.wait_for(poll, 2))[1]["messages"])


async def test_pins(remote: Remote, wide: Wire) -> None:
    """Pinned, listed, carried by each message, taken out."""
    assert (201, {"to": PHONE, "code": "123456"}) == await remote.ask("POST", "pins", {"to": PHONE, "code": "123456"})
    await remote.ask("POST", "pins", {"to": CY, "code": "654321"})
    assert {"pins": [{"to": PHONE, "code": "123456"}, {"to": CY, "code": "654321"}]} == (
        await remote.ask("GET", "pins")
    )[1]
    wide.add(wide.login(), "sms", phone_number=PHONE)
    assert "123456" == wide.tenant.inbox.code(PHONE)
    assert (200, {}) == await remote.ask("DELETE", "pins?to=%2B15551230000")
    assert {CY: "654321"} == wide.tenant.pins
    assert (200, {}) == await remote.ask("DELETE", "pins")
    assert {} == wide.tenant.pins


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"to": PHONE}, "a pin needs: code"),
        ({"code": "123456"}, "a pin needs: to"),
        ({"to": PHONE, "code": "12"}, "six digits"),
        ({"to": PHONE, "code": 123456}, "code is of the wrong type: it is a string"),
        ({"to": "otp", "code": "123456"}, "codes of its own"),
        ({"too": PHONE, "code": "123456"}, "did you mean to?"),
    ],
)
async def test_odd_pins_are_told(remote: Remote, wide: Wire, body: object, hint: str) -> None:
    """400, and nothing is pinned."""
    status, said = await remote.ask("POST", "pins", body)
    assert (400, True, {}) == (status, hint in said["error"], wide.tenant.pins)


async def test_magic_is_listed(remote: Remote) -> None:
    """Four tricks, each with a number, an address and what it does."""
    status, body = await remote.ask("GET", "magic")
    assert (200, ["invalid", "down", "never", "late"]) == (status, [each["trick"] for each in body["magic"]])
    assert {"trick": "down", "phone": "+15005550002", "email": "name+down@domain"} == {
        name: body["magic"][1][name] for name in ("trick", "phone", "email")
    }


async def test_a_code_of_an_app(remote: Remote, wide: Wire) -> None:
    """As in process; who has none, or is not there, is told."""
    has(wide, "otp")
    assert (200, {"code": wide.tenant.otp(CY)}) == await remote.ask("GET", f"otp/{CY}")
    status, body = await remote.ask("GET", "otp/ada@example.com")
    assert (409, "ada@example.com has no authenticator app: associate one first") == (status, body["error"])
    assert 404 == (await remote.ask("GET", "otp/nobody@example.com"))[0]


async def test_people_are_changed(remote: Remote, wide: Wire) -> None:
    """What is sent, and nothing else; the answer shows it."""
    cy = has(wide, "otp")
    change: dict[str, Any] = {
        "password": "new", "phone": "+491701234567", "mfa": False, "factors": 2, "requirements": {"challenge": ["otp"]},
        "refresh_mfa": True, "blocked": True, "leaked": True, "wrong_passwords": 3, "verified": True,
    }  # fmt: skip
    status, body = await remote.ask("PATCH", f"users/{CY}", change)
    password = change.pop("password")
    assert (200, change, password) == (status, {name: body[name] for name in change}, cy.password)
    assert None is (await remote.ask("PATCH", f"users/{CY}", {"requirements": None}))[1]["requirements"]
    status, body = await remote.ask("PATCH", f"users/{CY}", {"blocked": False})
    assert (False, True) == (body["blocked"], body["leaked"])


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"phone": "555"}, "written like"),
        ({"factors": 0, "blocked": True}, "1 factor or more"),
        ({"verified": False}, "stays so"),
        ({"email": "x@example.com"}, "nothing but: password"),
        ({"blockd": True}, "did you mean blocked?"),
        ({"requirements": {"enroll": "otp"}}, "a list of strings"),
        ({"requirements": {"enroll": ["sms"]}}, "did you mean phone?"),
        ({"requirements": []}, "requirements is of the wrong type: it is an object"),
    ],
)
async def test_odd_changes_are_told(remote: Remote, wide: Wire, change: dict[str, Any], hint: str) -> None:
    """400, and nobody is changed."""
    status, body = await remote.ask("PATCH", "users/eve@example.com", change)
    assert (400, True, False) == (status, hint in body["error"], wide.tenant.users["eve@example.com"].blocked)


async def test_what_a_person_has_left(remote: Remote, wide: Wire) -> None:
    """Attempts and messages, as the buckets have them."""
    has(wide, "otp")
    mfa_token = wide.login(CY, "pw")
    wide.otp(mfa_token, "000000")
    wide.recover(mfa_token, "x")
    wide.recover(mfa_token, "y")
    wide.add(wide.login(), "sms", phone_number=PHONE)
    _, cy = await remote.ask("GET", f"users/{CY}")
    _, ada = await remote.ask("GET", "users/ada@example.com")
    assert ({"code": 9, "recovery_code": 8}, {"phone": 9, "email": 20, "push": 5}) == (
        cy["attempts_left"],
        ada["messages_left"],
    )


async def test_clients(remote: Remote, wide: Wire) -> None:
    """Added with a secret, with a key, with few grants; listed."""
    key = jwk.RSAKey.generate_key(2048).as_dict(private=False)
    status, body = await remote.ask(
        "POST", "clients", {"id": "shop", "secret": "s", "grants": ["password"], "trusted": True}
    )
    shown = {"id": "shop", "secret": "s", "grants": ["password"], "connection": True, "trusted": True}
    assert (201, shown) == (status, body)
    assert 201 == (await remote.ask("POST", "clients", {"id": "signed", "key": key}))[0]
    _, listed = await remote.ask("GET", "clients")
    assert ["demo-client", "demo-public", "shop", "signed"] == [each["id"] for each in listed["clients"]]
    fields = {"grant_type": "password", "client_id": "shop", "client_secret": "s"}
    assert 400 == wide.tenant.answer(form_call("/oauth/token", fields)).status


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"secret": "s"}, "a client needs: id"),
        ({"id": "demo-client"}, "already"),
        ({"id": "x", "grants": [1]}, "grants is a list of strings"),
        ({"id": "x", "grants": ["mfa-opt"]}, "did you mean mfa-otp?"),
        ({"id": "x", "key": "no pem"}, "key is an RSA public key"),
        ({"id": "x", "key": {"kty": "oct", "k": "AAAA"}}, "key is an RSA public key"),
        ({"id": "x", "key": {"n": 1}}, "key is an RSA public key"),
        ({"id": "x", "key": {"kty": "RSA", "n": "!", "e": "AQAB"}}, "key is an RSA public key"),
    ],
)
async def test_odd_clients_are_told(remote: Remote, wide: Wire, body: object, hint: str) -> None:
    """400, and there is none more."""
    status, said = await remote.ask("POST", "clients", body)
    assert (400, True, 2) == (status, hint in said["error"], len(list(wide.tenant.clients)))


async def test_teaching(remote: Remote, wide: Wire) -> None:
    """A factor of one's own, whose codes go to the inbox."""
    taught = {"channel": "pigeon", "address": "loft", "type": "bird", "sends": [1, 60], "text": "Coo, {code}!"}
    assert (201, {}) == await remote.ask("POST", "teach", taught)
    mfa_token = wide.login()
    assert [200, 400] == [wide.add(mfa_token, "pigeon", loft="north").status for _ in range(2)]
    [message] = wide.tenant.inbox.messages()
    assert ("pigeon", "north", f"Coo, {message.code}!") == (message.channel, message.to, message.text)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"channel": ""}, "a factor needs: channel"),
        ({"channel": "sms"}, "already"),
        ({"sends": [1]}, "sends is a list of two numbers"),
        ({"sends": [True, 1]}, "sends is a list of two numbers"),
        ({"sends": [1, 0]}, "sends is how many"),
        ({"sends": [0, 1]}, "sends is how many"),
        ({"text": "{cod}"}, "text may hold {code}"),
        ({"text": "{code:>99}"}, "text may hold {code}"),
        ({"text": "{"}, "text"),
        ({"prompts": True}, "did you mean prompt?"),
    ],
)
async def test_odd_factors_are_told(remote: Remote, wide: Wire, change: dict[str, Any], hint: str) -> None:
    """400, and none is known."""
    status, said = await remote.ask("POST", "teach", {"channel": "pigeon", **change})
    assert (400, True) == (status, hint in said["error"])
    assert 400 == wide.add(wide.login(), "pigeon").status


async def test_snapshots(remote: Remote, wide: Wire, clock: Clock) -> None:
    """Taken, listed, put back twice, with the time if asked, thrown away."""
    has(wide, "otp")
    assert (201, {"id": "snap_1"}) == await remote.ask("POST", "snapshots")
    assert (201, {"id": "snap_2"}) == await remote.ask("POST", "snapshots", {})
    assert {"snapshots": [{"id": "snap_1", "at": START}, {"id": "snap_2", "at": START}]} == (
        await remote.ask("GET", "snapshots")
    )[1]
    for body, now in ((None, 60), ({"clock": True}, 0)):
        await remote.ask("DELETE", f"users/{CY}")
        await remote.ask("POST", "clock", {"advance": 60})
        assert (200, {"id": "snap_1"}) == await remote.ask("POST", "snapshots/snap_1/restore", body)
        assert (True, START + now) == (CY in wide.tenant.users, clock.now())
    assert (200, {}) == await remote.ask("DELETE", "snapshots/snap_1")
    status, said = await remote.ask("POST", "snapshots/snap_1/restore")
    assert (404, "no snapshot snap_1: there are snap_2") == (status, said["error"])
    assert 404 == (await remote.ask("DELETE", "snapshots/snap_1"))[0]
    assert (201, {"id": "snap_3"}) == await remote.ask("POST", "snapshots")


@pytest.mark.parametrize("body", [{"clock": 1}, {"clok": True}, b"{", []])
async def test_odd_restores_are_told(remote: Remote, body: object) -> None:
    """400, with the field."""
    await remote.ask("POST", "snapshots")
    status, said = await remote.ask("POST", "snapshots/snap_1/restore", body)
    assert (400, True) == (status, "clock" in said["error"])


async def test_snapshots_end_somewhere(remote: Remote) -> None:
    """A hundred are enough."""
    statuses = [(await remote.ask("POST", "snapshots"))[0] for _ in range(101)]
    assert ([201] * 100, 409) == (statuses[:100], statuses[100])


async def test_a_reset_with_a_seed(remote: Remote, wide: Wire, clock: Clock) -> None:
    """The tenant begins as one that was made with it, and does so again."""
    for body in ({"seed": 99}, None):
        assert (200, {}) == await remote.ask("POST", "reset", body)
        other = Tenant(clock=clock, seed=99, name="My Test Tenant")
        assert [each.id for each in other.users] == [each.id for each in wide.tenant.users]
    for odd in ({"seed": "7"}, {"sed": 7}, {"seed": True}):
        status, said = await remote.ask("POST", "reset", odd)
        assert (400, True) == (status, "seed" in said["error"])


async def test_requests_are_counted_and_forgotten(remote: Remote, wide: Wire) -> None:
    """By grant or path, in one call."""
    wide.login()
    assert (200, {"count": 1}) == await remote.ask("GET", "requests?count=password")
    assert (200, {}) == await remote.ask("DELETE", "requests")
    assert (200, {"count": 0}) == await remote.ask("GET", "requests?count=/oauth/token")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "inbox?too=x"), ("DELETE", "inbox?channel=sms"), ("DELETE", "pins?code=1"), ("GET", "requests?path=x")],
)
async def test_odd_queries_are_told(remote: Remote, method: str, path: str) -> None:
    """400: a filter that is not there filters nothing."""
    status, said = await remote.ask(method, path)
    assert (400, True) == (status, "the query has nothing but" in said["error"])


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "faults?path=/a"), ("GET", "users?email=x"), ("POST", "reset?seed=7")]
)
async def test_a_query_where_none_is_taken(remote: Remote, wide: Wire, method: str, path: str) -> None:
    """400, and nothing is done."""
    wide.tenant.faults.add("/b", status=503)
    status, said = await remote.ask(method, path)
    assert (400, True, 1) == (status, "this takes no query: not" in said["error"], len(wide.tenant.faults))


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("inbox?channel=emial", "did you mean email?"),
        ("inbox?channel=otp", "there are: email, push, sms, voice"),
        ("requests?count=mfa-opt", "did you mean mfa-otp?"),
        ("requests?count=/mfa/chalenge", "did you mean /mfa/challenge?"),
    ],
)
async def test_odd_filters_are_told(remote: Remote, path: str, hint: str) -> None:
    """400: what cannot be would be waited for in vain, or counted as none."""
    status, said = await remote.ask("GET", path)
    assert (400, True) == (status, hint in said["error"])


async def test_whatever_was_asked_for_is_counted(remote: Remote, wide: Wire) -> None:
    """A path that leads nowhere too, and one authenticator's before anybody removed it."""
    wide.send("GET", "/nowhere")
    counts = [await remote.ask("GET", f"requests?count={path}") for path in ("/nowhere", "/mfa/authenticators/x")]
    assert [(200, {"count": 1}), (200, {"count": 0})] == counts


async def test_a_fault_armed_with_bytes_is_shown(remote: Remote, wide: Wire) -> None:
    """As text, as far as it is any."""
    wide.tenant.faults.add(body=b"a\xffb")
    status, said = await remote.ask("GET", "faults")
    assert (200, ["a\ufffdb"]) == (status, [each["body"] for each in said["faults"]])


async def test_an_unescaped_plus(remote: Remote, wide: Wire) -> None:
    """Of a number or inside an address it is taken for what it is, whatever the address's case."""
    wide.add(wide.login(), "sms", phone_number=PHONE)
    wide.add(wide.login(), "email", email="Ada+Work@example.com")
    for to in (PHONE, "ada+work@Example.com"):
        assert 1 == len((await remote.ask("GET", f"inbox?to={to}"))[1]["messages"])
        assert (200, {}) == await remote.ask("DELETE", f"inbox?to={to}")
        assert [] == wide.tenant.inbox.messages(to=to)
