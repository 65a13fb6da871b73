"""The commands and their options, called in this process."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mfa_flow.cli import demo, tenant
from mfa_flow.cli.app import app
from mfa_flow.cli.tenant import Where

ROOT = Path(__file__).parents[2]
TENANT = {"--host", "--port", "--config", "--seed", "--https", "--ca-file", "--no-control", "--control-port"}

STORE = {"--scope", "--flow", "--sqlite", "--redis", "--prefix"}
LOGIN = STORE | {"--domain", "--client-id", "--username", "--password-file", "--realm", "--audience", "--config"}
LOGIN |= {"--lang"}


def invoked(*arguments):
    """What the command said, and how it ended."""
    runner = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"})
    return runner.invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=str)
def test_help_lists_the_commands(arguments):
    """Asked for help, or for nothing, it says what it is and names each command with what it does."""
    said = invoked(*arguments).output
    assert "Auth0's multi-factor authentication as an async state machine." in said
    assert "Play whole logins against a simulated tenant" in said
    lines = [line.strip("│ ").split(maxsplit=1) for line in said.splitlines()]
    assert {"login", "authenticators", "demo", "tenant", "draw"} <= {line[0] for line in lines if len(line) == 2}
    assert "--install-completion" not in said


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("demo", {"--json", "--web"}),
        ("tenant", TENANT),
        ("draw", {"--check", "--root"}),
        ("login", LOGIN),
        ("authenticators", LOGIN - STORE | {"--access-token-file", "--yes"}),
    ],
)
def test_help_lists_the_options(command, options):
    """Each command explains its options, and has no other."""
    ran = invoked(command, "--help")
    assert 0 == ran.exit_code
    found = {word for word in ran.output.replace("[", " ").split() if word.startswith("--")}
    assert options | {"--help"} == {word for word in found if word.strip("-")}


@pytest.mark.parametrize(("arguments", "as_json"), [([], False), (["--json"], True)], ids=str)
@pytest.mark.parametrize("code", [0, 1])
def test_demo_ends_as_the_play_ends(monkeypatch, arguments, as_json, code):
    """Its exit code is the play's, and ``--json`` is passed on."""

    async def played(**options):
        assert {"as_json": as_json} == options
        return code

    monkeypatch.setattr(demo, "run_demo", played)
    assert code == invoked("demo", *arguments).exit_code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], (Where(), None, None)),
        (["--host", "::1", "--port", "8123"], (Where("::1", 8123), None, None)),
        (["--https", "--ca-file", "ca.pem"], (Where(https=True, ca_file=Path("ca.pem")), None, None)),
        (["--no-control", "--config", "a.toml"], (Where(control=False), Path("a.toml"), None)),
        (["--control-port", "0", "--seed", "7"], (Where(control_port=0), None, 7)),
    ],
    ids=str,
)
def test_tenant_listens_where_it_is_told(monkeypatch, arguments, told):
    """On this machine at a free port, or where and how the options say."""
    heard = []

    async def served(*how):
        heard.append(how)

    monkeypatch.setattr(tenant, "run_tenant", served)
    assert (0, [told]) == (invoked("tenant", *arguments).exit_code, heard)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--ca-file", "x"], "it needs --https"),
        (["--no-control", "--control-port", "1"], "it contradicts --no-control"),
    ],
    ids=str,
)
def test_tenant_refuses_what_makes_no_sense(arguments, why):
    """An option that would be without effect is a usage error."""
    ran = invoked("tenant", *arguments)
    assert (2, True) == (ran.exit_code, why in ran.output)


def test_what_is_drawn_here_is_fresh():
    """``mfa-flow draw --check`` finds nothing stale in this repository, and says nothing."""
    ran = invoked("draw", "--check", "--root", ROOT)
    assert (0, "") == (ran.exit_code, ran.output)


def test_drawing(tmp_path):
    """``draw`` writes into the folder it is given, after which ``--check`` is content; a stale picture makes it fail."""
    marked = "".join(f"<!-- {name}:{end} -->\n" for name in ("states", "table") for end in ("begin", "end"))
    (tmp_path / "README.md").write_text(marked)
    assert 1 == invoked("draw", "--check", "--root", tmp_path).exit_code
    assert not (tmp_path / "diagrams").exists()
    assert 0 == invoked("draw", "--root", tmp_path).exit_code
    assert 0 == invoked("draw", "--check", "--root", tmp_path).exit_code
    (tmp_path / "diagrams" / "states.mmd").write_text("old")
    assert 1 == invoked("draw", "--check", "--root", tmp_path).exit_code


def test_drawing_where_nothing_is(tmp_path):
    """A folder without a README is an error of its own."""
    assert 2 == invoked("draw", "--root", tmp_path).exit_code


def test_demo_in_process():
    """Played through the command, it says last that it went well."""
    ran = invoked("demo", "--json")
    assert (0, "ok") == (ran.exit_code, json.loads(ran.output.splitlines()[-1])["demo"])
