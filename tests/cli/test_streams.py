"""stdin, stdout and stderr where one of them is closed, full, or read by nobody."""

import json

import pytest

from mfa_flow.kit.people import Accounts

BO, PASSWORD = "bo@example.com", "correct-horse"


@pytest.fixture
def lines(tenant):
    """What Bo answers, up to the tokens."""
    Accounts(tenant)("otp", email=BO)
    return [BO, PASSWORD, "otp", tenant.otp(BO)]


@pytest.mark.parametrize("command", ["login", "authenticators"])
@pytest.mark.parametrize(
    ("sent", "told"),
    [(">/dev/full", "No space left on device"), (">&-", "it is closed"), ("| true", "Broken pipe")],
)
def test_nowhere_to_write(run, lines, command, sent, told):
    """A stdout that is full, broken or closed is told without a traceback, by a code of its own."""
    code, _, said = run(command, lines=lines, sent=sent)
    assert 4 == code
    assert said.endswith(f"error: stdout cannot be written to: {told}\n")
    assert "Traceback" not in said


@pytest.mark.parametrize("sent", ["2>&-", "2>/dev/null"])
def test_nobody_is_told(run, lines, sent):
    """With no stderr the tokens are all that goes to stdout, as with one that is thrown away; warnings are no tokens."""
    code, out, said = run("login", "--lang", "xx", lines=lines, sent=sent)
    assert (0, "") == (code, said)
    assert "Bearer" == json.loads(out)["token_type"]


@pytest.mark.parametrize(("sent", "code"), [("2>&-", 2), ("2>/dev/full", 2)])
def test_nobody_is_told_of_a_mistake(run, sent, code):
    """The exit code says it."""
    assert (code, "", "") == run("login", "--domain", "http://example.com", sent=sent)


def test_what_is_asked_cannot_be_written(run, tenant, lines):
    """Nobody would know of a new recovery code: it ends, with the code for that, before anything is sent."""
    assert (4, "", "") == run("login", lines=lines, sent="2>/dev/full")
    assert 0 == tenant.requests.count("/oauth/token")


@pytest.mark.parametrize("sent", ["2>&-", "2>/dev/null"])
def test_a_recovery_code_that_nobody_would_read(run, tenant, sent):
    """The next one would be lost with it: it ends, with the code for that, before the old one is sent."""
    bo = Accounts(tenant)("otp", email=BO)
    old = bo.user.recovery_code
    assert (4, "", "") == run("login", lines=[BO, PASSWORD, "recovery", old], sent=sent)
    assert old == bo.user.recovery_code


def test_no_stdin(run):
    """It is one that is empty."""
    code, out, said = run("login", sent="<&-")
    assert (1, "") == (code, out)
    assert said.endswith("There was no answer left to read.\n")
