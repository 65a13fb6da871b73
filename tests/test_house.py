"""The house stands as the README draws it: floors, imports, linters, coverage of the middle."""

import ast
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from linters import LINTERS
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mfa_flow"

CLIENT = {
    "duplicates",
    "client",
    "handle",
    "running",
    "inflight",
    "hooks",
    "transport",
    "waiting",
    "polling",
    "repeating",
    "headers",
}
MIDDLE = {"machine", "factors", "choosing", "ways_in", "intent", "engine"}
GROUND = {"wire", "errors", "texts", "extras"}
# What each room may import; arrows only point down.
MAY_IMPORT = {
    "errors": {"texts"},
    "texts": set(),
    "extras": {"errors"},
    "wire": {"errors"},
    "machine": GROUND,
    "factors": GROUND | {"machine"},
    "choosing": GROUND | {"machine", "factors"},
    "ways_in": GROUND | {"machine", "factors", "choosing"},
    "intent": {"factors"},
    "engine": GROUND | MIDDLE,
    "stores": GROUND | {"machine"},
    "waiting": set(),
    "inflight": set(),
    "duplicates": GROUND | {"machine", "intent", "stores"},
    "hooks": {"machine"},
    "transport": GROUND,
    "assertion": {"errors", "extras"},
    "headers": {"errors", "wire"},
    "polling": GROUND | {"machine", "handle", "waiting"},
    "repeating": GROUND | {"transport", "waiting"},
    "handle": GROUND | MIDDLE | {"headers"},
    "running": GROUND | MIDDLE | {"handle", "waiting"},
    "client": GROUND | MIDDLE | CLIENT | {"stores"},
    "chat": GROUND | MIDDLE | CLIENT | {"stores"},
    "web": GROUND | MIDDLE | CLIENT,
    "drawing": {"machine"},
    "testing": {"wire"},
    # Nobody stands on the test kit but the command line.
    "kit": GROUND | MIDDLE | CLIENT | {"stores", "testing"},
}
SOURCES = sorted(PACKAGE.rglob("*.py"))
LOWER = [path for path in SOURCES if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in MIDDLE | GROUND]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The modules a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def ours(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("mfa_flow.")}


@pytest.mark.parametrize("path", [path for path in SOURCES if room(path) in MAY_IMPORT], ids=str)
def test_arrows_point_down(path):
    """A file imports only from the floors below, and from its own room."""
    assert set() == ours(path) - MAY_IMPORT[room(path)] - {room(path)}


def test_every_room_has_a_floor():
    """No file stands outside the house: only the package's front and the command line may use anybody."""
    assert {"__init__", "cli"} == {room(path) for path in SOURCES} - MAY_IMPORT.keys()


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli" / "terminal").glob("*.py")), ids=str)
def test_the_terminal_is_a_door_of_its_own(path):
    """It stands on the client and what is below: on no other door, and on no tenant that is only simulated."""
    may = GROUND | MIDDLE | CLIENT | {"stores", "cli"}
    public = {name for name in ours(path) if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()}
    assert set() == public - may
    shared = {name for name in imports(path) if name.startswith("mfa_flow.cli.")}
    assert all(name.startswith("mfa_flow.cli.terminal.") for name in shared)


@pytest.mark.parametrize("path", [path for path in SOURCES if room(path) == "testing"], ids=str)
def test_the_tenant_knows_only_the_call(path):
    """The simulated tenant is a witness of its own: it shares the call type with the client, and no vocabulary."""
    shared = {name for name in imports(path) if name.startswith("mfa_flow.") and ".testing" not in name}
    assert shared <= {"mfa_flow.wire.call", "mfa_flow.wire.call.Call", "mfa_flow.wire.call.Reply"}


WIRE_TESTS = [*sorted((ROOT / "tests" / "testing").rglob("test_*.py")), ROOT / "tests" / "testing" / "conftest.py"]


@pytest.mark.parametrize("path", WIRE_TESTS, ids=str)
def test_the_tenant_s_tests_know_only_the_call(path):
    """What the tenant is held to is written out in its tests, not read from the client's vocabulary."""
    shared = {name for name in imports(path) if name.startswith("mfa_flow.") and ".testing" not in name}
    assert set() == {name for name in shared if not name.startswith(("mfa_flow.wire.call", "mfa_flow.cli"))}


def test_the_samples_are_the_third_witness():
    """Neither the client nor the tenant, nor the tenant's tests, read what Auth0's SDKs recorded: one test plays it."""
    samples = [path.name for path in (ROOT / "tests" / "samples").iterdir()]
    readers = [
        path
        for path in (*SOURCES, *(ROOT / "tests").rglob("*.py"))
        if any(each in path.read_text() for each in samples)
    ]
    assert [ROOT / "tests" / "test_samples.py"] == readers
    assert set() == {name for path in (*SOURCES, *WIRE_TESTS) for name in imports(path) if "sample" in name}


@pytest.mark.parametrize("path", sorted((PACKAGE / "testing" / "world").glob("*.py")), ids=str)
def test_the_tenant_s_world_knows_no_wire(path):
    """People, phones and mailboxes are there without any endpoint."""
    assert [] == [
        name for name in imports(path) if name.startswith(("mfa_flow.testing.wire", "mfa_flow.testing.control"))
    ]


@pytest.mark.parametrize("path", [path for path in SOURCES if room(path) == "drawing"], ids=str)
def test_the_drawing_reads_only_the_table(path):
    """Pictures are made of the table's rows, and of recordings that are handed to them; nothing else is asked."""
    shared = {name for name in imports(path) if name.startswith("mfa_flow.") and ".drawing" not in name}
    assert all(name.startswith("mfa_flow.machine.table") for name in shared)


@pytest.mark.parametrize("path", LOWER, ids=str)
def test_the_core_does_no_io(path):
    """Below the top floor nothing is async, and nobody asks for a socket, the time or chance."""
    forbidden = {"aiohttp", "asyncio", "time", "datetime", "random", "secrets", "socket", "uuid"}
    assert set() == {name.split(".")[0] for name in imports(path)} & forbidden
    waits = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.AsyncFunctionDef)]
    assert waits == []


def test_one_module_knows_transitions():
    """Only the moves know the state-machine package."""
    users = [path for path in SOURCES if any(name.split(".")[0] == "transitions" for name in imports(path))]
    assert [PACKAGE / "machine" / "moves.py"] == users


def test_files_are_short():
    """No file of the package is longer than 300 lines."""
    assert [] == [path for path in SOURCES if len(path.read_text().splitlines()) > 300]


def test_the_top_level_holds_what_was_asked_for():
    """Beside dot files and the licence there are the project file, the README and three folders."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=False, capture_output=True, text=True).stdout
    unpacked = [path.name for path in ROOT.iterdir() if path.name not in {"build", "dist", "PKG-INFO"}]
    top = {name.split("/")[0] for name in tracked.splitlines() or unpacked}
    expected = {"pyproject.toml", "README.md", "LICENSE", "mfa_flow", "tests", "diagrams"}
    assert expected == {name for name in top if not name.startswith(".")}


def needed_by(*names: str) -> set[str]:
    """The distributions of these names, and all they need."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            requires = map(Requirement, distribution(name).requires or ())
            todo += [one.name.lower() for one in requires if not one.marker or one.marker.evaluate({"extra": ""})]
    return found


def test_importing_loads_three_packages_and_what_they_need():
    """The whole core, client included, loads aiohttp, attrs, transitions and their own dependencies; no more."""
    code = (
        "import sys; old = set(sys.modules); import mfa_flow; [getattr(mfa_flow, n) for n in mfa_flow.__all__];"
        "mfa_flow.MfaClient(mfa_flow.App('a.example', 'id'));"
        "print(*{name.split('.')[0] for name in set(sys.modules) - old})"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    homes = packages_distributions()
    loaded = {home.lower().replace("_", "-") for name in out.split() for home in homes.get(name, [])}
    assert set() == loaded - needed_by("aiohttp", "attrs", "transitions") - {"mfa-flow"}


def test_importing_the_package_alone_loads_nothing():
    """``import mfa_flow``, as the pytest plugin does, costs no third-party package."""
    code = "import sys, mfa_flow; print([n for n in ('aiohttp', 'attr', 'transitions') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "[]" == out.strip()


MIDDLE_FILES = ["machine", "factors", "choosing.py", "ways_in.py", "intent.py", "engine.py"]


@pytest.mark.parametrize("name", LINTERS)
def test_linters_are_content(checks, name):
    """Style and types are right: ruff with all rules, mypy and pyright strict about the package."""
    code, said = checks.ended(name)
    assert code == 0, said


def test_the_middle_is_covered_by_its_own_tests(checks):
    """Every branch of the middle is reached by the pure tests of the middle alone; luck from elsewhere does not count."""
    code, said = checks.ended("coverage")
    assert code == 0, said
    files = [f"{PACKAGE}/{name}/*" if "." not in name else f"{PACKAGE}/{name}" for name in MIDDLE_FILES]
    report = [sys.executable, "-m", "coverage", "report", "--fail-under=100", "--show-missing"]
    ran = subprocess.run(
        [*report, f"--include={','.join(files)}"], cwd=ROOT, env=checks.env, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
