"""``login`` and ``authenticators`` where nobody sits: each answer is a line of stdin. And how they end."""

import json
import os
import signal
import subprocess
import sys

import pytest

from mfa_flow.kit.people import Accounts

MFA_FLOW = [sys.executable, "-c", "from mfa_flow.cli import main; main()"]
ADA, PASSWORD = "ada@example.com", "correct-horse"
WHO = ("--username", ADA)


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
        ([PASSWORD, "nonsense", "17"], "Give a number from 1 to 6, or a name."),
        ([PASSWORD, "3", "123"], "with its country code"),
    ],
)
def test_no_answer_is_left(run, lines, told):
    """It ends with 1, and the last that was said is there."""
    code, out, said = run("login", *WHO, lines=lines)
    assert (1, "") == (code, out)
    assert told in said
    assert said.endswith("There was no answer left to read.\n")


@pytest.mark.parametrize("way", ["asked", "file", "variable"])
def test_a_wrong_password(run, tenant, tmp_path, way):
    """It is tried once: the lines that are left answer something else, and are none."""
    (tmp_path / "password").write_text("wrong\n")
    given = ("--password-file", tmp_path / "password") if way == "file" else ()
    env = {"MFA_FLOW_PASSWORD": "wrong"} if way == "variable" else {}
    lines = ["wrong"] * (way == "asked") + ["Authenticator app", "123456"]
    code, out, said = run("login", *WHO, *given, lines=lines, **env)
    assert (1, "") == (code, out)
    assert said.endswith("Wrong e-mail address or password.\n")
    assert 1 == tenant.requests.count("/oauth/token")


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
        (["--sqlite", "/etc/passwd", "--flow", "1"], {}, "/etc/passwd is no SQLite database"),
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
    ],
    ids=str,
)
def test_trouble(run, tenant, fault, told):
    """A tenant that cannot be reached ends it with 3; more is said for who set it up."""
    tenant.faults.add("/oauth/token", **fault)
    code, out, said = run("login", *WHO, lines=[PASSWORD])
    assert (3, "") == (code, out)
    assert told in said
    assert "error: " in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("client", "secret", "realm", "code"),
    [
        ("demo-client", "demo-secret", "Username-Password-Authentication", 1),
        ("demo-client", "wrong", "", 2),
        ("nobody", "", "", 2),
        ("demo-public", "", "nowhere", 2),
    ],
)
def test_what_the_tenant_refuses_of_a_setting(run, client, secret, realm, code):
    """A wrong client, secret or realm ends with 2, as a setting that cannot be right; a wrong password with 1."""
    env = {"MFA_FLOW_CLIENT_ID": client, "MFA_FLOW_CLIENT_SECRET": secret, "MFA_FLOW_REALM": realm}
    found, out, said = run("login", *WHO, lines=["wrong"], **env)
    assert (code, "") == (found, out)
    assert ("Logging in is not set up correctly here." in said) == (code == 2)


@pytest.mark.parametrize("choice", ["otp", "AUTH", "authenticator app", "1"])
def test_a_choice_by_its_name(run, tenant, choice):
    """A factor's name does, and the beginning of what it is called here."""
    bo = Accounts(tenant)("otp", "push", email="bo@example.com")
    code, _, said = run("login", lines=[bo.email, PASSWORD, choice, tenant.otp(bo.email)])
    assert 0 == code
    assert "Number or name:\n" in said


def test_two_of_one_name(run, tenant):
    """They are numbered; either is as good as the other."""
    bo = Accounts(tenant)("push", email="bo@example.com")
    bo.user.enroll("push")
    tenant.faults.add("/oauth/token", nth=2, status=403, body={"error": "access_denied", "error_description": "No."})
    _, _, said = run("login", lines=[bo.email, PASSWORD, "push", "cancel"])
    assert " push notification (Simulated Phone)\n" in said
    assert " push notification (Simulated Phone) (2)\n" in said
    assert "The request was denied on the phone." in said


@pytest.mark.parametrize("choice", ["", "p", "8", "0", "x"])
def test_a_choice_of_none_or_of_two(run, tenant, choice):
    """What could be two of them is as little a choice as what is none: nothing is sent."""
    bo = Accounts(tenant)("push", "sms", email="bo@example.com")
    code, _, said = run("login", "--username", bo.email, lines=[PASSWORD, choice])
    assert 1 == code
    assert "Give a number from 1 to" in said
    assert 0 == tenant.requests.count("/mfa/challenge")


@pytest.mark.parametrize(("lang", "warned"), [("xx", True), ("fr", False), ("fr-CA", False), ("en", False)])
def test_a_language_there_is_none_of(run, lang, warned):
    """It becomes English with a warning that names those there are; the system's own is not asked for, and does not."""
    told = "WARNING: no language 'xx', so English: there are en, fr\n"
    assert warned == (told in run("login", "--lang", lang)[2])
    assert warned == (told in run("login", MFA_FLOW_LANG=lang)[2])
    assert "WARNING" not in run("login", LANG="xx_XX.UTF-8")[2]


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
    assert 2 == run("login", lines=["wrong"], **{**unset, "MFA_FLOW_CLIENT_ID": "nobody"})[0]
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
    assert ("by the id that list shows" in flat) == (command == "authenticators")
