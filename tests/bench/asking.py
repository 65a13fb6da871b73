"""How a benchmark is asked: its whole docstring is the help, every default is told, counts are one or more."""

import argparse


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Lines as they were written; no default is told where there is none."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return super()._get_help_string(action) if action.default else action.help


def parser(told: str) -> argparse.ArgumentParser:
    """With that text above the options."""
    return argparse.ArgumentParser(description=told, formatter_class=_Help)


def count(text: str) -> int:
    """A whole number from one on. Raises argparse.ArgumentTypeError."""
    try:
        found = int(text)
    except ValueError:
        found = 0
    if found < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return found
