"""``login`` and ``authenticators`` where nobody sits: each answer is a line of stdin. And how they end."""

import json
import os
import shlex
import signal
import subprocess
import sys

import pytest

from mfa_flow.kit.people import Accounts

MFA_FLOW = [sys.executable, "-c", "from mfa_flow.cli import main; main()"]
ADA, PASSWORD = "ada@example.com", "correct-horse"
WHO = ("--username", ADA)


@pytest.fixture
def run(server, tenant, tmp_path):
    """``run("login", lines=[...], VARIABLE=...)``: exit code, stdout, stderr."""

    def begin(*arguments, lines=(), **env):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_FLOW", "LC_", "LANG"))}
        told = {"MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", "XDG_CONFIG_HOME": str(tmp_path)}
        env = {name: value for name, value in {**kept, **told, **env}.items() if value is not None}
        ran = subprocess.run(
            [*MFA_FLOW, *map(str, arguments)], check=False, env=env, capture_output=True, text=True, timeout=60,
            input="".join(f"{line}\n" for line in lines),
        )  # fmt: skip
        return ran.returncode, ran.stdout, ran.stderr

    return begin


def test_a_script_logs_in(run, tenant):
    """Password, choice and code come line by line; tokens come out, and nothing else."""
    tenant.reset()
    bo = Accounts(tenant)("otp", email="bo@example.com")
    code, out, said = run("login", lines=[bo.email, PASSWORD, "Authenticator app", tenant.otp(bo.email)])
    assert 0 == code
    assert "Bearer" == json.loads(out)["token_type"]
    assert not set(said) & set("\x1b")


def test_a_push_is_waited_for(run, tenant):
    """Nothing is read meanwhile."""
    Accounts(tenant)("push", email="bo@example.com")
    tenant.faults.add("/oauth/token", nth=2, status=403, body={"error": "access_denied", "error_description": "No."})
    code, out, said = run("login", lines=["bo@example.com", PASSWORD, "2", "4"])
    assert (130, "") == (code, out)
    assert "The request was denied on the phone." in said


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "There was no answer left to read."),
        (["wrong"], "Wrong e-mail address or password."),
        ([PASSWORD, "nonsense", "17"], "Give a number from 1 to 6."),
        ([PASSWORD, "3", "123"], "with its country code"),
    ],
)
def test_no_answer_is_left(run, lines, told):
    """It ends with 1, and the last that was said is there."""
    code, out, said = run("login", *WHO, lines=lines)
    assert (1, "") == (code, out)
    assert told in said
    assert said.endswith("There was no answer left to read.\n")


def test_ctrl_c_while_a_line_is_awaited(server, tenant):
    """It ends at once, with 130 and nothing but that: whoever holds the other end of the pipe need not close it."""
    env = {**os.environ, "MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", "LANG": "C.UTF-8"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*MFA_FLOW, "login"], env=env, **pipes) as process:
        for expected in (b"Enter your e-mail address and your password.\n", b"E-mail address:\n"):
            assert expected == process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert b"You cancelled this login.\n" == process.stderr.read()
        assert b"" == process.stdout.read()
    assert 130 == process.returncode


def test_refused_for_good(run, tenant):
    """A login that ends without tokens says why."""
    tenant.users.add("cy@example.com", PASSWORD, blocked=True)
    code, _, said = run("login", "--username", "cy@example.com", MFA_FLOW_PASSWORD=PASSWORD)
    assert 1 == code
    assert "This account is blocked." in said


@pytest.mark.parametrize(
    ("arguments", "env", "told"),
    [
        ([], {"MFA_FLOW_DOMAIN": None}, "which domain? Give --domain, MFA_FLOW_DOMAIN, or domain in "),
        ([], {"MFA_FLOW_CLIENT_ID": None}, "which client-id? Give --client-id, MFA_FLOW_CLIENT_ID"),
        (["--domain", "http://example.com"], {}, "passwords travel over https only"),
        (["--flow", "1"], {}, "--flow ID needs the store it is in"),
        (["--sqlite", "/nonexistent", "--flow", "1"], {}, "there is no file /nonexistent"),
        (["--redis", "redis://127.0.0.1:1", "--flow", "1"], {}, "give its key in MFA_FLOW_KEY"),
        (["--sqlite", "/nonexistent", "--redis", "redis://127.0.0.1:1", "--flow", "1"], {}, "a flow is in one store"),
        (["--password-file", "/nonexistent"], {}, "cannot read /nonexistent"),
        (["--config", "/nonexistent"], {}, "cannot read /nonexistent"),
        (["--password", "secret"], {}, "No such option"),
        (["--client-secret", "secret"], {}, "No such option"),
    ],
    ids=str,
)
def test_misuse(run, arguments, env, told):
    """What cannot be right ends with 2 before anything is asked; secrets are no options."""
    code, out, said = run("login", *arguments, **env)
    assert (2, "") == (code, out)
    assert told in " ".join(said.split())
    assert "Password" not in said


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"status": 503}, "The login service is not available now."),
        ({"drop": "before"}, "No answer came."),
        ({"status": 401, "body": {"error": "unauthorized_client"}}, "Logging in is not set up correctly here."),
    ],
    ids=str,
)
def test_trouble(run, tenant, fault, told):
    """A tenant that cannot be reached, or refuses the application, ends it with 3; more is said for who set it up."""
    tenant.faults.add("/oauth/token", **fault)
    code, out, said = run("login", *WHO, lines=[PASSWORD])
    assert (3, "") == (code, out)
    assert told in said
    assert "error: " in said
    assert PASSWORD not in said


def test_nowhere_to_write(server, tenant):
    """A stdout that is full, broken or closed is told without a traceback, by a code of its own; so is a list's."""
    bo = Accounts(tenant)("otp", email="bo@example.com")
    env = {**os.environ, "MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", "LANG": "C.UTF-8"}
    command = f"{shlex.join(MFA_FLOW)} %s --username {bo.email}"
    for line, told in {
        f"{command % 'login'} >/dev/full": "No space left on device",
        f"{command % 'authenticators'} >/dev/full": "No space left on device",
        f"{command % 'login'} >&-": "it is closed",
        f"{command % 'authenticators'} >&-": "it is closed",
        f"set -o pipefail; {command % 'login'} | true": "Broken pipe",
    }.items():
        lines = f"{PASSWORD}\n1\n{tenant.otp(bo.email)}\n"
        ran = subprocess.run(
            ["bash", "-c", line], check=False, env=env, input=lines, capture_output=True, text=True, timeout=60
        )
        assert 4 == ran.returncode
        assert ran.stderr.endswith(f"error: stdout cannot be written to: {told}\n")
        assert "Traceback" not in ran.stderr
        tenant.clock.advance(30)


def test_settings_from_a_file(run, tenant, server, tmp_path):
    """It is found in the folder of settings; the environment goes before it, and an option before both."""
    (tmp_path / "mfa-flow.toml").write_text(
        f'domain = "{server.url}"\nclient_id = "demo-client"\nclient_secret = "demo-secret"\nlang = "fr"\n'
        f'username = "{ADA}"\n'
    )
    unset = {"MFA_FLOW_DOMAIN": None, "MFA_FLOW_CLIENT_ID": None}
    code, _, said = run("login", lines=["wrong"], **unset)
    assert "E-mail" not in said
    assert "Mot de passe" in said
    assert "WARNING: others can read the client_secret in" in said
    assert 1 == code
    (tmp_path / "mfa-flow.toml").chmod(0o600)
    assert "WARNING" not in run("login", lines=["wrong"], **unset)[2]
    assert 3 == run("login", lines=["wrong"], **{**unset, "MFA_FLOW_CLIENT_ID": "nobody"})[0]
    code, _, said = run(
        "login", "--client-id", "demo-client", lines=["wrong"], **{**unset, "MFA_FLOW_CLIENT_ID": "nobody"}
    )
    assert 1 == code
    assert "Wrong" in run("login", "--lang", "en", lines=["wrong"], MFA_FLOW_LANG="fr", **unset)[2]


def test_an_audience_and_a_scope(run, tenant):
    """What the tokens are to be for goes along."""
    bo = Accounts(tenant)("otp", email="bo@example.com")
    lines = [PASSWORD, "1", tenant.otp(bo.email)]
    code, out, _ = run("login", "--username", bo.email, "--scope", "openid", lines=lines)
    assert 0 == code
    assert "id_token" in json.loads(out)


@pytest.mark.parametrize("command", ["login", "authenticators"])
def test_help(run, command):
    """It tells the exit codes, and where secrets come from."""
    code, out, _ = run(command, "--help", COLUMNS="100", NO_COLOR="1", TERM="dumb")
    flat = " ".join(out.split())
    assert 0 == code
    assert "Exit codes: 0 all went well; 1 refused" in flat
    assert "Secrets are no options" in flat


class TestAuthenticators:
    """The list of who is signed in, and one less."""

    @pytest.fixture
    def bo(self, tenant):
        """Somebody with an app and a phone."""
        return Accounts(tenant)("otp", "sms", email="bo@example.com")

    @pytest.fixture
    def listed(self, run, tenant, bo):
        """What is listed to a program, after a login."""

        def begin():
            tenant.clock.advance(30)
            lines = [PASSWORD, "1", tenant.otp(bo.email)]
            code, out, _ = run("authenticators", "list", "--username", bo.email, lines=lines)
            assert 0 == code
            return json.loads(out)

        return begin

    def test_list(self, listed):
        """As JSON: id, factor, name, and whether it was ever proved."""
        found = {one["factor"]: one for one in listed()}
        assert {"otp", "sms", "voice", "recovery"} == found.keys()
        assert {"id", "factor", "name", "active"} == found["sms"].keys()
        assert "XXXXXXXX" in found["sms"]["name"]

    def test_remove(self, run, tenant, bo, listed):
        """By its id, without another question; nothing goes to stdout."""
        [phone] = [one["id"] for one in listed() if one["factor"] == "sms"]
        tenant.clock.advance(30)
        lines = [PASSWORD, "1", tenant.otp(bo.email)]
        code, out, said = run("authenticators", "remove", phone, "--username", bo.email, lines=lines)
        assert (0, "") == (code, out)
        assert "Removed: text message" in said
        assert {"otp", "recovery"} == {one["factor"] for one in listed()}

    def test_with_an_access_token(self, run, server, tenant, bo, tmp_path):
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
        assert 2 == run("authenticators", "remove", "sms|1", "--access-token-file", tmp_path / "token")[0]
        assert 2 == run("authenticators", "lst")[0]

    def test_a_token_that_is_over(self, run):
        """Refused."""
        code, out, _ = run("authenticators", MFA_FLOW_ACCESS_TOKEN="nonsense")
        assert (1, "") == (code, out)
