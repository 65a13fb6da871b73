"""A person's seat: a real pseudo-terminal with a real program in it, and eyes that see its screen as a terminal shows it."""

import os
import sys
import termios
import time
from shlex import join, quote

import pexpect
import pyte

MFA_FLOW = [sys.executable, "-c", "from mfa_flow.cli import main; main()"]
UP, DOWN, ENTER, CTRL_C, CTRL_D = "\x1b[A", "\x1b[B", "\r", "\x03", "\x04"
PATIENCE = 60  # seconds; a machine may have a lot to do


class _Glass(pyte.Screen):
    """A screen that answers when it is asked where its cursor is."""

    def write_process_input(self, data):
        self.answer(data)


class Seat:
    """``Seat(["login"])`` starts the command. ``sees`` waits until a text stands on the screen."""

    def __init__(self, command, *, columns=80, rows=60, **env):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_FLOW", "LC_", "LANG"))}
        env = {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent", **env}
        self.screen = _Glass(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            command[0], command[1:], env={k: v for k, v in env.items() if v is not None}, dimensions=(rows, columns)
        )
        self.child.delaybeforesend = None
        self.screen.answer = self.child.send
        self.before = termios.tcgetattr(self.child.child_fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.close(force=True)

    @property
    def lines(self):
        """What stands there, line by line."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self):
        """All of it, as somebody reads it: a line's end is a blank."""
        return " ".join(" ".join(self.lines).split())

    def sees(self, text, times=1):
        """Wait for it, until it stands there so many times."""
        return self.until(lambda: self.text.count(text) >= times, f"stood there: {text!r}")

    def until(self, condition, told):
        """Look on until something is so. What is on the screen may change all the time."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never {told}:\n" + self.text
            assert self._look(), f"it ended, and never {told}:\n" + self.text
        return self

    def types(self, *keys):
        """Press these keys."""
        for key in keys:
            self.child.send(key)
        return self

    def says(self, text):
        """Type a line."""
        return self.types(text, ENTER)

    def ends(self):
        """Wait for its end; this is the exit code. The terminal is as it was before, and shows its cursor."""
        while self._look():
            pass
        after = termios.tcgetattr(self.child.child_fd)
        self.child.close()
        assert self.before == after
        assert not self.screen.cursor.hidden
        return self.child.exitstatus

    def _look(self):
        """See what is new. False where nothing will come any more."""
        try:
            found = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += found
        self._stream.feed(found)
        return True


def mfa_flow(*arguments, to=None, log=None, program=MFA_FLOW):
    """The command; ``to`` and ``log`` are where a shell sends its stdout and its stderr."""
    command = [*program, *map(str, arguments)]
    sent = "".join(f" {sign} {quote(str(file))}" for sign, file in ((">", to), ("2>", log)) if file)
    return ["/bin/sh", "-c", f"exec {join(command)}{sent}"]
