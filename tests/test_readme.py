"""What the README shows is what runs."""

import re
import textwrap
from pathlib import Path

import pytest

from mfa_flow import AskCode, Scan
from mfa_flow.testing import load_tenant, serve

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"<!-- tests/examples/(\S+) -->\n```(?:python|bash)\n(.*?)```", README, re.DOTALL)
USAGE = re.search(r"## Using it\n\n```python\n(.*?)```", README, re.DOTALL).group(1)


@pytest.mark.parametrize(("name", "shown"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_examples_are_the_files_that_run(name, shown):
    """Each example is a file that the tests run, letter for letter, from what follows its first words on."""
    assert (ROOT / "tests" / "examples" / name).read_text().split("\n\n", 1)[1] == shown


def test_each_kind_of_user_has_an_example():
    """A service, pages, chats, other languages, one machine and many, a test of an edge case; and nothing but curl."""
    expected = [
        "service.py",
        "login_page.py",
        "login_page_asgi.py",
        "any_chat.py",
        "telegram_bot.py",
        "slack_bot.py",
        "languages.py",
        "one_machine.py",
        "many_machines.py",
        "test_edge_cases.py",
        "curl.sh",
    ]
    expected += ["test_faults.py", "test_recorded.py", "test_asking.py"]
    assert expected == [name for name, _ in EXAMPLES]


def test_the_configuration_is_a_file_that_loads():
    """The TOML shown is the example's, and a tenant is made of it as it says."""
    [(name, shown)] = re.findall(r"<!-- tests/examples/(\S+) -->\n```toml\n(.*?)```", README, re.DOTALL)
    file = ROOT / "tests" / "examples" / name
    assert file.read_text() == shown
    tenant = load_tenant(file)
    assert ("Acme", ["web", "spa"]) == (tenant.name, [client.id for client in tenant.clients])
    assert ["totp", "sms"] == [device.kind for device in tenant.users["bo@example.com"].authenticators]


def test_the_two_commands_come_first():
    """The first block of shell shows the demo, the second passes the tests, each from nothing."""
    first, second = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[:2]
    assert first.startswith("python3 -m venv .venv && ")
    assert first.endswith("mfa-flow demo\n")
    assert second.startswith("python3 -m venv .venv && ")
    assert second.endswith("-m pytest\n")


@pytest.mark.parametrize(("factors", "expected"), [((), Scan), (("otp",), AskCode)])
async def test_usage(mfa_tenant, factors, expected):
    """The lines under "Using it" run as they stand, for somebody without a factor and for somebody with one."""
    mfa_tenant.reset()
    mfa_tenant.users.add("bo@example.com", "her password", authenticators=factors)
    async with serve(mfa_tenant) as server:
        lines = USAGE.replace("example.eu.auth0.com", server.url).replace("ada@", "bo@")
        lines = lines.replace('client_id="..."', 'client_id="demo-client"')
        lines = lines.replace('client_secret="..."', 'client_secret="demo-secret"')
        script = "async def script():\n" + textwrap.indent(lines, "    ") + "    return prompt\n"
        names: dict = {}
        exec(compile(script, "README.md", "exec"), names)
        prompt = await names["script"]()
    assert expected is type(prompt)
    assert "wrong_code" == prompt.error.key
