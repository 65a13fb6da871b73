"""The list of who is signed in, and one less; asked from a pipe."""

import json

import pytest

from mfa_flow.kit.people import Accounts

PASSWORD = "correct-horse"


@pytest.fixture
def bo(tenant):
    """Somebody with an app and a phone."""
    return Accounts(tenant)("otp", "sms", email="bo@example.com")


@pytest.fixture
def listed(run, tenant, bo):
    """What is listed to a program, after a login."""

    def begin():
        tenant.clock.advance(30)
        lines = [PASSWORD, "1", tenant.otp(bo.email)]
        code, out, _ = run("authenticators", "list", "--username", bo.email, lines=lines)
        assert 0 == code
        return json.loads(out)

    return begin


def test_list(listed):
    """As JSON: id, factor, name, and whether it was ever proved."""
    found = {one["factor"]: one for one in listed()}
    assert {"otp", "sms", "voice", "recovery"} == found.keys()
    assert {"id", "factor", "name", "active"} == found["sms"].keys()
    assert "XXXXXXXX" in found["sms"]["name"]


def test_remove(run, tenant, bo, listed):
    """By its id, without another question; nothing goes to stdout."""
    [phone] = [one["id"] for one in listed() if one["factor"] == "sms"]
    tenant.clock.advance(30)
    lines = [PASSWORD, "1", tenant.otp(bo.email)]
    code, out, said = run("authenticators", "remove", phone, "--username", bo.email, lines=lines)
    assert (0, "") == (code, out)
    assert said.endswith("Removed: text message (XXXXXXXX0001), phone call (XXXXXXXX0001)\n")
    assert {"otp", "recovery"} == {one["factor"] for one in listed()}


@pytest.mark.parametrize(("option", "more"), [((), ["remove"]), (("--yes",), [])])
def test_remove_what_is_chosen(run, tenant, bo, listed, option, more):
    """Without an id it is chosen, and whether they are sure is asked, unless that is said before."""
    lines = [PASSWORD, "1", tenant.otp(bo.email), "sms", *more]
    code, out, said = run("authenticators", "remove", *option, "--username", bo.email, lines=lines)
    assert (0, "") == (code, out)
    assert ("Remove text message (XXXXXXXX0001)?" in said) == bool(more)
    assert {"otp", "recovery"} == {one["factor"] for one in listed()}
    assert 2 == run("authenticators", "list", "--yes")[0]


@pytest.mark.parametrize(
    ("typed", "code", "left"), [("push", 2, 2), ("push notification (Simulated Phone) (2)", 0, 1), ("Canc", 130, 2)]
)
def test_two_of_one_name(run, tenant, typed, code, left):
    """They are numbered; a name that both have removes neither."""
    cy = Accounts(tenant)("otp", "push", email="cy@example.com")
    cy.user.enroll("push")
    lines = [PASSWORD, "otp", tenant.otp(cy.email), typed]
    found, out, said = run("authenticators", "remove", "--yes", "--username", cy.email, lines=lines)
    assert (code, "") == (found, out)
    assert left == len(cy.user.of_kind("push"))
    assert " push notification (Simulated Phone) (2)\n" in said
    assert ("Nothing was removed." in said) == (left == 2)
    assert ("Removed: push notification (Simulated Phone) (2)" in said) == (left == 1)


def test_an_api_s_audience(run, server, tenant, bo, tmp_path):
    """What other logins are for is passed over: this one is for the MFA API, or for what an option calls so."""
    (tmp_path / "mfa-flow.toml").write_text('audience = "https://api.example.com/"\n')
    for option, env in (
        ((), {}),
        ((), {"MFA_FLOW_AUDIENCE": "https://api.example.com/"}),
        (("--audience", f"{server.url}/mfa/"), {}),
    ):
        lines = [PASSWORD, "1", tenant.otp(bo.email)]
        code, out, _ = run("authenticators", "--username", bo.email, *option, lines=lines, **env)
        assert (0, 4) == (code, len(json.loads(out)))
        tenant.clock.advance(30)
    lines = [PASSWORD, "1", tenant.otp(bo.email)]
    code, _, said = run("authenticators", "--username", bo.email, "--audience", "https://api.example.com/", lines=lines)
    assert 2 == code
    assert "another audience" in said


def test_with_an_access_token(run, server, tenant, bo, tmp_path):
    """No login then: the token of one before is enough."""
    lines = [PASSWORD, "1", tenant.otp(bo.email)]
    more = {"MFA_FLOW_AUDIENCE": f"{server.url}/mfa/", "MFA_FLOW_SCOPE": "read:authenticators"}
    _, out, _ = run("login", "--username", bo.email, lines=lines, **more)
    (tmp_path / "token").write_text(json.loads(out)["access_token"])
    before = tenant.requests.count("/oauth/token")
    code, out, _ = run("authenticators", "--access-token-file", tmp_path / "token")
    assert (0, 4) == (code, len(json.loads(out)))
    assert before == tenant.requests.count("/oauth/token")
    assert 2 == run("authenticators", "list", "sms|1")[0]
    code, _, said = run(
        "authenticators", "remove", "sms|1", "--access-token-file", tmp_path / "token", MFA_FLOW_LANG="fr"
    )
    assert 2 == code
    assert "pas de second facteur sms|1." in said
    assert 2 == run("authenticators", "lst")[0]


def test_a_token_that_is_over(run):
    """Refused."""
    code, out, _ = run("authenticators", MFA_FLOW_ACCESS_TOKEN="nonsense")
    assert (1, "") == (code, out)
