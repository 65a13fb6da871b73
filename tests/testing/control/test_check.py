"""What a test armed and never met, and what was sent and never looked at, can be a failure."""

import re

import aiohttp
import pytest

from mfa_flow.testing import serve
from testing.conftest import PHONE, Wire


def test_a_fresh_tenant_passes(wide: Wire) -> None:
    """There is nothing to complain of."""
    wide.tenant.check()


def test_it_complains_of_everything(wide: Wire) -> None:
    """A line each, with no code in it."""
    wide.tenant.faults.add(path="/mfa/challenge", grant="mfa-oob", user="ada@example.com", status=500)
    wide.tenant.faults.add(status=500, nth=99)
    mfa_token = wide.login()
    wide.add(mfa_token, "sms", phone_number=PHONE)
    wide.add(mfa_token, "auth0")
    expected = [
        "a fault never struck: path /mfa/challenge, grant mfa-oob, user ada@example.com",
        "a fault never struck: at any call",
        f"nobody read the sms msg_1 to {PHONE}",
        "nobody answered the push msg_2 to ada@example.com",
    ]
    with pytest.raises(AssertionError, match=f"^{re.escape(chr(10).join(expected))}$"):
        wide.tenant.check()


def test_what_was_met_passes(wide: Wire) -> None:
    """A fault that struck once is met, though more was armed; a message was read, a push answered."""
    wide.tenant.faults.add(path="/mfa/challenge", status=500, body={}, times=9)
    mfa_token = wide.login()
    wide.challenge(mfa_token)
    wide.add(mfa_token, "sms", phone_number=PHONE)
    wide.add(mfa_token, "auth0")
    wide.tenant.inbox.code(PHONE)
    wide.tenant.push("ada@example.com").deny()
    wide.tenant.check()


def test_seeing_a_push_does_not_answer_it(wide: Wire) -> None:
    """It was asked, and it still is."""
    wide.add(wide.login(), "auth0")
    wide.tenant.inbox.messages()
    assert ["nobody answered the push msg_1 to ada@example.com"] == wide.tenant.problems()


def test_what_was_thrown_away_is_nobodys_loss(wide: Wire) -> None:
    """Clearing is a way of dealing with it."""
    wide.add(wide.login(), "sms", phone_number=PHONE)
    wide.tenant.inbox.clear()
    wide.tenant.check()


async def test_over_the_control_api(wide: Wire) -> None:
    """Reading the message by HTTP counts as well."""
    wide.add(wide.login(), "sms", phone_number=PHONE)
    async with serve(wide.tenant) as server, aiohttp.ClientSession(server.url) as session:
        answers = []
        for path in ("check", "inbox", "check"):
            async with session.get(f"/_tenant/{path}") as reply:
                answers.append(await reply.json())
    assert {"ok": False, "problems": [f"nobody read the sms msg_1 to {PHONE}"]} == answers[0]
    assert {"ok": True, "problems": []} == answers[2]
