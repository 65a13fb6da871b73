"""What it costs to begin: ``python tests/bench/cold.py`` prints a table. Each figure is of fresh interpreters.

CPU, user and system, counted from before the import; the interpreter's own start is in the last two lines only. The
ratios are taken within each round. It needs the extra ``cli``. What stands in the README is what the command prints by
default; ``--write`` puts it there.
"""

import random
import subprocess
import sys

import asking
import readme
import surroundings
from figures import quartiles
from table import rows, spread

NAMES = "import mfa_flow; [getattr(mfa_flow, name) for name in mfa_flow.__all__]"
BASE, START = "its three dependencies", "an interpreter that does nothing"
IMPORTS = {
    BASE: "import aiohttp, attrs, transitions",
    "`import mfa_flow`": "import mfa_flow",
    "`from mfa_flow import App, MfaClient`": "from mfa_flow import App, MfaClient",
    "every public name": NAMES,
    "the first `MfaClient(App(...))`": "from mfa_flow import App, MfaClient; MfaClient(App('a.example', client_id='a'))",
}
CLOCK = "import time; began = time.process_time(); {code}; print(time.process_time() - began)"
CLI = """
import atexit, sys, time
atexit.register(lambda: print(time.process_time()))
sys.argv = ["mfa-flow", "--help"]
from mfa_flow.cli import main
main()
"""
WHOLE = {START: "import time; print(time.process_time())", "`mfa-flow --help`": CLI}


def main() -> None:
    """Measure, and print."""
    parser = asking.parser(__doc__)
    parser.add_argument("--rounds", type=asking.count, default=25, help="that count; one before them is for the disk")
    parser.add_argument("--write", action="store_true", help="the table, into the README")
    asked = parser.parse_args()
    codes = {name: CLOCK.format(code=code) for name, code in IMPORTS.items()}
    lines = rows(("", "CPU, the least", "median", "over"), _lines(_measured(codes | WHOLE, asked.rounds)))
    found = f"{lines}\nMeasured in {asked.rounds} rounds on {surroundings.told(None, None)}\n"
    print(found, end="")
    if asked.write:
        readme.fill("cold", found)


def _measured(codes: dict[str, str], count: int) -> dict[str, list[float]]:
    """Seconds, round by round in another order. The one before the first is for the disk."""
    took: dict[str, list[float]] = {name: [] for name in codes}
    chance = random.Random(42)
    for _ in range(count + 1):
        for name in chance.sample(list(codes), len(codes)):
            took[name].append(_once(name, codes[name]))
    return {name: values[1:] for name, values in took.items()}


def _once(name: str, code: str) -> float:
    """What it says goes to this process's own stderr. Raises SystemExit where it fails."""
    ran = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{name.replace('`', '')} ended with {ran.returncode}; what it said is above")
    return float(ran.stdout.split()[-1])


def _lines(took: dict[str, list[float]]) -> list[tuple[str, ...]]:
    return [
        (name, _ms(min(values)), spread(*quartiles(values), _ms), _over(name, values, took))
        for name, values in took.items()
    ]


def _over(name: str, values: list[float], took: dict[str, list[float]]) -> str:
    base = BASE if name in IMPORTS else START
    ratios = [one / other for one, other in zip(values, took[base], strict=True)]
    return "1" if name == base else f"{spread(*quartiles(ratios))} times {base}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
