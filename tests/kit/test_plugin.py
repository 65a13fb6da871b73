"""The pytest plugin: small projects of somebody else's, run in every way that they may be."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mfa_flow.kit import Recording, Step
from mfa_flow.kit.plugin import pytest_assertrepr_compare

from . import examples

ROOT = Path(__file__).parents[2]
# Where pytest sees one of these it cuts nothing short, and words what failed otherwise.
CI = {"CI", "BUILD_NUMBER"}
HOME = {name: value for name, value in os.environ.items() if name not in CI}
CLEAN = HOME | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
ASYNCIO, ANYIO = "@pytest.mark.asyncio\n", "@pytest.mark.anyio\n"
MODES = {
    "pytest-asyncio, auto": ("", ["pytest_asyncio.plugin"], ["-o", "asyncio_mode=auto"]),
    "pytest-asyncio, strict": (ASYNCIO, ["pytest_asyncio.plugin"], ["-o", "asyncio_mode=strict"]),
    "one loop for a module": ('@pytest.mark.asyncio(loop_scope="module")\n', ["pytest_asyncio.plugin"], []),
    "one loop for all": ('@pytest.mark.asyncio(loop_scope="session")\n', ["pytest_asyncio.plugin"], []),
    "anyio": (ANYIO, ["anyio.pytest_plugin"], []),
    "pytest-xdist": ("", ["pytest_asyncio.plugin", "xdist.plugin"], ["-n", "2", "-o", "asyncio_mode=auto"]),
}
ANYIO_BACKEND = """
import pytest


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


def run(folder, *options, plugins=(), env=CLEAN, **files):
    """Run pytest in that folder with these files in it, every warning an error; what it said."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    plugged = [word for name in ("mfa_flow.kit.plugin", *plugins) for word in ("-p", name)]
    quiet = ["-q", "-W", "error", "-W", "ignore:Unknown config option", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *quiet, *plugged, *options]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("mode", MODES)
def test_every_example_runs_in_every_way(tmp_path, mode):
    """What the docstrings of the fixtures and of the faults show are tests, and they pass however they are run."""
    mark, plugins, options = MODES[mode]
    said = run(tmp_path, *options, plugins=plugins, conftest=ANYIO_BACKEND, test_examples=examples.all_of_them(mark))
    # One for each fixture but the store's, which is three, and one for the faults.
    assert f"{len(examples.fixtures()) + 3} passed" in said, said
    assert not re.search("skipped|failed|error", said), said


@pytest.mark.parametrize("name", examples.fixtures())
def test_every_fixture_shows_itself(name):
    """The example in its docstring uses it."""
    assert re.search(rf"def test_\w+\(.*\b{name}\b", examples.example(examples.fixtures()[name]))


def test_the_fixtures():
    """There are these, and none that uses itself."""
    assert ["mfa_clock", "mfa_tenant", "mfa_app", "mfa", "mfa_phone", "mfa_account", "mfa_server"] == list(
        examples.fixtures()
    )[:7]
    assert ["mfa_responses", "mfa_redis_url", "mfa_store"] == list(examples.fixtures())[7:]
    assert "autouse" not in (examples.KIT / "plugin.py").read_text()


def printed(program):
    done = subprocess.run(
        [sys.executable, "-c", program], env=CLEAN, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize(("package", "extra"), [("redis", "redis"), ("cryptography", "seal")])
def test_a_store_that_is_skipped_says_how_to_have_it(tmp_path, package, extra):
    """The package that is missing is named, with the command that installs it."""
    missing = f"import sys\n\nsys.modules[{package!r}] = None\n"
    said = run(tmp_path, "-rs", conftest=missing, test_user="def test_one(mfa_store):\n    pass\n")
    assert f"no package {package}: pip install 'mfa_flow[{extra}]'" in said, said


def test_the_names_of_the_kit():
    """What the README speaks of is had from ``mfa_flow.kit``; each name is there, and modules stay modules."""
    from mfa_flow import kit

    assert kit.__all__ == [*dict.fromkeys(kit.__all__)]
    assert set() == {name for name in kit.__all__ if getattr(kit, name, None) is None}
    assert kit._HOMES.keys() == set(kit.__all__)
    assert not set(kit._NAMES) & set(kit.__all__) - {"replay"}
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        kit.nothing  # noqa: B018 - asking is what is tested


def test_importing_it_costs_nothing():
    """Until a fixture is used neither aiohttp nor attrs is loaded, nor anything of ours but the names of the way."""
    loaded = printed(
        "import sys, pytest; old = set(sys.modules); import mfa_flow.kit.plugin;"
        "print(*sorted(name for name in set(sys.modules) - old))"
    )
    assert "mfa_flow mfa_flow.kit mfa_flow.kit.plugin" == loaded


def test_running_tests_that_want_nothing_costs_nothing(tmp_path):
    """In a session whose tests use no fixture of ours nothing is loaded, not even when one of them fails."""
    said = run(
        tmp_path,
        test_user="import sys\n\n\ndef test_fails():\n    assert False\n\n\n"
        "def test_nothing():\n    assert 'aiohttp' not in sys.modules\n    assert 'mfa_flow.testing' not in sys.modules\n",
    )
    assert "1 failed, 1 passed" in said, said
    assert "mfa_flow: the tenant" not in said


def test_the_tenant_needs_no_server():
    """Without a socket no web server is loaded."""
    assert "False" == printed(
        "import sys, mfa_flow.testing as t; t.Tenant, t.TenantTransport; print('aiohttp.web' in sys.modules)"
    )


OVERRIDES = """
import pytest

from mfa_flow import App
from mfa_flow.stores import MemoryStore
from mfa_flow.testing import Clock, Tenant


@pytest.fixture
def mfa_clock():
    return Clock(1000)


@pytest.fixture(scope="module")
def world():
    return Tenant(clock=Clock(1000), name="Acme", factors=("otp",))


@pytest.fixture
def mfa_tenant(world, mfa_clock):
    world.reset()
    return world


@pytest.fixture
def mfa_app(mfa_tenant):
    mfa_tenant.clients.add("web", secret="s")
    return App("tenant.example", "web", "s")


@pytest.fixture
def mfa_store(mfa_clock):
    return MemoryStore(now=mfa_clock.now)
"""
OVERRIDDEN = """
async def test_one(mfa, mfa_account, mfa_tenant, mfa_clock, mfa_server):
    bo = mfa_account("otp")
    await mfa.run(bo.email, bo.password, answer=bo)
    assert mfa_server.tenant is mfa_tenant
    assert "Acme" == mfa_tenant.name
    assert 1000 == mfa_clock.now()
    assert "person-1@example.com" == bo.email


async def test_two(mfa, mfa_account, mfa_tenant):
    assert 0 == len(mfa_tenant.requests)
    assert "person-1@example.com" == mfa_account().email


def test_three(mfa_store):
    assert "MemoryStore" == type(mfa_store).__name__
"""


def test_each_may_be_overridden(tmp_path):
    """A project's own clock, tenant (of a wider scope), application and store take the place of ours, and the other
    fixtures use them."""
    said = run(
        tmp_path,
        "-o", "asyncio_mode=auto",
        plugins=["pytest_asyncio.plugin"], conftest=OVERRIDES, test_user=OVERRIDDEN,
    )  # fmt: skip
    assert "3 passed" in said, said


FAILING = """
from pathlib import Path

from mfa_flow.wire.call import Call


async def test_fails(mfa, mfa_account, mfa_tenant, mfa_clock):
    bo = mfa_account("otp", "sms", email="bo@example.com", password="rather-secret")
    flow = mfa.flow()
    choose = await flow.login(bo.email, bo.password)
    ask = await flow.challenge(next(one for one in choose.challenge if one.factor == "sms"))
    wrong = await flow.confirm(bo.wrong_code(ask))
    mfa_clock.advance(60)
    await flow.resend()
    mfa_tenant.perform(Call.get("/mfa/challenge/SECRETTOKEN", "t"))
    Path("path.txt").write_text(list(mfa_tenant.requests)[-1].path)
    for path in ("/mfa/associate", "/mfa/*", "/mfa/authenticators/sms|dev_SECRET", "/SECRET*"):
        mfa_tenant.faults.add(path, status=500, grant="mfa-otp")
    done = await flow.confirm(code := bo.code(ask))
    secrets = [bo.password, code, bo.user.otp_secret, bo.user.recovery_code, done.tokens.access_token]
    Path("secrets.txt").write_text("\\n".join(secrets))
    del secrets, code
    assert wrong.error.key == done.kind


def test_passes(mfa_tenant):
    pass


def test_fails_without():
    assert 1 == 2


def test_fails_later(request):
    request.getfixturevalue("mfa_tenant")
    assert 1 == 2
"""


@pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["here", "xdist"])
def test_a_failure_shows_the_tenant(tmp_path, more):
    """The last exchanges, the inbox and armed faults are in the report of a test that failed and had a tenant; nothing
    secret is."""
    said = run(
        tmp_path,
        "-o", "asyncio_mode=auto", "--showlocals", "-k", "not later", *more,
        plugins=["pytest_asyncio.plugin", "xdist.plugin"], test_user=FAILING,
    )  # fmt: skip
    assert "2 failed, 1 passed" in said, said
    assert 1 == said.count("mfa_flow: the tenant")
    for line in (
        "     60.0 s ago  POST /oauth/token password -> 403 mfa_required  (bo@example.com)",
        "     60.0 s ago  POST /oauth/token mfa-oob -> 403 invalid_grant  (bo@example.com)",
        "      0.0 s ago  POST /oauth/token mfa-oob -> 200  (bo@example.com)",
        "      0.0 s ago  GET ? -> 40",
        "     60.0 s ago  sms msg_1 to +15551230001, read",
        *(
            f"a fault is still armed: path {path}, struck 0 times"
            for path in ("/mfa/associate", "/mfa/*", "/mfa/authenticators/{id}", "?")
        ),
    ):
        assert line in said, said
    assert "dev_SECRET, struck" not in said
    assert "/mfa/challenge/SECRETTOKEN" == (tmp_path / "path.txt").read_text()
    assert "SECRETTOKEN ->" not in said
    for secret in (tmp_path / "secrets.txt").read_text().splitlines():
        assert len(secret) > 5
        assert secret not in said.replace('password="rather-secret"', "")


def test_a_tenant_that_was_asked_for_late_is_shown(tmp_path):
    """Also where a test got it by ``request.getfixturevalue``."""
    said = run(tmp_path, "-k", "later", test_user=FAILING)
    assert "1 failed" in said, said
    assert 1 == said.count("mfa_flow: the tenant"), said


DIFFERENT = """
from mfa_flow.kit import Recording, Step


def test_two():
    same = tuple(Step("resend", at=number) for number in range(9))
    one, other = Step("login", "password", state="started"), Step("cancel", state="cancelled")
    assert Recording((*same, one, other)) == Recording((*same, one))
"""


@pytest.mark.parametrize("ci", [{}, {"CI": "true"}], ids=["at home", "in CI"])
def test_recordings_that_differ_are_explained(tmp_path, ci):
    """What differs comes first, marked, where pytest cuts what is long; what both begin with comes after."""
    said = run(tmp_path, env=CLEAN | ci, test_user=DIFFERENT)
    assert "assert two recordings are equal: they are up to step 11, which differs" in said, said
    assert "E         - 0 s  cancel(): nothing was sent | no move, in cancelled | raises" in said, said
    assert said.index("cancel()") < said.index("the 10 steps before it are the same") < said.index("resend()")
    one, other = (Recording((Step("login"), Step(verb))) for verb in ("cancel", "resend"))
    assert "the step before it is the same:" in pytest_assertrepr_compare("==", one, other)


@pytest.mark.parametrize("name", ["walks", "faults", "FAULTS", "check_store", "Person"])
def test_without_what_the_kit_needs(name):
    """Whatever is imported from it, one sentence says what to install."""
    program = f"import sys; sys.modules['pyotp'] = None; from mfa_flow.kit import {name}"
    ran = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, env=CLEAN)
    told = "mfa_flow.errors.MissingExtra: the test kit needs what comes with it: pip install 'mfa_flow[kit]'"
    assert told == ran.stderr.splitlines()[-1]
