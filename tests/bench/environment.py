"""The peers' environment: made once, with exactly what ``peers.txt`` names; a copy of it inside says that it is whole."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from hashlib import sha256
from pathlib import Path

PINS = Path(__file__).with_name("peers.txt")
MARKER = "mfa-peers.txt"


_ASKED = """
import json
from importlib.metadata import distributions
print(json.dumps({each.name: each.version for each in distributions()}))
"""


def python(folder: Path | None) -> Path:
    """Its interpreter; the environment is made where it is missing, by default among temporary files.

    One that was begun here and is not whole, or has other pins, is made again; what somebody else made is used as it
    is. Raises SystemExit where that fails.
    """
    folder = folder or _folder()
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    marker = folder / MARKER
    if marker.read_bytes() != PINS.read_bytes() if marker.exists() else not found.exists():
        print(f"making an environment for the peers in {folder}", file=sys.stderr)
        folder.mkdir(parents=True, exist_ok=True)
        marker.write_bytes(b"")
        _install(folder, found)
        marker.write_bytes(PINS.read_bytes())
    return found


def _install(folder: Path, found: Path) -> None:
    pip = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", PINS]
    try:
        venv.create(folder, with_pip=True)
        subprocess.run(pip, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        told = f"no environment for the peers in {folder}: {error}. The next run tries again; --only base,mfa_flow needs none"
        raise SystemExit(told) from None


def _folder() -> Path:
    """Of these pins and this Python: others get another."""
    told = sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"mfa-peers-{told}"


def versions(interpreter: Path | str, names: list[str]) -> dict[str, str]:
    """Those of them that are installed there."""
    told = subprocess.run([interpreter, "-c", _ASKED], capture_output=True, text=True, check=True)
    installed = json.loads(told.stdout)
    return {name: installed[name] for name in names if name in installed}
