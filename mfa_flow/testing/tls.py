"""Certificates for a tenant on this machine, signed by an authority that is made on the spot, one per process."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustme import CA

NAMES = ("localhost", "127.0.0.1", "::1")
_MAKING = Lock()  # servers may start in several threads at once, and all need the same authority


def ca_pem() -> str:
    """The authority's certificate, in PEM: what a client has to trust. ``ssl.create_default_context(cadata=...)``."""
    return _authority().cert_pem.bytes().decode()


@contextmanager
def ca_file(path: Path | None = None) -> Iterator[Path]:
    """The same as a file, for clients in other processes. Without a ``path`` it is gone after the block.

    Raises OSError where it cannot be written.
    """
    if path is not None:
        path.write_text(ca_pem())
        yield path.absolute()
        return
    with TemporaryDirectory(prefix="mfa-flow-") as folder:
        made = Path(folder, "ca.pem")
        made.write_text(ca_pem())
        yield made


def server_context(*more: str) -> ssl.SSLContext:
    """What a server shows: a certificate for this machine's names, and for ``more`` of them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    _authority().issue_cert(*dict.fromkeys([*NAMES, *more])).configure_cert(context)
    return context


def _authority() -> "CA":
    with _MAKING:
        return _made()


@cache
def _made() -> "CA":
    try:
        authority: CA = import_module("trustme").CA(organization_name="mfa_flow, a test double")
    except ImportError:
        raise ImportError("https needs the package 'trustme': pip install 'mfa_flow[testing]'") from None
    return authority
