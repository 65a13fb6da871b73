"""What an onlooker is told: each change once, and after a reset everything anew."""

from typing import Any

import pytest

from mfa_flow.testing import Clock, Tenant
from mfa_flow.testing.control.watching import Watch
from testing.conftest import PHONE, START, Wire, has

EVE = "eve@example.com"


@pytest.fixture
def watch(wide: Wire) -> Watch:
    """Somebody who has seen what there was."""
    watch = Watch(wide.tenant)
    watch.look()
    return watch


def names(watch: Watch) -> list[str]:
    return sorted(name for name, _ in watch.look())


def told(watch: Watch, wanted: str) -> list[dict[str, Any]]:
    return [data for name, data in watch.look() if name == wanted]


def test_the_first_look_tells_everything(wide: Wire) -> None:
    """Between reset and ready: the clock, people, messages, requests, faults."""
    wide.add_sms(wide.login(EVE, "pw"))
    news = Watch(wide.tenant).look()
    assert ["reset", "clock", "user", "user", "message", "request", "request", "faults", "ready"] == [
        n for n, _ in news
    ]
    assert {"tenant": "My Test Tenant"} == news[0][1]


def test_nothing_new_is_nothing(watch: Watch) -> None:
    """Looking again tells nothing."""
    assert [] == watch.look()


def test_a_message_is_told_once_with_all_there_is(wide: Wire, watch: Watch) -> None:
    """Its text, its code, and until when it is good."""
    wide.add_sms(wide.login(EVE, "pw"))
    [message] = told(watch, "message")
    code = wide.tenant.inbox.code(PHONE)
    assert ("msg_1", "sms", PHONE, code, START + 300, False) == tuple(
        message[name] for name in ("key", "channel", "to", "code", "until", "used")
    )
    assert [] == watch.look()


def test_what_becomes_of_a_message(wide: Wire, watch: Watch) -> None:
    """An answered push and a used code are told as the same message."""
    has(wide, "push")
    wide.challenge(wide.login("cy@example.com", "pw"), challenge_type="oob")
    watch.look()
    wide.tenant.push("cy@example.com").deny()
    assert [("msg_1", "deny")] == [(each["key"], each["decision"]) for each in told(watch, "message")]
    mfa_token = wide.login(EVE, "pw")
    oob_code = wide.add_sms(mfa_token).body["oob_code"]
    watch.look()
    wide.oob(mfa_token, oob_code, binding_code=wide.tenant.inbox.code(PHONE))
    assert [("msg_2", True)] == [(each["key"], each["used"]) for each in told(watch, "message")]


def test_a_late_message_is_told_when_it_comes(wide: Wire, watch: Watch) -> None:
    """With all there is, as others are: it is good until five minutes after it was sent."""
    late = "+15005550130"
    wide.add_sms(wide.login(EVE, "pw"), late)
    assert [] == told(watch, "message")
    wide.tenant.clock.advance(30)
    [message] = told(watch, "message")
    assert (late, START + 30, START + 300) == (message["to"], message["at"], message["until"])
    assert 1 == len(wide.tenant.problems()), "who looks on has read nothing"


def test_each_kind_of_change(wide: Wire, watch: Watch) -> None:
    """Users, faults, the clock and requests, made in process, with their own names."""
    tenant = wide.tenant
    tenant.users[EVE].blocked = True
    assert ["user"] == names(watch)
    fault = tenant.faults.add("/mfa/challenge", times=2, status=503)
    assert ["faults"] == names(watch)
    fault.times = 1
    assert ["faults"] == names(watch)
    tenant.clock.advance(1)
    assert ["clock"] == names(watch)
    wide.send("GET", "/nowhere")
    assert {"faults", "request"} >= set(names(watch))
    tenant.users.remove(EVE)
    assert [("gone", {"kind": "user", "key": EVE})] == watch.look()


def test_emptying_the_inbox(wide: Wire, watch: Watch) -> None:
    """The messages are gone, one by one."""
    wide.add_sms(wide.login(EVE, "pw"))
    watch.look()
    wide.tenant.inbox.clear()
    assert [("gone", {"kind": "message", "key": "msg_1"})] == watch.look()


def test_a_reset_tells_everything_anew(wide: Wire, watch: Watch) -> None:
    """Ada alone is left, and nothing is said of what was before."""
    wide.tenant.reset()
    news = watch.look()
    assert ["reset", "clock", "user", "faults", "ready"] == [name for name, _ in news]
    assert ["ada@example.com"] == [data["email"] for name, data in news if name == "user"]


def test_a_clock_that_follows_is_told_when_it_is_moved() -> None:
    """Its going on by itself is no news."""
    tenant = Tenant(clock=Clock(follows=True))
    watch = Watch(tenant)
    assert [True] == [each["follows"] for each in told(watch, "clock")]
    assert [] == told(watch, "clock")
    tenant.clock.advance(30)
    assert 1 == len(told(watch, "clock"))


def test_a_still_clock_says_so(clock: Clock, wide: Wire) -> None:
    """With its time."""
    assert [{"now": START, "follows": False}] == told(Watch(wide.tenant), "clock")


def test_who_looks_seldom_is_told_the_newest(wide: Wire, watch: Watch) -> None:
    """Of a thousand requests the last two hundred, each under a number of its own; what they knew before is gone."""
    wide.send("GET", "/first")
    first = told(watch, "request")
    for number in range(1000):
        wide.send("GET", f"/{number}")
    news = watch.look()
    requests = [data for name, data in news if name == "request"]
    assert [f"/{number}" for number in range(800, 1000)] == [each["path"] for each in requests]
    assert [{"kind": "request", "key": first[0]["key"]}] == [data for name, data in news if name == "gone"]
    assert 200 == len({each["key"] for each in requests})


def test_requests_keep_their_numbers(wide: Wire, watch: Watch) -> None:
    """One more request is one piece of news, and a cleared log begins with new numbers."""
    wide.send("GET", "/a")
    [first] = told(watch, "request")
    wide.send("GET", "/b")
    [second] = told(watch, "request")
    wide.tenant.requests.clear()
    wide.send("GET", "/c")
    news = watch.look()
    assert ("/b", "/c") == (second["path"], news[-1][1]["path"])
    assert 3 == len({first["key"], second["key"], news[-1][1]["key"]})
    assert {first["key"], second["key"]} == {data["key"] for name, data in news if name == "gone"}
