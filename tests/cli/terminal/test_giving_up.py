"""Ctrl-C, at whatever point: the exit code, the terminal as it was, and a flow that cannot go on."""

import os
import signal

import pytest
from person import ADA, PASSWORD, PHONE, chosen, named, saved
from seat import CTRL_C, CTRL_D, ENTER

from mfa_flow import App, MfaClient, Stopped
from mfa_flow.kit.people import Accounts
from mfa_flow.stores import Seal, SqliteStore

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def at_phone(seat):
    return chosen(seat, "sms").sees("Phone number:")


def at_recovery_codes(seat):
    return at_phone(seat).says(PHONE).sees("Press Enter")


POINTS = {
    "name": lambda seat: seat.sees("E-mail address:"),
    "password": lambda seat: seat.sees("E-mail address:").says(ADA).sees("Password:").types("corr"),
    "choice": lambda seat: named(seat).sees("Cancel"),
    "number": at_phone,
    "recovery codes": at_recovery_codes,
    "code": lambda seat: saved(at_phone(seat).says(PHONE)).sees("Code:").types("123"),
    "key": lambda seat: saved(chosen(seat, "otp")).sees("Code:"),
    "push": lambda seat: saved(chosen(seat, "push")).sees("left"),
}

# What shows there where it is written line by line.
BY_LINE = {"push": lambda seat: named(seat).sees("name:").says("push").sees("Press Enter").types(ENTER).sees("Or type")}


@pytest.mark.parametrize("point", POINTS)
def test_ctrl_c(sit, tenant, tmp_path, point):
    """It ends at once with 130, says so, and leaves nothing on stdout; ``ends`` looks at the terminal."""
    seat = POINTS[point](sit("login")).types(CTRL_C)
    assert 130 == seat.ends()
    assert "You cancelled this login." in seat.text
    assert PASSWORD.encode() not in seat.raw
    assert "" == (tmp_path / "tokens.json").read_text()


def test_ctrl_c_while_a_pause_runs(sit, tenant):
    """Nobody has to see it out."""
    seat = paused(sit, tenant).types(CTRL_C)
    assert 130 == seat.ends()


def paused(sit, tenant):
    """At a bucket that is empty: the ten attempts there are were made."""
    bo = Accounts(tenant)("otp", email="bo@example.com")
    seat = named(sit("login"), bo.email).sees("Cancel").types("1", ENTER).sees("Code:")
    for count in range(1, 12):
        seat.says("000000").sees(
            "not right" if count < 11 else "Too many wrong codes.", min(count, 10) if count < 11 else 1
        )
    return seat.sees("left")


def test_ctrl_c_while_a_request_is_in_the_air(sit, tenant):
    """The answer is not waited for."""
    tenant.faults.add("/oauth/token", delay=30)
    seat = named(sit("login"))
    seat.until(lambda: tenant.requests.count("password"), "asked the tenant")
    assert 130 == seat.types(CTRL_C).ends()


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize("point", ["name", "choice", "push"])
def test_the_end_of_input(sit, tenant, point, term):
    """Ctrl-D gives up as well."""
    seat = BY_LINE.get(point, POINTS[point])(sit("login", TERM=term)) if term == "dumb" else POINTS[point](sit("login"))
    assert 130 == seat.types(CTRL_D).ends()
    assert "You cancelled this login." in seat.text


@pytest.mark.parametrize("point", ["password", "push"])
def test_sigterm(sit, tenant, point):
    """Who is told to stop by the system leaves the terminal as it was, too."""
    seat = POINTS[point](sit("login", to=None))
    os.kill(seat.child.pid, signal.SIGTERM)
    assert 130 == seat.ends()


def at_new_code(sit, tenant, *command, **how):
    """Somebody who has used up their recovery code, and sees the next."""
    bo = Accounts(tenant)("otp", email="bo@example.com")
    seat = named(sit(*command, **how), bo.email).sees("Cancel").types("2", ENTER).sees("Recovery code:")
    seat.says(bo.user.recovery_code).sees("Press Enter")
    return seat.sees(bo.user.recovery_code)


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize("way", [CTRL_C, CTRL_D, signal.SIGTERM], ids=repr)
def test_at_the_new_code_the_login_is_over(sit, tenant, tokens, way, term):
    """Nobody loses the tokens that a recovery code was spent for."""
    seat = at_new_code(sit, tenant, "login", TERM=term)
    if isinstance(way, signal.Signals):
        os.kill(seat.child.pid, way)
    else:
        seat.types(way)
    assert 0 == seat.ends()
    assert "Bearer" == tokens()["token_type"]
    assert "You cancelled this login." not in seat.text


@pytest.mark.parametrize("action", ["list", "remove"])
def test_at_the_new_code_there_is_more_to_come(sit, tenant, action):
    """What a login was for is given up there as anywhere: nothing is removed. The login was not cancelled."""
    seat = at_new_code(sit, tenant, "authenticators", action, to=None)
    assert 130 == seat.types(CTRL_C).ends()
    assert "You have:" not in seat.text
    assert ("Nothing was removed." in seat.text) == (action == "remove")
    assert "You cancelled this login." not in seat.text


async def test_the_flow_is_cancelled(sit, server, tenant, tmp_path):
    """Whoever looks at it elsewhere is told so."""
    key, file = Seal.generate_key(), tmp_path / "flows.db"
    app = App(server.url, "demo-public")
    async with SqliteStore(file, seal=Seal(key)) as store, MfaClient(app, store=store) as mfa:
        await mfa.flow("web-1").login(ADA, PASSWORD)
        seat = sit("login", "--sqlite", file, "--flow", "web-1", MFA_FLOW_KEY=key).sees("Cancel").types(CTRL_C)
        assert 130 == seat.ends()
        assert Stopped(reason="cancelled", verbs=()) == await mfa.flow("web-1").look()
