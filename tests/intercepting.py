"""aioresponses, made to work with aiohttp 3.14 and newer.

aioresponses 0.7.9 builds a ``ClientResponse`` without its ``stream_writer``, which aiohttp 3.14 made an argument that
must be there. A test next door turns red when that is mended, and this file can go. It shows what is *handed to*
aiohttp, not what goes over the wire; bodies over 64 KiB still fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import aioresponses.core
from aiohttp import ClientResponse


class InterceptedResponse(ClientResponse):
    """A response to a request that nobody wrote anywhere."""

    def __init__(self, method: str, url: Any, **given: Any) -> None:
        super().__init__(method, url, **{"stream_writer": SimpleNamespace(output_size=0), **given})


@contextmanager
def intercepted() -> Iterator[aioresponses.core.aioresponses]:
    """``aioresponses()``, whose answers can be built."""
    with (
        patch.object(aioresponses.core, "ClientResponse", InterceptedResponse),
        aioresponses.core.aioresponses() as answers,
    ):
        yield answers
