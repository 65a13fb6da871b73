"""The command line: ``mfa-flow login``, ``authenticators``, ``demo``, ``tenant``, ``flows``, ``draw``, ``check``."""

import sys


def main() -> None:
    """What the console script runs. Where a package of the extra ``cli`` is missing it says how to get it."""
    try:
        from mfa_flow.cli.app import app

        app()
    except ImportError as missing:
        if (missing.name or "").startswith("mfa_flow"):
            raise
        # One without a name was raised by a part that said kindly itself what it needs.
        told = f"mfa-flow needs the package {missing.name!r}: pip install 'mfa_flow[cli]'" if missing.name else missing
        sys.exit(str(told))
