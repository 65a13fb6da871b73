"""Where in a TOML file each key stands, which the standard library's reader does not tell.

The text has been read by ``tomllib`` before: it is known to be TOML, so that little has to be understood of it here.
"""

import re
import tomllib
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

Place = tuple[str | int, ...]  # ("clients", 0, "id"): the key ``id`` of the first [[clients]]

_TOKEN = re.compile(
    r"""
    (?P<text> \"{3} (?: \\[\s\S] | [^\\] )*? \"{3} "{0,2} | '{3} [\s\S]*? '{3} '{0,2}
            | " (?: \\. | [^"\\] )* " | ' [^']* ' )
    | (?P<mark> [\[\]{}=,.\n] )
    | (?P<word> [^\s\[\]{}=,.\#"']+ )
    | \#[^\n]* | [^\S\n]+
    """,
    re.VERBOSE,
)


class _Token(NamedTuple):
    text: str
    line: int


def lines_of(text: str) -> dict[Place, int]:
    """The line, from 1, of each table and key of a TOML text, and of each item of an array."""
    return _Scan(text).lines


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        if found.lastgroup is not None:  # no comment, no blanks
            yield _Token(found[0], line)
        line += found[0].count("\n")


class _Scan:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._sizes: dict[Place, int] = {}  # of arrays of tables, so far
        self._ahead = deque(_tokens(text))
        table: Place = ()
        while self._ahead:
            if self._skip("["):
                table = self._header()
            elif not self._skip("\n"):
                self._pair(table)

    def _header(self) -> Place:
        """The rest of ``[a.b]`` or ``[[a.b]]``: the table that the next keys belong to."""
        line, is_array = self._ahead[0].line, self._skip("[")
        path: Place = ()
        *above, last = self._key()
        for name in above:
            path += (name,)
            path += (self._sizes[path] - 1,) if path in self._sizes else ()
        path += (last,)
        if is_array:
            self._note(path, line)
            self._sizes[path] = self._sizes.get(path, 0) + 1
            path += (self._sizes[path] - 1,)
        self._note(path, line)
        while self._skip("]"):
            pass
        return path

    def _pair(self, table: Place) -> None:
        line, path = self._ahead[0].line, table
        for name in self._key():
            path += (name,)
            self._note(path, line)
        self._skip("=")
        self._value(path)

    def _value(self, path: Place) -> None:
        if self._skip("["):
            self._array(path)
        elif self._skip("{"):
            while not self._skip("}"):
                if not self._skip(",", "\n"):
                    self._pair(path)
        else:
            while self._ahead and self._ahead[0].text not in (",", "]", "}", "\n"):
                self._ahead.popleft()

    def _array(self, path: Place) -> None:
        count = 0
        while not self._skip("]"):
            if not self._skip(",", "\n"):
                self._note((*path, count), self._ahead[0].line)
                self._value((*path, count))
                count += 1

    def _key(self) -> list[str]:
        names = [_plain(self._ahead.popleft().text)]
        while self._skip("."):
            names.append(_plain(self._ahead.popleft().text))
        return names

    def _skip(self, *marks: str) -> bool:
        """Take what comes next, if it is one of these."""
        met = bool(self._ahead) and self._ahead[0].text in marks
        if met:
            self._ahead.popleft()
        return met

    def _note(self, path: Place, line: int) -> None:
        self.lines.setdefault(path, line)


def _plain(key: str) -> str:
    """A key without its quotes."""
    return next(iter(tomllib.loads(f"{key} = 0")))
