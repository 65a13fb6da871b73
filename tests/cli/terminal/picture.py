"""The README's picture of a terminal, from a login that is really made: ``python tests/cli/terminal/picture.py``."""

import re
import sys
from html import unescape
from io import StringIO
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text
from seat import DOWN, ENTER, UP, Seat

from mfa_flow.testing import Clock, Tenant, serving

FILE = Path(__file__).parents[3] / "diagrams" / "terminal.svg"
COLUMNS, ROWS = 80, 64
ADA, PASSWORD = "ada@example.com", "correct-horse"
_NODE = re.compile(r'<text class="terminal-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def captured(folder):
    """The screen after Ada's first login, in a shell: she chooses an app, mistypes its code, and has her tokens.

    The tenant's codes are those of a seed, and its clock stands still: the same stands there each time.
    """
    tenant = Tenant(seed=8, clock=Clock(1_726_830_000))
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    with serving(tenant) as server:
        env = {"MFA_FLOW_DOMAIN": server.url, "MFA_FLOW_CLIENT_ID": "demo-public", "PS1": "$ ", "PATH": path}
        with Seat(["/bin/sh", "-c", f"cd {folder} && exec /bin/sh -i"], columns=COLUMNS, rows=ROWS, **env) as seat:
            seat.sees("$").says("mfa-flow login > tokens.json")
            seat.sees("E-mail address:").says(ADA).sees("Password:").says(PASSWORD)
            seat.sees("Cancel").types(DOWN, UP, ENTER).sees("Press Enter").types(ENTER)
            seat.sees("Code:").says("123456").sees("Code:", 2).says(tenant.otp(ADA)).sees("You are logged in. $")
            return seat.screen


def drawn(screen):
    """The screen as an SVG that loads nothing from anywhere."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor")
    last = max(row for row, line in enumerate(screen.display) if line.strip())
    for row in range(last + 1):
        console.print(_line(screen, row), soft_wrap=True)
    svg = console.export_svg(title="mfa-flow login", unique_id="terminal")
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def _line(screen, row):
    """What looks alike stands in one piece."""
    cells = [screen.buffer[row][column] for column in range(len(screen.display[row].rstrip()))]
    pieces = groupby(cells, lambda cell: f"{'bold ' * cell.bold}{_colour(cell.fg)} on {_colour(cell.bg)}")
    return Text.assemble(*(("".join(cell.data for cell in same), style) for style, same in pieces), no_wrap=True)


def _colour(name):
    """A terminal's brown is yellow."""
    return f"#{name}" if re.fullmatch(r"[0-9a-f]{6}", name) else {"brown": "yellow"}.get(name, name)


def lines_of(svg):
    """What stands in a picture, line by line; without blanks, which it need not draw."""
    found = {}
    for x, y, text in _NODE.findall(svg):
        found.setdefault(float(y), []).append((float(x), "".join(unescape(text).split())))
    return ["".join(text for _, text in sorted(parts)) for _, parts in sorted(found.items())]


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        FILE.write_text(drawn(captured(folder)), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE}\n")
