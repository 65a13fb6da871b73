"""Serving until told to stop: by Ctrl-C, or by who started the process."""

import asyncio
import signal


def told_to_stop() -> asyncio.Event:
    """Set on SIGINT and SIGTERM, which end nothing by themselves from now on."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped
