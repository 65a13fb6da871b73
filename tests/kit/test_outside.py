"""A bot and a service of other people's, installed as packages: right they pass all walks, and each bug is found."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "outside"
ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
# A deliberate bug is one place of the source that is another; the message is what must be said of it.
FORGETS, RETRIES, LOSES, DENIED, TOO_FAST, GIVES_UP = (
    "forgets the recovery codes",
    "retries a confirm: 2 requests to /oauth/token",
    "loses the state on restart",
    "shows the wrong prompt after a denial",
    "polls too fast: again after 4.",
    "loses its place after an error",
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
        TOO_FAST: ("await sleep(prompt.seconds)", "await sleep(4)"),
        GIVES_UP: ('return "Auth0 did not answer. You may say that again."', "return self.show(await flow.cancel())"),
    },
    "service": {
        FORGETS: (
            "return json.loads(prompt.to_json())",
            "found = json.loads(prompt.to_json())\n"
            "    return {name: each for name, each in found.items() if not name.startswith(('recovery', 'text'))}",
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
            "            await request.app[CLIENT]._clock.sleep(4)\n"
            "        return web.json_response(shown(prompt))\n    try:\n",
        ),
        GIVES_UP: (
            "    except MfaFlowError as error:\n",
            "    except MfaFlowError as error:\n        await flow.cancel()\n",
        ),
    },
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A new environment's Python, in which pip has installed the library, the bot and the service from their sources.

    What these need is borrowed from where the tests run, this library itself not.
    """
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    site = Path(said_by(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--ignore-installed"]
    sources = [str(ROOT), str(HERE / "bot"), str(HERE / "service")]
    subprocess.run([*install, *sources], check=True, capture_output=True, text=True)
    assert f"{site}/mfa_flow/__init__.py" == said_by(python, "import mfa_flow; print(mfa_flow.__file__)")
    return python, site


def said_by(python, code):
    ran = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True, cwd="/", env=alone())
    return ran.stdout.strip()


def alone():
    """The environment without the way to these sources: what is installed is what counts."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def walked(name, python, folder):
    """The walks' tests, run in that environment from an empty folder."""
    shutil.copy(HERE / f"walk_{name}.py", folder)
    # Loading every plugin that is installed here would take longer than the walks.
    env = {**alone(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [str(python), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"]
    options = ["-o", "asyncio_mode=auto", "--rootdir", str(folder), "-c", os.devnull, f"walk_{name}.py"]
    ran = subprocess.run([*command, *options], check=False, capture_output=True, text=True, env=env, cwd=folder)
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", BUGS)
def test_who_is_right_passes(name, fresh, tmp_path):
    """Nothing is found where there is nothing to find."""
    code, said = walked(name, fresh[0], tmp_path)
    assert 0 == code, said
    assert "failed" not in said


@pytest.mark.parametrize(("name", "bug"), [(name, bug) for name, bugs in BUGS.items() for bug in bugs])
def test_a_bug_is_found_by_its_name(name, bug, fresh, tmp_path):
    """With one place of what is installed changed the walks fail, and say which bug it is."""
    (old, new), (python, site) = BUGS[name][bug], fresh
    module = site / f"mfa_outside_{name}.py"
    source = module.read_text()
    assert 1 == source.count(old)
    try:
        module.write_text(source.replace(old, new))
        code, said = walked(name, python, tmp_path)
    finally:
        module.write_text(source)
    assert 1 == code, said
    assert f"the front end {bug}" in said


def test_the_readme_shows_it():
    """The bot's walks are the README's example, letter for letter."""
    [shown] = re.findall(r"<!-- tests/kit/outside/walk_bot.py -->\n```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert (HERE / "walk_bot.py").read_text().split("\n\n", 1)[1] == shown
