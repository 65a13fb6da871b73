"""The log of requests counts, and keeps no secret."""

from mfa_flow.testing import Clock
from mfa_flow.testing.control.requests import Entry, RequestLog
from testing.conftest import GRANT, Wire


def test_counts_by_grant_and_by_path(wire: Wire) -> None:
    """One line tells how often something was asked."""
    mfa_token = wire.login("bob@example.com", "pw")
    wire.challenge(mfa_token)
    wire.otp(mfa_token, wire.tenant.otp("bob@example.com"))
    log = wire.tenant.requests
    assert [1, 1, 1, 2, 0] == [
        log.count(what) for what in ("password", "mfa-otp", "/mfa/challenge", "/oauth/token", "mfa-oob")
    ]
    assert 3 == len(log)


def test_says_how_each_ended(wire: Wire, clock: Clock) -> None:
    """Method, path, grant, status and error, in the order they came."""
    mfa_token = wire.login()
    clock.advance(5)
    wire.list(mfa_token)
    wire.token("magic")
    assert [
        ("POST", "/oauth/token", "password", 403, "mfa_required"),
        ("GET", "/mfa/authenticators", None, 200, None),
        ("POST", "/oauth/token", "unknown", 400, "unsupported_grant_type"),
    ] == [(each.method, each.path, each.grant, each.status, each.error) for each in wire.tenant.requests]
    assert [0, 5, 5] == [each.at - 1_726_830_000 for each in wire.tenant.requests]


def test_realm_grant_has_its_short_name(wire: Wire) -> None:
    """The last part of a long grant name is enough."""
    wire.token(f"{GRANT}password-realm")
    assert 1 == wire.tenant.requests.count("password-realm")


def test_shows_no_secret(wire: Wire) -> None:
    """Neither passwords nor tokens nor codes nor a secret in the wrong place show in the log."""
    mfa_token = wire.login()
    body = wire.add_sms(mfa_token).body
    code = wire.tenant.inbox.code("+15551230000")
    wire.oob(mfa_token, body["oob_code"], binding_code=code)
    wire.token("hush-grant")
    wire.send("GET", f"/mfa/authenticators?token={mfa_token}")
    shown = repr(wire.tenant.requests)
    secrets = [
        "correct-horse",
        "demo-secret",
        mfa_token,
        body["oob_code"],
        f"'{code}'",
        body["recovery_codes"][0],
        "hush",
    ]
    assert [] == [secret for secret in secrets if secret in shown]
    assert 5 == shown.count("Entry(")


def test_counts_stay_right_when_entries_are_gone() -> None:
    """By grant and by the paths there are; of one authenticator's path, and of no path, what is still there."""
    log = RequestLog()
    for number in range(12_000):
        path = f"/mfa/authenticators/{number}" if number % 2 else "/oauth/token"
        log.add(Entry(0.0, "POST", path, None if number % 2 else "mfa-otp", 200, None))
    assert (10_000, 6_000, 6_000) == (len(log), log.count("mfa-otp"), log.count("/oauth/token"))
    assert (0, 1) == (log.count("/mfa/authenticators/1"), log.count("/mfa/authenticators/11999"))
    assert {"mfa-otp", "/oauth/token"} == set(log.saved().gone)
    log.clear()
    assert (0, 0) == (len(log), log.count("mfa-otp"))


def test_a_fault_s_answer_is_in_it(wire: Wire) -> None:
    """With the status that the client saw."""
    wire.tenant.faults.add(status=503, body={})
    assert [wire.token("password").status] == [each.status for each in wire.tenant.requests] == [503]


def test_may_grow_while_it_is_read(wire: Wire) -> None:
    """Who reads it reads what was there when he began."""
    wire.send("GET", "/x")
    assert [404] == [(each.status, wire.send("GET", "/y"))[0] for each in wire.tenant.requests]
