"""One TOML file and what stands in it where: tables are taken from it by the names and types they may have."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from mfa_flow.testing.meant import meant
from mfa_flow.testing.toml.kinds import fits, in_words
from mfa_flow.testing.toml.lines import Place, lines_of

Kinds = Mapping[str, Any]  # the keys that a table may have, and the type of each


class ConfigError(ValueError):
    """A configuration that cannot be used: the file, the line and the key, and what to do instead."""


@frozen
class Sheet:
    """A file that is TOML."""

    file: Path
    values: dict[str, Any]
    lines: dict[Place, int]

    @classmethod
    def read(cls, file: Path) -> "Sheet":
        """Raises ConfigError where there is no file, or no TOML in it."""
        text = _text(file)
        try:
            return cls(file, tomllib.loads(text), lines_of(text))
        except tomllib.TOMLDecodeError as wrong:
            raise _no_toml(file, text, str(wrong)) from None
        except RecursionError:
            raise ConfigError(f"{file}: it is nested too deeply") from None

    def wrong(self, path: Place, complaint: str) -> ConfigError:
        """An error about the key or table at ``path``."""
        here = max((path[:size] for size in range(len(path) + 1) if path[:size] in self.lines), key=len, default=())
        return ConfigError(f"{self.file}, line {self.lines.get(here, 1)}: {complaint}")

    def table(self, path: Place, values: Mapping[str, Any], kinds: Kinds, need: Iterable[str] = ()) -> None:
        """Check a table: nothing is unknown, everything of its type, nothing missing or empty that is needed."""
        label = _label(path)
        for name, value in values.items():
            if name not in kinds:
                raise self.wrong((*path, name), f"{label}{name} is unknown{meant(name, kinds)}")
            if not fits(value, kinds[name]):
                raise self.wrong((*path, name), f"{label}{name} must be {in_words(kinds[name])}")
        for name in need:
            if not values.get(name):
                raise self.wrong((*path, name), f"{label}{name} is missing")

    def tables(self, name: str, kinds: Kinds, need: Iterable[str]) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Every ``[[name]]``, checked, and its path."""
        for index, each in enumerate(self.values.get(name, ())):
            path = (name, index)
            if not isinstance(each, dict):
                raise self.wrong(path, f"{name} is a list of tables: write [[{name}]] above each")
            self.table(path, each, kinds, need)
            yield path, each


def _label(path: Place) -> str:
    """A table as its header says it, and a blank."""
    match path:
        case ():
            return ""
        case (*_, int()):
            return f"[[{path[0]}]] "
        case _:
            return f"[{'.'.join(each for each in path if isinstance(each, str))}] "


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{file}, line {line}: it is not UTF-8") from None


def _no_toml(file: Path, text: str, said: str) -> ConfigError:
    """In the reader's words, and with the key of that line. At the end of the text it names no line."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", said, re.DOTALL)
    rows = text.splitlines() or [""]
    line = int(found[2]) if found and found[2] else len(rows)
    key = rows[min(line, len(rows)) - 1].partition("=")[0].strip()
    what = found[1] if found else said
    return ConfigError(f"{file}, line {line}: {f'{key}: ' if key else ''}{what}")
