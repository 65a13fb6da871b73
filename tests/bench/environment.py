"""The peers' environment: made once, with exactly what ``peers.txt`` names."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from hashlib import sha256
from pathlib import Path

PINS = Path(__file__).with_name("peers.txt")


_ASKED = """
import json
from importlib.metadata import distributions
print(json.dumps({each.name: each.version for each in distributions()}))
"""


def python(folder: Path | None) -> Path:
    """Its interpreter; the environment is made where it is missing, by default among temporary files."""
    folder = folder or _folder()
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not found.exists():
        print(f"making an environment for the peers in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", PINS], check=True)
    return found


def _folder() -> Path:
    """Of these pins and this Python: others get another."""
    told = sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"mfa-peers-{told}"


def versions(interpreter: Path | str, names: list[str]) -> dict[str, str]:
    """Those of them that are installed there."""
    told = subprocess.run([interpreter, "-c", _ASKED], capture_output=True, text=True, check=True)
    installed = json.loads(told.stdout)
    return {name: installed[name] for name in names if name in installed}
