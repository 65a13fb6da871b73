"""What is told and not asked: everything a person reads, on stderr or the terminal, never on stdout."""

import errno
import os
import unicodedata
from pathlib import Path
from textwrap import wrap
from typing import TextIO

from attrs import define, field
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

# Black and white by their numbers: no theme turns them around, and a camera wants them so.
_QR = "color(231) on color(16)"


@define
class Paper:
    """Where it is written. No colours where NO_COLOR is set, or where nobody sees them."""

    _out: TextIO
    _console: Console = field(init=False)

    def __attrs_post_init__(self) -> None:
        # A terminal knows its width best: what the environment says of it may be of another window.
        told = {name: value for name, value in os.environ.items() if name != "COLUMNS" or not self._out.isatty()}
        self._console = Console(file=self._out, highlight=False, soft_wrap=False, _environ=told)

    def must_be_read(self) -> None:
        """Raises OSError where all is thrown away."""
        if os.path.samestat(os.fstat(self._out.fileno()), Path(os.devnull).stat()):
            raise OSError(errno.ENXIO, "nobody reads it")

    def tell(self, text: str, style: str = "") -> None:
        """A text, broken between words."""
        self._console.print(Text(wrapped(clean(text), self._console.width), style=style))

    def refuse(self, text: str) -> None:
        """What went wrong, or was not right."""
        self.tell(text, "red")

    def keep(self, codes: tuple[str, ...]) -> None:
        """What is to be kept, in a frame."""
        self._console.print(Panel(Text(clean("\n".join(codes)), style="bold"), expand=False, style="yellow"))

    def picture(self, qr: str) -> int | None:
        """Draw a QR code. Where it is too wide nothing is drawn, and it returns the columns that it takes."""
        lines = qr.rstrip("\n").splitlines()
        width = max(map(len, lines))
        if width > self._console.width:
            return width
        self._console.print(Text("\n".join(lines), style=_QR, no_wrap=True))
        return None


def wrapped(text: str, columns: int, indent: str = "") -> str:
    """Broken between words, where a space that does not break is none to break at; ``indent`` is not of the columns."""
    lines = (wrap(line, columns, break_on_hyphens=False) for line in text.split("\n"))
    return f"\n{indent}".join(piece for line in lines for piece in line)


def clean(text: str) -> str:
    """Without what is no text to a terminal: what servers call things may hold commands to it."""
    return "".join("\ufffd" if unicodedata.category(one)[0] == "C" and one != "\n" else one for one in text)
