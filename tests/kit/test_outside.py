"""A bot and a service of other people's, installed as packages: right they pass all walks, and each bug is found."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "outside"
README = Path(__file__).parent.parent.parent / "README.md"
# A deliberate bug is one place of the source that is another; the message is what must be said of it.
FORGETS, RETRIES, LOSES, DENIED, TOO_FAST = (
    "forgets the recovery codes",
    "retries a confirm: 2 requests to /oauth/token",
    "loses the state on restart",
    "shows the wrong prompt after a denial",
    "polls too fast: again after 1.",
)
BUGS = {
    "bot": {
        FORGETS: ("return prompt.text()", "return prompt.text().split('\\nKeep this')[0]"),
        RETRIES: (
            "        return await flow.confirm(words[0])",
            "        prompt = await flow.confirm(words[0])\n"
            "        return await flow.confirm(words[0]) if prompt.error else prompt",
        ),
        LOSES: ("store=store, **options", "**options"),
        DENIED: (
            "        return prompt\n\n    def show",
            "        return prompt if prompt.error is None else await flow.cancel()\n\n    def show",
        ),
        TOO_FAST: ("await sleep(prompt.seconds)", "await sleep(1)"),
    },
    "service": {
        FORGETS: (
            "return json.loads(prompt.to_json())",
            "found = json.loads(prompt.to_json())\n    return {name: found[name] for name in ('kind', 'error')}",
        ),
        RETRIES: (
            "    except MisuseError",
            "        if prompt.error is not None and request.path == '/confirm':\n"
            "            prompt = await flow.confirm(*asked['given'])\n    except MisuseError",
        ),
        LOSES: ("store=store, **options", "**options"),
        DENIED: (
            "    except MisuseError",
            "        if prompt.error is not None and prompt.error.key == 'push_denied':\n"
            "            return web.json_response({'kind': 'wait', 'error': None})\n    except MisuseError",
        ),
        TOO_FAST: (
            "    try:\n",
            "    if request.path == '/wait':\n"
            "        while (prompt := await flow.wait(timeout=0)).kind in ('wait', 'scan'):\n"
            "            await request.app[CLIENT]._clock.sleep(1)\n"
            "        return web.json_response(shown(prompt))\n    try:\n",
        ),
    },
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where pip has put the two packages, built from their sources."""
    target = tmp_path_factory.mktemp("outside")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target)]
    subprocess.run([*install, str(HERE / "bot"), str(HERE / "service")], check=True, capture_output=True, text=True)
    return target


def walked(name, *folders):
    """The walks' tests, run beside what is in these folders."""
    # Loading every plugin that is installed here would take longer than the walks.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders)), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"]
    options = ["-o", "asyncio_mode=auto", "--rootdir", str(folders[-1]), "-c", os.devnull, f"walk_{name}.py"]
    ran = subprocess.run([*command, *options], check=False, capture_output=True, text=True, env=env, cwd=folders[-1])
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", BUGS)
def test_who_is_right_passes(name, installed, tmp_path):
    """Nothing is found where there is nothing to find."""
    shutil.copy(HERE / f"walk_{name}.py", tmp_path)
    code, said = walked(name, installed, tmp_path)
    assert 0 == code, said
    assert "failed" not in said


@pytest.mark.parametrize(("name", "bug"), [(name, bug) for name, bugs in BUGS.items() for bug in bugs])
def test_a_bug_is_found_by_its_name(name, bug, installed, tmp_path):
    """With that one place changed the walks fail, and say which bug it is."""
    old, new = BUGS[name][bug]
    source = (installed / f"mfa_outside_{name}.py").read_text()
    assert 1 == source.count(old)
    (tmp_path / f"mfa_outside_{name}.py").write_text(source.replace(old, new))
    shutil.copy(HERE / f"walk_{name}.py", tmp_path)
    code, said = walked(name, tmp_path)
    assert 1 == code, said
    assert f"the front end {bug}" in said


def test_the_readme_shows_it():
    """The bot's walks are the README's example, letter for letter."""
    [shown] = re.findall(r"<!-- tests/kit/outside/walk_bot.py -->\n```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert (HERE / "walk_bot.py").read_text().split("\n\n", 1)[1] == shown
