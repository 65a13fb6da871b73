"""The checks that are programs of their own."""

import sys

LINTERS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy"],
    "mypy of a user's file": ["mypy", "tests/typing"],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}
